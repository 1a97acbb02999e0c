package cluster

import (
	"maps"
	"slices"
	"testing"
)

// bySize is the rule of datatrove's cluster step: a's root stays unless its set is smaller than
// b's, and the index sentinel always stays. It returns the documents that are not their own root.
func bySize(pairs []Edge[uint64], sentinel uint64) []uint64 {
	parent, size := map[uint64]uint64{}, map[uint64]int{}
	find := func(x uint64) uint64 {
		if _, known := parent[x]; !known {
			parent[x], size[x] = x, 1
		}
		for parent[x] != x {
			x = parent[x]
		}
		return x
	}
	for _, p := range pairs {
		a, b := find(p.Low), find(p.High)
		if a == b {
			continue
		}
		if a != sentinel && (b == sentinel || size[a] < size[b]) {
			a, b = b, a
		}
		parent[b] = a
		size[a] += size[b]
	}
	var removed []uint64
	for _, x := range slices.Sorted(maps.Keys(parent)) {
		if parent[x] != x {
			removed = append(removed, x)
		}
	}
	return removed
}

// TestClustersAreDatatrovesAndSurvivorsAreTheLowest takes the reference's own example: its pairs
// by bucket, what it removes, and what we keep instead.
func TestClustersAreDatatrovesAndSurvivorsAreTheLowest(t *testing.T) {
	doc := func(file, n uint64) uint64 { return file<<32 | n }
	const sentinel = 1<<64 - 1
	pairs := []Edge[uint64]{
		{doc(0, 1), doc(0, 2)}, {doc(0, 0), doc(0, 1)}, {doc(0, 3), doc(1, 0)},
		{doc(1, 0), doc(1, 4)}, {sentinel, doc(1, 9)},
	}
	want := []uint64{doc(0, 0), doc(0, 2), doc(1, 0), doc(1, 4), doc(1, 9)}
	if got := bySize(pairs, sentinel); !slices.Equal(got, want) {
		t.Fatalf("the twin of the reference removes %x", got)
	}
	rows := rowsOf(t, new(Set[uint64]), pairs, nil)
	ours := []Row[uint64]{
		{doc(0, 0), doc(0, 0), 3}, {doc(0, 1), doc(0, 0), 3}, {doc(0, 2), doc(0, 0), 3},
		{doc(0, 3), doc(0, 3), 3}, {doc(1, 0), doc(0, 3), 3}, {doc(1, 4), doc(0, 3), 3},
		{doc(1, 9), doc(1, 9), 2}, {sentinel, doc(1, 9), 2},
	}
	if !slices.Equal(rows, ours) {
		t.Errorf("rows %x", rows)
	}
}

// TestChainsOfEqualBandsRemoveWhatDatatroveRemoves is the second example: in every bucket the same
// chains of neighbors, where the first document of a chain survives under both rules.
func TestChainsOfEqualBandsRemoveWhatDatatroveRemoves(t *testing.T) {
	const a, c, a1, a2, c1 = 0, 1, 1 << 32, 1<<32 | 1, 1<<32 | 2
	var pairs []Edge[uint64]
	for range 14 {
		pairs = append(pairs, Edge[uint64]{a, a1}, Edge[uint64]{a1, a2}, Edge[uint64]{c, c1})
	}
	var removed []uint64
	for _, r := range rowsOf(t, new(Set[uint64]), pairs, nil) {
		if r.Member != r.Survivor {
			removed = append(removed, r.Member)
		}
	}
	if !slices.Equal(removed, bySize(pairs, 1<<64-1)) || !slices.Equal(removed, []uint64{a1, a2, c1}) {
		t.Errorf("removed %x", removed)
	}
}
