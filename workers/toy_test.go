package workers_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dataprep/configs"
	"dataprep/dedup"
	"dataprep/internal/store"
	"dataprep/stages"
	"dataprep/stages/doc"
	"dataprep/stages/sink"
	"dataprep/workers"
	"dataprep/workers/engine"
	"dataprep/workers/ledger"
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
		doc.RecordID.Of(b).SetString(i, fmt.Sprint(r.s.File.Path, at))
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

type splitConfig struct {
	// What stands between two parts.
	At string `yaml:"at"`
}

// split makes a document of each part of a line; the first part stays the parent's.
type split struct{ c splitConfig }

func (s split) Process(b *doc.Batch) error {
	out := b.Rewrite(doc.Text)
	for i := range b.Rows() {
		first, _, _ := bytes.Cut(doc.Text.Of(b).At(i), []byte(s.c.At))
		out.Set(i, first)
	}
	return nil
}

func (s split) Expand(b *doc.Batch, born *doc.Births) error {
	for i := range b.Live() {
		for k, part := range bytes.Split(doc.Text.Of(b).At(i), []byte(s.c.At)) {
			if k > 0 {
				doc.Text.Of(born.Rows).Set(born.Add(i), part)
			}
			if bytes.Contains(part, []byte("BARREN")) {
				panic("toy")
			}
		}
	}
	return nil
}

// hooks are what a test does inside the stage "trap" and the exchange "gate".
type hooks struct {
	process     func(*doc.Batch) error
	emit, apply func(*doc.Batch)
	reduce      func() error
	open        error // of the trap
}

type trapConfig struct{}

type trap struct{ h *hooks }

func (s trap) Process(b *doc.Batch) error {
	if s.h.process == nil {
		return nil
	}
	return s.h.process(b)
}

type gateConfig struct{}

// gate sends one row for each document and gives no verdict.
type gate struct{ h *hooks }

func (g gate) Map() stages.Mapper { return g }

func (g gate) Reduces() []stages.Reduce {
	return []stages.Reduce{{Name: "drain", In: stages.ByHash,
		Run: func(in stages.RowReader, _ stages.RowWriter) error {
			if g.h.reduce != nil {
				return g.h.reduce()
			}
			for {
				if _, err := in.Next(); errors.Is(err, io.EOF) {
					return nil
				} else if err != nil {
					return fmt.Errorf("drain: %w", err)
				}
			}
		}}}
}

func (g gate) Emit(b *doc.Batch, out stages.RowWriter) error {
	if g.h.emit != nil {
		g.h.emit(b)
	}
	for i := range b.Live() {
		row := stages.Row{Key: doc.ID.Of(b).At(i), Addr: b.Address(i)}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	return nil
}

func (g gate) Apply(b *doc.Batch, _ stages.Verdicts) error {
	if g.h.apply != nil {
		g.h.apply(b)
	}
	return nil
}

func toyRegistry(t testing.TB, h *hooks) *stages.Registry {
	t.Helper()
	text := stages.Shape{Reads: []doc.Column{doc.Text.Column()}}
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
		stages.StageSpec[splitConfig]{
			Name: "split", Rev: 1,
			Describe: func(splitConfig) stages.Shape {
				return stages.Shape{Edits: []doc.Column{doc.Text.Column()}, Expands: true}
			},
			Open: func(c splitConfig, _ stages.Env) (stages.Maker, error) {
				return func() stages.Stage { return split{c} }, nil
			},
		},
		stages.StageSpec[trapConfig]{
			Name: "trap", Rev: 1, Describe: func(trapConfig) stages.Shape { return text },
			Open: func(trapConfig, stages.Env) (stages.Maker, error) {
				return func() stages.Stage { return trap{h} }, h.open
			},
		},
		stages.ExchangeSpec[gateConfig]{
			Name: "gate", Rev: 1, Describe: func(gateConfig) stages.Shape { return text },
			Open: func(gateConfig, stages.Env) (stages.Exchange, error) { return gate{h}, nil },
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

// babble is a number of words that no other seed has.
func babble(seed, words int) string {
	var b []byte
	x := uint32(seed)*2654435761 + 12345
	for range words {
		for range 5 {
			x = x*1664525 + 1013904223
			b = append(b, 'a'+byte(x>>24)%26)
		}
		b = append(b, ' ')
	}
	return string(bytes.TrimSpace(b))
}

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
				_, _ = fmt.Fprintf(w, "the near copy of one line number %d which differs in a word only "+
					"here and goes on for a while so that most of its word pairs are equal to the "+
					"others at the end\n", n%3)
			case i%7 == 2:
				_, _ = fmt.Fprintf(w, "short %d\n", n)
			default:
				_, _ = fmt.Fprintf(w, "line %d has %s words\n", n, babble(n, 3+n%9))
			}
		}
		_ = w.Flush()
		name := filepath.Join(dir, fmt.Sprintf("f%02d.txt", f))
		if err := os.WriteFile(name, b.Bytes(), 0o666); err != nil {
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
	hooks   hooks
	swap    func(*ledger.Ledger) // called between Prepare and Run; may be nil
}

// inMemory keeps commits and objects in memory: the same protocol without the disk's syncs.
func (y *toy) inMemory() *store.Mem {
	m := store.NewMem()
	y.swap = func(l *ledger.Ledger) { l.Work = m }
	return m
}

func newToy(t testing.TB, in string) *toy {
	y := &toy{t: t, in: in, out: filepath.Join(t.TempDir(), "out"), text: toyPipeline}
	y.opts.Unit = 5 * time.Millisecond
	return y
}

func (y *toy) bound() *plan.Bound {
	y.t.Helper()
	b, ds := y.bind()
	if ds.HasErrors() {
		y.t.Fatal(ds.String())
	}
	return b
}

// bind returns the pipeline file's problems too.
func (y *toy) bind() (*plan.Bound, *configs.Diagnostics) {
	y.t.Helper()
	text := strings.NewReplacer("IN", y.in, "OUT", y.out).Replace(y.text)
	r := toyRegistry(y.t, &y.hooks)
	f, ds := configs.Parse("toy.yaml", []byte(text), configs.Options{
		Set: y.set, Sources: r.Names(stages.KindSource), Sinks: r.Names(stages.KindSink),
		Stages: r.Names(stages.KindStage, stages.KindExchange),
	})
	var b *plan.Bound
	if f != nil {
		b = plan.Bind(f, r, ds)
	}
	return b, ds
}

func (y *toy) run(ctx context.Context) (*workers.Job, *workers.Summary, error) {
	y.t.Helper()
	o := y.opts
	if o.Log == nil {
		o.Log = y.logger()
	}
	j, err := workers.Prepare(ctx, y.bound(), o)
	if err != nil {
		return nil, nil, err
	}
	if y.swap != nil {
		y.swap(j.Ledger)
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

// logger sends what a run says to the test's own log; a hung slot may speak after the test's end.
func (y *toy) logger() *slog.Logger {
	w := &testWriter{t: y.t}
	y.t.Cleanup(w.silence)
	return slog.New(slog.NewTextHandler(w, nil))
}

// conductor prepares a job and the conductor of it, but for its queue.
func (y *toy) conductor(scratch string) (*workers.Job, *workers.Conductor) {
	y.t.Helper()
	j, err := workers.Prepare(context.Background(), y.bound(), y.opts)
	if err != nil {
		y.t.Fatal(err)
	}
	if y.swap != nil {
		y.swap(j.Ledger)
	}
	log := y.logger()
	return j, &workers.Conductor{
		Plan: j.Plan, Ledger: j.Ledger, Slots: 2, AckWait: time.Minute, Sweep: time.Minute,
		Stall: time.Minute, Log: log, Unit: y.opts.Unit,
		Engine: &engine.Engine{
			Plan: j.Plan, Ledger: j.Ledger, Env: workers.Artifacts{}, Open: workers.OpenLocal,
			Scratch: scratch, Log: log,
			Limits: doc.Limits{Rows: j.Bound.Resources.BatchRows, Bytes: 1 << 20},
		},
	}
}

// testWriter sends the log to the test's own.
type testWriter struct {
	mu sync.Mutex
	t  testing.TB
}

func (w *testWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.t != nil {
		w.t.Logf("%s", bytes.TrimSpace(p))
	}
	return len(p), nil
}

func (w *testWriter) silence() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.t = nil
}
