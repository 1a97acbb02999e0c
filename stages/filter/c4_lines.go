package filter

import (
	"bytes"
	"unicode/utf8"

	"dataprep/internal/text"
)

// hasFields reports whether line has at least n pieces between white space. It stops at the n-th:
// lines are long and n is small.
func hasFields(line []byte, n int) bool {
	inside := false
	for i := 0; n > 0 && i < len(line); {
		r, width := rune(line[i]), 1
		if r >= utf8.RuneSelf {
			r, width = utf8.DecodeRune(line[i:])
		}
		space := text.IsSpace(r)
		if !space && !inside {
			n--
		}
		inside = !space
		i += width
	}
	return n <= 0
}

// withoutCitations returns line without [digits], [], [edit] and [citation needed]. The result is
// line itself, or lives until the next call.
func (s *c4) withoutCitations(line []byte) []byte {
	from, at := 0, bytes.IndexByte(line, '[')
	if at < 0 {
		return line
	}
	s.line = s.line[:0]
	for {
		if n := citation(line[at:]); n > 0 {
			s.line = append(s.line, line[from:at]...)
			at += n
			from = at
		} else {
			at++
		}
		next := bytes.IndexByte(line[at:], '[')
		if next < 0 {
			break
		}
		at += next
	}
	if from == 0 {
		return line
	}
	s.line = append(s.line, line[from:]...)
	return s.line
}

// citation returns the length of the citation that data, which starts with a bracket, starts with,
// or 0. Digits are those of all scripts.
func citation(data []byte) int {
	for _, form := range [...]string{"[edit]", "[citation needed]"} {
		if len(data) >= len(form) && string(data[:len(form)]) == form {
			return len(form)
		}
	}
	for i := 1; i < len(data); {
		if data[i] == ']' {
			return i + 1
		}
		r, width := utf8.DecodeRune(data[i:])
		if !text.IsDecimal(r) {
			break
		}
		i += width
	}
	return 0
}
