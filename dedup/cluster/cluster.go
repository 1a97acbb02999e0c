// Package cluster joins documents connected by edges and names each cluster's survivor.
//
// In: edges between addresses in any order, typically the stars of band buckets. Out: for every
// document of a cluster the survivor and the cluster's size, sorted by member; or, halfway, the
// same components as at most one edge per document (contraction), to be joined with others later.
//
// The result is a function of the set of edges: components, and within each the first member in
// the caller's order. So edges may be split among tasks, contracted, repeated and shuffled without
// changing a byte. datatrove 0.10.1 keeps the root of a union by size instead, which depends on
// reading order; its components are ours, its survivors may differ. Only addresses that occur in an
// edge cost memory, 24 to 32 bytes each and 16 more while rows are made. Union-find is Tarjan's
// with path halving (Tarjan and van Leeuwen 1984), linking to the lower address instead of by rank
// or size.
package cluster

import (
	"errors"
	"math"
)

// ErrFull says that a Set holds 2^32-1 addresses and can take no more.
var ErrFull = errors.New("cluster: more than 2^32-1 addresses in one set")

// Address is the place of a document in the ordered input.
type Address interface{ ~uint32 | ~uint64 }

// Edge says that two documents belong together; the order of its ends means nothing on input.
type Edge[A Address] struct{ Low, High A }

// Set is a growing partition of the addresses seen. The zero value is an empty set; Reset keeps
// the memory for the next use. Not for two goroutines at once.
type Set[A Address] struct {
	ids    []A           // by node number, in the order of first sight
	parent []uint32      // by node number; a root is its own parent and its component's lowest
	slots  []uint32      // open addressing: node number + 1, 0 for a free slot
	mask   uint64        // len(slots)-1, a power of two minus one
	shift  uint          // 64 - log2(len(slots))
	order  []uint32      // node numbers by address, for output
	elect  []election[A] // by node number of a root, for output
}

// Reset empties the set and keeps its memory.
func (s *Set[A]) Reset() {
	s.ids, s.parent = s.ids[:0], s.parent[:0]
	clear(s.slots)
}

// Len returns how many addresses the set holds.
func (s *Set[A]) Len() int { return len(s.ids) }

// Union puts a and b into one component; a == b only makes the address known. It fails with
// ErrFull when a new address does not fit.
func (s *Set[A]) Union(a, b A) error {
	x, err := s.node(a)
	if err != nil {
		return err
	}
	y, err := s.node(b)
	if err != nil {
		return err
	}
	x, y = s.root(x), s.root(y)
	if s.ids[x] < s.ids[y] {
		s.parent[y] = x
	} else {
		s.parent[x] = y
	}
	return nil
}

// Add takes every edge.
func (s *Set[A]) Add(edges []Edge[A]) error {
	for _, e := range edges {
		if err := s.Union(e.Low, e.High); err != nil {
			return err
		}
	}
	return nil
}

func (s *Set[A]) root(x uint32) uint32 {
	for s.parent[x] != x {
		s.parent[x] = s.parent[s.parent[x]]
		x = s.parent[x]
	}
	return x
}

// node returns the number of an address, a new one at first sight.
func (s *Set[A]) node(a A) (uint32, error) {
	if 2*len(s.ids) >= len(s.slots) {
		s.grow()
	}
	at := s.slot(a)
	if n := s.slots[at]; n != 0 {
		return n - 1, nil
	}
	if uint64(len(s.ids)) >= math.MaxUint32 {
		return 0, ErrFull
	}
	n := uint32(len(s.ids))
	s.ids = append(s.ids, a)
	s.parent = append(s.parent, n)
	s.slots[at] = n + 1
	return n, nil
}

// slot finds the slot that holds a, or the free one where it belongs. Multiplying by the golden
// ratio and taking the top bits spreads the runs of neighboring rows that addresses are made of.
func (s *Set[A]) slot(a A) uint64 {
	at := uint64(a) * 0x9e3779b97f4a7c15 >> s.shift
	for s.slots[at] != 0 && s.ids[s.slots[at]-1] != a {
		at = (at + 1) & s.mask
	}
	return at
}

func (s *Set[A]) grow() {
	bits := uint(6)
	for 1<<bits < 4*len(s.ids) {
		bits++
	}
	s.slots = make([]uint32, 1<<bits)
	s.mask, s.shift = 1<<bits-1, 64-bits
	for n, a := range s.ids {
		s.slots[s.slot(a)] = uint32(n) + 1
	}
}
