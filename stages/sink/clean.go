package sink

import "unicode/utf8"

// cleanLen returns the length of s once it is valid UTF-8.
func cleanLen(s []byte) int {
	if utf8.Valid(s) {
		return len(s)
	}
	n := 0
	for len(s) > 0 {
		r, size := utf8.DecodeRune(s)
		n += utf8.RuneLen(r)
		s = s[size:]
	}
	return n
}

// appendClean appends s to dst, each byte of no character as U+FFFD.
func appendClean(dst, s []byte) []byte {
	for len(s) > 0 {
		r, size := utf8.DecodeRune(s)
		dst = utf8.AppendRune(dst, r)
		s = s[size:]
	}
	return dst
}
