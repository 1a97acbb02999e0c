package doc

import (
	"encoding/hex"
	"strconv"

	"github.com/cespare/xxhash/v2"
)

// MaxGenerations is how many stages of one pipeline may make documents of documents: a part is two
// numbers of 16 bits, the second one for the children of children.
const MaxGenerations = 2

// MaxBorn is how many documents one call may make of one.
const MaxBorn = 1<<(32/MaxGenerations) - 1

// Births are the documents that an Expander makes of those of a batch. They wait here until the
// engine moves rows on, each after its parent, which lives on as part 0. Rows, their columns null,
// is where the Expander fills in the columns that its Shape writes or edits; all others are the
// parent's, but for the id and the raw input, which is null.
type Births struct {
	of     *Batch
	Rows   *Batch
	parent []int
	number []uint32 // among the children of the parent, from 1
}

// Births returns what is born of b in this call.
func (b *Batch) Births() *Births {
	o := &b.births
	if o.of == nil {
		o.of, o.Rows = b, New(b.schema, b.limits)
	}
	return o
}

// Len returns how many documents were born.
func (o *Births) Len() int { return len(o.parent) }

// Add makes a document of row parent, live and admitted, and returns its row in Rows. Parents come
// in ascending order. It panics otherwise, and when one parent has MaxBorn children already: the
// document is at fault then and dies alone.
func (o *Births) Add(parent int) int {
	b := o.of
	if b.state[parent] != Live || b.mask != nil && !b.mask.Has(parent) {
		panic("doc: only a live and admitted document bears others")
	}
	number := uint32(1)
	if n := len(o.parent); n > 0 && o.parent[n-1] == parent {
		number += o.number[n-1]
	} else if n > 0 && o.parent[n-1] > parent {
		panic("doc: documents are born out of the order of their parents")
	}
	if number > MaxBorn {
		panic("doc: more documents are made of one than its address can tell apart")
	}
	o.parent, o.number = append(o.parent, parent), append(o.number, number)
	return o.Rows.Add(b.Ordinal(parent))
}

func (o *Births) forget() {
	if o.of == nil {
		return
	}
	o.parent, o.number = o.parent[:0], o.number[:0]
	o.Rows.Reset(o.of.shard)
}

// TakeBorn appends child k of from's Births to b. own lists the columns that are the child's; the
// generation says how many stages before this one may have made documents. Engine only.
func (b *Batch) TakeBorn(from *Batch, k int, own []Column, generation int) int {
	o := from.Births()
	parent, number := o.parent[k], o.number[k]
	p := from.place[parent]
	shift := 32 / MaxGenerations * (MaxGenerations - 1 - generation)
	part := p.Part() + number<<shift
	row := b.AddAt(MakePosition(p.Ordinal(), part))
	for c := range b.schema {
		name := b.schema[c].Name
		f := from.find(name)
		switch {
		case f < 0 || b.schema[c].Kind == KindSpans && !Contains(own, name):
		case name == ID.Name:
			var id [32]byte
			BornID(&id, ID.Of(from).At(parent), part)
			b.cols[c].(*Strings).Set(row, id[:])
		case Contains(own, name):
			b.cols[c].copy(row, o.Rows.cols[f], k)
		default:
			b.cols[c].copy(row, from.cols[f], parent)
		}
	}
	return row
}

// Parent returns the row of the batch that child k was made of.
func (o *Births) Parent(k int) int { return o.parent[k] }

// BornID writes the public id of a document made of another: the parent's first half, which finds
// it by its URL too, and xxh64 of the parent's id, NUL and the part in decimal.
func BornID(dst *[32]byte, parent []byte, part uint32) {
	copy(dst[:16], parent)
	var d xxhash.Digest
	d.Reset()
	_, _ = d.Write(parent)
	var num [12]byte
	_, _ = d.Write(strconv.AppendUint(num[:1:12], uint64(part), 10))
	var sum [8]byte
	hex.Encode(dst[16:], d.Sum(sum[:0]))
}
