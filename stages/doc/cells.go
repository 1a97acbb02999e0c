package doc

// Cells is a column of one batch whose kind is known at run time only: what files and pages that
// write any column go through. One field is set, none before Bind.
type Cells struct {
	Strings *Strings
	Int64   *Num[int64]
	Float64 *Num[float64]
	Float32 *Num[float32]
	List    *List[int32]
	Spans   *Spans
}

// Bind finds column c of b and says whether there is one of that kind.
func (v *Cells) Bind(b *Batch, c Column) bool {
	*v = Cells{}
	i := b.find(c.Name)
	if i < 0 || b.schema[i].Kind != c.Kind {
		return false
	}
	switch col := b.cols[i].(type) {
	case *Strings:
		v.Strings = col
	case *Num[int64]:
		v.Int64 = col
	case *Num[float64]:
		v.Float64 = col
	case *Num[float32]:
		v.Float32 = col
	case *List[int32]:
		v.List = col
	case *Spans:
		v.Spans = col
	}
	return true
}

// Has says whether row i has a value.
func (v *Cells) Has(i int) bool {
	switch {
	case v.Strings != nil:
		return v.Strings.Has(i)
	case v.Int64 != nil:
		return v.Int64.Has(i)
	case v.Float64 != nil:
		return v.Float64.Has(i)
	case v.Float32 != nil:
		return v.Float32.Has(i)
	case v.List != nil:
		return v.List.Has(i)
	case v.Spans != nil:
		return v.Spans.Has(i)
	}
	return false
}

// At returns row i's value as a string, int64, float64, float32 or []int32, nil when null. It
// allocates: for people and tests.
func (v *Cells) At(i int) any {
	switch {
	case !v.Has(i):
		return nil
	case v.Strings != nil:
		return string(v.Strings.At(i))
	case v.Int64 != nil:
		return v.Int64.At(i)
	case v.Float64 != nil:
		return v.Float64.At(i)
	case v.Float32 != nil:
		return v.Float32.At(i)
	case v.List != nil:
		return v.List.At(i)
	}
	return string(v.Spans.At(i))
}
