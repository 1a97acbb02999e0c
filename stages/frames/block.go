package frames

import (
	"encoding/binary"
	"math"

	"github.com/klauspost/compress/zstd"
)

// block is the record batch in hand. Its buffers are decoded when a column is first asked for.
type block struct {
	index int // among the file's blocks, -1 before the first
	rows  int
	zstd  bool
	meta  []byte
	body  []byte
	nodes int // where the nodes and buffers begin in meta
	bufs  int
	flat  flat
	cells []cells // by column of the file
}

// cells is one decoded column of a block.
type cells struct {
	ready bool
	nulls bool
	valid []byte // meaningful when nulls
	data  []byte
	off   []byte
}

// load reads block i; its columns stay encoded.
func (r *Reader) load(i int) error {
	b := &r.block
	b.index = -1
	p := r.places[i]
	b.meta, b.body = sized(b.meta, int(p.meta)), sized(b.body, int(p.body))
	if err := readAt(r.src, b.meta, p.at); err != nil {
		return err
	}
	if err := readAt(r.src, b.body, p.at+p.meta); err != nil {
		return err
	}
	// Before the table stand a continuation mark and the length.
	if binary.LittleEndian.Uint32(b.meta) != math.MaxUint32 {
		return corrupt("block %d has no message", i)
	}
	b.flat = flat{b: b.meta[8:]}
	f := &b.flat
	message := f.root()
	batch := f.sub(message, messageTable)
	rows := f.i64Or(batch, batchLength)
	var nodes, buffers int
	b.nodes, nodes = f.vector(batch, batchNodes, 16)
	b.bufs, buffers = f.vector(batch, batchBuffers, 16)
	compression := f.sub(batch, batchCompression)
	b.zstd = compression != 0
	if b.zstd && f.u8Or(compression, compressionCodec) != codecZstd {
		return corrupt("block %d is compressed by another method", i)
	}
	if f.bad || f.u8Or(message, messageKind) != kindRecordBatch || rows < 1 || rows > BlockRows ||
		nodes != r.nodes || buffers != r.buffers {
		return corrupt("block %d is not of this file's schema", i)
	}
	b.index, b.rows = i, int(rows)
	for c := range b.cells {
		b.cells[c].ready = false
	}
	return nil
}

// sized returns b with n bytes, keeping its memory unless that is far too much.
func sized(b []byte, n int) []byte {
	if cap(b) < n || cap(b) > 4*MaxBlockBytes && cap(b) > 4*n {
		return make([]byte, n)
	}
	return b[:n]
}

// column decodes column c of the block in hand.
func (r *Reader) column(c int) (*cells, error) {
	b, p := &r.block, r.physical[c]
	x := &b.cells[c]
	if x.ready {
		return x, nil
	}
	rows, nulls := b.flat.i64(b.nodes+16*p.node), b.flat.i64(b.nodes+16*p.node+8)
	if rows != int64(b.rows) || nulls < 0 || nulls > rows {
		return nil, r.damaged(c)
	}
	var ok bool
	if x.nulls = nulls > 0; x.nulls {
		// Arrow pads the bitmap of a column of nulls to 64 bytes.
		want := (b.rows + 7) / 8
		if nulls == rows {
			want = (want + 63) &^ 63
		}
		if x.valid, ok = r.buffer(x.valid, p.buffer, want); !ok {
			return nil, r.damaged(c)
		}
	}
	if p.shape == shapeString || p.shape == shapeInt32List {
		ok = r.varied(x, p)
	} else {
		x.data, ok = r.buffer(x.data, p.buffer+1, fixedSize(p.shape, b.rows))
	}
	if !ok {
		return nil, r.damaged(c)
	}
	x.ready = true
	return x, nil
}

// varied decodes the offsets of a string or list column, checks them and then its data.
func (r *Reader) varied(x *cells, p physical) bool {
	var ok bool
	if x.off, ok = r.buffer(x.off, p.buffer+1, 4*(r.block.rows+1)); !ok {
		return false
	}
	last := uint32(0)
	for i := 0; i < len(x.off); i += 4 {
		v := binary.LittleEndian.Uint32(x.off[i:])
		if v < last || v > math.MaxInt32 || i == 0 && v != 0 {
			return false
		}
		last = v
	}
	buffer, size := p.buffer+2, int(last)
	if p.shape == shapeInt32List {
		b := &r.block
		child := b.nodes + 16*(p.node+1)
		if b.flat.i64(child) != int64(last) || b.flat.i64(child+8) != 0 {
			return false
		}
		buffer, size = p.buffer+3, 4*int(last)
	}
	x.data, ok = r.buffer(x.data, buffer, size)
	return ok
}

// buffer decodes buffer i of the block, which must hold exactly want bytes, into dst's memory.
func (r *Reader) buffer(dst []byte, i, want int) ([]byte, bool) {
	b := &r.block
	at, n := b.flat.i64(b.bufs+16*i), b.flat.i64(b.bufs+16*i+8)
	if at < 0 || n < 0 || at > int64(len(b.body)) || n > int64(len(b.body))-at {
		return dst, false
	}
	src := b.body[at : at+n]
	if b.zstd && n > 0 {
		if n < 8 {
			return dst, false
		}
		size := int64(binary.LittleEndian.Uint64(src))
		src = src[8:]
		if size != -1 {
			return r.inflate(dst, src, size, want)
		}
	}
	if len(src) != want {
		return dst, false
	}
	dst = sized(dst, want)
	copy(dst, src)
	return dst, true
}

// inflate decodes a zstd frame of want bytes. No frame makes more than 128 KiB of each 4 bytes, a
// run-length block; that bounds what a false size can make us allocate.
func (r *Reader) inflate(dst, src []byte, size int64, want int) ([]byte, bool) {
	if size != int64(want) || want/(128<<10) > len(src)/4 {
		return dst, false
	}
	dst = sized(dst, want)
	out, err := r.zstd.DecodeAll(src, dst[:0:want])
	return dst, err == nil && len(out) == want
}

func (r *Reader) damaged(c int) error {
	return corrupt("column %q of block %d", r.physical[c].name, r.block.index)
}

// fixedSize returns the bytes of n values.
func fixedSize(s shape, n int) int {
	switch s {
	case shapeBool:
		return (n + 7) / 8
	case shapeUint8:
		return n
	case shapeUint16:
		return 2 * n
	case shapeUint32, shapeFloat32:
		return 4 * n
	}
	return 8 * n
}

func (x *cells) has(k int) bool { return !x.nulls || x.valid[k>>3]&(1<<(k&7)) != 0 }

func (x *cells) bit(k int) bool { return x.data[k>>3]&(1<<(k&7)) != 0 }

func (x *cells) uint16(k int) uint16 { return binary.LittleEndian.Uint16(x.data[2*k:]) }

func (x *cells) uint32(k int) uint32 { return binary.LittleEndian.Uint32(x.data[4*k:]) }

func (x *cells) float32(k int) float32 { return math.Float32frombits(x.uint32(k)) }

func (x *cells) word(k int) uint64 { return binary.LittleEndian.Uint64(x.data[8*k:]) }

func (x *cells) span(k int) (from, to uint32) {
	return binary.LittleEndian.Uint32(x.off[4*k:]), binary.LittleEndian.Uint32(x.off[4*k+4:])
}

func (x *cells) bytes(k int) []byte {
	from, to := x.span(k)
	return x.data[from:to]
}

// list appends the elements of row k to dst.
func (x *cells) list(dst []int32, k int) []int32 {
	from, to := x.span(k)
	for ; from < to; from++ {
		dst = append(dst, int32(x.uint32(int(from))))
	}
	return dst
}

func newDecoder() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecodeAllCapLimit(true))
}
