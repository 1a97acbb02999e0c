package sink

import (
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// JSONLConfig says how JSON Lines shards are written.
type JSONLConfig struct {
	// Path is the folder that the dataset is published in. It belongs to the pipeline's name.
	Path string `yaml:"path" key:"-"`
	// ShardSize is the uncompressed size at which a new shard is started. Numbers count 8 bytes,
	// text its length and list elements 4, so that the same documents lie in the same shards
	// whatever the format.
	ShardSize int64 `yaml:"shard_size" unit:"bytes" min:"1"`
	// Schema says which columns are published. full is all that the pipeline knows of a document;
	// fineweb is exactly the columns of the FineWeb dataset, null where nothing writes them.
	Schema string `yaml:"schema" enum:"full,fineweb"`
}

// JSONL is the sink of JSON Lines files under zstd.
//
// A row is one object with the columns in their order. Every key is there in every row, nulls as
// null: readers that take the types of a file from its first rows see all columns. NaN and the
// infinities, which JSON has no words for, become null too.
type JSONL struct{ config JSONLConfig }

// NewJSONL returns the sink of a checked config.
func NewJSONL(c JSONLConfig) stages.Sink { return &JSONL{c} }

// Extension implements stages.Sink.
func (j *JSONL) Extension() string { return ".jsonl.zst" }

// ShardBytes implements stages.Sink.
func (j *JSONL) ShardBytes() int64 { return j.config.ShardSize }

// Open implements stages.Sink.
func (j *JSONL) Open(w io.Writer, columns []doc.Column) (stages.Writer, error) {
	l, err := newLayout(columns, j.config.Schema)
	if err != nil {
		return nil, fmt.Errorf("open jsonl: %w", err)
	}
	// The stream interface, for ever: it gives equal bytes for any cut of its input, and other ones
	// than EncodeAll. Window 4 MiB: every decoder takes it without being asked.
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithWindowSize(4<<20),
		zstd.WithEncoderCRC(true), zstd.WithSingleSegment(false), zstd.WithZeroFrames(true))
	if err != nil {
		return nil, fmt.Errorf("open jsonl: %w", err)
	}
	return newJSONLWriter(z, l), nil
}

// jsonlWriter writes rows as lines.
type jsonlWriter struct {
	out    io.WriteCloser
	layout *layout
	keys   [][]byte // by field: what stands before its value
	ends   []bool   // by field: it is the last of its struct
	line   []byte
	err    error
}

func newJSONLWriter(out io.WriteCloser, l *layout) *jsonlWriter {
	w := &jsonlWriter{out: out, layout: l, keys: make([][]byte, len(l.fields)),
		ends: make([]bool, len(l.fields))}
	for i, f := range l.fields {
		first := f.group >= 0 && (i == 0 || l.fields[i-1].group != f.group)
		w.ends[i] = f.group >= 0 && (i+1 == len(l.fields) || l.fields[i+1].group != f.group)
		key := []byte{','}
		if i == 0 || first {
			key = nil
		}
		w.keys[i] = append(appendString(key, []byte(f.leaf)), ':')
	}
	return w
}

// Write implements stages.Writer.
func (w *jsonlWriter) Write(b *doc.Batch) error {
	if w.err != nil {
		return w.err
	}
	if err := w.layout.bind(b); err != nil {
		w.err = fmt.Errorf("write jsonl: %w", err)
		return w.err
	}
	for i := range b.Live() {
		if w.err = w.check(b, i); w.err != nil {
			return w.err
		}
		w.line = append(w.row(w.line[:0], i), '\n')
		if _, err := w.out.Write(w.line); err != nil {
			w.err = fmt.Errorf("write jsonl: %w", err)
			return w.err
		}
	}
	return nil
}

// Close implements stages.Writer.
func (w *jsonlWriter) Close() error {
	if w.err != nil {
		return w.err
	}
	if err := w.out.Close(); err != nil {
		w.err = fmt.Errorf("close jsonl: %w", err)
		return w.err
	}
	w.err = errors.New("write jsonl: the file is closed")
	return nil
}

// check refuses a row without what every row must have.
func (w *jsonlWriter) check(b *doc.Batch, i int) error {
	for k := range w.layout.fields {
		if f := &w.layout.fields[k]; required(f.Name) && !f.cells.Has(i) {
			return fmt.Errorf("write jsonl: document %d has no %s", b.Ordinal(i), f.Name)
		}
	}
	return nil
}

// row appends row i as an object.
func (w *jsonlWriter) row(dst []byte, i int) []byte {
	dst = append(dst, '{')
	skip := -1 // struct of this row that is null
	for k := range w.layout.fields {
		f := &w.layout.fields[k]
		if f.group >= 0 {
			if k == 0 || w.layout.fields[k-1].group != f.group {
				if k > 0 {
					dst = append(dst, ',')
				}
				dst = append(appendString(dst, []byte(w.layout.groups[f.group])), ':')
				if !w.layout.present(f.group, i) {
					dst = append(dst, "null"...)
					skip = f.group
				} else {
					dst = append(dst, '{')
				}
			}
			if f.group == skip {
				continue
			}
		}
		dst = appendValue(append(dst, w.keys[k]...), &f.cells, i)
		if w.ends[k] {
			dst = append(dst, '}')
		}
	}
	return append(dst, '}')
}
