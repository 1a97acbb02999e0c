package text

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Hangul syllables decompose by arithmetic (Unicode standard, section 3.12).
const (
	hangulFirst, hangulLast = 0xAC00, 0xD7A3

	leadBase, vowelBase, tailBase = 0x1100, 0x1161, 0x11A7
	vowelCount, tailCount         = 21, 28
)

// markRun is the run of combining marks at the end of the output whose order is not final yet. Only
// those that are not of category Mn were kept: a few spacing marks, met in no ordinary text.
type markRun struct {
	start    int // offset in the output
	open     bool
	unsorted bool
	last     uint8 // combining class of the last kept mark
}

// appendNFD adds the canonical decomposition of r to the output, without marks of category Mn. The
// norm package would do it for whole texts, but breaks runs of more than 30 marks and is slower.
func (s *Simplifier) appendNFD(r rune) {
	switch {
	case r >= hangulFirst && r <= hangulLast:
		s.closeMarks()
		s.out = appendHangul(s.out, r)
		return
	case isWide(r) || r < 0xC0:
		s.closeMarks()
		s.out = utf8.AppendRune(s.out, r)
		return
	}
	s.scratch = utf8.AppendRune(s.scratch[:0], r)
	properties := norm.NFD.Properties(s.scratch)
	parts := properties.Decomposition()
	if parts == nil {
		s.appendPart(r, properties.CCC())
		return
	}
	for len(parts) > 0 {
		part, width := utf8.DecodeRune(parts)
		s.appendPart(part, combiningClass(parts))
		parts = parts[width:]
	}
}

func appendHangul(dst []byte, r rune) []byte {
	syllable := r - hangulFirst
	dst = utf8.AppendRune(dst, leadBase+syllable/(vowelCount*tailCount))
	dst = utf8.AppendRune(dst, vowelBase+syllable/tailCount%vowelCount)
	if tail := syllable % tailCount; tail != 0 {
		dst = utf8.AppendRune(dst, tailBase+tail)
	}
	return dst
}

func combiningClass(data []byte) uint8 {
	if data[0] < utf8.RuneSelf {
		return 0
	}
	return norm.NFD.Properties(data).CCC()
}

// appendPart adds one decomposed character of combining class class, or drops it.
func (s *Simplifier) appendPart(r rune, class uint8) {
	if class == 0 {
		s.closeMarks()
	}
	if isMn(r) {
		return
	}
	if class != 0 {
		if !s.marks.open {
			s.marks = markRun{start: len(s.out), open: true}
		}
		s.marks.unsorted = s.marks.unsorted || class < s.marks.last
		s.marks.last = class
	}
	s.out = utf8.AppendRune(s.out, r)
}

// closeMarks ends the run of marks and puts it into canonical order: by class, else as it came. One
// pass per class keeps it linear; there are five classes at most.
func (s *Simplifier) closeMarks() {
	if !s.marks.open {
		return
	}
	s.marks.open = false
	if !s.marks.unsorted {
		return
	}
	run := s.out[s.marks.start:]
	s.scratch = s.scratch[:0]
	for done := 0; len(s.scratch) < len(run); {
		class := 256
		for i := 0; i < len(run); i += runeWidth(run[i:]) {
			if c := int(combiningClass(run[i:])); c > done && c < class {
				class = c
			}
		}
		for i := 0; i < len(run); {
			width := runeWidth(run[i:])
			if int(combiningClass(run[i:])) == class {
				s.scratch = append(s.scratch, run[i:i+width]...)
			}
			i += width
		}
		done = class
	}
	copy(run, s.scratch)
}

func runeWidth(data []byte) int {
	_, width := utf8.DecodeRune(data)
	return width
}
