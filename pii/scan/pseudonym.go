package scan

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"strconv"
)

// A pseudonymous e-mail address: 64 bits in hexadecimal between these.
const (
	pseudonymHead = "user-"
	pseudonymHex  = 16
	pseudonymTail = "@example.com"
)

// Pseudonyms replaces values by stand-ins that depend on the key, the kind and the value alone: the
// same value has the same stand-in in every document, worker and run of one key, and nobody without
// the key can test a guess. Stand-ins are addresses and numbers that nobody can own, and a scan of
// the Own dialect does not find them again. It is the scratch of one worker.
type Pseudonyms struct {
	mac  hash.Hash
	buf  []byte
	hash [sha256.Size]byte
}

// NewPseudonyms returns stand-ins for one secret key of any length; 32 random bytes are a good one.
func NewPseudonyms(key []byte) *Pseudonyms {
	return &Pseudonyms{mac: hmac.New(sha256.New, key)}
}

// Append appends the stand-in of a value of a kind to dst. Spellings of one value share it: letter
// case of e-mail addresses, notation of IP addresses, grouping of card numbers. Different values
// share one by chance: e-mail 2^-64, card 10^-12, IPv4 2^-27 (all of 240.0.0.0 to 247.255.255.255),
// IPv6 2^-96 per pair.
func (p *Pseudonyms) Append(dst []byte, kind Kind, value []byte) []byte {
	p.buf = append(append(p.buf[:0], kind.String()...), 0)
	head := len(p.buf)
	p.buf = normalize(p.buf, kind, value)
	p.mac.Reset()
	p.mac.Write(p.buf)
	sum := p.mac.Sum(p.hash[:0])
	n := binary.BigEndian.Uint64(sum)
	switch kind {
	case Email:
		dst = append(dst, pseudonymHead...)
		dst = appendHex(dst, sum[:pseudonymHex/2])
		return append(dst, pseudonymTail...)
	case IP:
		if len(p.buf)-head == 16 {
			return appendIPv6(dst, sum)
		}
		return appendIPv4(dst, uint32(n))
	default:
		// Sixteen digits of an issuer range that does not exist.
		const width = 1_000_000_000_000
		dst = append(dst, "0000"...)
		at := len(dst)
		dst = strconv.AppendUint(dst, width+n%width, 10)
		return append(dst[:at], dst[at+1:]...)
	}
}

// normalize appends the one spelling of value that is hashed.
func normalize(dst []byte, kind Kind, value []byte) []byte {
	switch kind {
	case Email:
		for _, c := range value {
			if 'A' <= c && c <= 'Z' {
				c |= 0x20
			}
			dst = append(dst, c)
		}
		return dst
	case IP:
		if addr, end, ok, _ := dotted(value, 0); ok && end == len(value) {
			return append(dst, addr[:]...)
		}
		if addr, ok := parseIPv6(value); ok {
			return append(dst, addr[:]...)
		}
		return append(dst, value...)
	default:
		for _, c := range value {
			if is(c, isDigit) {
				dst = append(dst, c)
			}
		}
		return dst
	}
}

func appendHex(dst, b []byte) []byte {
	const digits = "0123456789abcdef"
	for _, c := range b {
		dst = append(dst, digits[c>>4], digits[c&15])
	}
	return dst
}

// appendIPv4 writes an address of the block that was never given out.
func appendIPv4(dst []byte, n uint32) []byte {
	n = n>>5 | 0xF0000000
	for shift := 24; shift >= 0; shift -= 8 {
		dst = strconv.AppendUint(dst, uint64(byte(n>>shift)), 10)
		if shift > 0 {
			dst = append(dst, '.')
		}
	}
	return dst
}

// appendIPv6 writes an address of the block that is kept for documentation.
func appendIPv6(dst, b []byte) []byte {
	dst = append(dst, "2001:db8"...)
	for i := 0; i < 12; i += 2 {
		dst = append(dst, ':')
		dst = appendHex(dst, b[i:i+2])
	}
	return dst
}

// isPseudonym tells whether an e-mail address is one that Append made.
func isPseudonym(b []byte) bool {
	if len(b) != len(pseudonymHead)+pseudonymHex+len(pseudonymTail) ||
		string(b[:len(pseudonymHead)]) != pseudonymHead ||
		string(b[len(b)-len(pseudonymTail):]) != pseudonymTail {
		return false
	}
	for _, c := range b[len(pseudonymHead) : len(b)-len(pseudonymTail)] {
		if !is(c, isHex) {
			return false
		}
	}
	return true
}
