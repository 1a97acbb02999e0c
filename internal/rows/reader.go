package rows

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"sort"

	"github.com/cespare/xxhash/v2"
)

// File is an open rows file.
type File struct {
	r      io.ReaderAt
	narrow bool
	base   uint64 // added to the addresses of a narrow file
	index  []entry
}

type entry struct {
	first []byte
	off   int64
	count uint32
}

// Open reads a file's header and index. shard is the ordinal that a narrow file leaves out.
func Open(r io.ReaderAt, size int64, shard uint32) (*File, error) {
	if size < int64(headerLen+footerLen) {
		return nil, fmt.Errorf("%w: %d bytes", ErrCorrupt, size)
	}
	var head [headerLen]byte
	foot := make([]byte, footerLen)
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return nil, fmt.Errorf("read header: %w", err)
	}
	if string(head[:6]) != magic {
		return nil, fmt.Errorf("%w: no %s at its start", ErrCorrupt, magic)
	}
	if head[6] > Version {
		return nil, fmt.Errorf("%w: %d, this program reads %d", ErrVersion, head[6], Version)
	}
	if _, err := r.ReadAt(foot, size-int64(footerLen)); err != nil {
		return nil, fmt.Errorf("read footer: %w", err)
	}
	n := int64(binary.LittleEndian.Uint32(foot))
	if string(foot[12:]) != tail || n > size-int64(headerLen+footerLen) {
		return nil, fmt.Errorf("%w: footer", ErrCorrupt)
	}
	raw := make([]byte, n)
	if _, err := r.ReadAt(raw, size-int64(footerLen)-n); err != nil {
		return nil, fmt.Errorf("read index: %w", err)
	}
	if xxhash.Sum64(raw) != binary.LittleEndian.Uint64(foot[4:]) {
		return nil, fmt.Errorf("%w: index checksum", ErrCorrupt)
	}
	f := &File{r: r, narrow: head[7] == 1}
	if f.narrow {
		f.base = uint64(shard) << 24
	}
	return f, f.parse(raw)
}

func (f *File) parse(raw []byte) error {
	for len(raw) > 0 {
		n, k := binary.Uvarint(raw)
		if k <= 0 || n > uint64(len(raw)) || uint64(len(raw)) < uint64(k)+n+12 {
			return fmt.Errorf("%w: index entry", ErrCorrupt)
		}
		raw = raw[k:]
		e := entry{first: raw[:n:n]}
		raw = raw[n:]
		e.off = int64(binary.LittleEndian.Uint64(raw))
		e.count = binary.LittleEndian.Uint32(raw[8:])
		raw = raw[12:]
		f.index = append(f.index, e)
	}
	return nil
}

// Rows returns how many rows the file holds.
func (f *File) Rows() (n int64) {
	for _, e := range f.index {
		n += int64(e.count)
	}
	return n
}

// Narrow says whether addresses are stored without their shard, which the plan knows.
func (f *File) Narrow() bool { return f.narrow }

// Range iterates over the rows with lo <= key, and key < hi unless hi is nil.
func (f *File) Range(lo, hi []byte) *Iter {
	i := sort.Search(len(f.index), func(i int) bool {
		return bytes.Compare(f.index[i].first, lo) >= 0
	})
	if i > 0 {
		i--
	}
	return &Iter{f: f, lo: lo, hi: hi, next: i}
}

// Iter yields rows in order until io.EOF.
type Iter struct {
	f      *File
	lo, hi []byte
	next   int // block to load next
	buf    []byte
	rest   []byte
}

// Next returns the next row; its slices live until the call after.
func (it *Iter) Next() (Row, error) {
	for {
		if len(it.rest) == 0 {
			if err := it.load(); err != nil {
				return Row{}, err
			}
			continue
		}
		r, err := it.decode()
		if err != nil {
			return Row{}, err
		}
		if bytes.Compare(r.Key, it.lo) < 0 {
			continue
		}
		if it.hi != nil && bytes.Compare(r.Key, it.hi) >= 0 {
			it.next, it.rest = len(it.f.index), nil
			return Row{}, io.EOF
		}
		return r, nil
	}
}

func (it *Iter) load() error {
	if it.next >= len(it.f.index) {
		return io.EOF
	}
	e := it.f.index[it.next]
	if it.hi != nil && bytes.Compare(e.first, it.hi) >= 0 {
		return io.EOF
	}
	it.next++
	var head [12]byte
	if _, err := it.f.r.ReadAt(head[:], e.off); err != nil {
		return fmt.Errorf("read block at %d: %w", e.off, early(err))
	}
	n := int(binary.LittleEndian.Uint32(head[:]))
	if n > blockBytes+(64<<20) {
		return fmt.Errorf("%w: block of %d bytes at %d", ErrCorrupt, n, e.off)
	}
	if cap(it.buf) < n {
		it.buf = make([]byte, n)
	}
	it.buf = it.buf[:n]
	if _, err := it.f.r.ReadAt(it.buf, e.off+12); err != nil {
		return fmt.Errorf("read block at %d: %w", e.off, early(err))
	}
	if xxhash.Sum64(it.buf) != binary.LittleEndian.Uint64(head[4:]) {
		return fmt.Errorf("%w: block checksum at %d", ErrCorrupt, e.off)
	}
	it.rest = it.buf
	return nil
}

func (it *Iter) decode() (Row, error) {
	var r Row
	key, ok := it.take()
	width := 8
	if it.f.narrow {
		width = 4
	}
	if !ok || len(it.rest) < width {
		return r, fmt.Errorf("%w: row", ErrCorrupt)
	}
	r.Key = key
	if it.f.narrow {
		r.Addr = it.f.base | uint64(binary.BigEndian.Uint32(it.rest))
	} else {
		r.Addr = binary.BigEndian.Uint64(it.rest)
	}
	it.rest = it.rest[width:]
	if r.Value, ok = it.take(); !ok {
		return r, fmt.Errorf("%w: row", ErrCorrupt)
	}
	return r, nil
}

// take cuts a length-prefixed string off rest.
func (it *Iter) take() ([]byte, bool) {
	n, k := binary.Uvarint(it.rest)
	if k <= 0 || n > uint64(len(it.rest)-k) {
		return nil, false
	}
	v := it.rest[k : k+int(n) : k+int(n)]
	it.rest = it.rest[k+int(n):]
	return v, true
}

// early keeps an end in the middle of a block from passing for the end of the rows.
func early(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
