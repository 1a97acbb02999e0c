package lsh

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// families makes signatures of texts in groups: a founder, and copies that agree with it in a
// share of the positions that falls with the copy's number.
func families(rng *rand.Rand, groups, copies, functions int) (ids, sigs []uint64) {
	for range groups {
		founder := make([]uint64, functions)
		for i := range founder {
			founder[i] = rng.Uint64() >> 3
		}
		for c := range copies {
			for _, v := range founder {
				if rng.IntN(2*copies) < c {
					v = rng.Uint64() >> 3
				}
				sigs = append(sigs, v)
			}
			ids = append(ids, uint64(len(ids))*3)
		}
	}
	return ids, sigs
}

// sharing is the oracle's oracle: every pair, every band, value by value.
func sharing(a, b []uint64, bands, rows int) bool {
	for k := range bands {
		if slices.Equal(a[k*rows:(k+1)*rows], b[k*rows:(k+1)*rows]) {
			return true
		}
	}
	return false
}

func TestThresholdOf65PercentGivesFourteenBandsOfEight(t *testing.T) {
	for _, c := range []struct {
		threshold   float64
		bands, rows int
	}{{0.65, 14, 8}, {0.69, 14, 8}, {0.5, 22, 5}, {0.75, 11, 10}} {
		x, err := Build(112, c.threshold, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if bands, rows := x.Params(); bands != c.bands || rows != c.rows {
			t.Errorf("threshold %v: %d x %d", c.threshold, bands, rows)
		}
	}
}

func TestCandidatesAreTheTextsThatShareABand(t *testing.T) {
	ids, sigs := families(rand.New(rand.NewPCG(1, 2)), 20, 12, 112)
	for _, threshold := range []float64{0.3, 0.5, 0.65, 0.9} {
		x, err := Build(112, threshold, ids, sigs)
		if err != nil {
			t.Fatal(err)
		}
		bands, rows := x.Params()
		pairs := 0
		for i := range ids {
			var want []uint64
			for j := range ids {
				if sharing(x.signature(i), x.signature(j), bands, rows) {
					want = append(want, ids[j])
				}
			}
			pairs += len(want) - 1
			if got := x.Candidates(x.signature(i)); !slices.Equal(got, want) {
				t.Fatalf("threshold %v, text %d: %v, want %v", threshold, i, got, want)
			}
		}
		if pairs == 0 || pairs == len(ids)*11 {
			t.Errorf("threshold %v: %d pairs prove little", threshold, pairs)
		}
	}
}

func TestNearestAreSortedAndStartWithTheTextItself(t *testing.T) {
	ids, sigs := families(rand.New(rand.NewPCG(3, 4)), 10, 8, 112)
	ids, sigs = append(ids, 1), append(sigs, sigs[:112]...) // an exact copy of text 0, id 1
	x, err := Build(112, 0.5, ids, sigs)
	if err != nil {
		t.Fatal(err)
	}
	near := x.Nearest(sigs[:112], 3)
	if len(near) != 3 || near[0] != (Neighbor{0, 1}) || near[1] != (Neighbor{1, 1}) {
		t.Errorf("nearest to text 0: %v", near)
	}
	all := x.Nearest(sigs[:112], len(ids))
	if len(all) != len(x.Candidates(sigs[:112])) || !slices.Equal(all[:3], near) {
		t.Errorf("all: %v", all)
	}
	for i := 1; i < len(all); i++ {
		a, b := all[i-1], all[i]
		if a.Similarity < b.Similarity || a.Similarity == b.Similarity && a.ID > b.ID {
			t.Errorf("%v before %v", a, b)
		}
	}
	if got := x.Nearest(sigs[:112], -1); len(got) != 0 {
		t.Errorf("-1 neighbors: %v", got)
	}
}

func TestUnfitInputIsRefused(t *testing.T) {
	for _, threshold := range []float64{0, 1, -1, math.NaN(), math.Inf(1)} {
		if _, err := Build(112, threshold, nil, nil); err == nil {
			t.Errorf("threshold %v was accepted", threshold)
		}
	}
	if _, err := Build(0, 0.5, nil, nil); err == nil {
		t.Error("0 values per signature were accepted")
	}
	if _, err := Build(2, 0.5, []uint64{1}, []uint64{1, 2, 3}); err == nil {
		t.Error("3 values for one signature of 2 were accepted")
	}
	x, err := Build(2, 0.5, []uint64{1}, []uint64{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	if got := x.Candidates([]uint64{1, 2, 3}); got != nil {
		t.Errorf("a signature of another length found %v", got)
	}
}
