package warc

import (
	"bytes"
	"strings"
)

// record reads the record at the reading place.
func (r *Reader) record() (*Record, error) {
	n, st := r.lookHeader()
	switch {
	case st == bad:
		return r.damage(r.owner)
	case st == end:
		return r.resume(Truncated, 1)
	case n == 0:
		return r.resume(HeaderTooLarge, MaxHeader)
	}
	r.heads++
	r.parseHeader()
	rec := &r.rec
	if n > MaxHeader {
		rec.Skip = HeaderTooLarge
		rec.ContentLength = longLength(r.s.rest()[:n])
	}
	switch {
	case rec.ContentLength < 0:
		if rec.Skip == "" {
			rec.Skip = NoContentLength
		}
		return r.resume(rec.Skip, n)
	case rec.Skip != "":
	case rec.ContentLength <= MaxBody:
		return r.block(n)
	case !r.wanted():
		rec.Skip = rec.Type.Cause()
	default:
		rec.Skip = TooLarge
	}
	return r.pass(n)
}

// wanted says whether the caller asked for records of this type.
func (r *Reader) wanted() bool { return r.want>>r.rec.Type&1 != 0 }

// resume skips a record whose end is unknown: it goes on at the next line that begins a record,
// looked for behind the first skip bytes.
func (r *Reader) resume(cause Cause, skip int) (*Record, error) {
	r.s.pos += min(skip, len(r.s.rest())) - 1
	if r.s.seek(0) == bad {
		return r.damage(r.owner)
	}
	return r.skipped(cause)
}

// skipped returns the record as skipped; the window stands behind it.
func (r *Reader) skipped(cause Cause) (*Record, error) {
	rec := &r.rec
	rec.Skip, rec.Body = cause, nil
	if r.s.plain {
		rec.Length = r.s.at() - rec.Offset
	} else if len(r.s.rest()) == 0 && r.s.member.err != nil {
		rec.Length = r.s.offset() - rec.Offset
	}
	return rec, nil
}

// pass consumes a record that is too large without keeping its block.
func (r *Reader) pass(n int) (*Record, error) {
	rec := &r.rec
	switch r.s.discard(int64(n) + rec.ContentLength) {
	case bad:
		return r.damage(r.owner)
	case end:
		return r.skipped(rec.Skip)
	}
	if r.border(0) == borderBad {
		return r.damage(r.owner)
	}
	if r.s.plain {
		rec.Length = int64(n) + rec.ContentLength
	} else if r.closed() {
		rec.Length = r.s.offset() - rec.Offset
	}
	return rec, nil
}

// block reads the block of a record whose header has n bytes.
func (r *Reader) block(n int) (*Record, error) {
	rec := &r.rec
	size := n + int(rec.ContentLength)
	switch r.s.need(size) {
	case bad:
		return r.damage(r.owner)
	case end:
		return r.short(n)
	}
	switch r.border(size) {
	case borderBad:
		return r.damage(r.owner)
	case borderOff:
		return r.misfit(n, size)
	}
	return r.full(n, size, size)
}

// full returns the complete record; its block is the window's bytes n to size, and the next record
// is looked for from index next on.
func (r *Reader) full(n, size, next int) (*Record, error) {
	rec := &r.rec
	if rec.Body = r.s.rest()[n:size:size]; !r.wanted() {
		rec.Skip, rec.Body = rec.Type.Cause(), nil
	}
	r.taken = next
	if r.s.plain {
		rec.Length = int64(size)
	} else if r.closed() {
		rec.Length = r.s.offset() - rec.Offset
	}
	return rec, nil
}

// closed says that the member has ended and holds nothing but line ends behind the record.
func (r *Reader) closed() bool {
	return r.s.member.err != nil && len(bytes.TrimLeft(r.s.rest()[r.taken:], "\r\n")) == 0
}

// lookBehind is how many bytes behind a block are read with it in search of the member's end: data
// that a flipped bit has sent astray inflate to a wrong block before the member breaks.
const lookBehind = 64 << 10

type borderKind uint8

const (
	borderGood borderKind = iota // line ends, then a record or the end
	borderOff                    // something else: the length is wrong
	borderBad                    // the member breaks
)

// border looks at what follows the first size bytes of the window. For a member's last record this
// reads the member to its end and so checks its checksum before the record is given out.
func (r *Reader) border(size int) borderKind {
	for i := size; ; {
		b := r.s.rest()
		for i < len(b) && (b[i] == '\r' || b[i] == '\n') {
			i++
		}
		switch {
		case i-size > lookBehind || hasFold(b[i:], "warc/"):
			return borderGood
		case len(b)-i >= len(warcMark):
			return borderOff
		}
		switch r.s.pull() {
		case bad:
			return borderBad
		case end:
			// The rest of the mark may be in the next member.
			if !strings.HasPrefix(warcMark, string(b[i:])) {
				return borderOff
			}
			return borderGood
		}
	}
}

// misfit handles a block that is not followed by a record. If a record begins inside the block the
// length was too large. Otherwise the block is taken as declared and what follows is garbage.
//
// Where the lines end in LF alone a tool has rewritten the file as text and every length is off:
// the block then ends where the next record, or the file, begins.
func (r *Reader) misfit(n, size int) (*Record, error) {
	reach := size + lookBehind
	if r.lf {
		reach = min(4*size+MaxHeader, n+MaxBody)
	}
	st := more
	for st == more && len(r.s.rest()) < reach {
		st = r.s.pull()
	}
	if st == bad {
		return r.damage(r.owner)
	}
	b := r.s.rest()
	i := findHead(b[n-1:])
	cut := n - 1 + i
	switch {
	case r.lf && i > 0:
		return r.full(n, trimBlank(b, n, cut), cut)
	case r.lf && st == end:
		return r.full(n, trimBlank(b, n, len(b)), len(b))
	case i > 0 && cut < size:
		r.s.pos += cut
		return r.skipped(BadLength)
	}
	return r.full(n, size, size)
}

// short handles a block the file or member ends within.
func (r *Reader) short(n int) (*Record, error) {
	b := r.s.rest()
	i := findHead(b[n-1:])
	cut := n - 1 + i
	switch {
	case i > 0 && r.lf:
		return r.full(n, trimBlank(b, n, cut), cut)
	case i > 0:
		r.s.pos += cut
		return r.skipped(BadLength)
	case r.lf && int(r.rec.ContentLength)-(len(b)-n) <= bytes.Count(b[n:], []byte("\n")):
		return r.full(n, trimBlank(b, n, len(b)), len(b))
	}
	r.s.pos = len(r.s.buf)
	return r.skipped(Truncated)
}

// trimBlank takes the blank line that separates records off the block b[from:to].
func trimBlank(b []byte, from, to int) int {
	for k := 0; k < 2 && to > from && b[to-1] == '\n'; k++ {
		to--
	}
	return to
}
