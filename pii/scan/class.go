package scan

import (
	"unicode"
	"unicode/utf8"
)

// Byte classes.
const (
	isDigit   = 1 << iota // 0-9
	isLetter              // A-Z a-z
	isHex                 // 0-9 A-F a-f
	isAtom                // characters of an e-mail local part between dots
	isURLMark             // of those, the ones that mean the local part lies in a URL or a table
	isUnder               // the underscore, a word character
	isAlnum   = isDigit | isLetter
	isWord    = isAlnum | isUnder
)

// Rows of the table below.
const (
	cDig = isDigit | isHex | isAtom
	cHex = isLetter | isHex | isAtom
	cLet = isLetter | isAtom
	cSym = isAtom
	cUnd = isAtom | isUnder
	cURL = isAtom | isURLMark
)

// class gives the classes of every byte; those above 127 have none.
var class = [256]uint8{
	'0': cDig, '1': cDig, '2': cDig, '3': cDig, '4': cDig, '5': cDig, '6': cDig, '7': cDig,
	'8': cDig, '9': cDig, 'A': cHex, 'B': cHex, 'C': cHex, 'D': cHex, 'E': cHex, 'F': cHex,
	'G': cLet, 'H': cLet, 'I': cLet, 'J': cLet, 'K': cLet, 'L': cLet, 'M': cLet, 'N': cLet,
	'O': cLet, 'P': cLet, 'Q': cLet, 'R': cLet, 'S': cLet, 'T': cLet, 'U': cLet, 'V': cLet,
	'W': cLet, 'X': cLet, 'Y': cLet, 'Z': cLet, 'a': cHex, 'b': cHex, 'c': cHex, 'd': cHex,
	'e': cHex, 'f': cHex, 'g': cLet, 'h': cLet, 'i': cLet, 'j': cLet, 'k': cLet, 'l': cLet,
	'm': cLet, 'n': cLet, 'o': cLet, 'p': cLet, 'q': cLet, 'r': cLet, 's': cLet, 't': cLet,
	'u': cLet, 'v': cLet, 'w': cLet, 'x': cLet, 'y': cLet, 'z': cLet, '!': cSym, '$': cSym,
	'%': cSym, '\'': cSym, '*': cSym, '+': cSym, '-': cSym, '=': cSym, '^': cSym, '`': cSym,
	'{': cSym, '}': cSym, '~': cSym, '_': cUnd, '#': cURL, '&': cURL, '/': cURL, '?': cURL,
	'|': cURL,
}

func is(c byte, classes uint8) bool { return class[c]&classes != 0 }

// touches tells whether the byte at i exists and is of the classes.
func touches(text []byte, i int, classes uint8) bool {
	return i >= 0 && i < len(text) && is(text[i], classes)
}

// pythonWordBefore tells whether the character in front of i is one of Python's \w: a letter or
// number of any script, or the underscore.
func pythonWordBefore(text []byte, i int) bool {
	if i == 0 {
		return false
	}
	if c := text[i-1]; c < utf8.RuneSelf {
		return is(c, isWord)
	}
	r, _ := utf8.DecodeLastRune(text[:i])
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsNumber(r))
}
