package text

import (
	"unicode"
	"unicode/utf8"
)

// IsPunctuation reports membership of datatrove's PUNCTUATION, 129 characters: the set that
// Simplify turns into spaces. It is cc_net's list with its slip: the fullwidth digit one is in,
// and of the single quotes only the right one.
func IsPunctuation(r rune) bool {
	switch {
	case r < 0xA0:
		return r >= 0 && r != '\t' && r != '\n' && r != ' ' && !isAlnum(r)
	case r < 0x2013:
		return r == 0xAB || r == 0xB4 || r == 0xBB
	case r < 0x3000:
		switch r {
		case 0x2013, 0x2014, 0x2019, 0x201C, 0x201D, 0x201E, 0x2026, 0x2236, 0x2501, 0x25BA:
			return true
		}
		return false
	case r <= 0x3011:
		return r == 0x3001 || r == 0x3002 || r >= 0x3008 && r <= 0x300D || r >= 0x3010
	}
	switch r {
	case 0xFF01, 0xFF05, 0xFF08, 0xFF09, 0xFF0C, 0xFF0E, 0xFF11, 0xFF1A, 0xFF1B, 0xFF1F, 0xFF5E:
		return true
	}
	return false
}

func isAlnum(r rune) bool {
	return r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9'
}

// IsTerminal reports membership of datatrove's TERMINAL_PUNCTUATION, 159 characters that may end a
// line. Quotes, brackets, the ellipsis, the colon and the semicolon are not among them.
func IsTerminal(r rune) bool {
	return IsSentenceMark(r) || r >= 0x61D && unicode.Is(terminalOnly, r)
}

// IsSentenceMark reports membership of the 128 marks of spaCy's sentencizer, all of them terminal.
func IsSentenceMark(r rune) bool {
	if r < 0x589 {
		return r == '.' || r == '!' || r == '?'
	}
	return !isWide(r) && unicode.Is(sentenceMarks, r)
}

// IsPunctuationSet reports membership of datatrove's PUNCTUATION_SET, 281 characters: the union of
// IsPunctuation and IsTerminal. A word wholly inside it is a symbol to the Gopher rules.
func IsPunctuationSet(r rune) bool { return IsPunctuation(r) || IsTerminal(r) }

// OnlyPunctuation reports whether every character of word is in the set of IsPunctuationSet.
// It is true of the empty word.
func OnlyPunctuation(word []byte) bool {
	for i := 0; i < len(word); {
		r, width := rune(word[i]), 1
		if r >= utf8.RuneSelf {
			r, width = utf8.DecodeRune(word[i:])
		}
		if !IsPunctuationSet(r) {
			return false
		}
		i += width
	}
	return true
}

// EndsWithTerminal reports whether the last character of line is one of the 159 terminal marks.
// White space is not skipped: a mark followed by a space does not count, as in the reference.
func EndsWithTerminal(line []byte) bool {
	r, _ := utf8.DecodeLastRune(line)
	return IsTerminal(r)
}

// sentenceMarks is the default punct_chars of spaCy 3.8.
var sentenceMarks = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x21, 0x21, 1}, {0x2E, 0x2E, 1}, {0x3F, 0x3F, 1}, {0x589, 0x589, 1}, {0x61F, 0x61F, 1},
		{0x6D4, 0x6D4, 1}, {0x700, 0x702, 1}, {0x7F9, 0x7F9, 1}, {0x964, 0x965, 1},
		{0x104A, 0x104B, 1}, {0x1362, 0x1362, 1}, {0x1367, 0x1368, 1}, {0x166E, 0x166E, 1},
		{0x1735, 0x1736, 1}, {0x1803, 0x1803, 1}, {0x1809, 0x1809, 1}, {0x1944, 0x1945, 1},
		{0x1AA8, 0x1AAB, 1}, {0x1B5A, 0x1B5B, 1}, {0x1B5E, 0x1B5F, 1}, {0x1C3B, 0x1C3C, 1},
		{0x1C7E, 0x1C7F, 1}, {0x203C, 0x203D, 1}, {0x2047, 0x2049, 1}, {0x2E2E, 0x2E2E, 1},
		{0x2E3C, 0x2E3C, 1}, {0x3002, 0x3002, 1}, {0xA4FF, 0xA4FF, 1}, {0xA60E, 0xA60F, 1},
		{0xA6F3, 0xA6F3, 1}, {0xA6F7, 0xA6F7, 1}, {0xA876, 0xA877, 1}, {0xA8CE, 0xA8CF, 1},
		{0xA92F, 0xA92F, 1}, {0xA9C8, 0xA9C9, 1}, {0xAA5D, 0xAA5F, 1}, {0xAAF0, 0xAAF1, 1},
		{0xABEB, 0xABEB, 1}, {0xFE52, 0xFE52, 1}, {0xFE56, 0xFE57, 1}, {0xFF01, 0xFF01, 1},
		{0xFF0E, 0xFF0E, 1}, {0xFF1F, 0xFF1F, 1}, {0xFF61, 0xFF61, 1},
	},
	R32: []unicode.Range32{
		{0x10A56, 0x10A57, 1}, {0x11047, 0x11048, 1}, {0x110BE, 0x110C1, 1},
		{0x11141, 0x11143, 1}, {0x111C5, 0x111C6, 1}, {0x111CD, 0x111CD, 1},
		{0x111DE, 0x111DF, 1}, {0x11238, 0x11239, 1}, {0x1123B, 0x1123C, 1},
		{0x112A9, 0x112A9, 1}, {0x1144B, 0x1144C, 1}, {0x115C2, 0x115C3, 1},
		{0x115C9, 0x115D7, 1}, {0x11641, 0x11642, 1}, {0x1173C, 0x1173E, 1},
		{0x11A42, 0x11A43, 1}, {0x11A9B, 0x11A9C, 1}, {0x11C41, 0x11C42, 1},
		{0x16A6E, 0x16A6F, 1}, {0x16AF5, 0x16AF5, 1}, {0x16B37, 0x16B38, 1},
		{0x16B44, 0x16B44, 1}, {0x1BC9F, 0x1BC9F, 1}, {0x1DA88, 0x1DA88, 1},
	},
}

// terminalOnly is what the terminal marks have beyond the sentence marks.
var terminalOnly = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x61D, 0x61E, 1}, {0x837, 0x837, 1}, {0x839, 0x839, 1}, {0x83D, 0x83E, 1},
		{0x17D4, 0x17D6, 1}, {0x17D9, 0x17DA, 1}, {0x1B7D, 0x1B7E, 1}, {0x2E53, 0x2E54, 1},
	},
	R32: []unicode.Range32{
		{0x10F55, 0x10F59, 1}, {0x10F86, 0x10F89, 1}, {0x11944, 0x11944, 1},
		{0x11946, 0x11946, 1}, {0x11EF7, 0x11EF8, 1}, {0x11F43, 0x11F44, 1},
		{0x16E98, 0x16E98, 1},
	},
}

// otherDigits is Numeric_Type=Digit, which Python's isdigit adds to Nd.
var otherDigits = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0xB2, 0xB3, 1}, {0xB9, 0xB9, 1}, {0x1369, 0x1371, 1}, {0x19DA, 0x19DA, 1},
		{0x2070, 0x2070, 1}, {0x2074, 0x2079, 1}, {0x2080, 0x2089, 1}, {0x2460, 0x2468, 1},
		{0x2474, 0x247C, 1}, {0x2488, 0x2490, 1}, {0x24EA, 0x24EA, 1}, {0x24F5, 0x24FD, 1},
		{0x24FF, 0x24FF, 1}, {0x2776, 0x277E, 1}, {0x2780, 0x2788, 1}, {0x278A, 0x2792, 1},
	},
	R32: []unicode.Range32{
		{0x10A40, 0x10A43, 1}, {0x10E60, 0x10E68, 1}, {0x11052, 0x1105A, 1},
		{0x1F100, 0x1F10A, 1},
	},
}
