package scan

import (
	"encoding/binary"
	"math/bits"
)

// digits returns the first IPv4 address or card number that starts at from or later.
func (s *Scanner) digits(text []byte, from int) Span {
	ip, card := s.Want.Has(IP), s.Want.Has(Card)
	for i := nextDigit(text, from); i < len(text); {
		run := i + 1
		for run < len(text) && is(text[run], isDigit) {
			run++
		}
		if card && (run-i >= shortestCard || run-i == 4) {
			if end := cardEnd(text, i, run); end > 0 {
				return Span{i, end, Card}
			}
		}
		next := run
		if ip && run < len(text) && text[run] == '.' {
			if s.Dialect == Datatrove {
				start, end, global, ok := s.looseIPv4(text, i, run)
				if ok && global {
					return Span{start, end, IP}
				}
				if ok {
					next = end // the expression matched; what it matched is spent
				}
			} else if end := s.ipv4(text, i); end > 0 {
				return Span{i, end, IP}
			}
		}
		i = nextDigit(text, next)
	}
	return Span{Start: none}
}

// nextDigit returns the place of the first digit at i or behind it, or len(text); eight bytes at a
// time, because most of a text holds none.
func nextDigit(text []byte, i int) int {
	const (
		ones = 0x0101010101010101
		high = 0x80 * ones
	)
	for ; i+8 <= len(text); i += 8 {
		w := binary.LittleEndian.Uint64(text[i:])
		// The high bit of a byte of low is set when its low seven bits are '0' or more, of
		// above when they are more than '9'; bytes over 127 are no digits.
		low := (w&^high + (0x80-'0')*ones)
		above := (w&^high + (0x80-'9'-1)*ones)
		if m := low &^ above &^ w & high; m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for ; i < len(text); i++ {
		if is(text[i], isDigit) {
			break
		}
	}
	return i
}
