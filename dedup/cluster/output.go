package cluster

import (
	"cmp"
	"slices"
)

// Row is one document's place in a cluster. The survivor has a row as well, its own survivor.
type Row[A Address] struct {
	Member, Survivor A
	Size             uint64 // documents in the cluster, the survivor included
}

// election is the state of one component while its members pass by.
type election[A Address] struct {
	best A
	size uint64
}

// AppendRows appends a row for every document of a cluster of two or more, sorted by member.
// before says which of two documents of a cluster should rather survive; nil means the lower
// address. Where it prefers neither, the lower address does, so that any strict weak order gives
// one result. It is called once or twice per document.
func (s *Set[A]) AppendRows(dst []Row[A], before func(a, b A) bool) []Row[A] {
	s.sortNodes()
	s.elect = append(s.elect[:0], make([]election[A], len(s.ids))...)
	for _, n := range s.order {
		// In ascending order a later member needs a strict preference to win.
		a, e := s.ids[n], &s.elect[s.root(n)]
		if e.size == 0 || before != nil && before(a, e.best) {
			e.best = a
		}
		e.size++
	}
	for _, n := range s.order {
		if e := s.elect[s.root(n)]; e.size > 1 {
			dst = append(dst, Row[A]{Member: s.ids[n], Survivor: e.best, Size: e.size})
		}
	}
	return dst
}

// AppendEdges appends the components as stars: one edge from the lowest address to each other
// member, sorted by member (High). That is the least a later union needs to know, and the same
// whichever edges made the components.
func (s *Set[A]) AppendEdges(dst []Edge[A]) []Edge[A] {
	s.sortNodes()
	for _, n := range s.order {
		if r := s.root(n); r != n {
			dst = append(dst, Edge[A]{Low: s.ids[r], High: s.ids[n]})
		}
	}
	return dst
}

// Contract replaces edges by the stars of their components, in place, and returns the shorter
// slice. s is scratch and is left holding the components.
func Contract[A Address](s *Set[A], edges []Edge[A]) ([]Edge[A], error) {
	s.Reset()
	if err := s.Add(edges); err != nil {
		return nil, err
	}
	return s.AppendEdges(edges[:0]), nil
}

func (s *Set[A]) sortNodes() {
	s.order = s.order[:0]
	for n := range s.ids {
		s.order = append(s.order, uint32(n))
	}
	slices.SortFunc(s.order, func(x, y uint32) int { return cmp.Compare(s.ids[x], s.ids[y]) })
}
