package scan

// octetAt returns the length of the run of digits at i when the whole run spells 0 to 255 in at
// most three digits, leading zeros allowed; else 0.
func octetAt(text []byte, i int) int {
	n, value := 0, 0
	for i+n < len(text) && is(text[i+n], isDigit) {
		if n == 3 {
			return 0
		}
		value = value*10 + int(text[i+n]-'0')
		n++
	}
	if value > 255 {
		return 0
	}
	return n
}

// dotted reads up to four octets and the dots between them from i on. It returns the end of the
// last, whether there were four, and whether none had a leading zero (such addresses are octal to
// some readers; Python refuses them).
func dotted(text []byte, i int) (addr [4]byte, end int, ok, plain bool) {
	plain = true
	for part := range addr {
		n := octetAt(text, i)
		if n == 0 {
			return addr, i, false, false
		}
		value := 0
		for _, c := range text[i : i+n] {
			value = value*10 + int(c-'0')
		}
		addr[part] = byte(value)
		plain = plain && (n == 1 || text[i] != '0')
		i += n
		if part < 3 {
			if i == len(text) || text[i] != '.' {
				return addr, i, false, false
			}
			i++
		}
	}
	return addr, i, true, plain
}

// ipv4 returns the end of an address of the Own dialect that begins with the digit at i, or -1.
func (s *Scanner) ipv4(text []byte, i int) int {
	if touches(text, i-1, isWord) || i >= 2 && text[i-1] == '.' && is(text[i-2], isWord) {
		return -1
	}
	addr, end, ok, plain := dotted(text, i)
	switch {
	case !ok || !plain || touches(text, end, isWord):
		return -1
	case end < len(text) && text[end] == '.' && touches(text, end+1, isWord):
		return -1 // a longer dotted number, or a host name such as 1.2.3.4.in-addr.arpa
	case !s.PrivateIPs && !isGlobal4(addr):
		return -1
	}
	return end
}

// looseIPv4 looks for a match of datatrove's expression whose first octet lies in the run of digits
// text[i:run]. It returns the match, whether it is a global address, and whether there is one.
func (s *Scanner) looseIPv4(text []byte, i, run int) (start, end int, global, ok bool) {
	if run >= len(text) || text[run] != '.' {
		return 0, 0, false, false
	}
	// Only the last three digits can be an octet, and they are if they spell one.
	start = max(i, run-3)
	if octetAt(text, start) == 0 {
		start++
	}
	var addr [4]byte
	plain := true
	at := start
	for part := range addr {
		n := octetAt(text, at)
		if part == 3 {
			n = looseOctet(text, at)
		}
		if n == 0 {
			return 0, 0, false, false
		}
		value := 0
		for _, c := range text[at : at+n] {
			value = value*10 + int(c-'0')
		}
		addr[part] = byte(value)
		plain = plain && (n == 1 || text[at] != '0')
		at += n
		if part < 3 {
			if at == len(text) || text[at] != '.' {
				return 0, 0, false, false
			}
			at++
		}
	}
	return start, at, plain && (s.PrivateIPs || isGlobal4(addr)), true
}

// looseOctet returns how many digits at i the last octet of datatrove's expression takes: three if
// they spell an octet, else as many of the first two as there are.
func looseOctet(text []byte, i int) int {
	n, value := 0, 0
	for n < 3 && touches(text, i+n, isDigit) {
		value = value*10 + int(text[i+n]-'0')
		n++
	}
	if value > 255 {
		return 2
	}
	return n
}

// isGlobal4 is Python's ipaddress.is_global (3.13, after the IANA special-purpose registry).
// Multicast counts as global there, and so it does here.
func isGlobal4(a [4]byte) bool {
	switch a[0] {
	case 0, 10, 127:
		return false
	case 100:
		return a[1]&0xC0 != 64
	case 169:
		return a[1] != 254
	case 172:
		return a[1]&0xF0 != 16
	case 192:
		switch {
		case a[1] == 168:
			return false
		case a[1] == 0 && a[2] == 0:
			return a[3] == 9 || a[3] == 10
		}
		return a[1] != 0 || a[2] != 2
	case 198:
		return a[1]&0xFE != 18 && (a[1] != 51 || a[2] != 100)
	case 203:
		return a[1] != 0 || a[2] != 113
	}
	return a[0] < 240
}
