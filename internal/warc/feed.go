package warc

import (
	"bufio"
	"io"
)

const (
	chunk   = 64 << 10
	history = 4 << 20   // raw bytes kept behind the reading place for a second look after damage
	peekMax = 128 << 10 // holds the longest gzip header there is
)

// feed hands the raw bytes of the file to a bufio.Reader, the one reader type the inflater has a
// fast path for, and keeps those since the mark, so that after a damaged member the search for the
// next one can begin right behind the start of the damaged one.
type feed struct {
	src  io.Reader
	br   *bufio.Reader
	buf  []byte
	pos  int   // next byte for br
	base int64 // file offset of buf[0]
	mark int64 // bytes from here on are worth keeping
	err  error // of src; io.EOF at the end of the file

	seen, again int64 // bytes read for the first time, bytes gone back
}

func (f *feed) reset(src io.Reader, offset int64) {
	*f = feed{src: src, br: f.br, buf: f.buf[:0], base: offset, mark: offset}
	if f.br == nil {
		f.br = bufio.NewReaderSize(f, peekMax)
		return
	}
	f.br.Reset(f)
}

// offset returns the file offset of the next byte of br.
func (f *feed) offset() int64 { return f.base + int64(f.pos) - int64(f.br.Buffered()) }

// failed returns the error of the source other than the end of the file.
func (f *feed) failed() error {
	if f.err == io.EOF {
		return nil
	}
	return f.err
}

// Read implements io.Reader for br.
func (f *feed) Read(p []byte) (int, error) {
	for empty := 0; f.pos == len(f.buf); empty++ {
		if f.err != nil {
			return 0, f.err
		}
		if empty == 100 {
			f.err = io.ErrNoProgress
			return 0, f.err
		}
		f.room()
		n, err := f.src.Read(f.buf[len(f.buf) : len(f.buf)+chunk])
		f.buf = f.buf[:len(f.buf)+n]
		f.seen += int64(n)
		f.err = err
	}
	n := copy(p, f.buf[f.pos:])
	f.pos += n
	return n, nil
}

// room makes place for a chunk: first by dropping what lies before the mark, then by growing. The
// buffer grows to twice the history, so that moving it down stays rare.
func (f *feed) room() {
	if cap(f.buf)-len(f.buf) >= chunk {
		return
	}
	keep := int(min(max(f.mark-f.base, 0), int64(f.pos)))
	keep = max(keep, f.pos-history)
	rest := f.buf[keep:]
	if len(rest) > cap(f.buf)/2 || cap(f.buf) < 2*chunk {
		grown := make([]byte, len(rest), min(max(2*cap(f.buf), 2*chunk), 2*history+chunk))
		copy(grown, rest)
		f.buf = grown
	} else {
		f.buf = f.buf[:copy(f.buf[:cap(f.buf)], rest)]
	}
	f.base += int64(keep)
	f.pos -= keep
}

// rewind goes back to the file offset to, or as near to it as the history and the budget allow: a
// file made of members that each run over all the others must not cost quadratic time.
func (f *feed) rewind(to int64) {
	here := f.offset()
	back := here - max(to, f.base)
	if back <= 0 || f.again+back > 2*history+8*f.seen {
		return
	}
	f.again += back
	f.pos -= f.br.Buffered() + int(back)
	f.br.Reset(f)
}
