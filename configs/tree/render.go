package tree

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

const (
	maxShown     = 20  // problems rendered; the rest is counted
	excerptWidth = 100 // columns of a source line shown
)

// Render writes the diagnostics for people, at most 20 of them, then the number of the rest and a
// summary line. Nothing is written when there are none. Every character that comes from a file is
// printable or escaped, so that no file can send commands to the terminal.
func (d *Diagnostics) Render(w io.Writer) error {
	all := d.All()
	if len(all) == 0 {
		return nil
	}
	for _, x := range all[:min(len(all), maxShown)] {
		if _, err := io.WriteString(w, d.one(x)+"\n"); err != nil {
			return err
		}
	}
	if n := len(all) + d.lost - maxShown; n > 0 {
		if _, err := fmt.Fprintf(w, "and %d more\n\n", n); err != nil {
			return err
		}
	}
	return d.summary(w)
}

// one renders a single diagnostic:
//
//	error[DP107]: min_score must be between 0 and 1
//	   ╭─ pipeline.yaml:16:42
//	16 │   - language: {keep: [en], min_score: 65}
//	   │                                       ^^ did you mean 0.65 or 65%?
func (d *Diagnostics) one(x Diagnostic) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s[%s]: %s\n", x.Severity, x.Code, printable(x.Message))
	num := strconv.Itoa(x.Line)
	pad := strings.Repeat(" ", max(2, len(num)))
	fmt.Fprintf(&b, "%s ╭─ %s", pad, printable(x.File))
	if x.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", x.Line, x.Col)
	}
	b.WriteByte('\n')
	hint := printable(x.Hint)
	src := d.source(x.File)
	if src != nil && x.Line > 0 && x.Line <= len(src.lines) && !x.Hidden {
		text, offset, width := excerpt(src.lines[x.Line-1], x.Col, x.Len)
		fmt.Fprintf(&b, "%*s │ %s\n", len(pad), num, text)
		marks := strings.Repeat(" ", offset) + strings.Repeat("^", width) + " " + hint
		fmt.Fprintf(&b, "%s │ %s\n", pad, strings.TrimRight(marks, " "))
	} else if hint != "" {
		fmt.Fprintf(&b, "%s │ %s\n", pad, hint)
	}
	if len(x.Allowed) > 0 {
		fmt.Fprintf(&b, "%s ╰─ takes %s\n", pad, allowedLine(x.Allowed))
	}
	return b.String()
}

func allowedLine(names []string) string {
	var b strings.Builder
	for i, n := range names {
		n = printable(n)
		if i > 0 && b.Len()+len(n) > excerptWidth {
			b.WriteString(", …")
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(n)
	}
	return b.String()
}

// excerpt returns the printable part of a line around a rune column, and where its marks go in
// terminal columns.
func excerpt(line string, col, n int) (text string, offset, width int) {
	rs := []rune(line)
	from := min(max(col-1, 0), len(rs))
	if cut := from - 2*excerptWidth; cut > 0 { // wide enough for what is shown
		rs, from = rs[cut:], from-cut
	}
	rs = rs[:min(len(rs), from+2*excerptWidth)]
	to := min(from+max(n, 1), len(rs))
	cells := make([]string, len(rs))
	widths := make([]int, len(rs))
	before := 0
	for i, r := range rs {
		joined := i > 0 && rs[i-1] == zwj
		cells[i], widths[i] = cell(r, before, joined)
		before += widths[i]
	}
	start, left := 0, 0
	if total(widths[:to]) > excerptWidth {
		for left = total(widths[:from]); start < from && left > excerptWidth/2; start++ {
			left -= widths[start]
		}
	}
	end, used := start, 0
	for end < len(rs) && used+widths[end] <= excerptWidth {
		used += widths[end]
		end++
	}
	var b strings.Builder
	if start > 0 {
		b.WriteString("…")
		offset = 1
	}
	b.WriteString(strings.Join(cells[start:end], ""))
	if end < len(rs) {
		b.WriteString("…")
	}
	offset += total(widths[start:from])
	width = max(1, total(widths[from:max(from, min(to, end))]))
	return strings.TrimRight(b.String(), " "), offset, width
}

func total(widths []int) (sum int) {
	for _, w := range widths {
		sum += w
	}
	return sum
}
