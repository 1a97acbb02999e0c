package configs

// Nearest returns the name closest to what was written, or "" when none is close enough to be
// what was meant. Distance is optimal string alignment (insert, delete, replace, swap neighbors);
// one in three letters may be wrong; ties go to the first name.
func Nearest(written string, names []string) string {
	w := []rune(lower(written))
	if len(w) > 64 {
		return ""
	}
	best, limit := "", max(1, len(w)/3)
	for _, name := range names {
		if d := distance(w, []rune(lower(name)), limit); d <= limit {
			best, limit = name, d-1
		}
	}
	return best
}

// distance returns limit+1 for anything farther than limit.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	before, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
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

// lower folds ASCII case and takes '-' for '_', the two commonest slips.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		switch {
		case c >= 'A' && c <= 'Z':
			b[i] = c + 'a' - 'A'
		case c == '-':
			b[i] = '_'
		}
	}
	return string(b)
}

// didYouMean is the hint for an unknown name, or "".
func didYouMean(written string, names []string) string {
	if n := Nearest(written, names); n != "" {
		return "did you mean " + quote(n) + "?"
	}
	return ""
}
