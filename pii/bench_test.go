package pii

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// bench runs one stage over batches of texts.
type bench struct {
	t     testing.TB
	shape stages.Shape
	maker stages.Maker
	stage stages.Stage
	batch *doc.Batch
}

func start[C any](t testing.TB, s stages.StageSpec[C], change func(*C), env stages.Env) *bench {
	t.Helper()
	c := s.Default
	if change != nil {
		change(&c)
	}
	maker, err := s.Open(c, env)
	if err != nil {
		t.Fatal(err)
	}
	x := &bench{t: t, shape: s.Describe(c), maker: maker, stage: maker()}
	schema := doc.Union([]doc.Column{doc.Text.Column()}, x.shape.Writes...)
	x.batch = doc.New(schema, doc.DefaultLimits())
	return x
}

// fill makes a batch of texts, the first of them being document number first.
func (x *bench) fill(first int, texts []string) {
	b := x.batch
	b.Reset(0)
	for k, v := range texts {
		doc.Text.Of(b).SetString(b.Add(uint32(first+k)), v)
	}
	b.Close()
}

func (x *bench) process() {
	x.t.Helper()
	x.batch.Begin(0, x.shape.Writes)
	if err := x.stage.Process(x.batch); err != nil {
		x.t.Fatal(err)
	}
	x.batch.Commit()
}

// run returns a line per text that holds all the stage did to it, in batches of at most size.
func (x *bench) run(texts []string, size int) []string {
	x.t.Helper()
	var out []string
	for first := 0; first < len(texts); first += size {
		x.fill(first, texts[first:min(first+size, len(texts))])
		x.process()
		for i := range x.batch.Len() {
			out = append(out, x.row(i))
		}
	}
	return out
}

func (x *bench) row(i int) string {
	b := x.batch
	s := fmt.Sprintf("%+v %d", b.Verdict(i), b.State(i))
	for _, c := range b.Schema() {
		value := "null"
		switch c.Kind {
		case doc.KindString:
			if f := (doc.Field[doc.Strings]{Name: c.Name}).Of(b); f.Has(i) {
				value = fmt.Sprintf("%q", f.At(i))
			}
		case doc.KindInt64:
			if f := (doc.Field[doc.Num[int64]]{Name: c.Name}).Of(b); f.Has(i) {
				value = fmt.Sprint(f.At(i))
			}
		case doc.KindFloat64:
			if f := (doc.Field[doc.Num[float64]]{Name: c.Name}).Of(b); f.Has(i) {
				value = fmt.Sprint(f.At(i))
			}
		case doc.KindInt32List:
			if f := (doc.Field[doc.List[int32]]{Name: c.Name}).Of(b); f.Has(i) {
				value = fmt.Sprint(f.At(i))
			}
		}
		s += " " + c.Name + "=" + value
	}
	return s
}

// cuts fails when the size of batches, or what the worker did before, changes anything.
func (x *bench) cuts(texts []string) {
	x.t.Helper()
	want := x.run(texts, len(texts))
	for _, size := range []int{1, 7} {
		for k, got := range x.run(texts, size) {
			if got != want[k] {
				x.t.Fatalf("document %d in batches of %d: %.300s\nall at once: %.300s", k, size, got,
					want[k])
			}
		}
	}
}

// hostile texts are legal input to every stage.
func hostile() []string {
	return []string{
		"", " \n\t ", "\x00", "a\x00b\x00c", "\xff\xfe\xfd", "caf\xc3", strings.Repeat("\x80", 5000),
		strings.Repeat("lorem ipsum ", 5<<20/12), strings.Repeat("x", 1<<20), "\U0010ffff\u200d\u0300",
		strings.Repeat("1.", 1<<18), strings.Repeat("a@", 1<<18), strings.Repeat("\n", 1<<18),
	}
}

// files is an Env of named contents.
type files map[string]string

func (f files) Open(a stages.Artifact) (io.ReadCloser, error) {
	s, ok := f[a.URI]
	if !ok {
		return nil, fmt.Errorf("no file %s", a.URI)
	}
	return io.NopCloser(bytes.NewReader([]byte(s))), nil
}
