package tree

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// SetFile is the name of the source whose lines are the --set expressions.
const SetFile = "--set"

// A source is a text that diagnostics can quote: a file, or the --set expressions.
type source struct {
	name  string
	lines []string
	last  cursor // where from was asked last: tokens come nearly in order
}

// A cursor spares from the way from the line's beginning, which would make one long line of many
// tokens cost its square.
type cursor struct{ line, col, offset int }

const maxFile = 1 << 20

// load checks the bytes of a file before any parser sees them and returns its text with line
// breaks made "\n" and without a byte order mark. On failure the reason is in ds.
func load(name string, src []byte, ds *Diagnostics) (string, bool) {
	bad := func(line, col int, msg, hint string) (string, bool) {
		ds.Error("DP100", Pos{name, line, col, 1}, msg, hint)
		return "", false
	}
	if len(src) > maxFile {
		return bad(0, 0, fmt.Sprintf("the file has %d bytes; a pipeline file has at most 1 MiB",
			len(src)), "lists of that size belong in a file of their own, read by a stage")
	}
	text := strings.TrimPrefix(string(src), "\ufeff")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	s := &source{name: name, lines: strings.Split(text, "\n")}
	ds.sources = append(ds.sources, s)
	for i, line := range s.lines {
		col := 0
		for j, r := range line {
			col++
			if r == utf8.RuneError {
				if _, n := utf8.DecodeRuneInString(line[j:]); n == 1 {
					return bad(i+1, col, "the file is not UTF-8", encodingHint(src))
				}
			}
			if r < ' ' && r != '\t' || r == 0x7f || r == '\ufeff' {
				return bad(i+1, col, fmt.Sprintf("control character U+%04X", r),
					`delete it; inside double quotes it can be written as an escape`)
			}
		}
	}
	return text, true
}

func encodingHint(src []byte) string {
	if len(src) > 1 && (src[0] == 0xff && src[1] == 0xfe || src[0] == 0xfe && src[1] == 0xff) {
		return "it looks like UTF-16; save it as UTF-8"
	}
	return "save it as UTF-8"
}

// tabs reports every tab in indentation. Inside a block scalar ("|" or ">") tabs after the block's
// own indentation are text.
func (s *source) tabs(ds *Diagnostics) (found bool) {
	block := -1 // indentation of the line that opened a block scalar
	var quotes quoteState
	for i, line := range s.lines {
		rest := strings.TrimLeft(line, " \t")
		if rest == "" {
			continue
		}
		indent := line[:len(line)-len(rest)]
		spaces := len(indent) - len(strings.TrimLeft(indent, " "))
		if block >= 0 && spaces > block {
			continue
		}
		block = -1
		if spaces < len(indent) && rest[0] != '#' {
			n := len(indent) - spaces
			ds.Error("DP102", Pos{s.name, i + 1, spaces + 1, n},
				"a tab is used as indentation", "use two spaces for each level")
			found = true
		}
		if at := quotes.tab(line[len(indent):]); at >= 0 {
			col := utf8.RuneCountInString(line[:len(indent)+at]) + 1
			ds.Error("DP102", Pos{s.name, i + 1, col, 1},
				"a tab stands outside of quotes; the parser would lose it", "use a space")
			found = true
		}
		if opensBlock(rest) {
			block = spaces
		}
	}
	return found
}

func opensBlock(line string) bool {
	if i := strings.Index(line, " #"); i >= 0 {
		line = line[:i]
	}
	line = strings.TrimRight(line, " \t+-0123456789")
	return strings.HasSuffix(line, ": |") || strings.HasSuffix(line, ": >") ||
		strings.HasSuffix(line, "- |") || strings.HasSuffix(line, "- >")
}

// from returns the text of a line from a rune column on, or "".
func (s *source) from(line, col int) string {
	if line < 1 || line > len(s.lines) || col < 1 {
		return ""
	}
	text, c := s.lines[line-1], s.last
	if c.line != line || c.offset > len(text) {
		c = cursor{line, 1, 0}
	}
	for c.col < col && c.offset < len(text) {
		_, n := utf8.DecodeRuneInString(text[c.offset:])
		c.col, c.offset = c.col+1, c.offset+n
	}
	for c.col > col {
		_, n := utf8.DecodeLastRuneInString(text[:c.offset])
		c.col, c.offset = c.col-1, c.offset-n
	}
	s.last = c
	return text[c.offset:]
}

// tokenLen is the length in runes of the value that is written at a place: up to its closing quote,
// or as long as raw, and never beyond its line.
func (s *source) tokenLen(line, col int, raw string) int {
	text := s.from(line, col)
	end := len(strings.TrimRight(text, " \t"))
	switch {
	case strings.HasPrefix(text, `"`):
		for i := 1; i < len(text); i++ {
			if text[i] == '\\' {
				i++
			} else if text[i] == '"' {
				end = i + 1
				break
			}
		}
	case strings.HasPrefix(text, "'"):
		for i := 1; i < len(text); i++ {
			if strings.HasPrefix(text[i:], "''") {
				i++
			} else if text[i] == '\'' {
				end = i + 1
				break
			}
		}
	case strings.HasPrefix(text, raw):
		end = len(raw)
	}
	return max(1, utf8.RuneCountInString(text[:end]))
}
