package cluster

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// components is the oracle: every node repeatedly takes the lowest label of its neighbors.
func components(edges []Edge[uint64]) map[uint64][]uint64 {
	label := map[uint64]uint64{}
	for _, e := range edges {
		label[e.Low], label[e.High] = e.Low, e.High
	}
	for changed := true; changed; {
		changed = false
		for _, e := range edges {
			if low := min(label[e.Low], label[e.High]); label[e.Low] != low || label[e.High] != low {
				label[e.Low], label[e.High], changed = low, low, true
			}
		}
	}
	members := map[uint64][]uint64{}
	for id, l := range label {
		members[l] = append(members[l], id)
	}
	return members
}

func expectedRows(edges []Edge[uint64], before func(a, b uint64) bool) []Row[uint64] {
	var rows []Row[uint64]
	for _, ids := range components(edges) {
		if len(ids) < 2 {
			continue
		}
		slices.Sort(ids)
		best := ids[0]
		for _, id := range ids {
			if before != nil && before(id, best) {
				best = id
			}
		}
		for _, id := range ids {
			rows = append(rows, Row[uint64]{id, best, uint64(len(ids))})
		}
	}
	slices.SortFunc(rows, func(x, y Row[uint64]) int {
		if x.Member < y.Member {
			return -1
		}
		return 1
	})
	return rows
}

func rowsOf(
	t testing.TB, s *Set[uint64], edges []Edge[uint64], before func(a, b uint64) bool,
) []Row[uint64] {
	t.Helper()
	s.Reset()
	if err := s.Add(edges); err != nil {
		t.Fatal(err)
	}
	return s.AppendRows(nil, before)
}

// randomEdges mixes sparse and dense addresses, loops, repeats and both directions.
func randomEdges(rng *rand.Rand, nodes, n int) []Edge[uint64] {
	ids := make([]uint64, nodes)
	for i := range ids {
		ids[i] = uint64(rng.IntN(4))<<48 | uint64(rng.IntN(3))<<24 | uint64(rng.IntN(1000))
	}
	edges := make([]Edge[uint64], n)
	for i := range edges {
		edges[i] = Edge[uint64]{ids[rng.IntN(nodes)], ids[rng.IntN(nodes)]}
	}
	return edges
}

// byRank orders by a key with many ties, as a quality bucket has.
func byRank(a, b uint64) bool { return a%5 < b%5 }

func shuffle(rng *rand.Rand, edges []Edge[uint64]) []Edge[uint64] {
	edges = slices.Clone(edges)
	rng.Shuffle(len(edges), func(i, j int) { edges[i], edges[j] = edges[j], edges[i] })
	for i := range edges {
		if rng.IntN(2) == 0 {
			edges[i].Low, edges[i].High = edges[i].High, edges[i].Low
		}
	}
	return edges
}

func TestRowsAreTheConnectedComponentsInAnyEdgeOrder(t *testing.T) {
	rng, s := rand.New(rand.NewPCG(1, 2)), new(Set[uint64])
	for range 200 {
		nodes := 1 + rng.IntN(200)
		edges := randomEdges(rng, nodes, rng.IntN(nodes+50))
		for _, before := range []func(a, b uint64) bool{nil, byRank} {
			want := expectedRows(edges, before)
			for range 4 {
				if got := rowsOf(t, s, shuffle(rng, edges), before); !slices.Equal(got, want) {
					t.Fatalf("%d edges:\n got %v\nwant %v", len(edges), got, want)
				}
			}
		}
	}
}

func TestContractingPartsFirstChangesNothing(t *testing.T) {
	rng, s := rand.New(rand.NewPCG(3, 4)), new(Set[uint64])
	for range 100 {
		edges := randomEdges(rng, 100, rng.IntN(200))
		want := rowsOf(t, s, edges, byRank)
		whole := s.AppendEdges(nil)
		var joined []Edge[uint64]
		for rest := shuffle(rng, edges); len(rest) > 0; {
			n := 1 + rng.IntN(len(rest))
			part, err := Contract(s, slices.Clone(rest[:n]))
			if err != nil {
				t.Fatal(err)
			}
			if len(part) > n {
				t.Fatalf("%d edges contracted to %d", n, len(part))
			}
			joined, rest = append(joined, part...), rest[n:]
		}
		if got := rowsOf(t, s, joined, byRank); !slices.Equal(got, want) {
			t.Fatalf("rows differ after contraction")
		}
		stars, err := Contract(s, joined)
		if err != nil || !slices.Equal(stars, whole) {
			t.Fatalf("stars differ: %v and %v (%v)", stars, whole, err)
		}
	}
}

func TestHardShapesAreOneCluster(t *testing.T) {
	const n = 100_000
	rng, s := rand.New(rand.NewPCG(5, 6)), new(Set[uint64])
	for name, other := range map[string]func(i uint64) uint64{
		"path":          func(i uint64) uint64 { return i - 1 },
		"star":          func(uint64) uint64 { return n },
		"binary tree":   func(i uint64) uint64 { return i / 2 },
		"inverted path": func(i uint64) uint64 { return n + 1 - i },
	} {
		var edges []Edge[uint64]
		for i := uint64(1); i <= n; i++ {
			edges = append(edges, Edge[uint64]{i, other(i)}, Edge[uint64]{i, max(i, 2) - 1})
		}
		for _, order := range [][]Edge[uint64]{edges, shuffle(rng, edges)} {
			rows := rowsOf(t, s, order, nil)
			first, last := rows[0], rows[len(rows)-1]
			if first.Survivor != first.Member || last.Survivor != first.Member ||
				int(last.Size) != len(rows) || len(rows) != s.Len() {
				t.Errorf("%s: %v … %v in %d rows of %d", name, first, last, len(rows), s.Len())
			}
		}
	}
}

func TestLoopsMakeNoCluster(t *testing.T) {
	var s Set[uint32]
	if err := s.Add([]Edge[uint32]{{7, 7}, {0, 0}, {1<<32 - 1, 1<<32 - 1}}); err != nil {
		t.Fatal(err)
	}
	if rows, edges := s.AppendRows(nil, nil), s.AppendEdges(nil); len(rows)+len(edges) > 0 {
		t.Errorf("rows %v, edges %v", rows, edges)
	}
	if s.Len() != 3 {
		t.Errorf("%d addresses", s.Len())
	}
}

func TestReuseAllocatesNothing(t *testing.T) {
	rng, s := rand.New(rand.NewPCG(7, 8)), new(Set[uint64])
	edges := randomEdges(rng, 500, 700)
	rows := rowsOf(t, s, edges, nil)
	stars := s.AppendEdges(nil)
	if n := testing.AllocsPerRun(10, func() {
		s.Reset()
		if s.Add(edges) != nil {
			t.Fatal("full")
		}
		rows, stars = s.AppendRows(rows[:0], nil), s.AppendEdges(stars[:0])
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkUnion(b *testing.B) {
	const n = 1 << 20
	rng, s := rand.New(rand.NewPCG(9, 9)), new(Set[uint64])
	edges := make([]Edge[uint64], n/2)
	for i := range edges {
		edges[i] = Edge[uint64]{rng.Uint64N(n), rng.Uint64N(n)}
	}
	for b.Loop() {
		s.Reset()
		if err := s.Add(edges); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(edges)), "ns/edge")
}
