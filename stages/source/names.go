package source

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// Names says which columns of a file of rows become which columns of a document.
type Names struct {
	// Text is the column of the text, a string. A row whose text is null is skipped (no_text).
	Text string `yaml:"text"`
	// ID is the column that becomes record_id, a string or an integer. A file may lack it; ""
	// leaves record_id null.
	ID string `yaml:"id"`
	// URL is the column of the address, a string. A file may lack it; "" leaves url null.
	URL string `yaml:"url"`
	// Date is the column of the date, a string. A file may lack it; "" leaves date null.
	Date string `yaml:"date"`
	// Columns are further columns to carry along under their own names, with their types. Null
	// stays null; another type is an error, and so is a Parquet file without the column.
	Columns map[string]string `yaml:"columns" enum:"string,int64,float64"`
}

func defaultNames() Names { return Names{Text: "text", ID: "id", URL: "url", Date: "date"} }

// Validate reports columns that cannot be carried along.
func (n *Names) Validate() error {
	var errs []error
	if n.Text == "" {
		errs = append(errs, errors.New("text needs the name of a column"))
	}
	taken := append(doc.Identity(), doc.Raw.Column(), doc.ContentType.Column(), doc.Text.Column())
	for _, name := range slices.Sorted(maps.Keys(n.Columns)) {
		kind := n.Columns[name]
		switch {
		case name == "":
			errs = append(errs, errors.New("columns has a column without a name"))
		case doc.Contains(taken, name):
			errs = append(errs, fmt.Errorf("columns must not hold %q: every document has it "+
				"already; name its origin with text, id, url or date", name))
		case name == doc.Language.Name && kind != "string",
			name == doc.TokenCount.Name && kind != "int64":
			errs = append(errs, fmt.Errorf("columns gives %q the type %s, and stages another",
				name, kind))
		}
	}
	return errors.Join(errs...)
}

// role is what a column of the input is to the document.
type role uint8

const (
	roleText  role = iota // required
	roleID                // optional, a number will do
	roleKnown             // optional: url, date
	roleExtra             // declared
)

// field is one column of the input and where it goes.
type field struct {
	name string     // in the input
	to   doc.Column // in the document
	role role
}

// fields lists the columns to read, the text first, extra ones sorted by name.
func (n Names) fields() []field {
	all := []field{{n.Text, doc.Text.Column(), roleText}}
	for _, f := range [...]field{
		{n.ID, doc.RecordID.Column(), roleID}, {n.URL, doc.URL.Column(), roleKnown},
		{n.Date, doc.Date.Column(), roleKnown},
	} {
		if f.name != "" {
			all = append(all, f)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(n.Columns)) {
		to := doc.Column{Name: name, Kind: doc.KindString}
		switch n.Columns[name] {
		case "int64":
			to.Kind = doc.KindInt64
		case "float64":
			to.Kind = doc.KindFloat64
		}
		all = append(all, field{name, to, roleExtra})
	}
	return all
}

// shape describes a source of rows.
func (n Names) shape() stages.Shape {
	writes := doc.Identity()
	for _, f := range n.fields() {
		writes = doc.Union(writes, f.to)
	}
	return stages.Shape{Writes: writes}
}

// slot is where one field of the rows of a batch goes: the pointer of its kind is set.
type slot struct {
	text  *doc.Strings
	int   *doc.Num[int64]
	float *doc.Num[float64]
}

// bindSlots finds the columns of the fields in b.
func bindSlots(dst []slot, fields []field, b *doc.Batch) []slot {
	dst = dst[:0]
	for _, f := range fields {
		var s slot
		switch f.to.Kind {
		case doc.KindInt64:
			s.int = doc.Field[doc.Num[int64]]{Name: f.to.Name}.Of(b)
		case doc.KindFloat64:
			s.float = doc.Field[doc.Num[float64]]{Name: f.to.Name}.Of(b)
		default:
			s.text = doc.Field[doc.Strings]{Name: f.to.Name}.Of(b)
		}
		dst = append(dst, s)
	}
	return dst
}
