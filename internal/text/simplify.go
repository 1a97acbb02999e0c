package text

import "unicode/utf8"

// Simplifier holds the buffers of one worker's text normalization. The zero value is ready.
type Simplifier struct {
	out     []byte
	scratch []byte

	gap   bool // white space or punctuation since the last character
	begun bool // some character came before
	marks markRun
}

// Simplify returns text as datatrove 0.10 normalizes it before deduplication and decontamination:
// lower case, each number one `0`, the characters of IsPunctuation and white space one space, NFD
// without the marks of category Mn, no space at either end. The result is valid until the next
// call.
//
// A number is a run of Nd digits with at most one decimal separator and another run after it, so
// `1,234.56` is two. A mark dropped between two spaces leaves both, as in the reference.
func (s *Simplifier) Simplify(text []byte) []byte {
	s.out = s.out[:0]
	s.gap, s.begun, s.marks = false, false, markRun{}
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			i += s.wide(text, i)
			continue
		}
		switch class := wordClass[c]; {
		case class == letter:
			s.start()
			i = s.letters(text, i)
		case class == digit:
			s.start()
			s.out = append(s.out, '0')
			i = skipNumber(text, i)
		default:
			s.gap = true
			i++
		}
	}
	s.closeMarks()
	return TrimSpace(s.out)
}

// letters copies the ASCII letters from i on in lower case and returns their end.
func (s *Simplifier) letters(text []byte, i int) int {
	end := i + 1
	for end < len(text) && wordClass[text[end]] == letter {
		end++
	}
	at := len(s.out)
	s.out = append(s.out, text[i:end]...)
	word := s.out[at:]
	for j := range word {
		word[j] |= 0x20
	}
	return end
}

// start makes ready for a character that is no combining mark.
func (s *Simplifier) start() {
	if s.marks.open {
		s.closeMarks()
	}
	s.space()
}

// space writes the space that is due before the next character.
func (s *Simplifier) space() {
	if s.gap && s.begun {
		s.closeMarks()
		s.out = append(s.out, ' ')
	}
	s.gap, s.begun = false, true
}

// wide handles the character beyond ASCII at text[i:] and returns how many bytes it took.
func (s *Simplifier) wide(text []byte, i int) int {
	r, width := utf8.DecodeRune(text[i:])
	switch {
	case r == utf8.RuneError:
		s.start()
		s.out = append(s.out, text[i:i+width]...)
	case IsDecimal(r):
		s.start()
		s.out = append(s.out, '0')
		return skipNumber(text, i) - i
	case IsPunctuation(r) || IsSpace(r):
		s.gap = true
	case r == dottedCapitalI:
		s.start()
		s.out = append(s.out, 'i') // its dot is a mark
	case r == capitalSigma:
		s.start()
		s.out = utf8.AppendRune(s.out, lowerSigma(text, i))
	default:
		s.space()
		s.appendNFD(lowerRune(r))
	}
	return width
}

// skipNumber returns the end of the number at i, which is a digit.
func skipNumber(text []byte, i int) int {
	i = skipDecimals(text, i)
	r, width := utf8.DecodeRune(text[i:])
	switch r {
	case '.', ',', '،', '٫', '⎖', '⎗', '⎘':
		if end := skipDecimals(text, i+width); end > i+width {
			return end
		}
	}
	return i
}

func skipDecimals(text []byte, i int) int {
	for i < len(text) {
		r, width := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, width = utf8.DecodeRune(text[i:])
		}
		if !IsDecimal(r) {
			break
		}
		i += width
	}
	return i
}
