package source

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"

	"dataprep/stages"
)

// PeekColumn is one leaf column of a file of rows.
type PeekColumn struct {
	Name string // dotted where it is nested
	Type string
}

// ParquetPeek shows a Parquet file as it is, whatever its columns are called: for people who look,
// never for a pipeline.
type ParquetPeek struct {
	Columns []PeekColumn
	Rows    int64
	Groups  int
	file    *opened
	table   *table
	repeats []bool
}

// PeekParquet opens a Parquet file for looking.
func PeekParquet(f stages.File, open stages.Opener) (*ParquetPeek, error) {
	file, err := openFile(f, open)
	if err != nil {
		return nil, err
	}
	t, err := openTable(file)
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	p := &ParquetPeek{Rows: t.file.NumRows(), Groups: len(t.groups), file: file, table: t}
	for _, path := range t.file.Schema().Columns() {
		leaf, _ := t.file.Schema().Lookup(path...)
		kind := leaf.Node.Type().String()
		if leaf.MaxRepetitionLevel > 0 {
			kind = "list of " + kind
		}
		p.Columns = append(p.Columns, PeekColumn{strings.Join(path, "."), kind})
		p.repeats = append(p.repeats, leaf.MaxRepetitionLevel > 0)
	}
	return p, nil
}

// Row reads the row of that number, from 0: one value for each column, nil for null; bytes are the
// caller's, lists are []any. io.EOF says that the file has no such row.
func (p *ParquetPeek) Row(n int64) (values []any, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the Parquet library failed: %v", v)
		}
		if err != nil && err != io.EOF {
			err = fmt.Errorf("read %s: row %d: %w", p.table.path, n, err)
		}
	}()
	for _, g := range p.table.groups {
		if n < g.first || n >= g.first+g.rows {
			continue
		}
		rows := g.group.Rows()
		defer func() { _ = rows.Close() }()
		if err := rows.SeekToRow(n - g.first); err != nil {
			return nil, err
		}
		var row [1]parquet.Row
		got, err := rows.ReadRows(row[:])
		if got == 0 {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		return p.values(row[0]), nil
	}
	return nil, io.EOF
}

func (p *ParquetPeek) values(row parquet.Row) []any {
	all := make([]any, len(p.Columns))
	for _, v := range row {
		c := v.Column()
		if c < 0 || c >= len(all) {
			continue
		}
		switch {
		case !p.repeats[c]:
			all[c] = natural(v)
		case !v.IsNull():
			list, _ := all[c].([]any)
			all[c] = append(list, natural(v))
		}
	}
	return all
}

// natural returns a value as Go has it.
func natural(v parquet.Value) any {
	if v.IsNull() {
		return nil
	}
	switch v.Kind() {
	case parquet.Boolean:
		return v.Boolean()
	case parquet.Int32:
		return int64(v.Int32())
	case parquet.Int64:
		return v.Int64()
	case parquet.Float:
		return float64(v.Float())
	case parquet.Double:
		return v.Double()
	case parquet.ByteArray, parquet.FixedLenByteArray:
		return bytes.Clone(v.ByteArray())
	}
	return v.String()
}

// Close closes the file.
func (p *ParquetPeek) Close() error { return p.file.Close() }

// PeekLines calls visit with each line of a file of JSON lines and its place, from the line at
// offset on, until visit returns false or the file ends. The line holds until visit returns; it is
// nil when it is longer than 64 MiB. Damage of a compressed file ends the reading with an error.
func PeekLines(f stages.File, offset int64, open stages.Opener,
	visit func(at, size int64, line []byte) (bool, error)) error {
	src := &lineFiles{step: stages.SplitBytes}
	r, err := src.reader(stages.Split{File: f, End: f.Size}, stages.Origin{}, open)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	if err := r.seek(offset); err != nil {
		return err
	}
	for {
		l, err := r.lines.next()
		if err == io.EOF && l.size == 0 {
			return r.file.err
		}
		if err != nil && l.size == 0 {
			return fmt.Errorf("read %s at %s: %w", f.Path, strconv.FormatInt(r.lines.at(), 10), err)
		}
		more, err := visit(l.at, l.size, l.data)
		if err != nil || !more {
			return err
		}
	}
}
