// Package source reads input files: web archives (warc, wet) and rows (jsonl, parquet).
//
// In: a split, the bytes of one file between two places, behind an Opener. Out: its documents, in
// the file's order, appended to batches; and a Tally in which records = documents + skipped, with
// the ranges that could not be read. Every string column that a source fills is valid UTF-8 (a byte
// that is part of no character becomes U+FFFD), only doc.Raw is as fetched. A source never sets
// doc.ID: the engine derives it.
//
// Invariant: what a split yields depends on the file and the split only, never on batch limits, and
// the splits of a file yield together what one split of the whole file yields. A record, row group
// or line belongs to the split in which it starts.
//
// Refused with an error, which fails the split: files that cannot be opened or read, other formats,
// and rows that do not have the columns the config names. What is damaged inside a file is skipped
// and counted. Reference: the readers of datatrove 0.10 (FineWeb); each source says where it
// differs.
package source

import (
	"errors"
	"fmt"
	"io"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// Errors of sources; match them with errors.Is.
var (
	// ErrFormat: the file is not what the source reads.
	ErrFormat = errors.New("unexpected file format")
	// ErrColumns: a row lacks a column, or has another type in it than the config says.
	ErrColumns = errors.New("columns do not fit")
	// ErrDamaged: the file is broken in a way that may have changed rows already read.
	ErrDamaged = errors.New("damaged file")
	// ErrTooMany: one split holds more documents than an address can name.
	ErrTooMany = errors.New("too many documents in one split")
)

// Sources lists the sources of this package.
func Sources() []stages.Entry {
	return []stages.Entry{
		stages.SourceSpec[WARC]{
			Name: "warc", Rev: 3, Describe: WARC.describe,
			Open: func(c WARC, _ stages.Env) (stages.Source, error) { return newWARC(c), nil },
		},
		stages.SourceSpec[WET]{
			Name: "wet", Rev: 2, Describe: WET.describe,
			Open: func(c WET, _ stages.Env) (stages.Source, error) { return newWET(c), nil },
		},
		stages.SourceSpec[JSONL]{
			Name: "jsonl", Rev: 2, Default: JSONL{Names: defaultNames()},
			Describe: func(c JSONL) stages.Shape { return c.shape() },
			Open: func(c JSONL, _ stages.Env) (stages.Source, error) {
				return newJSONL(c), nil
			},
		},
		stages.SourceSpec[Parquet]{
			Name: "parquet", Rev: 2, Default: Parquet{Names: defaultNames()},
			Describe: func(c Parquet) stages.Shape { return c.shape() },
			Open: func(c Parquet, _ stages.Env) (stages.Source, error) {
				return newParquet(c), nil
			},
		},
	}
}

// opened is an input file as one reader holds it.
type opened struct {
	stages.ReadAtCloser
	file stages.File
	err  error // the first failure of the file itself, as opposed to damage of what it holds
}

func openFile(f stages.File, open stages.Opener) (*opened, error) {
	r, err := open(f)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", f.Path, err)
	}
	return &opened{ReadAtCloser: r, file: f}, nil
}

// ReadAt implements io.ReaderAt and remembers failures. A place outside of the file is the fault of
// who asks.
func (o *opened) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off > o.file.Size {
		return 0, fmt.Errorf("%w: a place outside of the file", ErrFormat)
	}
	n, err := o.ReadAtCloser.ReadAt(p, off)
	if err != nil && err != io.EOF && o.err == nil {
		o.err = fmt.Errorf("read %s at %d: %w", o.file.Path, off, err)
	}
	return n, err
}

// from returns the file's bytes from a place on.
func (o *opened) from(at int64) io.Reader {
	return io.NewSectionReader(o, at, max(o.file.Size-at, 0))
}

// head returns the first bytes of the file, 8 at most.
func (o *opened) head() ([]byte, error) {
	var b [8]byte
	n, err := io.ReadFull(o.from(0), b[:])
	if o.err != nil {
		return nil, o.err
	}
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, fmt.Errorf("read %s: %w", o.file.Path, err)
	}
	return b[:n], nil
}

// whole is the split of a file that is read in one piece.
func whole(f stages.File) []stages.Split { return []stages.Split{{File: f, End: f.Size}} }

// identity fills the identity columns that do not come from the record's own content.
type identity struct {
	file   stages.File
	origin stages.Origin

	dump, path, source *doc.Strings
	offset, length     *doc.Num[int64]
}

// bind finds the columns in b.
func (d *identity) bind(b *doc.Batch) {
	d.dump, d.path, d.source = doc.Dump.Of(b), doc.FilePath.Of(b), doc.Source.Of(b)
	d.offset, d.length = doc.Offset.Of(b), doc.Length.Of(b)
}

// set fills row i; an unknown length is null.
func (d *identity) set(i int, offset, length int64) {
	if d.origin.Dump != "" {
		d.dump.SetString(i, d.origin.Dump)
	}
	d.path.SetString(i, d.file.Path)
	d.source.SetString(i, d.origin.Source)
	d.offset.Set(i, offset)
	if length > 0 {
		d.length.Set(i, length)
	}
}
