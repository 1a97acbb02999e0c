package stagetest

import (
	"fmt"
	"strconv"

	"dataprep/stages/doc"
)

// document is a row by the names of its columns. Columns that it says nothing about get a value
// that depends on seed alone.
type document struct {
	label   string
	seed    int
	strings map[string]string
	null    map[string]bool
	raw     string
}

// everyday lists columns that most pipelines have at some point: what a stage might look at without
// declaring it.
func everyday() []doc.Column {
	return []doc.Column{
		doc.Raw.Column(), doc.ContentType.Column(), doc.Text.Column(), doc.Language.Column(),
		doc.TokenCount.Column(), {Name: "language_score", Kind: doc.KindFloat64},
		{Name: "quality_score", Kind: doc.KindFloat64},
	}
}

// newDocument makes a document with all identity columns.
func newDocument(seed int, label, text string) document {
	url := fmt.Sprintf("https://www.example-%d.org/pages/%d?view=full", seed%11, seed)
	record := fmt.Sprintf("<urn:uuid:00000000-0000-4000-8000-%012d>", seed)
	path := "crawl/part-0.warc.gz"
	var id [32]byte
	doc.PublicID(&id, []byte(url), []byte(text), []byte(record), []byte(path), int64(seed))
	return document{label: label, seed: seed, raw: page(label, text), strings: map[string]string{
		doc.ID.Name: string(id[:]), doc.URL.Name: url, doc.RecordID.Name: record,
		doc.FilePath.Name: path, doc.Source.Name: "suite", doc.Dump.Name: "SUITE-2026-03",
		doc.Date.Name:        fmt.Sprintf("2026-03-%02dT10:%02d:00Z", 1+seed%28, seed%60),
		doc.ContentType.Name: "text/html; charset=utf-8",
		doc.Language.Name:    [...]string{"en", "de", "fr"}[seed%3],
		doc.Text.Name:        text,
	}, null: map[string]bool{}}
}

// missing says whether the document is null in a column that it does not spell out: every ninth is.
func (d *document) missing(c doc.Column) bool {
	if d.null[c.Name] {
		return true
	}
	_, spelt := d.strings[c.Name]
	return !spelt && d.seed%9 == 8
}

func (d *document) text(name string) string {
	if s, ok := d.strings[name]; ok {
		return s
	}
	return [...]string{"alder", "birch", "cedar", "", "elm"}[d.seed%5]
}

func (d *document) integer() int64 { return int64(d.seed*37%101) * 10 }

func (d *document) float() float64 { return float64(d.seed*37%101) / 100 }

// set writes the document's value to row i of a column.
func (d *document) set(b *doc.Batch, i int, c doc.Column) {
	if c.Kind == doc.KindSpans {
		if raw := (doc.Field[doc.Spans]{Name: c.Name}).Of(b); !d.missing(c) {
			setRaw(raw, i, d.raw)
		}
		return
	}
	if d.missing(c) {
		return
	}
	switch c.Kind {
	case doc.KindString:
		(doc.Field[doc.Strings]{Name: c.Name}).Of(b).SetString(i, d.text(c.Name))
	case doc.KindInt64:
		(doc.Field[doc.Num[int64]]{Name: c.Name}).Of(b).Set(i, d.integer())
	case doc.KindFloat64:
		(doc.Field[doc.Num[float64]]{Name: c.Name}).Of(b).Set(i, d.float())
	case doc.KindInt32List:
		list := [...]int32{int32(d.seed), 0, int32(d.seed * 7)}
		(doc.Field[doc.List[int32]]{Name: c.Name}).Of(b).Set(i, list[:])
	}
}

// setRaw copies a page to the arena without an allocation of its own.
func setRaw(c *doc.Spans, i int, page string) {
	start := int32(len(c.Data))
	c.Data = append(c.Data, page...)
	c.Set(i, start, int32(len(c.Data)))
}

// cell prints the document's value as cell does for a batch.
func (d *document) cell(c doc.Column) string {
	switch {
	case d.missing(c):
		return null
	case c.Kind == doc.KindSpans:
		return "'" + d.raw
	}
	switch c.Kind {
	case doc.KindString:
		return "'" + d.text(c.Name)
	case doc.KindInt64:
		return strconv.FormatInt(d.integer(), 10)
	case doc.KindFloat64:
		return strconv.FormatFloat(d.float(), 'x', -1, 64)
	}
	return fmt.Sprint([]int32{int32(d.seed), 0, int32(d.seed * 7)})
}
