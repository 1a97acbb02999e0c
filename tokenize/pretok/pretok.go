// Package pretok cuts text into the pieces inside which byte-pair encoding may merge, as GPT-2
// does.
//
// In: bytes of a text and a position. Out: where the piece that starts there ends. The rule is the
// pattern of r50k_base, leftmost alternative first,
//
//	'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//
// scanned by hand: no regular expression, no allocation, every byte looked at a bounded number
// of times. Invariants: pieces are never empty and, laid end to end, are the text. Reference:
// tiktoken with Unicode 16 classes, where Go's own tables stop at 15.0. Nothing is refused: a
// byte that is not part of valid UTF-8 is one code point outside all three classes, just like
// the U+FFFD that a Python caller would have put in its place before tiktoken saw the text, so
// the cuts are the same; only here the original bytes stay in the piece.
package pretok

import "unicode/utf8"

// Next returns the end of the piece that starts at text[start]; start must be a piece boundary
// (0, or an earlier result) and < len(text).
func (c *Classes) Next(text []byte, start int) int {
	b := text[start]
	if b == '\'' {
		if n := contraction(text[start:]); n > 0 {
			return start + n
		}
	}
	first, size := c.at(text, start)
	if first != space {
		return c.run(text, start+size, first)
	}
	if b == ' ' && start+1 < len(text) {
		if next, n := c.at(text, start+1); next != space {
			return c.run(text, start+1+n, next)
		}
	}
	return c.blanks(text, start, start+size)
}

// contraction returns the length of the English suffix s starts with (its apostrophe is known to
// be there), or 0. The pattern is case-sensitive and takes the ASCII apostrophe only.
func contraction(s []byte) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case 's', 'd', 'm', 't':
		return 2
	case 'l':
		if len(s) > 2 && s[2] == 'l' {
			return 3
		}
	case 'v', 'r':
		if len(s) > 2 && s[2] == 'e' {
			return 3
		}
	}
	return 0
}

// at returns the class and the byte length of the code point at text[i].
func (c *Classes) at(text []byte, i int) (class, int) {
	if k := c.bytes[text[i]]; k != notASCII {
		return k, 1
	}
	r, size := utf8.DecodeRune(text[i:])
	return c.of(r), size
}

// run returns the end of the code points of class k that follow text[:i].
func (c *Classes) run(text []byte, i int, k class) int {
	for {
		for i < len(text) && c.bytes[text[i]] == k {
			i++
		}
		if i == len(text) || text[i] < utf8.RuneSelf {
			return i
		}
		r, size := utf8.DecodeRune(text[i:])
		if c.of(r) != k {
			return i
		}
		i += size
	}
}

// blanks returns where a whitespace piece ends whose first code point is text[start:i] and
// which no word can take as its prefix: the whole run at the end of the text; else all but its
// last code point, which the lookahead gives back; else, when there is only that one, itself.
func (c *Classes) blanks(text []byte, start, i int) int {
	last := start
	for i < len(text) {
		k, size := c.at(text, i)
		if k != space {
			if last > start {
				return last
			}
			return i
		}
		last = i
		i += size
	}
	return i
}
