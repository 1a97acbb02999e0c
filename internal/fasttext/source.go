package fasttext

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// chunk is the most that is allocated ahead of the bytes that fill it.
const chunk = 1 << 16

// source reads little-endian values with one sticky error, so that a run of fields needs one check.
// left is what the size limit still allows.
type source struct {
	r      *bufio.Reader
	left   int64
	offset int64
	err    error
	buf    [8]byte
	block  []byte
}

func newSource(r io.Reader, limit int64) *source {
	return &source{r: bufio.NewReaderSize(r, chunk), left: limit}
}

// take fills p or sets the error.
func (s *source) take(p []byte) bool {
	if s.err != nil {
		return false
	}
	if int64(len(p)) > s.left {
		s.err = fmt.Errorf("%w: larger than the size limit", ErrFormat)
		return false
	}
	n, err := io.ReadFull(s.r, p)
	s.offset += int64(n)
	s.left -= int64(n)
	if err == nil {
		return true
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("%w: %w", ErrFormat, io.ErrUnexpectedEOF)
	}
	s.err = err
	return false
}

func (s *source) int32() int32 {
	if !s.take(s.buf[:4]) {
		return 0
	}
	return int32(binary.LittleEndian.Uint32(s.buf[:4]))
}

func (s *source) int64() int64 {
	if !s.take(s.buf[:8]) {
		return 0
	}
	return int64(binary.LittleEndian.Uint64(s.buf[:8]))
}

func (s *source) byte() byte {
	if !s.take(s.buf[:1]) {
		return 0
	}
	return s.buf[0]
}

func (s *source) flag() bool { return s.byte() != 0 }

func (s *source) skipInt32(n int) {
	for range n {
		s.int32()
	}
}

// word appends the bytes up to the next NUL to dst and consumes the NUL.
func (s *source) word(dst []byte) []byte {
	for s.err == nil {
		c := s.byte()
		if c == 0 {
			break
		}
		dst = append(dst, c)
	}
	return dst
}

// claim refuses n items of size bytes when the size limit rules them out.
func (s *source) claim(n, size int64) bool {
	if s.err != nil {
		return false
	}
	if n < 0 || n > s.left/size {
		s.err = fmt.Errorf("%w: claims %d items of %d bytes, %d bytes are allowed",
			ErrFormat, n, size, s.left)
		return false
	}
	return true
}

// bytes reads n bytes.
func (s *source) bytes(n int64) []byte {
	if !s.claim(n, 1) {
		return nil
	}
	out := make([]byte, 0, min(n, chunk))
	for int64(len(out)) < n && s.err == nil {
		have := len(out)
		out = append(out, s.piece(n-int64(have), 1)...)
	}
	return out
}

// floats reads n float32 values and refuses any that is not finite: one such weight would poison
// every text that meets it, and the reference stops at the first.
func (s *source) floats(n int64) []float32 {
	if !s.claim(n, 4) {
		return nil
	}
	out := make([]float32, 0, min(n, chunk))
	for int64(len(out)) < n && s.err == nil {
		p := s.piece(n-int64(len(out)), 4)
		for ; len(p) >= 4; p = p[4:] {
			bits := binary.LittleEndian.Uint32(p)
			if bits&0x7f800000 == 0x7f800000 {
				s.err = fmt.Errorf("%w: a weight is not finite", ErrFormat)
				return nil
			}
			out = append(out, math.Float32frombits(bits))
		}
	}
	return out
}

// piece returns the next at most n items of size bytes; the slice lives until the next call.
func (s *source) piece(n, size int64) []byte {
	if s.block == nil {
		s.block = make([]byte, chunk)
	}
	p := s.block[:min(n*size, chunk)]
	if !s.take(p) {
		return nil
	}
	return p
}
