package sink

import (
	"slices"
	"unicode/utf8"

	"dataprep/stages/doc"
)

// view is a column of the batch in hand; at most one field is set.
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

// has says whether row i has a value.
func (v *view) has(i int) bool {
	switch {
	case v.str != nil:
		return v.str.Has(i)
	case v.i64 != nil:
		return v.i64.Has(i)
	case v.f64 != nil:
		return v.f64.Has(i)
	case v.list != nil:
		return v.list.Has(i)
	}
	return false
}

// cleanLen returns the length of s once it is valid UTF-8.
func cleanLen(s []byte) int {
	if utf8.Valid(s) {
		return len(s)
	}
	n := 0
	for len(s) > 0 {
		r, size := utf8.DecodeRune(s)
		n += utf8.RuneLen(r)
		s = s[size:]
	}
	return n
}

// appendClean appends s to dst, each byte of no character as U+FFFD.
func appendClean(dst, s []byte) []byte {
	for len(s) > 0 {
		r, size := utf8.DecodeRune(s)
		dst = utf8.AppendRune(dst, r)
		s = s[size:]
	}
	return dst
}
