package scan

import "bytes"

// email returns the first e-mail address that starts at from or later.
//
// Every '@' has at most one address: the local part runs back over atoms and single dots, the
// domain forward over labels. Neither crosses another '@', so each byte is looked at once per
// direction.
func (s *Scanner) email(text []byte, from int) Span {
	for low := from; low < len(text); {
		at := bytes.IndexByte(text[low:], '@')
		if at < 0 {
			break
		}
		at += low
		start := s.local(text, low, at)
		low = at + 1
		if start < 0 {
			continue
		}
		end := s.domain(text, at+1)
		if end < 0 || s.Dialect == Own && isPseudonym(text[start:end]) {
			continue
		}
		return Span{start, end, Email}
	}
	return Span{Start: none}
}

// local returns where the local part that ends at the '@' begins, not before low, or -1.
func (s *Scanner) local(text []byte, low, at int) int {
	i := at
	for i > low {
		if s.atom(text[i-1]) {
			i--
			continue
		}
		// A dot belongs to it only between two atoms.
		if text[i-1] != '.' || i == at || !s.atom(text[i]) || i-2 < low || !s.atom(text[i-2]) {
			break
		}
		i--
	}
	for ; i < at; i++ {
		if text[i] != '.' && s.wordBoundary(text, i) {
			return i
		}
	}
	return -1
}

func (s *Scanner) atom(c byte) bool {
	k := class[c]
	return k&isAtom != 0 && (k&isURLMark == 0 || s.Dialect == Datatrove)
}

// wordBoundary is \b in front of the ASCII character at i. Own counts ASCII word characters only,
// so that an address may follow Chinese or Thai text directly.
func (s *Scanner) wordBoundary(text []byte, i int) bool {
	here := is(text[i], isWord)
	if s.Dialect == Own {
		return here != touches(text, i-1, isWord)
	}
	return here != pythonWordBefore(text, i)
}

// domain returns the end of the longest domain that begins at i, or -1.
func (s *Scanner) domain(text []byte, i int) int {
	if i < len(text) && text[i] == '[' {
		return s.literal(text, i)
	}
	end := -1
	for labels := 1; touches(text, i, isAlnum); labels++ {
		start, last := i, i
		for ; i < len(text) && (is(text[i], isAlnum) || text[i] == '-'); i++ {
			if text[i] != '-' {
				last = i + 1
			}
		}
		if labels > 1 && (s.Dialect == Datatrove || isTopLevel(text[start:last])) {
			end = last
		}
		if last != i || i == len(text) || text[i] != '.' {
			break
		}
		i++
	}
	return end
}

// isTopLevel tells whether label can be a top-level domain: two letters or more, or an encoded
// international one.
func isTopLevel(label []byte) bool {
	if len(label) > 4 && string(label[2:4]) == "--" && label[0]|0x20 == 'x' && label[1]|0x20 == 'n' {
		return true
	}
	for _, c := range label {
		if !is(c, isLetter) {
			return false
		}
	}
	return len(label) >= 2
}

// literal returns the end of a bracketed address that begins at i, or -1. The last part may also
// be a word and a colon: a slip in the well-known expression that Datatrove uses.
func (s *Scanner) literal(text []byte, i int) int {
	i++
	for range 3 {
		n := octetAt(text, i)
		if n == 0 || i+n >= len(text) || text[i+n] != '.' {
			return -1
		}
		i += n + 1
	}
	if n := octetAt(text, i); n > 0 && i+n < len(text) && text[i+n] == ']' {
		return i + n + 1
	}
	if s.Dialect != Datatrove {
		return -1
	}
	start := i
	for i < len(text) && (is(text[i], isAlnum) || text[i] == '-') {
		i++
	}
	if i > start && text[i-1] != '-' && i+1 < len(text) && text[i] == ':' && text[i+1] == ']' {
		return i + 2
	}
	return -1
}
