package frames

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"

	"dataprep/stages/doc"
)

// Writer writes one frames file. It belongs to one goroutine.
type Writer struct {
	keep    [doc.Gone + 1]bool // by state: which rows are written
	columns []doc.Column
	lanes   []lane // the head's, then one per column
	schema  *arrow.Schema
	file    *ipc.FileWriter
	err     error

	open   Block // live rows of the block being filled
	rows   int   // rows of the block being filled, ghosts and gone ones included
	bytes  int64 // their bytes
	total  int64
	blocks []Block

	picked []int   // rows of the batch in hand that are written
	sizes  []int64 // their bytes
	cells  []doc.Cells
}

// NewWriter starts a file of the live and ghost rows of batches: what the next phase goes on with.
// Failures, a column that cannot leave the process among them, come back from Write and Close.
func NewWriter(w io.Writer, columns []doc.Column) *Writer {
	return newWriter(w, columns, doc.Live, doc.Ghost)
}

// NewDroppedWriter starts a file of the ghost and gone rows: what decisions are written from. Its
// blocks have no live rows.
func NewDroppedWriter(w io.Writer, columns []doc.Column) *Writer {
	return newWriter(w, columns, doc.Ghost, doc.Gone)
}

func newWriter(w io.Writer, columns []doc.Column, keep ...doc.State) *Writer {
	f := &Writer{columns: columns, cells: make([]doc.Cells, len(columns))}
	for _, s := range keep {
		f.keep[s] = true
	}
	for _, h := range head {
		f.lanes = append(f.lanes, lane{name: h.name, shape: h.shape})
	}
	for _, c := range columns {
		s := shapeOf(c.Kind)
		if s == 0 {
			f.err = fmt.Errorf("write frames: column %q is a %s", c.Name, c.Kind)
			return f
		}
		f.lanes = append(f.lanes, lane{name: c.Name, shape: s})
	}
	fields := make([]arrow.Field, len(f.lanes))
	for i, l := range f.lanes {
		fields[i] = arrow.Field{Name: l.name, Type: dataType(l.shape), Nullable: true}
	}
	about := arrow.NewMetadata([]string{MetadataKey}, []string{strconv.Itoa(Version)})
	f.schema = arrow.NewSchema(fields, &about)
	f.file, f.err = ipc.NewFileWriter(&position{w: w}, ipc.WithSchema(f.schema), ipc.WithZstd(),
		ipc.WithCompressConcurrency(1))
	return f
}

// Write appends the rows of b that the file is for. It changes and keeps nothing of b.
func (f *Writer) Write(b *doc.Batch) error {
	if f.err != nil {
		return f.err
	}
	if f.err = f.bind(b); f.err != nil {
		return f.err
	}
	f.pick(b)
	from := 0
	for k, size := range f.sizes {
		if f.rows == BlockRows || f.rows > 0 && f.bytes+size > MaxBlockBytes {
			f.fill(b, f.picked[from:k])
			from = k
			if f.err = f.flush(); f.err != nil {
				return f.err
			}
		}
		f.rows++
		f.bytes += size
		if b.State(f.picked[k]) == doc.Live {
			f.open.Rows++
			f.open.Bytes += size
		}
	}
	f.fill(b, f.picked[from:])
	return nil
}

// Close completes the file and leaves the underlying writer open. It returns the file's blocks and
// how many rows it holds, live or not.
func (f *Writer) Close() ([]Block, int64, error) {
	if f.err == nil {
		f.err = f.flush()
	}
	if f.err == nil {
		f.err = f.file.Close()
	}
	if f.err != nil {
		return nil, 0, f.err
	}
	f.err = errors.New("write frames: the file is closed")
	return f.blocks, f.total, nil
}

// bind finds the file's columns in b.
func (f *Writer) bind(b *doc.Batch) error {
	for i, c := range f.columns {
		if !f.cells[i].Bind(b, c) {
			return fmt.Errorf("write frames: the batch has no %s column %q", c.Kind, c.Name)
		}
	}
	return nil
}

// pick lists the rows to write and their bytes.
func (f *Writer) pick(b *doc.Batch) {
	f.picked, f.sizes = f.picked[:0], f.sizes[:0]
	for i := range b.Len() {
		if f.keep[b.State(i)] {
			f.picked = append(f.picked, i)
			f.sizes = append(f.sizes, 0)
		}
	}
	for c := range f.cells {
		for k, i := range f.picked {
			f.sizes[k] += size(&f.cells[c], i)
		}
	}
}

// fill appends rows of b to the open block, a column at a time.
func (f *Writer) fill(b *doc.Batch, rows []int) {
	for _, i := range rows {
		f.fillHead(b, i)
	}
	for c := range f.cells {
		fill(&f.lanes[headLen+c], &f.cells[c], rows)
	}
}

func (f *Writer) fillHead(b *doc.Batch, i int) {
	v := b.Verdict(i)
	f.lanes[headRow].uint32(b.Ordinal(i))
	f.lanes[headState].uint8(uint8(b.State(i)))
	f.lanes[headShadow].bit(b.Shadow(i))
	f.lanes[headStage].uint16(v.Stage)
	f.lanes[headReason].string(string(v.Reason), v.Reason != "")
	f.lanes[headMeasured].bit(v.Measured)
	f.lanes[headDead].bit(v.Dead)
	f.lanes[headValue].float32(v.Value)
	f.lanes[headLimit].float32(v.Limit)
	f.lanes[headPart].uint32(b.Position(i).Part())
	f.lanes[headSurvivor].bytes(v.Survivor[:], v.Survivor != [32]byte{})
}

// flush writes the open block, if it has rows.
func (f *Writer) flush() error {
	if f.rows == 0 {
		return nil
	}
	arrays := make([]arrow.Array, len(f.lanes))
	for i := range f.lanes {
		arrays[i] = f.lanes[i].array()
	}
	err := f.file.Write(array.NewRecord(f.schema, arrays, int64(f.rows)))
	if err != nil {
		return fmt.Errorf("write frames: block %d: %w", len(f.blocks), err)
	}
	for i := range f.lanes {
		f.lanes[i].reset()
	}
	f.blocks = append(f.blocks, f.open)
	f.total += int64(f.rows)
	f.open, f.rows, f.bytes = Block{}, 0, 0
	return nil
}

// position is the part of io.Seeker that Arrow's file writer uses: asking where it is.
type position struct {
	w io.Writer
	n int64
}

func (p *position) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	p.n += int64(n)
	return n, err
}

func (p *position) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekCurrent {
		return 0, errors.New("frames are written in one go")
	}
	return p.n, nil
}
