package warc

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/flate"
)

const (
	flagCRC     = 1 << 1
	flagExtra   = 1 << 2
	flagName    = 1 << 3
	flagComment = 1 << 4
	maxGzipText = 512 // bytes of a name or comment
)

var (
	errMember   = errors.New("damaged gzip member")
	errCut      = errors.New("gzip member without end")
	errBomb     = errors.New("gzip member inflates too far")
	gzipMagic   = []byte{0x1f, 0x8b, 8}
	errNoHeader = errors.New("no gzip header")
)

// gzipHeader returns the length of the gzip header (RFC 1952) b begins with; errCut when b is too
// short to tell, errNoHeader when it is none.
func gzipHeader(b []byte) (int, error) {
	if m := min(len(b), 3); !bytes.Equal(b[:m], gzipMagic[:m]) {
		return 0, errNoHeader
	}
	if len(b) < 10 {
		return 0, errCut
	}
	flags, n := b[3], 10
	if flags>>5 != 0 {
		return 0, errNoHeader
	}
	if flags&flagExtra != 0 {
		if len(b) < n+2 {
			return 0, errCut
		}
		n += 2 + int(binary.LittleEndian.Uint16(b[n:]))
	}
	for _, flag := range [2]byte{flagName, flagComment} {
		if flags&flag != 0 {
			size, err := gzipText(b[min(n, len(b)):])
			if err != nil {
				return 0, err
			}
			n += size
		}
	}
	if flags&flagCRC != 0 {
		n += 2
	}
	if len(b) < n {
		return 0, errCut
	}
	return n, nil
}

// gzipText returns the length, with its NUL, of the name or comment b begins with.
func gzipText(b []byte) (int, error) {
	b = b[:min(len(b), maxGzipText)]
	if end := bytes.IndexByte(b, 0); end >= 0 {
		return end + 1, nil
	}
	if len(b) == maxGzipText {
		return 0, errNoHeader
	}
	return 0, errCut
}

// member inflates one gzip member at a time from a feed.
type member struct {
	feed
	inflate io.ReadCloser
	start   int64  // file offset of the member
	crc     uint32 // of the inflated bytes so far
	out     int64
	err     error // nil while there is more; io.EOF: ended and its checksum is right

	probe    io.ReadCloser
	probeSrc bytes.Reader
	first    [firstBytes]byte
}

// header returns the length of the gzip header at the reading place.
func (m *member) header() (int, error) {
	b, _ := m.br.Peek(1 << 10)
	n, err := gzipHeader(b)
	if err == errCut && len(b) == 1<<10 {
		b, _ = m.br.Peek(peekMax)
		n, err = gzipHeader(b)
	}
	return n, err
}

// open begins the member at the reading place.
func (m *member) open() error {
	m.start = m.offset()
	m.mark = m.start
	m.crc, m.out = 0, 0
	n, err := m.header()
	if m.err = err; err != nil {
		return err
	}
	_, m.err = m.br.Discard(n)
	m.inflate = restart(m.inflate, m.br)
	return m.err
}

// read inflates into p. At the end it checks length and checksum and returns io.EOF, else
// errMember, errCut or errBomb; an error of the source shows in feed.failed.
func (m *member) read(p []byte) (int, error) {
	if m.err != nil {
		return 0, m.err
	}
	n, err := m.inflate.Read(p)
	m.crc = crc32.Update(m.crc, crc32.IEEETable, p[:n])
	m.out += int64(n)
	switch {
	case err == io.EOF:
		m.err = m.trailer()
	case errors.Is(err, io.ErrUnexpectedEOF):
		m.err = errCut
	case err != nil:
		m.err = errMember
	case bomb(m.out, m.offset()-m.start):
		m.err = errBomb
	}
	if n > 0 {
		return n, nil
	}
	return 0, m.err
}

func (m *member) trailer() error {
	b, _ := m.br.Peek(8)
	if len(b) < 8 {
		return errCut
	}
	crc, size := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:])
	_, _ = m.br.Discard(8)
	if crc != m.crc || size != uint32(m.out) {
		return errMember
	}
	return io.EOF
}

// bomb says whether out bytes inflated from in are more than an honest file holds.
func bomb(out, in int64) bool { return out > ratioFloor && out/MaxRatio > in }

// restart returns an inflater over src, an old one if there is one.
func restart(old io.ReadCloser, src flate.Reader) io.ReadCloser {
	if old == nil {
		return flate.NewReader(src)
	}
	_ = old.(flate.Resetter).Reset(src, nil) // fails for a bad dictionary only
	return old
}
