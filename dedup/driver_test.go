package dedup

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"dataprep/internal/rows"
	"dataprep/internal/testdata"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// paper is a document of the tests.
type paper struct {
	id, text, date string
	score          float64
	shadow, ghost  bool
}

// fate is what an exchange said of a paper.
type fate struct {
	state    doc.State
	reason   doc.Reason
	survivor string
	cluster  string
	size     int64 // -1 is null
}

// play runs an exchange over papers as the engine does, through files of rows.
type play struct {
	exchange stages.Exchange
	marks    marks
	batch    int // rows per batch
	shard    int // papers per shard
	parts    int // partitions of a reduce by hash
}

func (p play) schema() []doc.Column {
	s := append(doc.Identity(), doc.Text.Column(), qualityScore.Column())
	return append(s, p.marks.columns()...)
}

// batches calls visit with the papers of a shard, a batch at a time.
func (p play) batches(papers []paper, shard int, visit func(b *doc.Batch, first int)) {
	lo := shard * p.shard
	hi := min(lo+p.shard, len(papers))
	b := doc.New(p.schema(), doc.Limits{Rows: 1 << 30, Bytes: 1 << 40})
	for ; lo < hi; lo += p.batch {
		b.Reset(uint32(shard))
		fillBatch(b, papers[lo:min(lo+p.batch, hi)], lo-shard*p.shard)
		visit(b, lo)
	}
}

func fillBatch(b *doc.Batch, papers []paper, ordinal int) {
	ids, dates := doc.ID.Of(b), doc.Date.Of(b)
	texts, scores := doc.Text.Of(b), qualityScore.Of(b)
	for k, d := range papers {
		i := b.Add(uint32(ordinal + k))
		ids.SetString(i, d.id)
		dates.SetString(i, d.date)
		texts.SetString(i, d.text)
		if d.score != 0 {
			scores.Set(i, d.score)
		}
		if d.shadow || d.ghost {
			b.MarkShadow(i)
		}
		if d.ghost {
			b.Restore(i, doc.Ghost, doc.Verdict{Reason: "min_words"})
		}
	}
	b.Close()
}

// sorted collects rows in a sorter and counts them.
type sorted struct{ s *rows.Sorter }

func (w sorted) Write(r stages.Row) error {
	w.s.Add(rows.Row{Key: r.Key, Addr: uint64(r.Addr), Value: r.Value})
	return nil
}

type merged struct{ m *rows.Merge }

func (m merged) Next() (stages.Row, error) {
	r, err := m.m.Next()
	return stages.Row{Key: r.Key, Addr: doc.Address(r.Addr), Value: r.Value}, err
}

func file(t testing.TB, s *rows.Sorter, shard int) *rows.File {
	t.Helper()
	var buf bytes.Buffer
	if _, err := s.WriteTo(&buf); err != nil {
		t.Fatal(err)
	}
	f, err := rows.Open(bytes.NewReader(buf.Bytes()), int64(buf.Len()), uint32(shard))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// reader merges a range of 12-bit key prefixes of some files.
func reader(t testing.TB, files []*rows.File, lo, hi int) stages.RowReader {
	t.Helper()
	prefix := func(n int) []byte {
		if n == 0 || n == 4096 {
			return nil
		}
		return []byte{byte(n >> 4), byte(n << 4)}
	}
	iters := make([]*rows.Iter, len(files))
	for i, f := range files {
		iters[i] = f.Range(prefix(lo), prefix(hi))
	}
	m, err := rows.NewMerge(iters)
	if err != nil {
		t.Fatal(err)
	}
	return merged{m}
}

// emit returns the rows of each shard.
func (p play) emit(t testing.TB, papers []paper) []*rows.File {
	t.Helper()
	var files []*rows.File
	for shard := 0; shard*p.shard < len(papers); shard++ {
		s := rows.NewSorter(true)
		mapper := p.exchange.Map()
		p.batches(papers, shard, func(b *doc.Batch, _ int) {
			if err := mapper.Emit(b, sorted{s}); err != nil {
				t.Fatal(err)
			}
		})
		files = append(files, file(t, s, shard))
	}
	return files
}

// reduce runs one step over the files and returns its output, a file per partition.
func (p play) reduce(t testing.TB, step stages.Reduce, files []*rows.File) []*rows.File {
	t.Helper()
	parts := p.parts
	if step.In == stages.AllToOne {
		parts = 1
	}
	var out []*rows.File
	for i := range parts {
		in := reader(t, files, i*4096/parts, (i+1)*4096/parts)
		s := rows.NewSorter(false)
		if err := step.Run(in, sorted{s}); err != nil {
			t.Fatal(err)
		}
		out = append(out, file(t, s, 0))
	}
	return out
}

// shardVerdicts are the verdicts of one shard, which Find meets in ascending order.
type shardVerdicts struct {
	values map[uint32][]byte
	last   int
}

func (v *shardVerdicts) Find(a doc.Address) ([]byte, bool) {
	ordinal := a.Row()
	if int(ordinal) <= v.last {
		panic("ordinals do not ascend")
	}
	v.last = int(ordinal)
	value, ok := v.values[ordinal]
	return value, ok
}

// run returns the fate of each paper.
func (p play) run(t testing.TB, papers []paper) []fate {
	t.Helper()
	files := p.emit(t, papers)
	for _, step := range p.exchange.Reduces() {
		files = p.reduce(t, step, files)
	}
	shards := make([]*shardVerdicts, (len(papers)+p.shard-1)/p.shard)
	for i := range shards {
		shards[i] = &shardVerdicts{values: map[uint32][]byte{}, last: -1}
	}
	for in := reader(t, files, 0, 4096); ; {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		values := shards[r.Addr.Shard()].values
		if _, twice := values[r.Addr.Row()]; twice {
			t.Fatalf("two verdicts for %x", r.Addr)
		}
		values[r.Addr.Row()] = slices.Clone(r.Value)
	}
	fates := make([]fate, len(papers))
	for shard, v := range shards {
		mapper := p.exchange.Map()
		p.batches(papers, shard, func(b *doc.Batch, first int) {
			b.Begin(0, p.marks.columns())
			if err := mapper.Apply(b, v); err != nil {
				t.Fatal(err)
			}
			b.Commit()
			for i := range b.Len() {
				fates[first+i] = p.fateOf(b, i)
			}
		})
	}
	return fates
}

func (p play) fateOf(b *doc.Batch, i int) fate {
	v := b.Verdict(i)
	f := fate{state: b.State(i), reason: v.Reason, size: -1}
	if v.Survivor != [32]byte{} {
		f.survivor = string(v.Survivor[:])
	}
	if ids := p.marks.id.Of(b); ids.Has(i) {
		f.cluster = string(ids.At(i))
	}
	if sizes := p.marks.size.Of(b); sizes.Has(i) {
		f.size = sizes.At(i)
	}
	return f
}

// number makes a public id of a number; descending ids keep "first" apart from "smallest id".
func number(n int) string { return fmt.Sprintf("%032x", 1<<40-n) }

// collection reads a shared file of texts.
func collection(t testing.TB, name string) []paper {
	t.Helper()
	f, err := os.Open(filepath.Join(testdata.Dir(t, "dedup"), name+".jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var papers []paper
	for in := json.NewDecoder(z); ; {
		var d struct{ Text string }
		if err := in.Decode(&d); errors.Is(err, io.EOF) {
			return papers
		} else if err != nil {
			t.Fatal(err)
		}
		papers = append(papers, paper{id: number(len(papers)), text: d.Text})
	}
}

func playMinhash(t testing.TB, c Minhash) play {
	t.Helper()
	e, err := minhashSpec().Open(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	return play{exchange: e, marks: nearMarks(), batch: 100, shard: 150, parts: 3}
}

func playExact(t testing.TB, c ExactDedup) play {
	t.Helper()
	e, err := exactSpec().Open(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	return play{exchange: e, marks: exactMarks(), batch: 100, shard: 150, parts: 3}
}
