package warc

import (
	"bytes"
	"fmt"
	"io"
	"math"
)

// Range is a stretch of a file, in bytes. A reader of a range yields the records whose member
// begins in it, and the damage behind them; it reads past End as far as its last record goes.
type Range struct{ Start, End int64 }

// Reader reads the records of one range after the other. It is for one goroutine; its buffers grow
// to the largest record met; the sum of them stays below 48 MiB. A damaged Content-Length above
// MaxBody hides what follows it in its member or plain file: nothing that large is read twice.
type Reader struct {
	s     stream
	rg    Range
	want  uint16 // bit per Type
	exact bool   // the range begins at a member or record, not at a random byte
	begun bool
	heads int   // records or members with records seen in this range
	owner int64 // place of the member that began with a record
	index int   // of the next record since owner
	taken int   // bytes of the window the last record holds
	sniff []byte
	head  []byte // header block of the record
	lf    bool   // its lines end in LF alone
	rec   Record
	err   error
}

// NewReader returns a reader that buffers the blocks of the wanted types only; others come out
// skipped with Type.Cause. No types means all of them.
func NewReader(want ...Type) *Reader {
	r := &Reader{err: io.EOF}
	for _, t := range want {
		r.want |= 1 << t
	}
	if len(want) == 0 {
		r.want = math.MaxUint16
	}
	return r
}

// Reset begins a range. src begins at rg.Start of the file and goes on to the file's end. Ranges
// with a Start above 0 exist in splittable files only, see Probe.
func (r *Reader) Reset(src io.Reader, rg Range) {
	r.start(src, rg)
	r.exact = rg.Start == 0
}

func (r *Reader) start(src io.Reader, rg Range) {
	r.s.reset(src, rg.Start)
	r.s.plain = false
	r.s.member.err = io.EOF
	r.s.drop(rg.Start)
	r.rg, r.begun, r.heads, r.index, r.taken, r.err = rg, false, 0, 0, 0, nil
	r.owner, r.sniff = rg.Start, r.sniff[:0]
}

// Find re-opens one record: src begins at its Offset, id is its WARC-Record-ID or "" for the first
// record there. What it returns equals what reading through the file returned.
func (r *Reader) Find(src io.Reader, offset int64, id string) (*Record, error) {
	r.start(src, Range{offset, offset + 1})
	r.exact = true
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return nil, fmt.Errorf("find record %s at %d: %w", id, offset, ErrNoRecord)
		}
		if err != nil || id == "" || string(rec.ID) == id {
			return rec, err
		}
	}
}

// Next returns the next record of the range, readable or skipped, and io.EOF after the last. Any
// other error ends the range: the source's own, or one of ErrNotWARC, ErrARC, ErrCompression.
func (r *Reader) Next() (*Record, error) {
	if r.err != nil {
		return nil, r.err
	}
	r.s.pos += r.taken
	r.taken = 0
	rec, err := r.next()
	if failed := r.s.failed(); failed != nil && (err != nil || rec.Skip != "") {
		err = fmt.Errorf("read at %d: %w", r.s.offset(), failed)
	}
	if err != nil {
		r.err = err
		return nil, err
	}
	return rec, nil
}

func (r *Reader) next() (*Record, error) {
	if !r.begun {
		r.begun = true
		if err := r.begin(); err != nil {
			return nil, err
		}
	}
	for {
		r.rec = Record{Index: r.index, ContentLength: -1}
		switch st := r.s.skipNewlines(); {
		case st == bad:
			return r.damage(r.owner)
		case st == end && r.s.plain:
			return nil, io.EOF
		case st == end:
			if rec, err := r.nextMember(); rec != nil || err != nil {
				return rec, err
			}
			continue
		}
		if r.s.plain && r.s.at() >= r.rg.End {
			return nil, io.EOF
		}
		r.blank()
		_ = r.s.need(len(warcMark))
		if !hasFold(r.s.rest(), "warc/") {
			return r.junk()
		}
		return r.record()
	}
}

// begin looks at the first bytes and finds the first member.
func (r *Reader) begin() error {
	if !r.exact {
		if !r.s.scan(0) {
			return io.EOF
		}
		return nil
	}
	b, _ := r.s.br.Peek(16)
	r.sniff = append(r.sniff, b...)
	if err := foreign(b); err != nil {
		return err
	}
	if n := min(len(b), 2); n == 0 || !bytes.Equal(b[:n], gzipMagic[:n]) {
		r.s.plain = true
		r.s.mark = math.MaxInt64
	}
	return nil
}

// blank begins a record at the reading place.
func (r *Reader) blank() {
	r.rec = Record{Offset: r.owner, Index: r.index, ContentLength: -1}
	if r.s.plain {
		r.rec.Offset, r.rec.Index = r.s.at(), 0
	}
	r.index++
}

// nextMember opens the next member that begins with a record. It returns nil, nil to go on.
func (r *Reader) nextMember() (*Record, error) {
	s := &r.s
	at := s.offset()
	if b, _ := s.br.Peek(1); len(b) == 0 {
		return nil, io.EOF
	}
	if at >= r.rg.End && s.isHead() {
		return nil, io.EOF
	}
	s.drop(0)
	r.rec.Index = 0
	if err := s.open(); err == errCut {
		return r.damage(at)
	} else if err != nil {
		return r.garbage(at)
	}
	st := more
	for st == more && len(s.buf) < firstBytes {
		st = s.pull()
	}
	switch {
	case startsRecord(s.buf):
		r.owner, r.index = at, 0
		r.heads++
		return nil, nil
	case st == bad:
		return r.damage(at)
	case st == end && len(s.buf) == 0: // an empty member is nothing at all
		return nil, nil
	}
	if r.heads == 0 {
		r.sniff = append(r.sniff[:0], s.buf[:min(len(s.buf), 16)]...)
		if err := foreign(s.buf); err != nil {
			return nil, err
		}
	}
	return r.garbage(at)
}

// garbage skips from the file offset at to the next member that begins with a record.
func (r *Reader) garbage(at int64) (*Record, error) {
	r.s.rewind(at + 1)
	limit := int64(0)
	if r.virgin() {
		limit = sniffLimit
	}
	found := r.s.scan(limit)
	if !found && r.virgin() {
		return nil, r.notWARC()
	}
	r.s.member.err = io.EOF
	r.s.drop(0)
	return r.lost(Garbage, at), nil
}

// virgin says that nothing of the file was a record yet and that its start was seen.
func (r *Reader) virgin() bool { return r.heads == 0 && r.rg.Start == 0 }

func (r *Reader) notWARC() error {
	return fmt.Errorf("%w: begins with %q", ErrNotWARC, r.sniff)
}

// damage ends the member at hand, which is broken, and goes on at the next one. from is where the
// loss begins.
func (r *Reader) damage(from int64) (*Record, error) {
	s := &r.s
	cause := DamagedMember
	switch s.member.err {
	case errCut:
		cause = Truncated
	case errBomb:
		cause = GzipBomb
	}
	// After a wrong checksum the end of the member is still where it says, most often.
	if s.member.err != errMember || !s.isHead() {
		s.rewind(s.start + 1)
		if s.scan(0) && cause == Truncated {
			cause = DamagedMember
		}
	}
	s.member.err = io.EOF
	s.drop(0)
	return r.lost(cause, from), nil
}

// lost returns the skip of the bytes from the file offset from to the reading place.
func (r *Reader) lost(cause Cause, from int64) *Record {
	r.rec.Skip, r.rec.Body = cause, nil
	r.rec.Offset, r.rec.Length = from, r.s.offset()-from
	return &r.rec
}

// junk skips to the next record inside the member or the plain file.
func (r *Reader) junk() (*Record, error) {
	first := r.virgin() && r.s.plain
	limit := int64(0)
	if first {
		limit = sniffLimit
	}
	rest := r.s.rest()
	short := len(rest) < len(warcMark) && string(rest) == warcMark[:len(rest)]
	st := r.s.seek(limit)
	switch {
	case st == bad:
		return r.damage(r.owner)
	case st != more && first && !short:
		return nil, r.notWARC()
	}
	if short {
		return r.skipped(Truncated)
	}
	return r.skipped(Garbage)
}
