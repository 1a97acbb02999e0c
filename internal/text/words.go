package text

import (
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// What an ASCII character is to UAX 29: letter, digit or low line, or a mark that joins two letters
// or two digits. The rest is zero and stands alone, except that spaces form runs.
const (
	letter byte = 1 << iota
	digit
	lowLine
	joinsLetters
	joinsDigits

	wordChar = letter | digit | lowLine
)

var wordClass = [256]byte{
	'a': letter, 'b': letter, 'c': letter, 'd': letter, 'e': letter, 'f': letter, 'g': letter,
	'h': letter, 'i': letter, 'j': letter, 'k': letter, 'l': letter, 'm': letter, 'n': letter,
	'o': letter, 'p': letter, 'q': letter, 'r': letter, 's': letter, 't': letter, 'u': letter,
	'v': letter, 'w': letter, 'x': letter, 'y': letter, 'z': letter,
	'A': letter, 'B': letter, 'C': letter, 'D': letter, 'E': letter, 'F': letter, 'G': letter,
	'H': letter, 'I': letter, 'J': letter, 'K': letter, 'L': letter, 'M': letter, 'N': letter,
	'O': letter, 'P': letter, 'Q': letter, 'R': letter, 'S': letter, 'T': letter, 'U': letter,
	'V': letter, 'W': letter, 'X': letter, 'Y': letter, 'Z': letter,
	'0': digit, '1': digit, '2': digit, '3': digit, '4': digit,
	'5': digit, '6': digit, '7': digit, '8': digit, '9': digit,
	'_': lowLine, '.': joinsLetters | joinsDigits, '\'': joinsLetters | joinsDigits,
	':': joinsLetters, ',': joinsDigits, ';': joinsDigits,
}

// Words fills dst with the segments of data between UAX 29 word boundaries, leaving out those made
// of white space only (Python's, see IsSpace). Punctuation and symbols are words of their own.
// A segment may hold white space when a mark or format character follows it, as the standard says.
//
// The boundaries are those of uax29 v2 (Unicode 17.0). Segments whose bounds ASCII alone decides
// are found here, the others by that package, which only ever sees valid UTF-8: an invalid byte is
// a word, and the texts on its two sides do not see each other.
func Words(dst *Spans, data []byte) {
	dst.Reset()
	data = clip(data)
	if utf8.Valid(data) {
		appendWords(dst, data, 0)
		return
	}
	for pos := 0; pos < len(data); {
		bad := nextInvalid(data, pos)
		appendWords(dst, data[:bad], pos)
		if bad < len(data) {
			dst.Append(bad, bad+1)
		}
		pos = bad + 1
	}
}

// nextInvalid returns the offset of the first invalid byte from pos on, or len(data).
func nextInvalid(data []byte, pos int) int {
	for pos < len(data) {
		if data[pos] < utf8.RuneSelf {
			pos++
			continue
		}
		r, width := utf8.DecodeRune(data[pos:])
		if r == utf8.RuneError && width == 1 {
			break
		}
		pos += width
	}
	return pos
}

// appendWords adds the words of data[pos:], which is valid UTF-8.
func appendWords(dst *Spans, data []byte, pos int) {
	starts, ends := dst.Start, dst.End
	for pos < len(data) {
		c := data[pos]
		end, ok := 0, false
		if wordClass[c]&wordChar != 0 {
			end, ok = asciiWord(data, pos)
		} else if c < utf8.RuneSelf {
			end, ok = asciiOther(data, pos)
		}
		var keep bool
		if ok {
			keep = !isASCIISpace(c)
		} else {
			width, _, _ := words.SplitFunc(data[pos:], true)
			end = pos + width
			keep = !IsBlank(data[pos:end])
		}
		if keep {
			starts, ends = append(starts, int32(pos)), append(ends, int32(end))
		}
		pos = end
	}
	dst.Start, dst.End = starts, ends
}

// asciiOther returns the end of the segment at pos, an ASCII character that begins no word, and
// false when the end depends on a character beyond ASCII.
func asciiOther(data []byte, pos int) (end int, ok bool) {
	end = pos + 1
	switch data[pos] {
	case '\n', '\r', '\v', '\f':
		return end, true // nothing attaches to a line break
	case ' ':
		for end < len(data) && data[end] == ' ' {
			end++
		}
	}
	return end, end == len(data) || data[end] < utf8.RuneSelf
}

// asciiWord returns the end of the word at pos by the rules WB5 to WB13, and false when it depends
// on a character beyond ASCII.
func asciiWord(data []byte, pos int) (end int, ok bool) {
	for i := pos + 1; i < len(data); i++ {
		c := data[i]
		class := wordClass[c]
		if class&wordChar != 0 {
			continue
		}
		if c >= utf8.RuneSelf {
			return 0, false
		}
		if class == 0 || i+1 == len(data) {
			return i, true
		}
		if data[i+1] >= utf8.RuneSelf {
			return 0, false
		}
		last, next := wordClass[data[i-1]], wordClass[data[i+1]]
		letters := class&joinsLetters != 0 && last&next&letter != 0
		digits := class&joinsDigits != 0 && last&next&digit != 0
		if !letters && !digits {
			return i, true
		}
	}
	return len(data), true
}
