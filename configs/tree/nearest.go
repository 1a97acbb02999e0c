package tree

import (
	"slices"
	"unicode/utf8"
)

// Nearest returns the name closest to what was written, or "" when none is close enough to be
// what was meant. Distance is optimal string alignment (insert, delete, replace, swap neighbors);
// one in three letters may be wrong; ties go to the first name.
func Nearest(written string, names []string) string {
	w := folded(nil, written)
	if len(w) > 64 {
		return ""
	}
	best, limit := "", max(1, len(w)/3)
	var rows [3][]int
	var n []rune
	for _, name := range names {
		if len(name) > utf8.UTFMax*(len(w)+limit) {
			continue
		}
		n = folded(n[:0], name)
		if d := distance(w, n, limit, &rows); d <= limit {
			best, limit = name, d-1
		}
	}
	return best
}

// distance returns limit+1 for anything farther than limit. The rows are room to work in.
func distance(a, b []rune, limit int, rows *[3][]int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	for i := range rows {
		rows[i] = slices.Grow(rows[i][:0], len(b)+1)[:len(b)+1]
	}
	before, prev, cur := rows[0], rows[1], rows[2]
	for j := range prev {
		prev[j] = j
	}
	for i := range a {
		cur[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			d := min(prev[j+1]+1, cur[j]+1, prev[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, before[j-1]+1)
			}
			cur[j+1] = d
		}
		before, prev, cur = prev, cur, before
	}
	return min(prev[len(b)], limit+1)
}

// folded appends a name without ASCII case and with '_' for '-', the two commonest slips.
func folded(out []rune, s string) []rune {
	for _, r := range s {
		switch {
		case r >= 'A' && r <= 'Z':
			r += 'a' - 'A'
		case r == '-':
			r = '_'
		}
		out = append(out, r)
	}
	return out
}

// DidYouMean is the hint for an unknown name, or "".
func DidYouMean(written string, names []string) string {
	if n := Nearest(written, names); n != "" {
		return "did you mean " + Quote(n) + "?"
	}
	return ""
}
