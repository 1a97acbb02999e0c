package tree

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Severity orders diagnostics by what they stop.
type Severity string

// An Error stops a run before it starts, a Warning does not.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Diagnostic is one problem at one place. Code stands in configs.Codes. Line, Col and Len are as in Pos;
// Line 0 means the file as a whole. Allowed lists what would have been taken.
type Diagnostic struct {
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Col      int      `json:"col"`
	Len      int      `json:"len"`
	Hint     string   `json:"hint,omitempty"`
	Allowed  []string `json:"allowed,omitempty"`

	// Hidden is for a line that holds a secret in clear: no excerpt is shown.
	Hidden bool `json:"-"`
}

// Diagnostics collects the problems of a file and the sources their excerpts come from. The zero
// value is ready. It is not safe for use by several goroutines.
type Diagnostics struct {
	list    []Diagnostic
	sources []*source
	seen    map[place]bool
	lost    int
}

type place struct {
	code, file, message string
	line, col           int
}

// A file with more problems than this is not a pipeline file; the rest is only counted. What is
// kept is cut, because a file can make each text and list as long as itself.
const (
	maxKept    = 1000
	maxText    = 1000 // bytes of a message or hint
	maxAllowed = 4000 // bytes of the names in Allowed, and 16 for each
)

func (d *Diagnostics) full() bool { return len(d.list) >= maxKept }

// Add records d; the same problem at the same place is kept once.
func (d *Diagnostics) Add(x Diagnostic) {
	if x.Severity == "" {
		x.Severity = Error
	}
	x.Message, x.Hint = cut(x.Message, maxText), cut(x.Hint, maxText)
	p := place{x.Code, x.File, x.Message, x.Line, x.Col}
	if d.seen[p] {
		return
	}
	if d.full() {
		d.lost++
		return
	}
	d.clamp(&x)
	x.Allowed = some(x.Allowed)
	if d.seen == nil {
		d.seen = map[place]bool{}
	}
	d.seen[p] = true
	d.list = append(d.list, x)
}

// some returns the first names of a list.
func some(names []string) []string {
	bytes := 0
	for i, name := range names {
		if bytes += len(name) + 16; bytes > maxAllowed {
			return slices.Clone(names[:i])
		}
	}
	return names
}

// Error records an error at p. The hint, which may be empty, says what to write instead.
func (d *Diagnostics) Error(code string, p Pos, message, hint string) {
	d.AddAt(p, Diagnostic{Code: code, Message: message, Hint: hint})
}

// Warn records a warning at p.
func (d *Diagnostics) Warn(code string, p Pos, message, hint string) {
	d.AddAt(p, Diagnostic{Code: code, Severity: Warning, Message: message, Hint: hint})
}

// AddAt records x at p.
func (d *Diagnostics) AddAt(p Pos, x Diagnostic) {
	x.File, x.Line, x.Col, x.Len = p.File, p.Line, p.Col, p.Len
	d.Add(x)
}

// HasErrors reports whether anything recorded is an error.
func (d *Diagnostics) HasErrors() bool {
	return d.lost > 0 || slices.ContainsFunc(d.list, func(x Diagnostic) bool {
		return x.Severity == Error
	})
}

// All returns the diagnostics sorted by file, line and column; files come in the order in which
// they were read.
func (d *Diagnostics) All() []Diagnostic {
	out := slices.Clone(d.list)
	rank := func(file string) int {
		return slices.IndexFunc(d.sources, func(s *source) bool { return s.name == file })
	}
	slices.SortStableFunc(out, func(a, b Diagnostic) int {
		return cmp.Or(rank(a.File)-rank(b.File), cmp.Compare(a.File, b.File),
			a.Line-b.Line, a.Col-b.Col, cmp.Compare(a.Code, b.Code))
	})
	return out
}

// Err returns nil without errors, else an error whose text is the whole rendering.
func (d *Diagnostics) Err() error {
	if !d.HasErrors() {
		return nil
	}
	return errors.New(strings.TrimSuffix(d.String(), "\n"))
}

// String renders as Render does.
func (d *Diagnostics) String() string {
	var b strings.Builder
	d.Render(&b) // a Builder does not fail
	return b.String()
}

// JSON returns all diagnostics as a JSON array, sorted as in All; none gives `[]`. Invisible
// characters are escaped.
func (d *Diagnostics) JSON() ([]byte, error) {
	all := d.All()
	if all == nil {
		all = []Diagnostic{}
	}
	b, err := json.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("encode diagnostics: %w", err)
	}
	return asciiControls(b), nil
}

// asciiControls writes invisible characters as JSON escapes, so that the array may be looked at.
func asciiControls(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for _, r := range string(b) {
		if r == zwj || unicode.IsPrint(r) {
			out = utf8.AppendRune(out, r)
			continue
		}
		for _, u := range utf16.AppendRune(nil, r) {
			out = fmt.Appendf(out, `\u%04x`, u)
		}
	}
	return out
}

// clamp keeps a place within its file: the parser's columns drift behind tabs and escapes.
func (d *Diagnostics) clamp(x *Diagnostic) {
	s := d.source(x.File)
	if s == nil || x.Line < 1 {
		return
	}
	x.Line = min(x.Line, max(1, len(s.lines)))
	// A character has at most four bytes: most places need no counting.
	if len(s.lines) > 0 && x.Col > len(s.lines[x.Line-1])/4 {
		x.Col = min(max(1, x.Col), utf8.RuneCountInString(s.lines[x.Line-1])+1)
	}
	x.Len = max(1, x.Len)
}

// AddSource lets excerpts be taken from lines that stand in no file.
func (d *Diagnostics) AddSource(name string, lines []string) {
	d.sources = append(d.sources, &source{name: name, lines: slices.Clone(lines)})
}

// Lines returns the lines of a source, or nil if there is none of that name.
func (d *Diagnostics) Lines(name string) []string {
	if s := d.source(name); s != nil {
		return s.lines
	}
	return nil
}

func (d *Diagnostics) source(name string) *source {
	for _, s := range d.sources {
		if s.name == name {
			return s
		}
	}
	return nil
}

// summary is the last line: "3 errors, 1 warning in pipeline.yaml".
func (d *Diagnostics) summary(w io.Writer) error {
	nerr, nwarn := d.lost, 0
	file := ""
	for _, x := range d.list {
		if x.Severity == Error {
			nerr++
		} else {
			nwarn++
		}
		if file == "" || file == SetFile {
			file = x.File
		}
	}
	var parts []string
	if nerr > 0 {
		parts = append(parts, Count(nerr, "error"))
	}
	if nwarn > 0 {
		parts = append(parts, Count(nwarn, "warning"))
	}
	_, err := fmt.Fprintf(w, "%s in %s\n", strings.Join(parts, ", "), printable(file))
	return err
}

// Count writes a number of things: "1 item", "3 items".
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
