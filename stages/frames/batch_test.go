package frames

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"testing"

	"dataprep/stages/doc"
)

var (
	score = doc.Field[doc.Num[float64]]{Name: "language_score"}
	ids   = doc.Field[doc.List[int32]]{Name: "input_ids"}
	count = doc.Field[doc.Num[int64]]{Name: "state"} // a column may be named as the head's are
)

func columns() []doc.Column {
	return []doc.Column{
		doc.ID.Column(), doc.URL.Column(), doc.Text.Column(), score.Column(), ids.Column(),
		count.Column(), doc.Dump.Column(),
	}
}

// sample is document i of an endless made-up split; big makes its text longer.
func sample(b *doc.Batch, i int, big int) {
	row := b.Add(uint32(i))
	doc.ID.Of(b).SetString(row, fmt.Sprintf("%032x", i*i))
	if i%3 != 0 {
		doc.URL.Of(b).SetString(row, fmt.Sprintf("https://example.org/%d?q=ü", i))
	}
	text := bytes.Repeat([]byte(fmt.Sprintf("line %d of a text\n", i)), i%7+big)
	doc.Text.Of(b).Set(row, text)
	if i%5 != 1 {
		score.Of(b).Set(row, math.Sqrt(float64(i)))
	} else if i%2 == 0 {
		score.Of(b).V[row] = 77 // what a null hides must not be written
	}
	switch i % 4 {
	case 0:
		ids.Of(b).Set(row, nil)
	case 1:
		ids.Of(b).Set(row, []int32{int32(i), -1, math.MaxInt32})
	}
	count.Of(b).Set(row, int64(i)-100)
	verdict(b, row, i)
}

func verdict(b *doc.Batch, row, i int) {
	v := doc.Verdict{Stage: uint16(i % 9)}
	switch i % 11 {
	case 2:
		v.Reason, v.Measured, v.Value, v.Limit = "min_words", true, 0.1, float32(i)
		b.Restore(row, doc.Gone, v)
	case 3:
		v.Reason = "duplicate"
		copy(v.Survivor[:], fmt.Sprintf("%032d", i))
		b.Restore(row, doc.Gone, v)
	case 4:
		v.Reason, v.Measured, v.Value, v.Limit = "max_symbols", true, float32(math.Inf(1)), 3
		b.Restore(row, doc.Ghost, v)
		b.MarkShadow(row)
	case 5:
		v.Reason, v.Dead = doc.Panicked, true
		b.Restore(row, doc.Gone, v)
	case 6:
		b.MarkShadow(row)
	}
}

// write writes n samples in batches of cut rows.
func write(t testing.TB, newWriter func(io.Writer, []doc.Column) *Writer, n, cut, big int) (
	[]byte, []Block) {
	t.Helper()
	var out bytes.Buffer
	w := newWriter(&out, columns())
	b := doc.New(columns(), doc.DefaultLimits())
	for from := 0; from < n; from += cut {
		b.Reset(0)
		for i := from; i < min(from+cut, n); i++ {
			sample(b, i, big)
		}
		b.Close()
		if err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	blocks, rows, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	if want := count0(n, w.keep); rows != want {
		t.Fatalf("%d rows written, want %d", rows, want)
	}
	return out.Bytes(), blocks
}

func count0(n int, keep [3]bool) (rows int64) {
	b := doc.New(columns(), doc.DefaultLimits())
	for i := range n {
		sample(b, i, 0)
		if keep[b.State(i)] {
			rows++
		}
	}
	return rows
}

func open(t testing.TB, file []byte) *Reader {
	t.Helper()
	r, err := Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// drain reads the reader's range into one string per row, in batches of limits.
func drain(t testing.TB, r *Reader, schema []doc.Column, limits doc.Limits) []string {
	t.Helper()
	var out []string
	b := doc.New(schema, limits)
	for {
		b.Reset(0)
		err := r.Next(b)
		for i := range b.Len() {
			out = append(out, describe(b, i))
		}
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// describe says everything about row i.
func describe(b *doc.Batch, i int) string {
	s := fmt.Sprintf("%d %d %v %+v", b.Ordinal(i), b.State(i), b.Shadow(i), b.Verdict(i))
	for _, c := range b.Schema() {
		var v doc.Cells
		v.Bind(b, c)
		s += fmt.Sprintf(" %s=%v/%v", c.Name, v.At(i), v.Has(i))
	}
	return s
}

// wanted is what drain must give for n samples.
func wanted(n int, schema []doc.Column, keep [3]bool, big int) []string {
	full := doc.New(columns(), doc.DefaultLimits())
	for i := range n {
		sample(full, i, big)
	}
	full.Close()
	b := doc.New(schema, doc.DefaultLimits())
	var out []string
	for i := range n {
		if keep[full.State(i)] {
			b.Take(full, i)
		}
	}
	b.Close()
	for i := range b.Len() {
		out = append(out, describe(b, i))
	}
	return out
}
