// Package lsh finds the nearest neighbors of a text among a small set, by signature, in memory. It
// is the only door to github.com/ekzhu/minhash-lsh.
//
// In: MinHash signatures of one length with the caller's ids. Out: ids that share a band, and the
// nearest of them with an estimated Jaccard similarity. Two uses: `explain` shows the nearest
// document of the shadow sample, and tests hold the bands and clusters of the exchange against an
// implementation that is not ours. Answers are sorted, so they do not depend on the library's map
// order.
//
// The library takes no bands and rows: it chooses them for a threshold, by weighing false positives
// against false negatives in steps of 0.01 (Zhu et al. 2016). For 112 values a threshold of 0.65 to
// 0.69 gives datatrove's 14 x 8; 0.5 gives 22 x 5, which finds more distant neighbors. The choice
// uses math.Pow, so nothing published may depend on it. An index costs about 1.8 KB and 25
// allocations per text of 112 values: sample size, not corpus size.
package lsh

import (
	"fmt"
	"slices"

	minhashlsh "github.com/ekzhu/minhash-lsh"
)

// Index is an immutable set of signatures. Any number of goroutines may query it.
type Index struct {
	tables    *minhashlsh.MinhashLSH
	functions int
	ids       []uint64
	sigs      []uint64 // functions values per id
}

// Neighbor is an indexed text and the share of signature positions in which it agrees with the
// query, which estimates their Jaccard similarity, 0 to 1.
type Neighbor struct {
	ID         uint64
	Similarity float64
}

// Build indexes len(ids) signatures of the given number of values each, which follow one another
// in sigs; the index keeps both slices. Ids are the caller's and need not be unique. threshold,
// between 0 and 1, is the similarity from which neighbors should be found: see Params.
func Build(functions int, threshold float64, ids, sigs []uint64) (*Index, error) {
	if !(threshold > 0 && threshold < 1) {
		return nil, fmt.Errorf("lsh: threshold %v is not between 0 and 1", threshold)
	}
	if functions < 1 || functions > 4096 {
		return nil, fmt.Errorf("lsh: %d values per signature, must be 1 to 4096", functions)
	}
	if len(ids)*functions != len(sigs) {
		return nil, fmt.Errorf("lsh: %d ids of %d values each, but %d values",
			len(ids), functions, len(sigs))
	}
	x := &Index{
		tables:    minhashlsh.NewMinhashLSH64(functions, threshold, len(ids)),
		functions: functions, ids: ids, sigs: sigs,
	}
	for i := range ids {
		x.tables.Add(i, x.signature(i))
	}
	x.tables.Index()
	return x, nil
}

// Params returns the bands and rows that the library chose; bands*rows may be less than the
// signature's length, whose rest then only sharpens Similarity.
func (x *Index) Params() (bands, rows int) {
	rows, bands = x.tables.Params()
	return bands, rows
}

// Candidates returns the ids of all texts that agree with sig in some band, ascending. A sig of
// another length has none.
func (x *Index) Candidates(sig []uint64) []uint64 {
	var ids []uint64
	for _, i := range x.query(sig) {
		ids = append(ids, x.ids[i])
	}
	slices.Sort(ids)
	return ids
}

// Nearest returns up to n candidates, the most similar first and the lower id among equals. A text
// that is itself in the index finds itself.
func (x *Index) Nearest(sig []uint64, n int) []Neighbor {
	var found []Neighbor
	for _, i := range x.query(sig) {
		found = append(found, Neighbor{x.ids[i], agreement(sig, x.signature(i))})
	}
	slices.SortFunc(found, func(a, b Neighbor) int {
		switch {
		case a.Similarity > b.Similarity:
			return -1
		case a.Similarity < b.Similarity:
			return 1
		case a.ID < b.ID:
			return -1
		case a.ID > b.ID:
			return 1
		}
		return 0
	})
	return found[:min(max(n, 0), len(found))]
}

// query returns the places of the candidates in no order.
func (x *Index) query(sig []uint64) []int {
	if len(sig) != x.functions {
		return nil
	}
	var places []int
	for _, key := range x.tables.Query(sig) {
		if i, ok := key.(int); ok {
			places = append(places, i)
		}
	}
	return places
}

func (x *Index) signature(i int) []uint64 {
	return x.sigs[i*x.functions : (i+1)*x.functions]
}

// agreement is minhash.Estimate again: kernels do not import each other.
func agreement(a, b []uint64) float64 {
	same := 0
	for i, v := range a {
		if v == b[i] {
			same++
		}
	}
	return float64(same) / float64(len(a))
}
