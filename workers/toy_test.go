package workers_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dataprep/configs"
	"dataprep/dedup"
	"dataprep/stages"
	"dataprep/stages/doc"
	"dataprep/stages/sink"
	"dataprep/workers"
	"dataprep/workers/plan"
)

// The toy pipeline: a source of lines cut into small splits, a filter with a threshold that panics
// on one word, a stage that rewrites, and the real dedup stages and sinks.

type linesConfig struct {
	// Files.
	Paths []string `yaml:"paths" single:"true" required:"true" key:"-"`
}

type lines struct{ c linesConfig }

// toySplit is small so that few lines make many tasks.
const toySplit = 2000

func (l lines) Patterns() []string { return l.c.Paths }

func (l lines) Splits(f stages.File, _ stages.Opener) (out []stages.Split, err error) {
	for at := int64(0); at == 0 || at < f.Size; at += toySplit {
		out = append(out, stages.Split{File: f, Start: at, End: min(at+toySplit, f.Size)})
	}
	return out, nil
}

func (l lines) Open(s stages.Split, o stages.Origin, open stages.Opener) (stages.Reader, error) {
	f, err := open(s.File)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	all, err := io.ReadAll(io.NewSectionReader(f, 0, s.File.Size))
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(all, []byte("BROKEN")) {
		return nil, fmt.Errorf("not lines")
	}
	return &lineReader{all: all, at: 0, s: s, o: o}, nil
}

type lineReader struct {
	all   []byte
	at    int64
	s     stages.Split
	o     stages.Origin
	tally stages.Tally
}

func (r *lineReader) Next(b *doc.Batch) error {
	for !b.Full() {
		if r.at >= r.s.End || r.at >= int64(len(r.all)) {
			return io.EOF
		}
		end := bytes.IndexByte(r.all[r.at:], '\n') + 1
		if end == 0 {
			end = len(r.all) - int(r.at)
		}
		line := bytes.TrimSpace(r.all[r.at : r.at+int64(end)])
		at := r.at
		r.at += int64(end)
		if at < r.s.Start {
			continue
		}
		r.tally.Records++
		if len(line) == 0 {
			r.tally.Skipped = stages.AddCount(r.tally.Skipped, "blank", 1)
			continue
		}
		i := b.Add(uint32(r.tally.Documents))
		r.tally.Documents++
		doc.Text.Of(b).Set(i, line)
		doc.FilePath.Of(b).SetString(i, r.s.File.Path)
		doc.Source.Of(b).SetString(i, r.o.Source)
		doc.Offset.Of(b).Set(i, at)
		doc.Length.Of(b).Set(i, int64(end))
	}
	return nil
}

func (r *lineReader) Tally() stages.Tally { return r.tally }
func (r *lineReader) Close() error        { return nil }

type longConfig struct {
	// Least words.
	MinWords int64 `yaml:"min_words"`
}

type long struct {
	c     longConfig
	count *int
}

func (s long) Process(b *doc.Batch) error {
	words := b.Words()
	for i := range b.Rows() {
		text := doc.Text.Of(b).At(i)
		if bytes.Contains(text, []byte("PANIC")) {
			panic("toy")
		}
		w := words.At(i)
		b.AtLeast(i, "min_words", float64(w.Len()), float64(s.c.MinWords))
	}
	return nil
}

type shoutConfig struct{}

type shout struct{ buf []byte }

func (s *shout) Process(b *doc.Batch) error {
	out := b.Rewrite(doc.Text)
	for i := range b.Rows() {
		text := doc.Text.Of(b).At(i)
		if i%2 == 0 || true {
			s.buf = append(append(s.buf[:0], text...), '!')
			out.Set(i, s.buf)
		}
	}
	return nil
}

func toyRegistry(t testing.TB) *stages.Registry {
	t.Helper()
	toys := []stages.Entry{
		stages.SourceSpec[linesConfig]{
			Name: "lines", Rev: 1,
			Describe: func(linesConfig) stages.Shape {
				return stages.Shape{Writes: []doc.Column{doc.Text.Column()}}
			},
			Open: func(c linesConfig, _ stages.Env) (stages.Source, error) { return lines{c}, nil },
		},
		stages.StageSpec[longConfig]{
			Name: "long", Rev: 1, Default: longConfig{3},
			Describe: func(longConfig) stages.Shape {
				return stages.Shape{
					Reads: []doc.Column{doc.Text.Column()}, Reasons: []doc.Reason{"min_words"},
				}
			},
			Open: func(c longConfig, _ stages.Env) (stages.Maker, error) {
				return func() stages.Stage { return long{c: c} }, nil
			},
		},
		stages.StageSpec[shoutConfig]{
			Name: "shout", Rev: 1,
			Describe: func(shoutConfig) stages.Shape {
				return stages.Shape{Edits: []doc.Column{doc.Text.Column()}}
			},
			Open: func(shoutConfig, stages.Env) (stages.Maker, error) {
				return func() stages.Stage { return &shout{} }, nil
			},
		},
	}
	r, err := stages.NewRegistry(toys, dedup.Stages(), sink.Sinks())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const toyPipeline = `version: 1
name: toy
input: {lines: [IN/*.txt], source: toys}
stages:
  - long: {min_words: 4}
  - exact_dedup
  - long: {min_words: 5}
    id: longer
  - minhash: {ngram: 2}
  - shout
output: {parquet: OUT, shard_size: 4KiB}
record: {shadow: 25%}
errors: {tolerate: {share: 1%, at_least: 2}}
`

// toyInput writes files with short and long lines, exact and near duplicates, and a blank line.
func toyInput(t testing.TB, dir string, files int) {
	t.Helper()
	for f := range files {
		var b bytes.Buffer
		w := bufio.NewWriter(&b)
		for i := range 120 {
			n := f*120 + i
			switch {
			case i%40 == 39:
				_, _ = fmt.Fprintln(w)
			case i%10 == 3:
				_, _ = fmt.Fprintln(w, "the same line stands in every file of this toy")
			case i%10 == 5:
				_, _ = fmt.Fprintf(w, "the near copy of one line number %d which differs in a word only here and "+
					"goes on for a while so that most of its word pairs are equal to the others at the end\n", n%3)
			case i%7 == 2:
				_, _ = fmt.Fprintf(w, "short %d\n", n)
			default:
				_, _ = fmt.Fprintf(w, "line %d of the toy input has %s words in it\n", n,
					strings.Repeat("many ", n%5))
			}
		}
		_ = w.Flush()
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%02d.txt", f)), b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// toy is one output folder of the toy pipeline.
type toy struct {
	t       testing.TB
	in, out string
	text    string
	set     []string
	opts    workers.Options
}

func newToy(t testing.TB, in string) *toy {
	return &toy{t: t, in: in, out: filepath.Join(t.TempDir(), "out"), text: toyPipeline}
}

func (y *toy) bound() *plan.Bound {
	y.t.Helper()
	text := strings.NewReplacer("IN", y.in, "OUT", y.out).Replace(y.text)
	r := toyRegistry(y.t)
	f, ds := configs.Parse("toy.yaml", []byte(text), configs.Options{
		Set: y.set, Sources: r.Names(stages.KindSource), Sinks: r.Names(stages.KindSink),
		Stages: r.Names(stages.KindStage, stages.KindExchange),
	})
	var b *plan.Bound
	if f != nil {
		b = plan.Bind(f, r, ds)
	}
	if ds.HasErrors() {
		y.t.Fatal(ds.String())
	}
	return b
}

func (y *toy) run(ctx context.Context) (*workers.Job, *workers.Summary, error) {
	y.t.Helper()
	o := y.opts
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(testWriter{y.t}, nil))
	}
	j, err := workers.Prepare(ctx, y.bound(), o)
	if err != nil {
		return nil, nil, err
	}
	sum, err := j.Run(ctx, o)
	return j, sum, err
}

func (y *toy) must() *workers.Summary {
	y.t.Helper()
	_, sum, err := y.run(context.Background())
	if err != nil {
		y.t.Fatal(err)
	}
	return sum
}

// testWriter sends the log to the test's own.
type testWriter struct{ t testing.TB }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Logf("%s", bytes.TrimSpace(p))
	return len(p), nil
}
