package stagetest

import (
	"encoding/binary"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"dataprep/configs"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// toyConfig is the config of the toys below.
type toyConfig struct {
	// Documents with fewer bytes are dropped.
	MinBytes int `yaml:"min_bytes" min:"0"`
	// Words that are looked for.
	Words []string `yaml:"words"`
	// A list.
	List stages.Artifact `yaml:"list"`
	// Where the toy lies.
	Place string `yaml:"place" key:"-"`
}

const tooShort doc.Reason = "min_bytes"

var mark = doc.Field[doc.Num[int64]]{Name: "toy_mark"}

// process is a stage made of a function.
type process func(b *doc.Batch) error

// Process implements stages.Stage.
func (p process) Process(b *doc.Batch) error { return p(b) }

// toy is a stage that drops short texts and writes a column, with a body of the test's own.
func toy(make func() process) stages.StageSpec[toyConfig] {
	return stages.StageSpec[toyConfig]{
		Name: "toy", Rev: 1, Default: toyConfig{MinBytes: 200, Words: []string{"a", "on"}},
		Describe: func(toyConfig) stages.Shape {
			return stages.Shape{
				Reads: []doc.Column{doc.URL.Column()}, Writes: []doc.Column{mark.Column()},
				Edits: []doc.Column{doc.Text.Column()}, Reasons: []doc.Reason{tooShort},
			}
		},
		Open: func(toyConfig, stages.Env) (stages.Maker, error) {
			return func() stages.Stage { return make() }, nil
		},
	}
}

func good() process {
	var upper []byte
	return func(b *doc.Batch) error {
		texts, marks, out := doc.Text.Of(b), mark.Of(b), b.Rewrite(doc.Text)
		for i := range b.Rows() {
			text := texts.At(i)
			marks.Set(i, int64(len(text)))
			if b.AtLeast(i, tooShort, float64(len(text)), 200) {
				upper = append(append(upper[:0], text...), '!')
				out.Set(i, upper)
			}
		}
		return nil
	}
}

func TestAGoodStagePasses(t *testing.T) {
	Run(t, [][]stages.Entry{{toy(good)}}, Sample{Stage: "toy", Config: "{min_bytes: 3, words: [x]}"})
}

// simple is an offender without a memory.
func simple(body func(b *doc.Batch, i int)) func() process {
	return func() process {
		return func(b *doc.Batch) error {
			for i := range b.Rows() {
				body(b, i)
			}
			return nil
		}
	}
}

func TestEachOffenderBreaksItsLaw(t *testing.T) {
	opened := 0
	var kept [][]byte
	for _, c := range []struct {
		name, law, says string
		make            func() process
	}{
		{"another result each time", "twice", "", func() process {
			opened++
			n := opened
			return simple(func(b *doc.Batch, i int) { mark.Of(b).Set(i, int64(n)) })()
		}},
		{"counts the batch", "splits", "toy_mark", simple(func(b *doc.Batch, i int) {
			mark.Of(b).Set(i, int64(b.Len()))
		})},
		{"remembers", "worn_worker", "toy_mark", func() process {
			n := int64(0)
			return simple(func(b *doc.Batch, i int) { n++; mark.Of(b).Set(i, n) })()
		}},
		{"wakes the dead", "dropped", "arrived dropped", func() process {
			return func(b *doc.Batch) error {
				for i := range b.Len() {
					mark.Of(b).Set(i, 1)
				}
				return nil
			}
		}},
		{"drops for a secret reason", "dropped", "not declared", simple(func(b *doc.Batch, i int) {
			b.Drop(i, "whim")
		})},
		{"writes what it only reads", "declared", "only read", simple(func(b *doc.Batch, i int) {
			if u := doc.URL.Of(b).At(i); len(u) > 0 {
				u[0] = '!'
			}
		})},
		{"reads what is not there", "declared", "not declared", simple(func(b *doc.Batch, i int) {
			_ = doc.Language.Of(b).At(i)
		})},
		{"peeks", "declared", "columns that it does not declare", simple(func(b *doc.Batch, i int) {
			if doc.Language.In(b) {
				mark.Of(b).Set(i, 1)
			}
		})},
		{"spares shadows", "shadow", "as a shadow", simple(func(b *doc.Batch, i int) {
			if !b.Shadow(i) {
				b.AtLeast(i, tooShort, float64(len(doc.Text.Of(b).At(i))), 200)
			}
		})},
		{"skips ghosts", "ghosts", "", simple(func(b *doc.Batch, i int) {
			if b.State(i) == doc.Live {
				mark.Of(b).Set(i, 1)
			}
		})},
		{"sees what is not admitted", "when", "not admitted", func() process {
			return func(b *doc.Batch) error {
				for i := range b.Len() {
					if b.State(i) != doc.Gone {
						mark.Of(b).Set(i, 1)
					}
				}
				return nil
			}
		}},
		{"trusts its input", "hostile", "index out of range", simple(func(b *doc.Batch, i int) {
			_ = doc.Text.Of(b).At(i)[0]
		})},
		{"allocates", "allocations", "costs", simple(func(b *doc.Batch, i int) {
			kept = append(kept[:0], make([]byte, 100+i))
		})},
	} {
		err := broken(t, toy(c.make), c.law)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("a stage that %s: law %q says %v", c.name, c.law, err)
		}
	}
}

// broken applies one law to an entry with its default config.
func broken(t *testing.T, e stages.Entry, law string) error {
	t.Helper()
	r, err := stages.NewRegistry([]stages.Entry{e})
	if err != nil {
		t.Fatal(err)
	}
	bound, err := bind(r, e.Facts(), "{}")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range laws {
		if l.name == law {
			return l.holds(&subject{bound: bound, log: t.Logf})
		}
	}
	t.Fatalf("there is no law %q", law)
	return nil
}

// toyExchange drops all but the first document of each length, per key; forgetful breaks it.
type toyExchange struct{ forgetful bool }

func (x *toyExchange) Reduces() []stages.Reduce {
	return []stages.Reduce{{Name: "lengths", In: stages.ByHash, Run: x.lengths}}
}

func (x *toyExchange) lengths(in stages.RowReader, out stages.RowWriter) error {
	var last []byte
	for n := 0; ; n++ {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if again := string(r.Key) == string(last); again || x.forgetful && n == 0 {
			if err := out.Write(stages.Row{Addr: r.Addr, Value: []byte{1}}); err != nil {
				return err
			}
		}
		last = append(last[:0], r.Key...)
	}
}

func (x *toyExchange) Map() stages.Mapper { return &toyMapper{} }

type toyMapper struct{ key [8]byte }

func (m *toyMapper) Emit(b *doc.Batch, out stages.RowWriter) error {
	texts := doc.Text.Of(b)
	for i := range b.Live() {
		n := uint64(len(texts.At(i))) * 0x9e3779b97f4a7c15
		binary.BigEndian.PutUint64(m.key[:], n)
		if err := out.Write(stages.Row{Key: m.key[:], Addr: b.Address(i)}); err != nil {
			return err
		}
	}
	return nil
}

func (m *toyMapper) Apply(b *doc.Batch, v stages.Verdicts) error {
	for i := range b.Live() {
		if _, found := v.Find(b.Address(i)); found {
			b.Drop(i, "same_length")
		}
	}
	return nil
}

func toyExchangeSpec(forgetful bool) stages.ExchangeSpec[toyConfig] {
	return stages.ExchangeSpec[toyConfig]{
		Name: "toy_exchange", Rev: 1,
		Describe: func(toyConfig) stages.Shape {
			return stages.Shape{Reads: []doc.Column{doc.Text.Column()},
				Reasons: []doc.Reason{"same_length"}}
		},
		Open: func(toyConfig, stages.Env) (stages.Exchange, error) {
			return &toyExchange{forgetful}, nil
		},
	}
}

func TestAGoodExchangePasses(t *testing.T) {
	Run(t, [][]stages.Entry{{toyExchangeSpec(false)}})
}

func TestAReduceThatKnowsItsPartitionIsFound(t *testing.T) {
	if err := broken(t, toyExchangeSpec(true), "partitions"); err == nil {
		t.Error("a reduce that drops the first row of each partition passes")
	}
}

func TestAllFieldsOfAToyEnterTheKey(t *testing.T) { Keys(t, [][]stages.Entry{{toy(good)}}) }

func TestAFieldThatIsNoPlaceAndStaysOutOfTheKeyIsFound(t *testing.T) {
	r, err := stages.NewRegistry([]stages.Entry{toy(good)})
	if err != nil {
		t.Fatal(err)
	}
	bound, _ := r.Default("toy", stages.KindStage)
	whole := bound.Config.(*toyConfig)
	type narrow struct{ MinBytes int }
	m := mutation{canonical: func() []byte { return configs.Canonical(narrow{whole.MinBytes}) }}
	m.structure(reflect.ValueOf(whole).Elem(), "toy", false)
	if len(m.wrong) != 3 {
		t.Errorf("Words and both faces of List are missing from the key, found: %v", m.wrong)
	}
}
