package frames

import (
	"math"
	"slices"

	"dataprep/stages/doc"
)

// view is a column of the batch in hand; one field is set.
type view struct {
	str  *doc.Strings
	i64  *doc.Num[int64]
	f64  *doc.Num[float64]
	list *doc.List[int32]
}

// bind finds column c of b and says whether there is one of that kind.
func (v *view) bind(b *doc.Batch, c doc.Column) bool {
	*v = view{}
	if !slices.Contains(b.Schema(), c) {
		return false
	}
	switch c.Kind {
	case doc.KindString:
		v.str = doc.Field[doc.Strings]{Name: c.Name}.Of(b)
	case doc.KindInt64:
		v.i64 = doc.Field[doc.Num[int64]]{Name: c.Name}.Of(b)
	case doc.KindFloat64:
		v.f64 = doc.Field[doc.Num[float64]]{Name: c.Name}.Of(b)
	case doc.KindInt32List:
		v.list = doc.Field[doc.List[int32]]{Name: c.Name}.Of(b)
	}
	return true
}

// size returns the published bytes of row i.
func (v *view) size(i int) int64 {
	switch {
	case v.str != nil && v.str.Has(i):
		return int64(len(v.str.At(i)))
	case v.list != nil && v.list.Has(i):
		return 4 * int64(len(v.list.At(i)))
	case v.i64 != nil && v.i64.Has(i), v.f64 != nil && v.f64.Has(i):
		return 8
	}
	return 0
}

// fill appends rows to a lane.
func (v *view) fill(l *lane, rows []int) {
	switch {
	case v.str != nil:
		for _, i := range rows {
			l.bytes(v.str.At(i), v.str.Has(i))
		}
	case v.i64 != nil:
		for _, i := range rows {
			l.word(uint64(v.i64.V[i]), v.i64.Has(i))
		}
	case v.f64 != nil:
		for _, i := range rows {
			l.word(math.Float64bits(v.f64.V[i]), v.f64.Has(i))
		}
	case v.list != nil:
		for _, i := range rows {
			l.list(v.list.At(i), v.list.Has(i))
		}
	}
}
