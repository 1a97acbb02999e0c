package plan

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"dataprep/configs"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// A toy registry: nothing in it can run, since a plan only looks at shapes, kinds and reduces.

type pathsConfig struct {
	Paths []string `yaml:"paths" single:"true" required:"true" key:"-"`
	// Columns are further columns and their kinds.
	Columns map[string]string `yaml:"columns"`
}

type toySource struct{ stages.Source }

func (c pathsConfig) shape(always ...doc.Column) stages.Shape {
	s := stages.Shape{Writes: append(doc.Identity(), always...)}
	for _, name := range []string{"language", "score"} {
		switch c.Columns[name] {
		case "string":
			s.Writes = append(s.Writes, doc.Column{Name: name, Kind: doc.KindString})
		case "float64":
			s.Writes = append(s.Writes, doc.Column{Name: name, Kind: doc.KindFloat64})
		}
	}
	return s
}

func toySourceSpec(name string, always ...doc.Column) stages.Entry {
	return stages.SourceSpec[pathsConfig]{
		Name: name, Rev: 1,
		Describe: func(c pathsConfig) stages.Shape { return c.shape(always...) },
		Open: func(pathsConfig, stages.Env) (stages.Source, error) {
			return toySource{}, nil
		},
	}
}

// allConfig has a field of every sort that a stage's config may have.
type allConfig struct {
	MinWords int64             `yaml:"min_words"`
	Ratio    float64           `yaml:"ratio"`
	On       bool              `yaml:"on"`
	Mode     string            `yaml:"mode"`
	Words    []string          `yaml:"words"`
	Map      map[string]string `yaml:"map"`
	Model    stages.Artifact   `yaml:"model"`
	Band     configs.Range     `yaml:"band"`
	Nested   struct {
		Deep int64 `yaml:"deep"`
	} `yaml:"nested"`
	Cache string `yaml:"cache" key:"-"`
}

func stageSpec(name string, shape stages.Shape) stages.Entry {
	return stages.StageSpec[allConfig]{
		Name: name, Rev: 1, Default: allConfig{MinWords: 3, Words: []string{"a"}},
		Describe: func(allConfig) stages.Shape { return shape },
		Open:     func(allConfig, stages.Env) (stages.Maker, error) { return nil, nil },
	}
}

type toyExchange struct{ reduces []stages.Reduce }

func (e toyExchange) Reduces() []stages.Reduce { return e.reduces }
func (e toyExchange) Map() stages.Mapper       { return nil }

func exchangeSpec(name string, shape stages.Shape, reduces ...stages.Reduce) stages.Entry {
	return stages.ExchangeSpec[allConfig]{
		Name: name, Rev: 1,
		Describe: func(allConfig) stages.Shape { return shape },
		Open: func(allConfig, stages.Env) (stages.Exchange, error) {
			return toyExchange{reduces}, nil
		},
	}
}

type sinkConfig struct {
	Path      string `yaml:"path" key:"-"`
	ShardSize int64  `yaml:"shard_size" unit:"bytes" min:"1"`
}

type toySink struct{ c sinkConfig }

func (s toySink) Extension() string { return ".toy" }
func (s toySink) ShardBytes() int64 { return s.c.ShardSize }
func (s toySink) Open(io.Writer, []doc.Column) (stages.Writer, error) {
	return nil, fmt.Errorf("a toy")
}

func sinkSpec(name string) stages.Entry {
	return stages.SinkSpec[sinkConfig]{
		Name: name, Rev: 1, Default: sinkConfig{ShardSize: 1000},
		Open: func(c sinkConfig, _ stages.Env) (stages.Sink, error) { return toySink{c}, nil },
	}
}

func cols(c ...doc.Column) []doc.Column { return c }

func registry(t testing.TB) *stages.Registry {
	t.Helper()
	text, raw := doc.Text.Column(), doc.Raw.Column()
	size := doc.Column{Name: "cluster_size", Kind: doc.KindInt64}
	score := doc.Column{Name: "score", Kind: doc.KindFloat64}
	r, err := stages.NewRegistry([]stages.Entry{
		toySourceSpec("lines", text),
		toySourceSpec("pages", raw, doc.ContentType.Column()),
		stageSpec("pull", stages.Shape{
			Reads: cols(raw, doc.ContentType.Column()), Writes: cols(text),
		}),
		stageSpec("long", stages.Shape{Reads: cols(text)}),
		stageSpec("address", stages.Shape{Reads: cols(doc.URL.Column())}),
		stageSpec("tongue", stages.Shape{Reads: cols(text), Writes: cols(doc.Language.Column())}),
		stageSpec("speaks", stages.Shape{Reads: cols(text, doc.Language.Column())}),
		stageSpec("shout", stages.Shape{Edits: cols(text)}),
		stageSpec("grade", stages.Shape{Reads: cols(text), Writes: cols(score)}),
		exchangeSpec("exact", stages.Shape{Reads: cols(text)},
			stages.Reduce{Name: "groups", In: stages.ByHash}),
		exchangeSpec("near", stages.Shape{Reads: cols(text), Writes: cols(size)},
			stages.Reduce{Name: "edges", In: stages.ByHash},
			stages.Reduce{Name: "clusters", In: stages.AllToOne},
			stages.Reduce{Name: "sizes", In: stages.ByShard}),
		exchangeSpec("urls", stages.Shape{Reads: cols(doc.URL.Column())},
			stages.Reduce{Name: "groups", In: stages.ByHash}),
		exchangeSpec("local", stages.Shape{}, stages.Reduce{Name: "own", In: stages.ByShard}),
		exchangeSpec("empty", stages.Shape{}),
		sinkSpec("parquet"), sinkSpec("jsonl"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// bind parses and binds; the folder of the file is no part of anything.
func bind(t testing.TB, text string, set ...string) (*Bound, *configs.Diagnostics) {
	t.Helper()
	r := registry(t)
	f, ds := configs.Parse("toy.yaml", []byte(text), configs.Options{
		Set: set, Sources: r.Names(stages.KindSource), Sinks: r.Names(stages.KindSink),
		Stages: r.Names(stages.KindStage, stages.KindExchange),
	})
	if f == nil {
		t.Fatal(ds.String())
	}
	return Bind(f, r, ds), ds
}

func mustBind(t testing.TB, text string, set ...string) *Bound {
	t.Helper()
	b, ds := bind(t, text, set...)
	if ds.HasErrors() {
		t.Fatal(ds.String())
	}
	return b
}

// full is a pipeline with every kind of phase.
const full = `version: 1
name: toy
input: {lines: [in/*.txt], source: toys, dump: D1}
stages:
  - long: {model: file:///models/m.bin}
  - exact
  - grade
  - near
  - shout
output: {parquet: out, shard_size: 1000B}
record: {shadow: 25%}
`

// splitsOf makes files a, b, … of two splits each for every input.
func splitsOf(b *Bound, files int) (all []Split) {
	for in := range b.Inputs {
		for n := range files {
			name := fmt.Sprintf("part/%c.txt", 'a'+n)
			f := stages.File{
				URI: "/private/place/" + name, Path: name, Size: 200,
				SHA256: strings.Repeat(fmt.Sprintf("%x", n+1), 64)[:64],
			}
			all = append(all, Split{in, stages.Split{File: f, Start: 0, End: 100}},
				Split{in, stages.Split{File: f, Start: 100, End: 200}})
		}
	}
	return all
}

func compile(t testing.TB, b *Bound, splits []Split) *Plan {
	t.Helper()
	p, err := Compile(b, NewLock(b, splits), splits)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// digestOf makes a SHA-256 of words.
func digestOf(words ...string) string {
	d := newDigest("test")
	d.add(words...)
	return fmt.Sprintf("%x", d.h.Sum(nil))
}

// work makes the result of a task: a function of its key, as real ones are.
type work func(f *Phase, t *Task) Result

// simple keeps ten rows a shard in two blocks, and sends one verdict back to it.
func simple(f *Phase, t *Task) Result {
	r := Result{Version: Version, Task: t.Key, Phase: f.ID}
	if f.Kind == Map {
		r.Outputs = append(r.Outputs, Output{
			Role: RoleFrames, Object: "o/" + t.Key + "/frames", SHA256: digestOf(t.Key, "frames"),
			Rows: 10, Blocks: []Block{{Rows: 6, Bytes: 300}, {Rows: 4, Bytes: 200}},
		}, Output{Role: RoleDropped, Object: "o/" + t.Key + "/dropped", SHA256: digestOf(t.Key, "dropped")})
	}
	if f.Spread != 0 {
		out := Output{Role: RoleRows, Object: "o/" + t.Key + "/rows", SHA256: digestOf(t.Key, "rows"), Rows: 5}
		if f.Spread == stages.ByShard {
			for s := range uint32(4) {
				out.Slices = append(out.Slices, Slice{Shard: s, Rows: 1, SHA256: digestOf(t.Key, fmt.Sprint(s))})
			}
		}
		r.Outputs = append(r.Outputs, out)
	}
	return r
}

// seal runs all phases but those from last on.
func seal(p *Plan, w work) (Seals, [][]Task) {
	seals := Seals{}
	var tasks [][]Task
	for i := range p.Phases {
		list := p.Expand(i, seals)
		tasks = append(tasks, list)
		seals[i] = []Sealed{}
		for k := range list {
			seals[i] = append(seals[i], Sealed{Task: list[k], Result: w(&p.Phases[i], &list[k])})
		}
	}
	return seals, tasks
}

// keysOf lists the keys of every phase.
func keysOf(tasks [][]Task) (all [][]string) {
	for _, list := range tasks {
		var keys []string
		for _, t := range list {
			keys = append(keys, t.Key)
		}
		all = append(all, keys)
	}
	return all
}
