package source

import (
	"bytes"
	"io"
)

const (
	maxLine   = 64 << 20 // bytes of a line that is still looked at
	lineChunk = 256 << 10
)

// line is one line of a stream.
type line struct {
	at   int64  // place of its first byte in the stream
	size int64  // bytes with its line end
	data []byte // without the line end; nil when it is too long. Holds until the next call
}

// lines cuts a stream at "\n". Its buffer grows to the longest line met, maxLine at most.
type lines struct {
	src  io.Reader
	buf  []byte
	pos  int
	base int64 // place of buf[0] in the stream
	err  error // of src
	most int   // maxLine, less in tests
}

// reset begins a stream whose first byte stands at base.
func (l *lines) reset(src io.Reader, base int64) {
	l.src, l.buf, l.pos, l.base, l.err = src, l.buf[:0], 0, base, nil
	if l.most == 0 {
		l.most = maxLine
	}
}

// at returns the place of the next byte.
func (l *lines) at() int64 { return l.base + int64(l.pos) }

// next returns the next line, the last one too when it has no line end, and io.EOF behind it. After
// another error of the stream the unfinished line is lost.
func (l *lines) next() (line, error) {
	seen := 0 // bytes from pos on that hold no line end
	for {
		rest := l.buf[l.pos:]
		if i := bytes.IndexByte(rest[seen:], '\n'); i >= 0 {
			return l.cut(seen+i, 1), nil
		}
		seen = len(rest)
		switch {
		case seen > l.most:
			return l.long()
		case l.err == io.EOF && seen > 0:
			return l.cut(seen, 0), nil
		case l.err != nil:
			return line{}, l.err
		}
		l.pull()
	}
}

// cut takes n bytes and an end of the given length off the buffer.
func (l *lines) cut(n, end int) line {
	got := line{l.at(), int64(n + end), l.buf[l.pos : l.pos+n : l.pos+n]}
	if n > l.most {
		got.data = nil
	}
	l.pos += n + end
	return got
}

// long passes over a line that is too long to keep.
func (l *lines) long() (line, error) {
	got := line{at: l.at()}
	err := l.skip(-1)
	got.size = l.at() - got.at
	if err == io.EOF {
		err = nil
	}
	return got, err
}

// skip moves behind the next line end, or to the first place at or behind limit if that is 0 or
// more and comes first.
func (l *lines) skip(limit int64) error {
	for limit < 0 || l.at() < limit {
		rest := l.buf[l.pos:]
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			l.pos += i + 1
			return nil
		}
		l.pos = len(l.buf)
		if l.err != nil {
			return l.err
		}
		l.pull()
	}
	return nil
}

// pull reads more bytes; what lies before pos is dropped when there is no room.
func (l *lines) pull() {
	if cap(l.buf)-len(l.buf) < lineChunk/4 {
		rest := l.buf[l.pos:]
		l.base += int64(l.pos)
		l.pos = 0
		if need := max(2*lineChunk, min(2*len(rest), l.most+4*lineChunk)); need > cap(l.buf) {
			grown := make([]byte, len(rest), need)
			copy(grown, rest)
			l.buf = grown
		} else {
			l.buf = l.buf[:copy(l.buf[:cap(l.buf)], rest)]
		}
	}
	for range 100 {
		room := l.buf[len(l.buf):min(cap(l.buf), len(l.buf)+lineChunk)]
		n, err := l.src.Read(room)
		l.buf = l.buf[:len(l.buf)+n]
		if n > 0 || err != nil {
			l.err = err
			return
		}
	}
	l.err = io.ErrNoProgress
}
