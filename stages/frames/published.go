package frames

import (
	"math"

	"dataprep/stages/doc"
)

// size returns the published bytes of row i.
func size(v *doc.Cells, i int) int64 {
	switch {
	case !v.Has(i):
		return 0
	case v.Strings != nil:
		return int64(len(v.Strings.At(i)))
	case v.Float32 != nil:
		return 4
	case v.List != nil:
		return 4 * int64(len(v.List.At(i)))
	}
	return 8
}

// fill appends rows of a column to a lane.
func fill(l *lane, v *doc.Cells, rows []int) {
	switch {
	case v.Strings != nil:
		for _, i := range rows {
			l.bytes(v.Strings.At(i), v.Strings.Has(i))
		}
	case v.Int64 != nil:
		for _, i := range rows {
			l.word(uint64(v.Int64.V[i]), v.Int64.Has(i))
		}
	case v.Float64 != nil:
		for _, i := range rows {
			l.word(math.Float64bits(v.Float64.V[i]), v.Float64.Has(i))
		}
	case v.Float32 != nil:
		for _, i := range rows {
			l.half(math.Float32bits(v.Float32.V[i]), v.Float32.Has(i))
		}
	case v.List != nil:
		for _, i := range rows {
			l.list(v.List.At(i), v.List.Has(i))
		}
	}
}
