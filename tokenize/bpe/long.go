package bpe

import (
	"slices"

	"dataprep/tokenize/vocab"
)

// keep is the number of elements up to which buffers of an Encoder outlive the piece they grew
// for; a megabyte of one letter shall not stay in the memory of every worker.
const keep = 1 << 17

// longMerger merges pieces of any length in O(n log n): the tokens form a list by position in
// the piece, and a heap orders the joins by rank, then by position. A join whose neighborhood
// has changed is left in the heap and passed over when it comes up.
type longMerger struct {
	parts []part
	heap  []uint64 // rank << 32 | position
}

// part is the token that starts at its index in the piece.
type part struct {
	id         int32
	rank       uint32 // what it and the next token join into; noRank also once it is merged away
	prev, next int32  // positions; -1 before the first, the length of the piece after the last
}

// merge appends the ids of piece, at least 2 bytes, to dst.
func (m *longMerger) merge(dst []int32, v *vocab.Vocab, piece []byte) []int32 {
	m.start(v, piece)
	for len(m.heap) > 0 {
		top := m.pop()
		at, rank := int32(uint32(top)), uint32(top>>32)
		if m.parts[at].rank == rank {
			m.join(v, at)
		}
	}
	for at := int32(0); int(at) < len(piece); at = m.parts[at].next {
		dst = append(dst, m.parts[at].id)
	}
	if cap(m.parts) > keep {
		m.parts, m.heap = nil, nil
	}
	return dst
}

// start makes every byte a part and every pair that joins an entry of the heap.
func (m *longMerger) start(v *vocab.Vocab, piece []byte) {
	m.parts = slices.Grow(m.parts[:0], len(piece))
	m.heap = slices.Grow(m.heap[:0], len(piece))
	for i, b := range piece {
		m.parts = append(m.parts, part{v.Byte(b), noRank, int32(i) - 1, int32(i) + 1})
	}
	for i := range len(piece) - 1 {
		rank := uint32(v.Pair(m.parts[i].id, m.parts[i+1].id))
		if m.parts[i].rank = rank; rank != noRank {
			m.heap = append(m.heap, uint64(rank)<<32|uint64(i))
		}
	}
	for i := len(m.heap)/2 - 1; i >= 0; i-- {
		m.sink(i)
	}
}

// join merges the part at a position with its next one and ranks its two new neighborhoods.
func (m *longMerger) join(v *vocab.Vocab, at int32) {
	p := &m.parts[at]
	gone := &m.parts[p.next]
	p.id, p.next = int32(p.rank), gone.next
	gone.rank = noRank
	if int(p.next) < len(m.parts) {
		m.parts[p.next].prev = at
	}
	m.rank(v, at)
	if p.prev >= 0 {
		m.rank(v, p.prev)
	}
}

// rank works out what the part at a position joins into, and notes it in the heap.
func (m *longMerger) rank(v *vocab.Vocab, at int32) {
	p := &m.parts[at]
	p.rank = noRank
	if int(p.next) >= len(m.parts) {
		return
	}
	if p.rank = uint32(v.Pair(p.id, m.parts[p.next].id)); p.rank != noRank {
		m.push(uint64(p.rank)<<32 | uint64(at))
	}
}

// push adds an entry to the heap.
func (m *longMerger) push(entry uint64) {
	m.heap = append(m.heap, entry)
	i := len(m.heap) - 1
	for i > 0 {
		up := (i - 1) / 2
		if m.heap[up] <= entry {
			break
		}
		m.heap[i] = m.heap[up]
		i = up
	}
	m.heap[i] = entry
}

// pop removes and returns the lowest entry.
func (m *longMerger) pop() uint64 {
	top, last := m.heap[0], len(m.heap)-1
	m.heap[0] = m.heap[last]
	m.heap = m.heap[:last]
	if last > 0 {
		m.sink(0)
	}
	return top
}

// sink moves entry i down until neither child is lower.
func (m *longMerger) sink(i int) {
	entry := m.heap[i]
	for {
		child := 2*i + 1
		if child >= len(m.heap) {
			break
		}
		if right := child + 1; right < len(m.heap) && m.heap[right] < m.heap[child] {
			child = right
		}
		if m.heap[child] >= entry {
			break
		}
		m.heap[i] = m.heap[child]
		i = child
	}
	m.heap[i] = entry
}
