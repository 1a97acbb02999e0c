package source

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/parquet-go/parquet-go"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// Parquet reads the rows of Parquet files, one document per row. Only the columns that are needed
// are read. A dot in a name reaches into a struct where no column has that very name.
//
// The schema is checked before the first row: the text and every declared column must be there and
// have the right type (string: byte arrays; int64: integers of 32 or 64 bits but no unsigned 64;
// float64: float and double). A row whose text is null is skipped (no_text). A file that is
// damaged anywhere fails: its index is at its end, and pages say nothing about the next one.
//
// The column offset holds the row's number in the file, from 0, and length is 1.
type Parquet struct {
	// Paths are the files to read, as globs; one may stand without brackets.
	Paths []string `yaml:"paths" single:"true" required:"true" key:"-"`
	Names
}

func newParquet(c Parquet) *parquetFiles {
	return &parquetFiles{paths: c.Paths, fields: c.fields(), step: stages.SplitBytes}
}

// parquetFiles is the source of Parquet rows.
type parquetFiles struct {
	paths  []string
	fields []field
	step   int64 // least bytes of file in one split; smaller in tests only
}

// Patterns implements stages.Source.
func (p *parquetFiles) Patterns() []string { return p.paths }

// Splits implements stages.Source: cuts at the starts of row groups, the first one that lies
// SplitBytes or more behind the cut before. A row group belongs to the split in which it starts.
func (p *parquetFiles) Splits(f stages.File, open stages.Opener) ([]stages.Split, error) {
	if f.Size <= p.step {
		return whole(f), nil
	}
	file, err := openFile(f, open)
	if err != nil {
		return nil, err
	}
	t, err := openTable(file)
	if cerr := file.Close(); err == nil && cerr != nil {
		err = fmt.Errorf("close %s: %w", f.Path, cerr)
	}
	if err != nil {
		return nil, err
	}
	var splits []stages.Split
	from := int64(0)
	for _, g := range t.groups {
		if g.at-from >= p.step {
			splits = append(splits, stages.Split{File: f, Start: from, End: g.at})
			from = g.at
		}
	}
	return append(splits, stages.Split{File: f, Start: from, End: f.Size}), nil
}

// Open implements stages.Source.
func (p *parquetFiles) Open(s stages.Split, o stages.Origin,
	open stages.Opener) (stages.Reader, error) {
	r, err := p.reader(s, o, open)
	if err != nil {
		return nil, err
	}
	for _, g := range r.table.groups {
		if g.at >= s.Start && g.at < s.End {
			r.todo = append(r.todo, g)
		}
	}
	return r, nil
}

// Locate implements stages.Locator. The document's ordinal is 0; a row that is not there yields
// none.
func (p *parquetFiles) Locate(s stages.Split, o stages.Origin, offset, _ int64,
	open stages.Opener) (stages.Reader, error) {
	r, err := p.reader(s, o, open)
	if err != nil {
		return nil, err
	}
	for _, g := range r.table.groups {
		if offset >= g.first && offset < g.first+g.rows {
			g.skip, g.rows = offset-g.first, 1
			r.todo = append(r.todo, g)
		}
	}
	return r, nil
}

func (p *parquetFiles) reader(s stages.Split, o stages.Origin,
	open stages.Opener) (*records, error) {
	file, err := openFile(s.File, open)
	if err != nil {
		return nil, err
	}
	r := &records{file: file, table: &table{}}
	r.ids = identity{file: s.File, origin: o}
	r.begin(s)
	if s.File.Size == 0 {
		return r, nil
	}
	if r.table, err = openTable(file); err == nil {
		r.fields, r.cursors, err = r.table.find(p.fields)
	}
	if err != nil {
		_ = r.Close()
		return nil, err
	}
	return r, nil
}

// records reads the documents of some row groups.
type records struct {
	ledger
	file  *opened
	table *table
	todo  []group // still to be read, the one at hand first
	row   int64   // of the group at hand, -1 before it is opened

	fields  []field
	cursors []cursor
	slots   []slot
	ids     identity
	number  []byte
	scratch []byte
	opened  bool
}

// Next implements stages.Reader.
func (r *records) Next(b *doc.Batch) error {
	r.ids.bind(b)
	r.slots = bindSlots(r.slots, r.fields, b)
	err := r.fill(b)
	b.Close()
	if err != nil && err != io.EOF && r.file.err != nil {
		return r.file.err
	}
	return err
}

func (r *records) fill(b *doc.Batch) error {
	for !b.Full() {
		if len(r.todo) == 0 {
			return io.EOF
		}
		g := &r.todo[0]
		if !r.opened {
			if err := r.enter(g); err != nil {
				return err
			}
		}
		if r.row == g.rows {
			r.leave()
			continue
		}
		if err := r.advance(g); err != nil {
			return err
		}
		if err := r.take(b, g.first+g.skip+r.row); err != nil {
			return err
		}
		r.row++
	}
	return nil
}

// enter opens the columns of a row group.
func (r *records) enter(g *group) error {
	r.opened, r.row = true, 0
	return r.guard(g, func() error {
		chunks := g.group.ColumnChunks()
		for i := range r.cursors {
			c := &r.cursors[i]
			if c.column >= len(chunks) {
				return fmt.Errorf("the row group has no column %d", c.column)
			}
			c.open(chunks[c.column])
			r.t.Bytes += g.sizes[c.column]
			if g.skip > 0 {
				if err := c.pages.SeekToRow(g.skip); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// leave closes the row group at hand.
func (r *records) leave() {
	for i := range r.cursors {
		r.cursors[i].close()
	}
	r.todo, r.opened = r.todo[1:], false
}

// advance moves every column to the next row.
func (r *records) advance(g *group) error {
	return r.guard(g, func() error {
		for i := range r.cursors {
			if err := r.cursors[i].next(); err != nil {
				return fmt.Errorf("column %q: %w", r.fields[i].name, err)
			}
		}
		return nil
	})
}

// guard runs f, which works on foreign code that may panic on a damaged file.
func (r *records) guard(g *group, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the Parquet library failed: %v", p)
		}
		if err == nil {
			return
		}
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF // never to be taken for the end of the split
		}
		err = fmt.Errorf("read %s: row %d: %w", r.path, g.first+g.skip+max(r.row, 0), err)
	}()
	return f()
}

// take makes a document of the row at hand.
func (r *records) take(b *doc.Batch, number int64) error {
	if r.cursors[0].value.IsNull() {
		r.skip(causeNoText)
		return nil
	}
	n, err := r.document()
	if err != nil {
		return err
	}
	i := b.Add(n)
	r.ids.set(i, number, 1)
	for f := range r.cursors {
		if v := r.cursors[f].value; !v.IsNull() {
			r.set(i, r.slots[f], r.cursors[f].unsigned, v)
		}
	}
	return nil
}

// set writes a value that find has found fitting.
func (r *records) set(i int, to slot, unsigned bool, v *parquet.Value) {
	switch {
	case to.float != nil && v.Kind() == parquet.Float:
		to.float.Set(i, float64(v.Float()))
	case to.float != nil:
		to.float.Set(i, v.Double())
	case to.int != nil:
		to.int.Set(i, integer(v, unsigned))
	case v.Kind() == parquet.ByteArray:
		setText(to.text, i, v.ByteArray(), &r.scratch)
	default:
		r.number = strconv.AppendInt(r.number[:0], integer(v, unsigned), 10)
		to.text.Set(i, r.number)
	}
}

// Tally implements stages.Reader.
func (r *records) Tally() stages.Tally { return r.tally() }

// Close implements stages.Reader.
func (r *records) Close() error {
	for i := range r.cursors {
		r.cursors[i].close()
	}
	return r.file.Close()
}
