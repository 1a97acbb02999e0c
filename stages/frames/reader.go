package frames

import (
	"fmt"
	"io"
	"math"

	"github.com/klauspost/compress/zstd"

	"dataprep/stages/doc"
)

// Reader reads one frames file. It belongs to one goroutine and holds one block at a time.
type Reader struct {
	src      io.ReaderAt
	size     int64
	physical []physical
	columns  []doc.Column
	places   []place
	head     int // columns of the head: fewer in old files
	nodes    int // in each record batch
	buffers  int

	zstd    *zstd.Decoder
	block   block
	next    int // block to load next
	to      int // first block not to read
	row     int // next row of the block in hand
	targets []target
	list    []int32
	reasons []doc.Reason // seen so far, so that a row does not allocate its own
}

// target is a column that the file and the batch in hand both have.
type target struct {
	source int // column of the file
	cells  *cells
	to     doc.Cells
}

// Open reads the file's footer. The error wraps ErrNewer or ErrCorrupt, or it is the source's own.
// The reader starts with all blocks as its range.
func Open(r io.ReaderAt, size int64) (*Reader, error) {
	f := &Reader{src: r, size: size}
	if err := f.readFooter(); err != nil {
		return nil, err
	}
	var err error
	if f.zstd, err = newDecoder(); err != nil {
		return nil, fmt.Errorf("open frames: %w", err)
	}
	f.block.cells = make([]cells, len(f.physical))
	return f, f.Range(0, len(f.places))
}

// Schema returns the columns of the file, in order.
func (r *Reader) Schema() []doc.Column { return r.columns }

// Blocks returns how many blocks the file has.
func (r *Reader) Blocks() int { return len(r.places) }

// Range makes the reader start over with the blocks from ≤ i < to.
func (r *Reader) Range(from, to int) error {
	if from < 0 || to > len(r.places) || from > to {
		return fmt.Errorf("frames: no blocks [%d,%d) in a file of %d", from, to, len(r.places))
	}
	r.next, r.to = from, to
	r.block.index, r.block.rows, r.row = -1, 0, 0
	return nil
}

// Next adds rows to b until it is full; it returns io.EOF, with b possibly holding rows, after the
// last of the range. Rows keep their ordinal, state, verdict and place in the shadow sample.
// Columns of b that the file lacks are null, and those of the file that b lacks are not decoded.
func (r *Reader) Next(b *doc.Batch) error {
	if err := r.bind(b); err != nil {
		return err
	}
	defer b.Close()
	for {
		if r.row == r.block.rows {
			if r.next == r.to {
				return io.EOF
			}
			if err := r.load(r.next); err != nil {
				return err
			}
			r.next++
			r.row = 0
		}
		if b.Full() {
			return nil
		}
		if err := r.decode(); err != nil {
			return err
		}
		for r.row < r.block.rows && !b.Full() {
			if err := r.add(b); err != nil {
				return err
			}
			r.row++
		}
	}
}

// bind finds the columns that b and the file share.
func (r *Reader) bind(b *doc.Batch) error {
	r.targets = r.targets[:0]
	for i, c := range r.columns {
		t := target{source: r.head + i}
		for _, want := range b.Schema() {
			if want.Name == c.Name && want.Kind != c.Kind {
				return fmt.Errorf("frames: column %q is a %s, wanted a %s", c.Name, c.Kind,
					want.Kind)
			}
		}
		if t.to.Bind(b, c) {
			r.targets = append(r.targets, t)
		}
	}
	return nil
}

// decode makes the head and the targets of the block in hand readable.
func (r *Reader) decode() error {
	for c := range r.head {
		if _, err := r.column(c); err != nil {
			return err
		}
	}
	for i := range r.targets {
		x, err := r.column(r.targets[i].source)
		if err != nil {
			return err
		}
		r.targets[i].cells = x
	}
	return nil
}

// add appends the row in hand to b.
func (r *Reader) add(b *doc.Batch) error {
	k, h := r.row, r.block.cells
	state, row := doc.State(h[headState].data[k]), h[headRow].uint32(k)
	if state > doc.Gone || row >= doc.MaxRows {
		return r.damaged(headState)
	}
	part := uint32(0)
	if r.head > headPart {
		part = h[headPart].uint32(k)
	}
	i := b.AddAt(doc.MakePosition(row, part))
	v := doc.Verdict{
		Stage:    h[headStage].uint16(k),
		Measured: h[headMeasured].bit(k),
		Dead:     h[headDead].bit(k),
		Value:    h[headValue].float32(k),
		Limit:    h[headLimit].float32(k),
	}
	if h[headReason].has(k) {
		v.Reason = r.reason(h[headReason].bytes(k))
	}
	if h[headSurvivor].has(k) {
		id := h[headSurvivor].bytes(k)
		if copy(v.Survivor[:], id) != len(id) || len(id) != len(v.Survivor) {
			return r.damaged(headSurvivor)
		}
	}
	b.Restore(i, state, v)
	if h[headShadow].bit(k) {
		b.MarkShadow(i)
	}
	for t := range r.targets {
		r.set(&r.targets[t], i, k)
	}
	return nil
}

// set copies a target's value from row k of the block to row i of the batch.
func (r *Reader) set(t *target, i, k int) {
	if !t.cells.has(k) {
		return
	}
	switch v := &t.to; {
	case v.Strings != nil:
		v.Strings.Set(i, t.cells.bytes(k))
	case v.Int64 != nil:
		v.Int64.Set(i, int64(t.cells.word(k)))
	case v.Float64 != nil:
		v.Float64.Set(i, math.Float64frombits(t.cells.word(k)))
	case v.Float32 != nil:
		v.Float32.Set(i, t.cells.float32(k))
	case v.List != nil:
		r.list = t.cells.list(r.list[:0], k)
		v.List.Set(i, r.list)
	}
}

// maxReasons is far above what a pipeline declares; a hostile file gets no longer list out of us.
const maxReasons = 1024

// reason returns b as a reason without allocating for one seen before.
func (r *Reader) reason(b []byte) doc.Reason {
	for _, s := range r.reasons {
		if string(s) == string(b) {
			return s
		}
	}
	s := doc.Reason(b)
	if len(r.reasons) < maxReasons {
		r.reasons = append(r.reasons, s)
	}
	return s
}
