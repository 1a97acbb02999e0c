package text

import (
	"unicode"
	"unicode/utf8"
)

const (
	dottedCapitalI = 0x130
	combiningDot   = 0x307
	capitalSigma   = 0x3A3
	smallSigma     = 0x3C3
	finalSigma     = 0x3C2
)

// AppendLower appends the lower case of src to dst, as Python's str.lower: the full mapping, so İ
// becomes i and a combining dot above, and Σ at the end of a word becomes ς. Invalid bytes are
// copied. dst must not share memory with src.
func AppendLower(dst, src []byte) []byte {
	for i := 0; i < len(src); {
		c := src[i]
		if c < utf8.RuneSelf {
			if c >= 'A' && c <= 'Z' {
				c |= 0x20
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, width := utf8.DecodeRune(src[i:])
		switch {
		case r == utf8.RuneError:
			dst = append(dst, src[i:i+width]...)
		case r == dottedCapitalI:
			dst = utf8.AppendRune(append(dst, 'i'), combiningDot)
		case r == capitalSigma:
			dst = utf8.AppendRune(dst, lowerSigma(src, i))
		default:
			dst = utf8.AppendRune(dst, lowerRune(r))
		}
		i += width
	}
	return dst
}

// lowerRune is the simple mapping, with short cuts for the blocks that texts are made of.
func lowerRune(r rune) rune {
	switch {
	case r <= unicode.MaxLatin1:
		if r >= 'A' && r <= 'Z' || r >= 0xC0 && r <= 0xDE && r != 0xD7 {
			return r + 0x20
		}
		return r
	case r >= 0x430 && r < 0x450:
		return r
	case r >= 0x410 && r < 0x430:
		return r + 0x20
	case r >= 0x2E80 && r < 0xA640 || isWide(r): // no cased letters from the CJK radicals to Lisu
		return r
	}
	return unicode.ToLower(r)
}

// lowerSigma returns the lower case of the Σ at src[at:]: final when a cased letter precedes it
// and none follows, looking through characters that casing ignores. A Σ is itself cased and not
// ignored, so neighbors bound each other's search and a text is walked at most twice.
func lowerSigma(src []byte, at int) rune {
	if !caseBefore(src[:at]) || caseAfter(src[at+2:]) {
		return smallSigma
	}
	return finalSigma
}

func caseBefore(data []byte) bool {
	for len(data) > 0 {
		r, width := utf8.DecodeLastRune(data)
		if !isCaseIgnorable(r) {
			return isCased(r)
		}
		data = data[:len(data)-width]
	}
	return false
}

func caseAfter(data []byte) bool {
	for len(data) > 0 {
		r, width := utf8.DecodeRune(data)
		if !isCaseIgnorable(r) {
			return isCased(r)
		}
		data = data[width:]
	}
	return false
}

// isCased is the Unicode property Cased.
func isCased(r rune) bool {
	return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r) ||
		unicode.In(r, unicode.Other_Lowercase, unicode.Other_Uppercase)
}

// isCaseIgnorable is the Unicode property Case_Ignorable: marks, format characters, modifiers, and
// the punctuation that UAX 29 allows inside words.
func isCaseIgnorable(r rune) bool {
	switch r {
	case '\'', '.', ':', 0xB7, 0x387, 0x55F, 0x5F4, 0x2018, 0x2019, 0x2024, 0x2027,
		0xFE13, 0xFE52, 0xFE55, 0xFF07, 0xFF0E, 0xFF1A:
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk)
}
