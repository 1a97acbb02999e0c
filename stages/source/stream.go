package source

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	streamBuffer  = 64 << 10
	zstdMaxWindow = 128 << 20 // zstd --long=27, the most that zstd itself reads unasked
)

// coding is how a file of lines is compressed, told by its first bytes and never by its name.
type coding uint8

const (
	codingNone coding = iota
	codingGzip
	codingZstd
)

// codingOf tells the coding by the first bytes of a file and refuses formats that are none of ours.
func codingOf(head []byte) (coding, error) {
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return codingGzip, nil
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")),
		len(head) >= 4 && head[0]&0xf0 == 0x50 && string(head[1:4]) == "\x2a\x4d\x18":
		return codingZstd, nil
	}
	for _, f := range [...]struct{ magic, name string }{
		{"BZh", "bzip2"}, {"\xfd7zXZ\x00", "xz"}, {"PK\x03\x04", "zip"},
		{"\x04\x22\x4d\x18", "lz4"}, {"PAR1", "Parquet"}, {"ARROW1", "Arrow IPC"},
		{"\xff\xfe", "UTF-16"}, {"\xfe\xff", "UTF-16"},
	} {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return 0, fmt.Errorf("%w: %s; JSON lines may be plain, gzip or zstd", ErrFormat, f.name)
		}
	}
	return codingNone, nil
}

// stream is a file decompressed.
type stream struct {
	file   *opened
	coding coding
	raw    *bufio.Reader
	fed    counted
	zstd   *zstd.Decoder
	gzip   *gunzip
	out    io.Reader
}

// counted counts what is read through it.
type counted struct {
	src io.Reader
	n   int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.src.Read(p)
	c.n += int64(n)
	return n, err
}

// start begins to decompress the file from its first byte. A broken header shows in the reading.
func (s *stream) start(file *opened, c coding) error {
	s.file, s.coding = file, c
	s.fed = counted{src: file.from(0)}
	s.raw = bufio.NewReaderSize(&s.fed, streamBuffer)
	if c == codingGzip {
		s.gzip = &gunzip{src: s.raw, at: s.at}
		s.out = s.gzip
		return nil
	}
	var err error
	s.zstd, err = zstd.NewReader(s.raw, zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderMaxWindow(zstdMaxWindow), zstd.WithDecoderLowmem(true))
	if err != nil {
		return fmt.Errorf("read %s: %w", file.file.Path, err)
	}
	s.out = s.zstd
	return nil
}

// at returns how many bytes of the file were used.
func (s *stream) at() int64 { return s.fed.n - int64(s.raw.Buffered()) }

// cause names the damage that ended the stream with err, "" when the rows before are in doubt: data
// that are broken in the middle inflate to something else for a while before it shows, and a
// checksum is known at its end only.
func (s *stream) cause(err error) string {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return causeTruncated
	case errors.Is(err, errTail), errors.Is(err, zstd.ErrMagicMismatch):
		return causeGarbage
	}
	return ""
}

// damaged returns where the part of the file begins that err makes useless: what follows the last
// member, or the whole member that ends too early, since the rows missing of it could be anywhere
// behind those that came out. Frames of zstd are not told apart; a file is mostly one.
func (s *stream) damaged(err error) int64 {
	switch {
	case errors.Is(err, zstd.ErrMagicMismatch):
		return s.at() - 4 // the magic number that was none
	case errors.Is(err, errTail):
		return s.at()
	case s.gzip != nil:
		return s.gzip.start
	}
	return 0
}

func (s *stream) close() {
	if s.zstd != nil {
		s.zstd.Close()
	}
}

var errTail = errors.New("no gzip member behind a gzip member")

// gunzip reads gzip members one behind the other and tells a broken member from bytes behind the
// last one that are none.
type gunzip struct {
	src   *bufio.Reader
	at    func() int64
	z     *gzip.Reader
	on    bool  // inside a member
	start int64 // of the member, in the file
	err   error
}

func (g *gunzip) Read(p []byte) (int, error) {
	for g.err == nil {
		if !g.on {
			g.err = g.open()
			continue
		}
		n, err := g.z.Read(p)
		if err == io.EOF {
			g.on, err = false, nil
		}
		if g.err = err; n > 0 {
			return n, nil
		}
	}
	return 0, g.err
}

func (g *gunzip) open() error {
	head, err := g.src.Peek(2)
	g.start = g.at()
	switch {
	case len(head) == 0:
		return err
	case g.z != nil && !bytes.HasPrefix([]byte("\x1f\x8b"), head):
		return errTail
	case g.z == nil:
		g.z, err = gzip.NewReader(g.src)
	default:
		err = g.z.Reset(g.src)
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return err
	}
	g.z.Multistream(false)
	g.on = true
	return nil
}
