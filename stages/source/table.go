package source

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"

	"dataprep/stages/doc"
)

// valueBuffer is how many values of a column are decoded at once.
const valueBuffer = 64

// table is an open Parquet file.
type table struct {
	file   *parquet.File
	path   string
	groups []group
}

// group is a row group, or rows of one.
type group struct {
	group      parquet.RowGroup
	at         int64 // place in the file
	first      int64 // number of its first row in the file
	skip, rows int64 // rows to pass over, rows to read
	sizes      []int64
}

// openTable reads a file's footer. The library panics on some damaged ones.
func openTable(o *opened) (t *table, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("read %s: %w: the Parquet library failed: %v",
				o.file.Path, ErrFormat, p)
		}
		if err != nil && o.err != nil {
			err = o.err
		}
	}()
	if err := checkFooter(o); err != nil {
		return nil, fmt.Errorf("read %s: %w", o.file.Path, err)
	}
	f, err := parquet.OpenFile(o, o.file.Size,
		parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w: %w", o.file.Path, ErrFormat, err)
	}
	t = &table{file: f, path: o.file.Path}
	first := int64(0)
	for i, g := range f.RowGroups() {
		if g.NumRows() < 0 {
			return nil, fmt.Errorf("read %s: %w: a row group of %d rows",
				t.path, ErrFormat, g.NumRows())
		}
		at, sizes := t.place(i)
		t.groups = append(t.groups,
			group{group: g, at: at, first: first, rows: g.NumRows(), sizes: sizes})
		first += g.NumRows()
	}
	return t, nil
}

// checkFooter refuses a footer longer than its file, for which the library would make room.
func checkFooter(o *opened) error {
	var tail [8]byte
	if _, err := o.ReadAt(tail[:], o.file.Size-8); err != nil && err != io.EOF {
		return fmt.Errorf("%w: no Parquet footer: %w", ErrFormat, err)
	}
	if n := int64(binary.LittleEndian.Uint32(tail[:])); string(tail[4:]) != "PAR1" {
		return fmt.Errorf("%w: does not end like Parquet", ErrFormat)
	} else if n > o.file.Size-12 {
		return fmt.Errorf("%w: a footer of %d bytes", ErrFormat, n)
	}
	return nil
}

// place returns where a row group begins and the bytes of its columns. Places never go back, or
// row groups could fall between splits.
func (t *table) place(i int) (at int64, sizes []int64) {
	at = t.file.Size()
	for _, c := range t.file.Metadata().RowGroups[i].Columns {
		m := &c.MetaData
		from := m.DataPageOffset
		if m.DictionaryPageOffset > 0 {
			from = min(from, m.DictionaryPageOffset)
		}
		at = min(at, from)
		sizes = append(sizes, m.TotalCompressedSize)
	}
	low := int64(0)
	if len(t.groups) > 0 {
		low = t.groups[len(t.groups)-1].at
	}
	return min(max(at, low), t.file.Size()-1), sizes
}

// find looks the fields up and checks their types. Optional ones that are missing are left out.
func (t *table) find(want []field) ([]field, []cursor, error) {
	var fields []field
	var cursors []cursor
	for _, f := range want {
		leaf, ok := t.lookup(f.name)
		if !ok {
			if f.role == roleText || f.role == roleExtra {
				return nil, nil, t.misfit("no column %q; the columns are %s", f.name, t.columns())
			}
			continue
		}
		if t.twice(f.name) {
			return nil, nil, t.misfit("column %q is there twice", f.name)
		}
		c := cursor{column: leaf.ColumnIndex}
		kind := leaf.Node.Type().Kind()
		logical := leaf.Node.Type().String()
		c.unsigned = strings.HasPrefix(logical, "INT(") && strings.HasSuffix(logical, "false)")
		fits := false
		switch f.to.Kind {
		case doc.KindString:
			fits = kind == parquet.ByteArray || f.role == roleID && c.isInt(kind)
		case doc.KindInt64:
			fits = c.isInt(kind)
		case doc.KindFloat64:
			fits = kind == parquet.Float || kind == parquet.Double
		}
		if leaf.MaxRepetitionLevel > 0 {
			fits, logical = false, "a list of "+logical
		}
		if !fits {
			return nil, nil, t.misfit("column %q is %s, want %s", f.name, logical, f.to.Kind)
		}
		fields, cursors = append(fields, f), append(cursors, c)
	}
	return fields, cursors, nil
}

func (t *table) misfit(format string, args ...any) error {
	return fmt.Errorf("read %s: %w: %s", t.path, ErrColumns, fmt.Sprintf(format, args...))
}

// twice says whether the file has several columns of that name at its top: nobody could say which
// of them is meant.
func (t *table) twice(name string) bool {
	top, _, _ := strings.Cut(name, ".")
	n := 0
	for _, c := range t.file.Root().Columns() {
		if c.Name() == name || c.Name() == top {
			n++
		}
	}
	return n > 1
}

// lookup finds a column by its name, then by its path.
func (t *table) lookup(name string) (parquet.LeafColumn, bool) {
	if leaf, ok := t.file.Schema().Lookup(name); ok {
		return leaf, true
	}
	return t.file.Schema().Lookup(strings.Split(name, ".")...)
}

// columns lists the names of the columns.
func (t *table) columns() string {
	var all []string
	paths := t.file.Schema().Columns()
	for _, p := range paths[:min(len(paths), maxNames)] {
		all = append(all, strconv.Quote(strings.Join(p, ".")))
	}
	return listed(all, len(paths))
}

// cursor walks over the values of one column of a row group. No column repeats, so that a value is
// a row.
type cursor struct {
	column   int
	unsigned bool

	pages  parquet.Pages
	page   parquet.Page
	values parquet.ValueReader
	buf    [valueBuffer]parquet.Value
	at, n  int
	value  *parquet.Value // of the row at hand; its bytes are the page's
}

func (c *cursor) isInt(k parquet.Kind) bool {
	return k == parquet.Int32 || k == parquet.Int64 && !c.unsigned
}

func (c *cursor) open(chunk parquet.ColumnChunk) {
	c.pages = chunk.Pages()
	c.at, c.n = 0, 0
}

// next moves to the next value.
func (c *cursor) next() error {
	for c.at == c.n {
		if c.page == nil {
			page, err := c.pages.ReadPage()
			if err != nil {
				return err
			}
			c.page, c.values = page, page.Values()
		}
		n, err := c.values.ReadValues(c.buf[:])
		if err != nil && err != io.EOF {
			return err
		}
		if c.at, c.n = 0, n; n == 0 {
			c.release()
		}
	}
	c.value = &c.buf[c.at]
	c.at++
	return nil
}

func (c *cursor) release() {
	if c.page != nil {
		parquet.Release(c.page)
		c.page, c.values = nil, nil
	}
}

func (c *cursor) close() {
	c.release()
	if c.pages != nil {
		_ = c.pages.Close() // nothing was written
		c.pages = nil
	}
}

// integer returns the integer v of 32 or 64 bits.
func integer(v *parquet.Value, unsigned bool) int64 {
	switch {
	case v.Kind() == parquet.Int64:
		return v.Int64()
	case unsigned:
		return int64(v.Uint32())
	}
	return int64(v.Int32())
}
