package dedup

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dataprep/dedup/minhash"
	"dataprep/stages/doc"
)

// components finds clusters by comparing every pair of signatures band by band: the definition.
func components(t *testing.T, papers []paper) []int {
	t.Helper()
	k, err := minhash.New(minhash.Config{Bands: 14, Rows: 8, NGram: 5, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	var split splitter
	var scratch minhash.Scratch
	sigs := make([][]uint64, len(papers))
	for i, d := range papers {
		data, words := split.split([]byte(d.text))
		sig := make([]uint64, k.Functions())
		if k.Signature(sig, &scratch, data, words.Start, words.End) {
			sigs[i] = sig
		}
	}
	label := make([]int, len(papers))
	for i := range label {
		label[i] = i
	}
	for i := range sigs {
		for j := range i {
			if sigs[i] == nil || sigs[j] == nil || !shareBand(k, sigs[i], sigs[j]) {
				continue
			}
			if a, b := label[i], label[j]; a != b {
				for x := range label {
					if label[x] == max(a, b) {
						label[x] = min(a, b)
					}
				}
			}
		}
	}
	return label
}

func shareBand(k *minhash.Params, a, b []uint64) bool {
	for band := range k.Config().Bands {
		if slices.Equal(k.Band(a, band), k.Band(b, band)) {
			return true
		}
	}
	return false
}

// expected turns labels, which are the lowest member's index, into fates under keep: first.
func expected(papers []paper, label []int, reason doc.Reason) []fate {
	size := map[int]int64{}
	for _, l := range label {
		size[l]++
	}
	fates := make([]fate, len(papers))
	for i, l := range label {
		f := fate{size: size[l]}
		if f.size > 1 {
			f.cluster = papers[l].id
		}
		if l != i {
			f.state, f.reason, f.survivor = doc.Gone, reason, papers[l].id
		}
		fates[i] = f
	}
	return fates
}

func diff(t *testing.T, what string, got, want []fate) {
	t.Helper()
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s: document %d: %+v, want %+v", what, i, got[i], want[i])
			return
		}
	}
}

func TestClustersAreTheComponentsOfSharedBands(t *testing.T) {
	for _, name := range []string{"licences", "lohelp-en"} {
		papers := collection(t, name)
		want := expected(papers, components(t, papers), nearDuplicate)
		dropped := 0
		for _, f := range want {
			if f.state == doc.Gone {
				dropped++
			}
		}
		if dropped < 50 {
			t.Fatalf("%s: only %d duplicates", name, dropped)
		}
		t.Logf("%s: %d of %d dropped", name, dropped, len(papers))
		diff(t, name, playMinhash(t, minhashSpec().Default).run(t, papers), want)
	}
}

func TestCutsChangeNothing(t *testing.T) {
	papers := collection(t, "licences")
	for i := range papers {
		papers[i].shadow = i%7 == 0
	}
	for _, keep := range []string{keepFirst, keepLongest} {
		c := minhashSpec().Default
		c.Keep = keep
		near := playMinhash(t, c)
		exact := playExact(t, ExactDedup{Keep: keep, Normalize: normalizeSimplify})
		for _, p := range []play{near, exact} {
			var want []fate
			for _, cut := range []struct{ batch, shard, parts int }{
				{1 << 20, 1 << 20, 1}, {1, 1 << 20, 3}, {7, 100, 64}, {1 << 20, 30, 300},
			} {
				p.batch, p.shard, p.parts = cut.batch, cut.shard, cut.parts
				got := p.run(t, papers)
				if want == nil {
					want = got
				}
				diff(t, fmt.Sprintf("keep %s, cut %v", keep, cut), got, want)
			}
		}
	}
}

// The rows themselves, not only the verdicts, are the same whatever the bounds.
func TestPartitionBoundsDoNotChangeRows(t *testing.T) {
	papers := collection(t, "licences")
	p := playMinhash(t, minhashSpec().Default)
	files := p.emit(t, papers)
	var want []string
	for _, parts := range []int{1, 5, 512} {
		p.parts = parts
		out := p.reduce(t, p.exchange.Reduces()[0], files)
		var got []string
		for in := reader(t, out, 0, 4096); ; {
			r, err := in.Next()
			if err != nil {
				break
			}
			got = append(got, fmt.Sprintf("%x %x %x", r.Key, uint64(r.Addr), r.Value))
		}
		if want == nil {
			want = got
		}
		if len(got) == 0 || !slices.Equal(got, want) {
			t.Errorf("%d partitions give other rows: %d and %d", parts, len(got), len(want))
		}
	}
}

func TestSurvivorByContentDoesNotDependOnOrder(t *testing.T) {
	papers := collection(t, "licences")
	for i := range papers {
		papers[i].date = fmt.Sprintf("20%02d-01-02T03:04:05Z", i%17)
		papers[i].score = float64(i%13) - 6
	}
	for _, keep := range []string{keepLongest, keepNewest, keepBest} {
		c := minhashSpec().Default
		c.Keep = keep
		p := playMinhash(t, c)
		want := map[string]fate{}
		for i, f := range p.run(t, papers) {
			want[papers[i].id] = f
		}
		shuffled := slices.Clone(papers)
		for seed := range uint64(3) {
			rnd := rand.New(rand.NewPCG(seed, 1))
			rnd.Shuffle(len(shuffled), func(i, j int) {
				shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
			})
			for i, f := range p.run(t, shuffled) {
				if f != want[shuffled[i].id] {
					t.Fatalf("keep %s: %+v, before the shuffle %+v", keep, f, want[shuffled[i].id])
				}
			}
		}
	}
}

func TestShortTextsAreNobodysDuplicate(t *testing.T) {
	papers := []paper{{id: number(0), text: "one two three four"},
		{id: number(1), text: "one two three four"}}
	got := playMinhash(t, minhashSpec().Default).run(t, papers)
	diff(t, "four words", got, []fate{{size: 1}, {size: 1}})
}

func TestTextsWithoutSpacesHaveSignatures(t *testing.T) {
	a := "人人生而自由在尊严和权利上一律平等他们赋有理性和良心并应以兄弟关系的精神相对待"
	papers := []paper{{id: number(0), text: a}, {id: number(1), text: a + "。"},
		{id: number(2), text: strings.Repeat("天地玄黄宇宙洪荒", 3)}}
	got := playMinhash(t, minhashSpec().Default).run(t, papers)
	first := number(0)
	diff(t, "Chinese", got, []fate{
		{size: 2, cluster: first},
		{state: doc.Gone, reason: nearDuplicate, survivor: first, cluster: first, size: 2},
		{size: 1},
	})
}
