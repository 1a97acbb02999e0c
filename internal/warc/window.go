package warc

import "io"

// windowMax is twice the longest record that is kept whole, with what is looked at behind it.
const windowMax = 2 * (MaxBody + MaxHeader + lookBehind + 2*chunk)

// state is how an attempt to get more bytes ended.
type state uint8

const (
	more state = iota // there are more
	end               // the member, or the plain file, ends here
	bad               // the member is damaged (stream.err says how) or the source failed
)

// stream is the file as the records see it: the inflated bytes of the member at hand, or the bytes
// of a plain file, in one window that begins at the record being read.
type stream struct {
	member
	plain bool
	buf   []byte
	pos   int
	base  int64 // place of buf[0] in the plain file
}

func (s *stream) rest() []byte { return s.buf[s.pos:] }

// at returns the place in the plain file of the next byte of the window.
func (s *stream) at() int64 { return s.base + int64(s.pos) }

// drop empties the window; what follows is at offset.
func (s *stream) drop(offset int64) {
	s.buf, s.pos, s.base = s.buf[:0], 0, offset
}

// pull appends some bytes to the window. Slices of the window are void after it.
func (s *stream) pull() state {
	s.space()
	p := s.buf[len(s.buf):min(cap(s.buf), len(s.buf)+chunk)]
	var n int
	var err error
	if s.plain {
		n, err = s.br.Read(p)
	} else {
		n, err = s.member.read(p)
	}
	s.buf = s.buf[:len(s.buf)+n]
	switch {
	case n > 0:
		return more
	case s.failed() != nil:
		return bad
	case err == io.EOF:
		return end
	}
	return bad
}

// space makes room for a read. Growing by doubling and moving only when at least half of the buffer
// has been consumed keeps the copying linear however the records lie.
func (s *stream) space() {
	if cap(s.buf)-len(s.buf) >= chunk/2 {
		return
	}
	rest := s.rest()
	if len(rest) <= cap(s.buf)/2 && cap(s.buf) >= chunk {
		s.base += int64(s.pos)
		s.buf, s.pos = s.buf[:copy(s.buf[:cap(s.buf)], rest)], 0
		return
	}
	grown := make([]byte, len(rest), min(max(2*cap(s.buf), 2*chunk), windowMax))
	copy(grown, rest)
	s.base += int64(s.pos)
	s.buf, s.pos = grown, 0
}

// need pulls until the window holds n bytes, across members that continue this one.
func (s *stream) need(n int) state {
	for len(s.rest()) < n {
		if st := s.pull(); st == end && s.continues() {
			continue
		} else if st != more {
			return st
		}
	}
	return more
}

// discard consumes n bytes without keeping them.
func (s *stream) discard(n int64) state {
	for n > 0 {
		if have := int64(len(s.rest())); have > 0 {
			take := min(have, n)
			s.pos += int(take)
			n -= take
			continue
		}
		if st := s.need(1); st != more {
			return st
		}
	}
	return more
}

// continues opens the next member if it cannot begin a record: some writers put the head of a
// record and its block in two members, and block compressors cut anywhere.
func (s *stream) continues() bool {
	if s.plain {
		return false
	}
	if _, err := s.header(); err != nil || s.isHead() {
		return false
	}
	return s.open() == nil
}

// skipNewlines consumes line ends; more means that another byte follows.
func (s *stream) skipNewlines() state {
	for {
		for s.pos < len(s.buf) {
			if c := s.buf[s.pos]; c != '\r' && c != '\n' {
				return more
			}
			s.pos++
		}
		if st := s.pull(); st != more {
			return st
		}
	}
}

// seek consumes at least one byte and goes on to the next line that begins a record. It returns end
// when the member ends first or limit bytes (0: any number) went by, bad when the member breaks.
func (s *stream) seek(limit int64) state {
	for seen := int64(0); limit == 0 || seen < limit; {
		st := more
		for st == more && len(s.rest()) < 2*headLook {
			st = s.pull()
		}
		b := s.rest()
		if i := findHead(b); i > 0 {
			s.pos += i
			return more
		}
		if st != more {
			s.pos = len(s.buf)
			return st
		}
		s.pos += len(b) - headLook
		seen += int64(len(b) - headLook)
	}
	return end
}
