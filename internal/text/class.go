package text

import (
	"unicode"
	"unicode/utf8"
)

// One bit per ASCII code point, low word first, for the tests that every byte of a text meets.
const (
	spaceLo = 1<<' ' | 0x1F<<'\t' | 0xF<<0x1C

	punctLo = 1<<'!' | 1<<'"' | 1<<'#' | 1<<'%' | 1<<'&' | 1<<'\'' | 1<<'(' | 1<<')' |
		1<<'*' | 1<<',' | 1<<'-' | 1<<'.' | 1<<'/' | 1<<':' | 1<<';' | 1<<'?'
	punctHi = 1<<('@'-64) | 1<<('['-64) | 1<<('\\'-64) | 1<<(']'-64) | 1<<('_'-64) |
		1<<('{'-64) | 1<<('}'-64)
)

// IsSpace reports whether r is one of the 29 code points that Python's isspace, strip, split and
// the regex class \s agree on. Go's unicode.IsSpace lacks U+001C to U+001F.
func IsSpace(r rune) bool {
	if r < 64 {
		return r >= 0 && uint64(spaceLo)>>uint(r)&1 != 0
	}
	switch {
	case r < 0x1680:
		return r == 0x85 || r == 0xA0
	case r < 0x2000:
		return r == 0x1680
	case r <= 0x205F:
		return r <= 0x200A || r == 0x2028 || r == 0x2029 || r == 0x202F || r == 0x205F
	}
	return r == 0x3000
}

// isASCIISpace is IsSpace for a byte that is a character.
func isASCIISpace(c byte) bool { return c <= ' ' && uint64(spaceLo)>>c&1 != 0 }

// IsAlpha reports what Python's isalpha does for one character: category L.
func IsAlpha(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r|0x20 >= 'a' && r|0x20 <= 'z'
	case isWide(r):
		return true
	}
	return unicode.IsLetter(r)
}

// IsDecimal reports category Nd: the regex class \d, and what the number rule of Simplify folds.
func IsDecimal(r rune) bool {
	if r < 0x660 {
		return r >= '0' && r <= '9'
	}
	return !isWide(r) && unicode.Is(unicode.Nd, r)
}

// IsDigit reports Python's isdigit: Nd and digits such as ² and ①.
func IsDigit(r rune) bool {
	return IsDecimal(r) || r > utf8.RuneSelf && unicode.Is(otherDigits, r)
}

// IsWordRune reports membership of the regex class \w as Python has it: letters, all numerics (Nd,
// Nl, No) and the low line, but no combining marks. A \b lies where its value changes.
func IsWordRune(r rune) bool {
	return r == '_' || IsAlpha(r) || r < utf8.RuneSelf && IsDecimal(r) ||
		r > utf8.RuneSelf && unicode.Is(unicode.N, r)
}

// IsPunct reports category P. In ASCII that leaves out the symbols $ + < = > ^ ` | ~.
func IsPunct(r rune) bool {
	switch {
	case r < 0:
		return false
	case r < 64:
		return uint64(punctLo)>>uint(r)&1 != 0
	case r < 128:
		return uint64(punctHi)>>uint(r-64)&1 != 0
	case r >= 0xC0 && r < 0x37E || isWide(r):
		return false
	}
	return unicode.Is(unicode.P, r)
}

// isMn reports category Mn, the marks that Simplify drops.
func isMn(r rune) bool {
	switch {
	case r < 0x300 || isWide(r):
		return false
	case r < 0x370:
		return true
	case r < 0x483:
		return false
	}
	return unicode.Is(unicode.Mn, r)
}

// isWide reports the two big blocks where every code point is a caseless letter: CJK ideographs and
// Hangul syllables. It spares them the searches in the category tables.
func isWide(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0xAC00 && r <= 0xD7A3
}

// HasAlpha reports whether some character of word is a letter.
func HasAlpha(word []byte) bool {
	for i := 0; i < len(word); {
		r, width := rune(word[i]), 1
		if r >= utf8.RuneSelf {
			r, width = utf8.DecodeRune(word[i:])
		}
		if IsAlpha(r) {
			return true
		}
		i += width
	}
	return false
}
