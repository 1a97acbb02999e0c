package source

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"dataprep/stages/doc"
)

// maxNames is how many columns an error lists.
const maxNames = 20

// check holds the value of field f of the scanned line against its type.
func (r *rows) check(f int, l line) error {
	v, to := r.values[f], r.fields[f]
	switch v.kind {
	case kindAbsent:
		if to.role != roleText {
			return nil
		}
		return r.misfit(l, "has no column %q; it has %s", to.name, r.names())
	case kindNull:
		return nil
	case kindString:
		if to.to.Kind == doc.KindString {
			return nil
		}
	case kindInt:
		if to.to.Kind == doc.KindInt64 {
			if _, ok := parseInt(r.scan.data[v.from:v.to]); ok {
				return nil
			}
			return r.misfit(l, "column %q is an integer outside of int64", to.name)
		}
		if to.role == roleID || to.to.Kind == doc.KindFloat64 {
			return nil
		}
	case kindFloat, kindNaN:
		if to.to.Kind == doc.KindFloat64 {
			return nil
		}
	}
	return r.misfit(l, "column %q is %s, want %s", to.name, kindNames[v.kind], to.to.Kind)
}

// misfit says where a row is and what is wrong with it. The count of lines begins with the split.
func (r *rows) misfit(l line, format string, args ...any) error {
	where := fmt.Sprintf("row %d", r.number)
	if r.start > 0 {
		where += fmt.Sprintf(" after byte %d", r.start)
	}
	return fmt.Errorf("read %s: %s (line at byte %d): %w: %s",
		r.path, where, l.at, ErrColumns, fmt.Sprintf(format, args...))
}

// names lists the columns of the scanned line.
func (r *rows) names() string {
	var all []string
	n := 0
	r.scan.object(r.scan.data, nil, nil, func(name []byte) {
		if n++; n <= maxNames {
			all = append(all, strconv.Quote(string(name)))
		}
	})
	return listed(all, n)
}

// listed joins the first names of n.
func listed(names []string, n int) string {
	switch {
	case n == 0:
		return "none"
	case n > len(names):
		return strings.Join(names, ", ") + fmt.Sprintf(" and %d more", n-len(names))
	}
	return strings.Join(names, ", ")
}

// set writes the checked value of field f to row i. Numbers that JSON cannot hold become null.
func (r *rows) set(i, f int, data []byte) {
	v := r.values[f]
	if v.kind == kindAbsent || v.kind == kindNull || v.kind == kindNaN {
		return
	}
	raw, to := data[v.from:v.to], r.slots[f]
	switch {
	case to.int != nil:
		n, _ := parseInt(raw)
		to.int.Set(i, n)
	case to.float != nil:
		if x, err := strconv.ParseFloat(string(raw), 64); err == nil {
			to.float.Set(i, x)
		}
	default:
		if v.escaped {
			r.plain = unescape(r.plain[:0], raw)
			raw = r.plain
		}
		setText(to.text, i, raw, &r.scratch)
	}
}

// parseInt reads the scanned integer b; false when int64 does not hold it.
func parseInt(b []byte) (int64, bool) {
	neg := b[0] == '-'
	if neg {
		b = b[1:]
	}
	var n uint64
	for _, c := range b {
		d := uint64(c - '0')
		if n > (math.MaxUint64-d)/10 {
			return 0, false
		}
		n = 10*n + d
	}
	if neg {
		return -int64(n), n <= 1<<63
	}
	return int64(n), n <= math.MaxInt64
}
