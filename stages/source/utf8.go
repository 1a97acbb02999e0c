package source

import (
	"unicode/utf8"

	"dataprep/stages/doc"
)

// setText sets row i to v with every byte that is part of no character replaced by U+FFFD.
func setText(c *doc.Strings, i int, v []byte, scratch *[]byte) {
	if !utf8.Valid(v) {
		*scratch = appendValid((*scratch)[:0], v)
		v = *scratch
	}
	c.Set(i, v)
}

// appendValid appends b to dst, each byte that is part of no character as U+FFFD.
func appendValid(dst, b []byte) []byte {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			dst = append(dst, "\uFFFD"...)
		} else {
			dst = append(dst, b[:n]...)
		}
		b = b[n:]
	}
	return dst
}
