package pretok

import "unicode"

// class is what the split pattern asks about a code point.
type class uint8

const (
	other  class = iota // [^\s\p{L}\p{N}], also unassigned code points and invalid bytes
	letter              // \p{L}
	number              // \p{N}
	space               // \s, which is White_Space here
)

// notASCII marks, in the byte table, bytes that need decoding; no code point has this class.
const notASCII class = 0xff

// UnicodeVersion is the version of the Unicode Character Database that Classes follows: the one in
// the regex-syntax crate behind tiktoken.
const UnicodeVersion = "16.0.0"

// Classes maps code points to the three classes of the pattern. It is immutable once built, may be
// shared by all workers, and takes about 40 kB.
type Classes struct {
	bytes [256]class    // class of an ASCII byte, notASCII for the rest
	page  [0x1100]uint8 // block number of the 256 code points around each code point
	block []class       // distinct blocks of 256 classes, one after another
}

// span is an inclusive range of code points of one class.
type span struct {
	lo, hi rune
	class  class
}

// newer lists the letters and numbers of Unicode 15.1 and 16.0, which the standard library's
// 15.0 tables lack: 5,004 code points. No older code point changed class and White_Space did
// not change.
var newer = [...]span{
	{0x1c89, 0x1c8a, letter},
	{0xa7cb, 0xa7cd, letter},
	{0xa7da, 0xa7dc, letter},
	{0x105c0, 0x105f3, letter}, // Todhri
	{0x10d40, 0x10d49, number}, // Garay
	{0x10d4a, 0x10d65, letter},
	{0x10d6f, 0x10d85, letter},
	{0x10ec2, 0x10ec4, letter},
	{0x11380, 0x11389, letter}, // Tulu-Tigalari
	{0x1138b, 0x1138b, letter},
	{0x1138e, 0x1138e, letter},
	{0x11390, 0x113b5, letter},
	{0x113b7, 0x113b7, letter},
	{0x113d1, 0x113d1, letter},
	{0x113d3, 0x113d3, letter},
	{0x116d0, 0x116e3, number}, // Myanmar Extended-C
	{0x11bc0, 0x11be0, letter}, // Sunuwar
	{0x11bf0, 0x11bf9, number},
	{0x13460, 0x143fa, letter}, // Egyptian Hieroglyphs Extended-A
	{0x16100, 0x1611d, letter}, // Gurung Khema
	{0x16130, 0x16139, number},
	{0x16d40, 0x16d6c, letter}, // Kirat Rai
	{0x16d70, 0x16d79, number},
	{0x18cff, 0x18cff, letter},
	{0x1ccf0, 0x1ccf9, number}, // outlined digits
	{0x1e5d0, 0x1e5ed, letter}, // Ol Onal
	{0x1e5f0, 0x1e5f0, letter},
	{0x1e5f1, 0x1e5fa, number},
	{0x2ebf0, 0x2ee5d, letter}, // CJK Extension I, Unicode 15.1
}

// NewClasses builds the table (about 2 ms): once per process, then shared.
func NewClasses() *Classes {
	flat := make([]class, unicode.MaxRune+1)
	fill(flat, unicode.L, letter)
	fill(flat, unicode.N, number)
	fill(flat, unicode.White_Space, space)
	for _, s := range newer {
		for r := s.lo; r <= s.hi; r++ {
			flat[r] = s.class
		}
	}
	c := &Classes{}
	seen := make(map[[256]class]uint8)
	for p := range c.page {
		block := [256]class(flat[p<<8:])
		n, ok := seen[block]
		if !ok {
			n = uint8(len(seen)) // 133 distinct blocks in Unicode 16: a byte holds them
			seen[block] = n
			c.block = append(c.block, block[:]...)
		}
		c.page[p] = n
	}
	for b := range c.bytes {
		c.bytes[b] = notASCII
		if b < 0x80 {
			c.bytes[b] = flat[b]
		}
	}
	return c
}

// fill gives every code point of t the class c.
func fill(flat []class, t *unicode.RangeTable, c class) {
	for _, r := range t.R16 {
		for v := int(r.Lo); v <= int(r.Hi); v += int(r.Stride) {
			flat[v] = c
		}
	}
	for _, r := range t.R32 {
		for v := int(r.Lo); v <= int(r.Hi); v += int(r.Stride) {
			flat[v] = c
		}
	}
}

// of returns the class of r, a code point or the decoder's U+FFFD.
func (c *Classes) of(r rune) class {
	return c.block[int(c.page[r>>8])<<8|int(r&0xff)]
}
