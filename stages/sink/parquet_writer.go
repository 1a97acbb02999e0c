package sink

import (
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"

	"dataprep/stages/doc"
)

// cuts says where pages and row groups end. All columns share their pages' first rows.
type cuts struct {
	pageRows   int   // rows of a page
	pageBytes  int64 // of one column of a page, unless a single row is larger
	groupBytes int64 // of a row group, uncompressed, unless a single row is larger
}

// defaultCuts: 512 rows are about 2 MB of text, small enough to read one document from a page and
// large enough for zstd. 7 MiB lies below the 0.98 of pageBuffer at which the library would cut.
func defaultCuts() cuts {
	return cuts{pageRows: 512, pageBytes: 7 << 20, groupBytes: 100_000_000}
}

// parquetWriter cuts rows into pages and row groups and hands them on a column at a time.
//
// It counts rows and bytes since the last cut, as the rows alone make them, and never lets a call
// into the library cross a cut; the library's own limits are out of reach.
type parquetWriter struct {
	file   *parquet.Writer
	layout *layout
	cuts   cuts
	err    error

	rows  int     // of the open page
	bytes []int64 // of the open page, by field, as the library's buffers hold them
	group int64   // of the open row group
	any   bool    // the open row group has rows

	picked []int     // live rows of the batch in hand
	sizes  [][]int64 // their sizes by field
	values []parquet.Value
	clean  []byte
}

func newParquetWriter(w io.Writer, l *layout, c cuts) *parquetWriter {
	return &parquetWriter{
		file: parquet.NewWriter(w, options(l)...), layout: l, cuts: c,
		bytes: make([]int64, len(l.fields)), sizes: make([][]int64, len(l.fields)),
	}
}

// Write implements stages.Writer.
func (p *parquetWriter) Write(b *doc.Batch) error {
	if p.err == nil {
		if err := p.write(b); err != nil {
			p.err = fmt.Errorf("write parquet: %w", err)
		}
	}
	return p.err
}

func (p *parquetWriter) write(b *doc.Batch) error {
	if err := p.layout.bind(b); err != nil {
		return err
	}
	if err := p.measure(b); err != nil {
		return err
	}
	from := 0
	for k := range p.picked {
		page, group := p.cutBefore(k)
		if page || group {
			if err := p.put(p.picked[from:k]); err != nil {
				return err
			}
			from = k
			if err := p.cut(group); err != nil {
				return err
			}
		}
		p.count(k)
	}
	return p.put(p.picked[from:])
}

// Close implements stages.Writer.
func (p *parquetWriter) Close() error {
	if p.err != nil {
		return p.err
	}
	if err := p.file.Close(); err != nil {
		p.err = fmt.Errorf("close parquet: %w", err)
		return p.err
	}
	p.err = errors.New("write parquet: the file is closed")
	return nil
}

// measure lists the live rows and their sizes, field by field.
func (p *parquetWriter) measure(b *doc.Batch) error {
	p.picked = p.picked[:0]
	for i := range b.Live() {
		p.picked = append(p.picked, i)
	}
	for c := range p.layout.fields {
		f := &p.layout.fields[c]
		f.dirty = false
		s := p.sizes[c][:0]
		for _, i := range p.picked {
			n := int64(0)
			switch v := &f.cells; {
			case !v.Has(i):
				if required(f.Name) {
					return fmt.Errorf("document %d has no %s", b.Ordinal(i), f.Name)
				}
			case v.Strings != nil:
				n = int64(cleanLen(v.Strings.At(i)))
				f.dirty = f.dirty || n != int64(len(v.Strings.At(i)))
			case v.Float32 != nil:
				n = 4
			case v.List != nil:
				n = 4 * int64(len(v.List.At(i)))
			default:
				n = 8
			}
			s = append(s, n)
		}
		p.sizes[c] = s
	}
	return nil
}

// held is what a value of n bytes takes in the library's buffers at most: levels, offsets and, for
// list elements, two levels each.
func (f *field) held(n int64) int64 {
	if f.Kind == doc.KindInt32List {
		n += n / 2
	}
	return n + 16
}

// plain is what a value of n bytes takes in the file at most, before compression.
func plain(n int64) int64 { return n + 5 }

// cutBefore says whether a page or row group must end before the k-th picked row.
func (p *parquetWriter) cutBefore(k int) (page, group bool) {
	if !p.any {
		return false, false
	}
	page = p.rows == p.cuts.pageRows
	total := p.group
	for c := range p.sizes {
		n := p.sizes[c][k]
		total += plain(n)
		held := p.bytes[c] + p.layout.fields[c].held(n)
		page = page || p.rows > 0 && held > p.cuts.pageBytes
	}
	return page, total > p.cuts.groupBytes
}

// count adds the k-th picked row to the open page and row group.
func (p *parquetWriter) count(k int) {
	p.rows++
	p.any = true
	for c := range p.sizes {
		n := p.sizes[c][k]
		p.bytes[c] += p.layout.fields[c].held(n)
		p.group += plain(n)
	}
}

// cut ends the open page of every column, and the row group too if asked to.
func (p *parquetWriter) cut(group bool) error {
	p.rows = 0
	clear(p.bytes)
	if group {
		p.group, p.any = 0, false
		return p.file.Flush()
	}
	for _, c := range p.file.ColumnWriters() {
		if err := c.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// put hands rows of one page to the library.
func (p *parquetWriter) put(rows []int) error {
	if len(rows) == 0 {
		return nil
	}
	for c, w := range p.file.ColumnWriters() {
		f := &p.layout.fields[c]
		var err error
		if f.Kind == doc.KindInt32List {
			err = p.putLists(w, f, c, rows)
		} else {
			err = p.putScalars(w, f, c, rows)
		}
		if err != nil {
			return fmt.Errorf("column %q: %w", f.Name, err)
		}
	}
	return nil
}

func (p *parquetWriter) putScalars(w *parquet.ColumnWriter, f *field, c int, rows []int) error {
	p.values, p.clean = p.values[:0], p.clean[:0]
	level := p.level(f)
	for _, i := range rows {
		var x parquet.Value
		switch v := &f.cells; {
		case !v.Has(i):
			p.values = append(p.values, x.Level(0, p.absent(f, i), c))
			continue
		case v.Strings != nil:
			x = parquet.ByteArrayValue(p.text(f, v.Strings.At(i)))
		case v.Int64 != nil:
			x = parquet.Int64Value(v.Int64.At(i))
		case v.Float64 != nil:
			x = parquet.DoubleValue(v.Float64.At(i))
		case v.Float32 != nil:
			x = parquet.FloatValue(v.Float32.At(i))
		}
		p.values = append(p.values, x.Level(0, level, c))
	}
	_, err := w.WriteRowValues(p.values)
	clear(p.values)
	return err
}

// putLists writes a row at a time: one of a million elements takes 24 MB of values.
func (p *parquetWriter) putLists(w *parquet.ColumnWriter, f *field, c int, rows []int) error {
	level := p.level(f) // of the list itself: empty lists have one more, elements three
	for _, i := range rows {
		p.values = p.values[:0]
		switch list := f.cells.List; {
		case !list.Has(i):
			p.values = append(p.values, parquet.Value{}.Level(0, p.absent(f, i), c))
		case len(list.At(i)) == 0:
			p.values = append(p.values, parquet.Value{}.Level(0, level, c))
		default:
			for k, e := range list.At(i) {
				p.values = append(p.values, parquet.Int32Value(e).Level(min(k, 1), level+2, c))
			}
		}
		if _, err := w.WriteRowValues(p.values); err != nil {
			return err
		}
	}
	return nil
}

// level is the definition level of a value, of a list that has a value.
func (p *parquetWriter) level(f *field) int {
	n := 1
	if required(f.Name) {
		n = 0
	}
	if f.group >= 0 {
		n++
	}
	return n
}

// absent is the definition level of a null: 1 where its struct is there.
func (p *parquetWriter) absent(f *field, i int) int {
	if f.group >= 0 && p.layout.present(f.group, i) {
		return 1
	}
	return 0
}

// text returns s as valid UTF-8, which lives until the next column.
func (p *parquetWriter) text(f *field, s []byte) []byte {
	if !f.dirty {
		return s
	}
	start := len(p.clean)
	p.clean = appendClean(p.clean, s)
	return p.clean[start:]
}
