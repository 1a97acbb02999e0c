package doc

import "fmt"

// Kind is a column's physical type, as frames and sinks see it.
type Kind uint8

// The kinds of columns. Nested structs are dotted names of these.
const (
	KindString Kind = iota + 1
	KindInt64
	KindFloat64
	KindInt32List
	KindFloat32
	KindSpans // never leaves the process: the raw input
)

// String returns the kind's name as reference pages print it.
func (k Kind) String() string {
	switch k {
	case KindString:
		return "string"
	case KindInt64:
		return "int64"
	case KindFloat64:
		return "float64"
	case KindFloat32:
		return "float32"
	case KindInt32List:
		return "list<int32>"
	case KindSpans:
		return "bytes"
	}
	return "invalid"
}

// Column names a column and its kind: the currency of schemas.
type Column struct {
	Name string
	Kind Kind
}

// Field is a typed handle on a column. C is Strings, Num[int64], Num[float64], Num[float32],
// List[int32] or Spans; any other type fails when the column is made.
type Field[C any] struct{ Name string }

// Of finds the column in b, once per batch and never per document. It panics when the schema has
// no such column of this type: the stage read or wrote what its Shape does not declare.
func (f Field[C]) Of(b *Batch) *C {
	if i := b.find(f.Name); i >= 0 {
		if c, ok := b.cols[i].(any).(*C); ok {
			return c
		}
		panic(fmt.Sprintf("doc: column %q is a %s", f.Name, b.schema[i].Kind))
	}
	panic(fmt.Sprintf("doc: column %q is not declared by this stage", f.Name))
}

// In says whether b has the column.
func (f Field[C]) In(b *Batch) bool { return b.find(f.Name) >= 0 }

// Column returns the field as a schema entry.
func (f Field[C]) Column() Column {
	var c C
	return Column{f.Name, kindOf(&c)}
}

func kindOf(c any) Kind {
	switch c.(type) {
	case *Strings:
		return KindString
	case *Num[int64]:
		return KindInt64
	case *Num[float64]:
		return KindFloat64
	case *Num[float32]:
		return KindFloat32
	case *List[int32]:
		return KindInt32List
	case *Spans:
		return KindSpans
	}
	panic(fmt.Sprintf("doc: no column holds a %T", c))
}

func newColumn(k Kind) column {
	switch k {
	case KindString:
		return &Strings{}
	case KindInt64:
		return &Num[int64]{}
	case KindFloat64:
		return &Num[float64]{}
	case KindFloat32:
		return &Num[float32]{}
	case KindInt32List:
		return &List[int32]{}
	case KindSpans:
		return &Spans{}
	}
	panic(fmt.Sprintf("doc: no column of kind %d", k))
}
