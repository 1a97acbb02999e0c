package doc

// The columns every document has from its source on, in published order.
var (
	ID       = Field[Strings]{"id"}        // public id, 32 hex digits
	URL      = Field[Strings]{"url"}       // as the record says it
	Date     = Field[Strings]{"date"}      // WARC-Date or the row's own, never a clock
	Dump     = Field[Strings]{"dump"}      // what the input declares
	FilePath = Field[Strings]{"file_path"} // relative to the input's root
	Source   = Field[Strings]{"source"}    // what the input declares
	RecordID = Field[Strings]{"record_id"} // WARC-Record-ID or the row's own id
	Offset   = Field[Num[int64]]{"offset"} // of the gzip member or row, in bytes of the file
	Length   = Field[Num[int64]]{"length"} // of the same
)

// The columns that stages of several packages share.
var (
	Raw         = Field[Spans]{"raw"}            // HTML as fetched
	ContentType = Field[Strings]{"content_type"} // of the HTTP response
	Text        = Field[Strings]{"text"}         // the document
	Language    = Field[Strings]{"language"}
	TokenCount  = Field[Num[int64]]{"token_count"}
)

// Identity is the schema of what every source writes and every frame carries.
func Identity() []Column {
	return []Column{
		ID.Column(), URL.Column(), Date.Column(), Dump.Column(), FilePath.Column(),
		Source.Column(), RecordID.Column(), Offset.Column(), Length.Column(),
	}
}

// Union appends to a the columns of b that a lacks, in b's order.
func Union(a []Column, b ...Column) []Column {
	for _, c := range b {
		if !Contains(a, c.Name) {
			a = append(a, c)
		}
	}
	return a
}

// Contains says whether a schema has a column of that name.
func Contains(schema []Column, name string) bool {
	for _, c := range schema {
		if c.Name == name {
			return true
		}
	}
	return false
}
