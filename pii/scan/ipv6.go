package scan

import "bytes"

// longestIPv6 is the length of the longest spelling, eight groups with an IPv4 tail.
const longestIPv6 = 45

// ipv6 returns the first IPv6 address that starts at from or later. Candidates are maximal runs of
// hexadecimal digits, colons and dots around a colon; a run that is no address as a whole holds
// none.
func (s *Scanner) ipv6(text []byte, from int) Span {
	for low := from; low < len(text); {
		colon := bytes.IndexByte(text[low:], ':')
		if colon < 0 {
			break
		}
		colon += low
		// Most colons of prose end a word; only ':' or a hexadecimal digit can go on.
		if !touches(text, colon+1, isHex) && (colon+1 >= len(text) || text[colon+1] != ':') {
			low = colon + 1
			continue
		}
		start := colon
		for start > low && colon-start < 5 && is(text[start-1], isHex) {
			start--
		}
		end := colon
		for end < len(text) && inIPv6(text[end]) {
			end++
		}
		low = end
		if stop := s.checkIPv6(text, start, end); stop > 0 {
			return Span{start, stop, IP}
		}
	}
	return Span{Start: none}
}

func inIPv6(c byte) bool { return is(c, isHex) || c == ':' || c == '.' }

// checkIPv6 returns the end of the address in the run text[start:end], or -1.
func (s *Scanner) checkIPv6(text []byte, start, end int) int {
	if touches(text, start-1, isWord) || start > 0 && inIPv6(text[start-1]) ||
		touches(text, end, isWord) {
		return -1
	}
	// Punctuation that closes a sentence or opens a list is not part of it.
	if text[end-1] == '.' {
		end--
	}
	if n := end - start; n >= 3 && text[end-1] == ':' && text[end-2] != ':' {
		end--
	}
	addr, ok := parseIPv6(text[start:end])
	if !ok || !s.PrivateIPs && !isGlobal6(addr) {
		return -1
	}
	return end
}

// parseIPv6 reads an address without zone: up to eight groups of one to four hexadecimal digits,
// one "::" for a run of zero groups, the last two groups perhaps as a dotted IPv4 address.
func parseIPv6(b []byte) (addr [16]byte, ok bool) {
	if len(b) < 2 || len(b) > longestIPv6 {
		return addr, false
	}
	n, gap, i := 0, -1, 0
	if b[0] == ':' {
		if b[1] != ':' {
			return addr, false
		}
		gap, i = 0, 2
	}
	for i < len(b) {
		if n == 16 {
			return addr, false
		}
		if v4, end, whole, plain := dotted(b, i); whole {
			if end != len(b) || n > 12 || !plain || n == 0 && gap < 0 {
				return addr, false
			}
			n += copy(addr[n:], v4[:])
			break
		}
		value, digits := hexGroup(b[i:])
		if digits == 0 {
			return addr, false
		}
		addr[n], addr[n+1] = byte(value>>8), byte(value)
		n, i = n+2, i+digits
		if i == len(b) {
			break
		}
		if b[i] != ':' || i+1 == len(b) {
			return addr, false
		}
		i++
		if b[i] == ':' {
			if gap >= 0 {
				return addr, false
			}
			gap = n
			i++
		}
	}
	if gap < 0 {
		return addr, n == 16
	}
	if n == 16 {
		return addr, false
	}
	moved := n - gap
	copy(addr[16-moved:], addr[gap:n])
	clear(addr[gap : 16-moved])
	return addr, true
}

// hexGroup reads one to four hexadecimal digits; five are none.
func hexGroup(b []byte) (value uint16, digits int) {
	for digits < len(b) && is(b[digits], isHex) {
		if digits == 4 {
			return 0, 0
		}
		c := b[digits]
		switch {
		case c <= '9':
			c -= '0'
		default:
			c = c | 0x20 - 'a' + 10
		}
		value = value<<4 | uint16(c)
		digits++
	}
	return value, digits
}

// isGlobal6 is narrower than Python's is_global, which lets most unassigned space through, "a::b"
// of a C++ source included: only 2000::/3 is in use, less the special blocks in it. An IPv4-mapped
// address is what its IPv4 address is.
func isGlobal6(a [16]byte) bool {
	if [10]byte(a[:10]) == [10]byte{} && a[10] == 0xff && a[11] == 0xff {
		return isGlobal4([4]byte(a[12:]))
	}
	group := uint16(a[0])<<8 | uint16(a[1])
	next := uint16(a[2])<<8 | uint16(a[3])
	switch {
	case group>>13 != 1:
		return false
	case group == 0x2001 && next == 0xdb8: // documentation
		return false
	case group == 0x2001 && next < 0x200: // protocol assignments, with global ones among them
		return next>>4 == 2 || next>>4 == 3 || next == 3 ||
			next == 4 && a[4] == 1 && a[5] == 0x12
	case group == 0x2002: // 6to4
		return false
	case group == 0x3fff && next < 0x1000: // documentation
		return false
	}
	return true
}
