package frames

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"

	"dataprep/stages/doc"
)

// readAll reads a file of any bytes and returns the first error.
func readAll(file []byte, b *doc.Batch) error {
	r, err := Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return err
	}
	for {
		b.Reset(0)
		if err := r.Next(b); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

func TestDamageIsAnErrorAndNeverAPanic(t *testing.T) {
	file, _ := write(t, NewWriter, 40, 40, 1)
	b := doc.New(columns(), doc.DefaultLimits())
	for n := range len(file) {
		if err := readAll(file[:n], b); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
	for i := range file {
		for _, flip := range []byte{0x01, 0x80, 0xff} {
			bad := bytes.Clone(file)
			bad[i] ^= flip
			err := readAll(bad, b)
			if err != nil && !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrNewer) {
				t.Fatalf("byte %d: %v", i, err)
			}
		}
	}
}

func TestNewerAndForeignFilesAreRefused(t *testing.T) {
	b := doc.New(columns(), doc.DefaultLimits())
	file, _ := write(t, NewWriter, 10, 10, 1)
	newer := bytes.ReplaceAll(file, []byte("\x01\x00\x00\x002\x00"), []byte("\x01\x00\x00\x003\x00"))
	if err := readAll(newer, b); !errors.Is(err, ErrNewer) {
		t.Errorf("version 3: %v", err)
	}
	var out bytes.Buffer
	schema := arrow.NewSchema([]arrow.Field{{Name: "x", Type: arrow.PrimitiveTypes.Int64}}, nil)
	w, err := ipc.NewFileWriter(&position{w: &out}, ipc.WithSchema(schema))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{"arrow": out.Bytes(), "empty": nil,
		"text": bytes.Repeat([]byte("words "), 100)} {
		if err := readAll(file, b); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	own := errors.New("store is away")
	if _, err := Open(away{own}, 1000); !errors.Is(err, own) || errors.Is(err, ErrCorrupt) {
		t.Errorf("the store's error became %v", err)
	}
}

type away struct{ err error }

func (a away) ReadAt([]byte, int64) (int, error) { return 0, a.err }

func FuzzReader(f *testing.F) {
	file, _ := write(f, NewWriter, 20, 20, 0)
	f.Add(file)
	f.Add(file[:len(file)-20])
	b := doc.New(columns(), doc.DefaultLimits())
	f.Fuzz(func(t *testing.T, file []byte) {
		err := readAll(file, b)
		if err != nil && !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrNewer) {
			t.Fatal(err)
		}
	})
}

// TestRowsDoNotAllocate counts what goes with rows, apart from what Arrow allocates per block.
func TestRowsDoNotAllocate(t *testing.T) {
	const n = 1000
	b := doc.New(columns(), doc.DefaultLimits())
	for i := range n {
		sample(b, i, 2)
	}
	b.Close()
	w := NewWriter(io.Discard, columns())
	if err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	allocs := testing.AllocsPerRun(5, func() {
		if err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("%.0f allocations for %d rows", allocs, n)
	if allocs > n { // about 200 a block, whatever the rows
		t.Errorf("writing %d rows allocates %.0f times", n, allocs)
	}

	file, blocks := write(t, NewWriter, n, n, 2)
	r := open(t, file)
	allocs = testing.AllocsPerRun(5, func() {
		b.Reset(0)
		if err := r.Range(0, len(blocks)); err != nil {
			t.Fatal(err)
		}
		if err := r.Next(b); !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
	})
	if allocs > 0 {
		t.Errorf("reading %d rows again allocates %.0f times", n, allocs)
	}
}

func BenchmarkWrite(b *testing.B) {
	batch := doc.New(columns(), doc.DefaultLimits())
	for i := range 1024 {
		sample(batch, i, 150)
	}
	batch.Close()
	w := NewWriter(io.Discard, columns())
	b.SetBytes(int64(len(doc.Text.Of(batch).Data)))
	for b.Loop() {
		if err := w.Write(batch); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	file, blocks := write(b, NewWriter, 1024, 1024, 150)
	batch := doc.New(columns(), doc.DefaultLimits())
	r := open(b, file)
	for b.Loop() {
		if err := r.Range(0, len(blocks)); err != nil {
			b.Fatal(err)
		}
		batch.Reset(0)
		if err := r.Next(batch); !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(doc.Text.Of(batch).Data)))
	}
}
