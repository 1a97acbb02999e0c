package stagetest

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// Bench runs one stage over batches of texts.
type Bench struct {
	t     testing.TB
	Shape stages.Shape
	Maker stages.Maker
	Stage stages.Stage
	Batch *doc.Batch
}

// Start opens a stage with its default config, changed by change.
func Start[C any](t testing.TB, s stages.StageSpec[C], change func(*C), env stages.Env) *Bench {
	t.Helper()
	c := s.Default
	if change != nil {
		change(&c)
	}
	maker, err := s.Open(c, env)
	if err != nil {
		t.Fatal(err)
	}
	x := &Bench{t: t, Shape: s.Describe(c), Maker: maker, Stage: maker()}
	schema := doc.Union([]doc.Column{doc.Text.Column()}, x.Shape.Writes...)
	x.Batch = doc.New(schema, doc.DefaultLimits())
	return x
}

// Fill makes a batch of texts, the first of them being document number first.
func (x *Bench) Fill(first int, texts []string) {
	b := x.Batch
	b.Reset(0)
	for k, v := range texts {
		doc.Text.Of(b).SetString(b.Add(uint32(first+k)), v)
	}
	b.Close()
}

// Process runs the stage over the batch that Fill made.
func (x *Bench) Process() {
	x.t.Helper()
	x.Batch.Begin(0, x.Shape.Writes)
	if err := x.Stage.Process(x.Batch); err != nil {
		x.t.Fatal(err)
	}
	x.Batch.Commit()
}

// Run returns a line per text that holds all the stage did to it, in batches of at most size.
func (x *Bench) Run(texts []string, size int) []string {
	x.t.Helper()
	var out []string
	for first := 0; first < len(texts); first += size {
		x.Fill(first, texts[first:min(first+size, len(texts))])
		x.Process()
		for i := range x.Batch.Len() {
			out = append(out, x.Row(i))
		}
	}
	return out
}

// Row returns all that is known of row i as one line.
func (x *Bench) Row(i int) string {
	b := x.Batch
	s := fmt.Sprintf("%+v %d", b.Verdict(i), b.State(i))
	for _, c := range b.Schema() {
		value := "null"
		var v doc.Cells
		if v.Bind(b, c); v.Has(i) {
			value = fmt.Sprint(v.At(i))
			if c.Kind == doc.KindString {
				value = strconv.Quote(value)
			}
		}
		s += " " + c.Name + "=" + value
	}
	return s
}

// Cuts fails when the size of batches, or what the worker did before, changes anything.
func (x *Bench) Cuts(texts []string) {
	x.t.Helper()
	want := x.Run(texts, len(texts))
	for _, size := range []int{1, 7} {
		for k, got := range x.Run(texts, size) {
			if got != want[k] {
				x.t.Fatalf("document %d in batches of %d: %.300s\nall at once: %.300s", k, size, got,
					want[k])
			}
		}
	}
}

// Hostile texts are legal input to every stage.
func Hostile() []string {
	return []string{
		"", " \n\t ", "\x00", "a\x00b\x00c", "\xff\xfe\xfd", "caf\xc3", strings.Repeat("\x80", 5000),
		strings.Repeat("lorem ipsum ", 5<<20/12), strings.Repeat("x", 1<<20), "\U0010ffff\u200d\u0300",
		strings.Repeat("1.", 1<<18), strings.Repeat("a@", 1<<18), strings.Repeat("\n", 1<<18),
	}
}

// Files is an Env of named contents.
type Files map[string]string

// Open implements stages.Env.
func (f Files) Open(a stages.Artifact) (io.ReadCloser, error) {
	s, ok := f[a.URI]
	if !ok {
		return nil, fmt.Errorf("no file %s", a.URI)
	}
	return io.NopCloser(bytes.NewReader([]byte(s))), nil
}
