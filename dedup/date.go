package dedup

import (
	"encoding/binary"
	"math"
	"time"
)

// dateLen is the length of a date in a ballot: seconds in 8 bytes, nanoseconds in 4.
const dateLen = 12

// appendNewestFirst appends a date so that a later one gives smaller bytes. What is no date comes
// last of all.
func appendNewestFirst(dst, date []byte) []byte {
	sec, nano, ok := parseDate(date)
	if !ok {
		dst = binary.BigEndian.AppendUint64(dst, math.MaxUint64)
		return binary.BigEndian.AppendUint32(dst, math.MaxUint32)
	}
	dst = binary.BigEndian.AppendUint64(dst, ^(uint64(sec) ^ 1<<63))
	return binary.BigEndian.AppendUint32(dst, ^nano)
}

// parseDate reads what WARC and data sets write: 2013-05-18, with T or a space and 05:48:54, with a
// fraction, with Z or an offset. Without an offset it is UTC. It is looser than RFC 3339 and does
// not allocate when it fails, as package time would.
func parseDate(s []byte) (sec int64, nano uint32, ok bool) {
	p := dateScan{rest: s}
	year, month, day := p.number(4), p.after('-'), p.after('-')
	var hour, minute, second, offset int
	if len(p.rest) > 0 {
		if p.rest[0] != 'T' && p.rest[0] != 't' && p.rest[0] != ' ' {
			return 0, 0, false
		}
		p.rest = p.rest[1:]
		hour, minute, second = p.number(2), p.after(':'), p.after(':')
		nano = p.fraction()
		offset = p.offset()
	}
	if p.bad || len(p.rest) > 0 || month < 1 || month > 12 || day < 1 || day > 31 ||
		hour > 23 || minute > 59 || second > 60 {
		return 0, 0, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	return t.Unix() - int64(offset)*60, nano, true
}

// dateScan eats a date from the front; the first mismatch makes it bad.
type dateScan struct {
	rest []byte
	bad  bool
}

func (p *dateScan) number(digits int) (n int) {
	if len(p.rest) < digits {
		p.bad = true
		return 0
	}
	for _, c := range p.rest[:digits] {
		if c < '0' || c > '9' {
			p.bad = true
		}
		n = 10*n + int(c-'0')
	}
	p.rest = p.rest[digits:]
	return n
}

// after reads a mark and two digits.
func (p *dateScan) after(mark byte) int {
	if len(p.rest) == 0 || p.rest[0] != mark {
		p.bad = true
		return 0
	}
	p.rest = p.rest[1:]
	return p.number(2)
}

// fraction reads .123 as nanoseconds; digits past the ninth say nothing.
func (p *dateScan) fraction() uint32 {
	if len(p.rest) == 0 || p.rest[0] != '.' {
		return 0
	}
	p.rest = p.rest[1:]
	n, weight, digits := 0, 100_000_000, 0
	for len(p.rest) > 0 && p.rest[0] >= '0' && p.rest[0] <= '9' {
		n += int(p.rest[0]-'0') * weight
		weight /= 10
		digits++
		p.rest = p.rest[1:]
	}
	p.bad = p.bad || digits == 0
	return uint32(n)
}

// offset reads Z, +02:00 or +0200 as minutes east of Greenwich.
func (p *dateScan) offset() int {
	if len(p.rest) == 0 {
		return 0
	}
	sign := 1
	switch c := p.rest[0]; c {
	case 'Z', 'z':
		p.rest = p.rest[1:]
		return 0
	case '-':
		sign = -1
	case '+':
	default:
		p.bad = true
		return 0
	}
	p.rest = p.rest[1:]
	hours := p.number(2)
	if len(p.rest) > 0 && p.rest[0] == ':' {
		p.rest = p.rest[1:]
	}
	return sign * (60*hours + p.number(2))
}
