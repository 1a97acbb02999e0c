package dedup

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"dataprep/configs"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// counter counts rows and keeps none.
type counter int

func (c *counter) Write(stages.Row) error { *c++; return nil }

// list reads rows from memory.
type list []stages.Row

func (l *list) Next() (stages.Row, error) {
	if len(*l) == 0 {
		return stages.Row{}, io.EOF
	}
	r := (*l)[0]
	*l = (*l)[1:]
	return r, nil
}

func TestStagesCanBeRegisteredAndConfigured(t *testing.T) {
	r, err := stages.NewRegistry(Stages())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"exact_dedup": `{"keep":"first","normalize":"none"}`,
		"minhash": `{"bands":14,"rows":8,"ngram":5,"seed":1,"hash":"xxhash64",` +
			`"keep":"first"}`,
	} {
		var ds configs.Diagnostics
		b, ok := r.Bind(name, nil, &ds, stages.KindExchange)
		if !ok || string(b.Canonical()) != want {
			t.Errorf("%s: %v %s", name, ok, b.Canonical())
		}
		if len(b.Shape.Writes) != 2 || !strings.HasSuffix(b.Shape.Writes[0].Name, "_cluster_id") {
			t.Errorf("%s writes %v", name, b.Shape.Writes)
		}
		e, err := b.Exchange(nil)
		if err != nil || len(e.Reduces()) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := Minhash{Bands: 100, Rows: 100}
	if c.Validate() == nil {
		t.Error("10,000 functions are accepted")
	}
	best := minhashSpec().Describe(Minhash{Keep: keepBest})
	if !doc.Contains(best.Reads, "quality_score") {
		t.Error("best does not ask for scores")
	}
}

func TestEmitAndApplyDoNotAllocate(t *testing.T) {
	papers := collection(t, "licences")[:64]
	for i := range papers {
		papers[i].date = "2021-01-01T00:00:00Z"
	}
	for _, keep := range []string{keepFirst, keepLongest, keepNewest, keepBest} {
		c := minhashSpec().Default
		c.Keep = keep
		exact := ExactDedup{Keep: keep, Normalize: normalizeSimplify}
		for _, p := range []play{playMinhash(t, c), playExact(t, exact)} {
			mapper := p.exchange.Map()
			b := doc.New(p.schema(), doc.DefaultLimits())
			var n counter
			b.Reset(0)
			fillBatch(b, papers, 0)
			if got := testing.AllocsPerRun(5, func() { _ = mapper.Emit(b, &n) }); got != 0 {
				t.Errorf("%s, keep %s: Emit allocates %v times", p.marks.reason, keep, got)
			}
			v, columns := &constant{make([]byte, verdictLen)}, p.marks.columns()
			got := testing.AllocsPerRun(5, func() {
				b.Reset(0)
				fillBatch(b, papers, 0)
				b.Begin(0, columns)
				_ = mapper.Apply(b, v)
				b.Commit()
			})
			if got != 0 {
				t.Errorf("%s: Apply allocates %v times", p.marks.reason, got)
			}
		}
	}
}

// constant finds the same verdict for everybody.
type constant struct{ value []byte }

func (c *constant) Find(doc.Address) ([]byte, bool) { return c.value, true }

// crowd is one bucket of n members.
type crowd struct {
	n, at int
	key   [16]byte
	value [idLen]byte
}

func (c *crowd) Next() (stages.Row, error) {
	if c.at == c.n {
		return stages.Row{}, io.EOF
	}
	c.at++
	a := doc.MakeAddress(uint32(c.at>>20), uint32(c.at))
	return stages.Row{Key: c.key[:], Addr: a, Value: c.value[:]}, nil
}

func TestBucketsOfAnySizeStream(t *testing.T) {
	const members = 2_000_000
	var before, after runtime.MemStats
	var n counter
	runtime.ReadMemStats(&before)
	if err := stars(&crowd{n: members}, &n); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if n != members {
		t.Errorf("%d rows for %d members", n, members)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("a bucket of %d members took %d bytes", members, used)
	}
}

func TestDamagedRowsAreRefused(t *testing.T) {
	near := playMinhash(t, minhashSpec().Default).exchange.Reduces()[1]
	exact := playExact(t, exactSpec().Default).exchange.Reduces()[0]
	long := bytes.Repeat([]byte{1}, 8+idLen)
	for name, run := range map[string]struct {
		step stages.Reduce
		in   list
	}{
		"short star":     {near, list{{Key: long[:8], Addr: 1, Value: long[:9]}}},
		"no center":      {near, list{{Key: long[:8], Addr: 1, Value: long}}},
		"out of order":   {near, list{{Addr: 2, Value: long}, {Addr: 1, Value: long}}},
		"no ballot":      {exact, list{{Key: long, Addr: 1}}},
		"long ballot":    {exact, list{{Key: long, Addr: 1, Value: long}}},
		"broken reading": {exact, nil},
	} {
		var n counter
		in := stages.RowReader(&run.in)
		if run.in == nil {
			in = broken{}
		}
		if err := run.step.Run(in, &n); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	p := playExact(t, exactSpec().Default)
	for _, value := range [][]byte{nil, make([]byte, verdictLen-1),
		bytes.Repeat([]byte{2}, verdictLen)} {
		b := doc.New(p.schema(), doc.DefaultLimits())
		b.Reset(0)
		fillBatch(b, []paper{{id: number(0), text: "x"}}, 0)
		if err := p.exchange.Map().Apply(b, &constant{value}); err == nil {
			t.Errorf("the verdict %x is accepted", value)
		}
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Next() (stages.Row, error) { return stages.Row{}, errBroken }

// A document without a public id is a bug of its source, not a reason to judge it.
func TestDocumentsWithoutIDAreRefused(t *testing.T) {
	for _, id := range []string{"", "12", strings.Repeat("x", 32)} {
		p := playExact(t, exactSpec().Default)
		b := doc.New(p.schema(), doc.DefaultLimits())
		b.Reset(0)
		fillBatch(b, []paper{{id: id, text: "x"}}, 0)
		var n counter
		if err := p.exchange.Map().Emit(b, &n); err == nil {
			t.Errorf("the id %q is accepted", id)
		}
	}
}
