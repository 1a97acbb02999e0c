package text

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// lineLead marks the bytes that can begin a line break of SplitLines: the single-byte breaks, and
// the first bytes of U+0085 and of U+2028 and U+2029.
var lineLead = [256]bool{
	'\n': true, '\v': true, '\f': true, '\r': true, 0x1C: true, 0x1D: true, 0x1E: true,
	0xC2: true, 0xE2: true,
}

// SplitLines fills dst with the lines of data as Python's splitlines cuts them: at LF, CR, CRLF,
// VT, FF, FS, GS, RS, NEL, U+2028 and U+2029. Breaks are left out; there is no empty line after a
// final break, and no line at all in an empty text.
func SplitLines(dst *Spans, data []byte) {
	dst.Reset()
	data = clip(data)
	start := 0
	for i := 0; i < len(data); {
		if !lineLead[data[i]] {
			i++
			continue
		}
		width := breakWidth(data[i:])
		if width == 0 {
			i++
			continue
		}
		dst.Append(start, i)
		i += width
		start = i
	}
	if start < len(data) {
		dst.Append(start, len(data))
	}
}

// breakWidth returns the bytes of the line break at the start of data, 0 if there is none. Its
// first byte is one of lineLead.
func breakWidth(data []byte) int {
	switch data[0] {
	case '\r':
		if len(data) > 1 && data[1] == '\n' {
			return 2
		}
		return 1
	case 0xC2:
		if len(data) > 1 && data[1] == 0x85 {
			return 2
		}
		return 0
	case 0xE2:
		if len(data) > 2 && data[1] == 0x80 && (data[2] == 0xA8 || data[2] == 0xA9) {
			return 3
		}
		return 0
	}
	return 1
}

// SplitLF fills dst with the pieces of data between LFs, as Python's split("\n"): empty pieces
// stay, and an empty text is one empty piece.
func SplitLF(dst *Spans, data []byte) {
	dst.Reset()
	data = clip(data)
	start := 0
	for {
		n := bytes.IndexByte(data[start:], '\n')
		if n < 0 {
			break
		}
		dst.Append(start, start+n)
		start += n + 1
	}
	dst.Append(start, len(data))
}

// Fields fills dst with the pieces of data between runs of white space, as Python's split(): no
// piece is empty, and a blank text has none.
func Fields(dst *Spans, data []byte) {
	dst.Reset()
	data = clip(data)
	starts, ends := dst.Start, dst.End
	for pos := 0; pos < len(data); {
		if c := data[pos]; c < utf8.RuneSelf && isASCIISpace(c) {
			pos++
			continue
		}
		end := fieldEnd(data, pos)
		if end > pos {
			starts, ends = append(starts, int32(pos)), append(ends, int32(end))
			pos = end
			continue
		}
		_, width := utf8.DecodeRune(data[pos:])
		pos += width
	}
	dst.Start, dst.End = starts, ends
}

// fieldEnd returns the offset of the first white space from pos on, or len(data).
func fieldEnd(data []byte, pos int) int {
	for pos < len(data) {
		c := data[pos]
		if c > ' ' && c < utf8.RuneSelf {
			pos++
			continue
		}
		if c <= ' ' {
			if isASCIISpace(c) {
				break
			}
			pos++
			continue
		}
		r, width := utf8.DecodeRune(data[pos:])
		if IsSpace(r) {
			break
		}
		pos += width
	}
	return pos
}

// TrimSpace returns data without white space at either end, as Python's strip.
func TrimSpace(data []byte) []byte { return TrimSpaceLeft(TrimSpaceRight(data)) }

// TrimSpaceLeft returns data without leading white space, as Python's lstrip.
func TrimSpaceLeft(data []byte) []byte {
	for len(data) > 0 {
		r, width := rune(data[0]), 1
		if r >= utf8.RuneSelf {
			r, width = utf8.DecodeRune(data)
		}
		if !IsSpace(r) {
			break
		}
		data = data[width:]
	}
	return data
}

// TrimSpaceRight returns data without trailing white space, as Python's rstrip.
func TrimSpaceRight(data []byte) []byte {
	for len(data) > 0 {
		r, width := rune(data[len(data)-1]), 1
		if r >= utf8.RuneSelf {
			r, width = utf8.DecodeLastRune(data)
		}
		if !IsSpace(r) {
			break
		}
		data = data[:len(data)-width]
	}
	return data
}

// IsBlank reports whether data holds nothing but white space. The empty text is blank.
func IsBlank(data []byte) bool { return len(TrimSpaceLeft(data)) == 0 }

// RuneCount returns Python's len of the text: its code points, each invalid byte counting as one.
// It exists because utf8.RuneCount copies a text that is not all ASCII.
func RuneCount(data []byte) int {
	if !utf8.Valid(data) {
		n := 0
		for len(data) > 0 {
			_, width := utf8.DecodeRune(data)
			data = data[width:]
			n++
		}
		return n
	}
	n, rest := len(data), data
	for ; len(rest) >= 8; rest = rest[8:] {
		x := binary.LittleEndian.Uint64(rest)
		n -= bits.OnesCount64((x >> 7) &^ (x >> 6) & 0x0101010101010101) // continuation bytes
	}
	for _, c := range rest {
		if !utf8.RuneStart(c) {
			n--
		}
	}
	return n
}
