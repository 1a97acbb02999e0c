package rows

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// Sorter collects rows and writes them as one sorted file.
type Sorter struct {
	narrow bool
	arena  []byte
	items  []item
	sorted bool
}

// item points at a row in the arena: key length, value length, key, address, value.
type item struct {
	prefix uint64 // first 8 bytes of the key: settles most comparisons without the arena
	off    int
	key    uint32
	value  uint32
}

// NewSorter returns an empty sorter. A narrow file stores only the low 24 bits of addresses.
func NewSorter(narrow bool) *Sorter { return &Sorter{narrow: narrow} }

// Add copies a row into the sorter.
func (s *Sorter) Add(r Row) {
	it := item{off: len(s.arena), key: uint32(len(r.Key)), value: uint32(len(r.Value))}
	var p [8]byte
	copy(p[:], r.Key)
	it.prefix = binary.BigEndian.Uint64(p[:])
	s.arena = append(s.arena, r.Key...)
	s.arena = binary.BigEndian.AppendUint64(s.arena, r.Addr)
	s.arena = append(s.arena, r.Value...)
	s.items = append(s.items, it)
	s.sorted = false
}

// Len returns how many rows were added.
func (s *Sorter) Len() int { return len(s.items) }

// Reset empties the sorter and keeps its memory.
func (s *Sorter) Reset() { s.arena, s.items, s.sorted = s.arena[:0], s.items[:0], false }

func (s *Sorter) row(it item) Row {
	key := it.off + int(it.key)
	end := key + 8 + int(it.value)
	return Row{
		Key:   s.arena[it.off:key:key],
		Addr:  binary.BigEndian.Uint64(s.arena[key:]),
		Value: s.arena[key+8 : end : end],
	}
}

func (s *Sorter) sort() {
	if s.sorted {
		return
	}
	slices.SortFunc(s.items, func(a, b item) int {
		if a.prefix != b.prefix {
			return cmp.Compare(a.prefix, b.prefix)
		}
		return compare(s.row(a), s.row(b))
	})
	s.sorted = true
}

// compare is the order of rows: key, address, value.
func compare(a, b Row) int {
	if c := bytes.Compare(a.Key, b.Key); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Addr, b.Addr); c != 0 {
		return c
	}
	return bytes.Compare(a.Value, b.Value)
}

// WriteTo writes the file. The bytes depend on the set of rows alone.
func (s *Sorter) WriteTo(w io.Writer) (int64, error) {
	s.sort()
	f := fileWriter{w: w}
	f.write([]byte{magic[0], magic[1], magic[2], magic[3], magic[4], magic[5],
		Version, boolByte(s.narrow)})
	for _, it := range s.items {
		f.add(s.row(it), s.narrow)
	}
	return f.finish()
}

func boolByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// fileWriter is the state of one WriteTo; the first error sticks.
type fileWriter struct {
	w     io.Writer
	n     int64
	err   error
	block []byte
	index []byte
	count uint32
}

func (f *fileWriter) write(p []byte) {
	if f.err == nil {
		var n int
		n, f.err = f.w.Write(p)
		f.n += int64(n)
	}
}

func (f *fileWriter) add(r Row, narrow bool) {
	if len(f.block) == 0 {
		f.index = binary.AppendUvarint(f.index, uint64(len(r.Key)))
		f.index = append(f.index, r.Key...)
		f.index = binary.LittleEndian.AppendUint64(f.index, uint64(f.n))
	}
	f.block = binary.AppendUvarint(f.block, uint64(len(r.Key)))
	f.block = append(f.block, r.Key...)
	if narrow {
		f.block = binary.BigEndian.AppendUint32(f.block, uint32(r.Addr)&rowMask)
	} else {
		f.block = binary.BigEndian.AppendUint64(f.block, r.Addr)
	}
	f.block = binary.AppendUvarint(f.block, uint64(len(r.Value)))
	f.block = append(f.block, r.Value...)
	f.count++
	if len(f.block) >= blockBytes {
		f.flush()
	}
}

func (f *fileWriter) flush() {
	if len(f.block) == 0 {
		return
	}
	var head [12]byte
	binary.LittleEndian.PutUint32(head[:], uint32(len(f.block)))
	binary.LittleEndian.PutUint64(head[4:], xxhash.Sum64(f.block))
	f.write(head[:])
	f.write(f.block)
	f.index = binary.LittleEndian.AppendUint32(f.index, f.count)
	f.block, f.count = f.block[:0], 0
}

func (f *fileWriter) finish() (int64, error) {
	f.flush()
	f.write(f.index)
	foot := binary.LittleEndian.AppendUint32(nil, uint32(len(f.index)))
	foot = binary.LittleEndian.AppendUint64(foot, xxhash.Sum64(f.index))
	f.write(append(foot, tail...))
	return f.n, f.err
}

// Shard is the part of a sorter's rows that goes back to one shard.
type Shard struct {
	Shard  uint32
	Rows   int64
	SHA256 string // over (row, value) in order: the ordinal of the shard is not in it
}

// Shards summarizes rows whose keys are their addresses, shard by shard.
func (s *Sorter) Shards() []Shard {
	s.sort()
	var out []Shard
	h := sha256.New()
	var buf []byte
	for i, it := range s.items {
		r := s.row(it)
		shard := uint32(r.Addr >> 24)
		buf = binary.BigEndian.AppendUint32(buf[:0], uint32(r.Addr)&rowMask)
		buf = binary.AppendUvarint(buf, uint64(len(r.Value)))
		_, _ = h.Write(append(buf, r.Value...))
		if len(out) == 0 || out[len(out)-1].Shard != shard {
			out = append(out, Shard{Shard: shard})
		}
		out[len(out)-1].Rows++
		if i+1 == len(s.items) || uint32(s.row(s.items[i+1]).Addr>>24) != shard {
			out[len(out)-1].SHA256 = hex.EncodeToString(h.Sum(nil))
			h.Reset()
		}
	}
	return out
}
