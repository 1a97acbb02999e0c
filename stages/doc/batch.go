// Package doc is the document: consecutive rows of one split, in columns over reusable arenas.
//
// In: rows that a source adds. Out: the same rows with verdicts and new columns. Nothing moves when
// a row is dropped; sinks and the engine's refill pass over it. A row is live, ghost or gone. A
// ghost is a row of the shadow sample after its first failing verdict: later stages go on with it
// as if it were kept and record what they would have decided, but it never reaches counts, Emit, a
// sink's output or dedup.
//
// What a stage does in one Process call counts when the call returns: verdicts and rewrites are
// rolled back after a panic, the guilty row dies and the call is made again. The package knows no
// task, no file and no clock; it refuses to hold a document as a map.
//
// Before each call the engine admits rows: Rows and Live visit the admitted ones only, so that a
// stage need not know what its `when:` says. An Expander makes documents: they wait among the
// batch's Births until the engine moves rows on.
package doc

import "iter"

// State says what is left of a row.
type State uint8

// The states of a row.
const (
	Live  State = iota // kept so far
	Ghost              // dropped, but of the shadow sample: travels on to be judged
	Gone               // dropped or dead
)

// Limits close a batch. They change no byte of any output.
type Limits struct {
	Rows  int // a batch is full at this many rows
	Bytes int // or at this many bytes of columns; one row may exceed it alone
}

// DefaultLimits fits a batch of text in about half of a core's L2 plus the pages it came from.
func DefaultLimits() Limits { return Limits{Rows: 1024, Bytes: 8 << 20} }

// Batch holds consecutive documents of one split. A worker reuses one for ever.
type Batch struct {
	schema []Column
	cols   []column
	limits Limits

	n       int
	shard   uint32
	place   []Position
	row     []uint32 // of the address: see Number
	state   []State
	verdict []Verdict // the first failing judgement of each row
	shadow  Bits

	judged []Judgement // every judgement of shadow rows, passed ones too
	cursor int         // the row in hand: who is guilty when a stage panics
	stage  uint16
	mask   Bits // rows that the running call may see; nil is all
	births Births
	undo   undo
	views  views
	edits  []*Rewriter
}

// New returns an empty batch of the given columns.
func New(schema []Column, limits Limits) *Batch {
	b := &Batch{schema: schema, limits: limits, cols: make([]column, len(schema))}
	for i, c := range schema {
		b.cols[i] = newColumn(c.Kind)
	}
	return b
}

// Schema returns the columns of the batch, in order.
func (b *Batch) Schema() []Column { return b.schema }

// Reset empties the batch for the documents of a split.
func (b *Batch) Reset(shard uint32) {
	b.n, b.shard, b.cursor = 0, shard, -1
	b.place, b.row = b.place[:0], b.row[:0]
	b.state, b.verdict = b.state[:0], b.verdict[:0]
	b.shadow, b.judged = b.shadow[:0], b.judged[:0]
	b.mask = nil
	b.births.forget()
	for _, c := range b.cols {
		c.reset()
	}
	b.views.forget()
	b.edits = b.edits[:0]
}

// Add appends a live row, all columns null, and returns its index. ordinal is the document's
// place among the documents of its split.
func (b *Batch) Add(ordinal uint32) int { return b.AddAt(MakePosition(ordinal, 0)) }

// AddAt is Add for a document that may have been born: how frames bring it back.
func (b *Batch) AddAt(p Position) int {
	i := b.n
	b.n++
	b.place = append(b.place, p)
	b.row = append(b.row, p.Ordinal())
	b.state = append(b.state, Live)
	b.verdict = append(b.verdict, Verdict{})
	b.shadow = b.shadow.grown(b.n)
	for _, c := range b.cols {
		c.grow(b.n)
	}
	b.views.forget()
	return i
}

// Full says whether the batch has reached its limits. An empty batch never is: whoever fills it
// would wait for ever.
func (b *Batch) Full() bool {
	if b.n == 0 {
		return false
	}
	if b.n >= b.limits.Rows {
		return true
	}
	w := 0
	for _, c := range b.cols {
		w += c.weight()
	}
	return w >= b.limits.Bytes
}

// Len returns how many rows the batch holds, gone ones included.
func (b *Batch) Len() int { return b.n }

// Shard returns the ordinal of the split the rows come from.
func (b *Batch) Shard() uint32 { return b.shard }

// Ordinal returns the place of row i among the documents that the source read from its split; a
// born document has its parent's.
func (b *Batch) Ordinal(i int) uint32 { return b.place[i].Ordinal() }

// Position returns the place of row i among all documents of its split, born ones included.
func (b *Batch) Position(i int) Position { return b.place[i] }

// Address returns row i's address in the plan: its place among the live rows of the frames that its
// phase writes or reads, once Number was called. Ghosts have none: NoRow of the shard.
func (b *Batch) Address(i int) Address { return MakeAddress(b.shard, b.row[i]) }

// Number gives the live rows consecutive addresses from first on and returns the one after the last.
// An exchange is told about the rows of the frames that were written when it emitted, so that both
// halves number alike, whatever was born before. Engine only.
func (b *Batch) Number(first uint32) uint32 {
	for i := range b.n {
		b.row[i] = NoRow
		if b.state[i] == Live {
			b.row[i] = first
			first++
		}
	}
	return first
}

// Admit makes the rows of mask the only ones that Rows and Live visit, until the call ends; nil
// admits all. Engine only.
func (b *Batch) Admit(mask Bits) { b.mask = mask }

// State returns what is left of row i.
func (b *Batch) State(i int) State { return b.state[i] }

// Shadow says whether row i belongs to the shadow sample.
func (b *Batch) Shadow(i int) bool { return b.shadow.Has(i) }

// MarkShadow puts row i into the shadow sample. Engine only.
func (b *Batch) MarkShadow(i int) { b.shadow.Set(i) }

// Rows visits the admitted live and ghost rows in order: what Process works on.
func (b *Batch) Rows() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < b.n; i++ {
			if b.state[i] == Gone || b.mask != nil && !b.mask.Has(i) {
				continue
			}
			b.cursor = i
			if !yield(i) {
				return
			}
		}
		b.cursor = -1 // what panics after the loop is no row's fault
	}
}

// Live visits the admitted live rows in order: what Emit and sinks work on.
func (b *Batch) Live() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < b.n; i++ {
			if b.state[i] != Live || b.mask != nil && !b.mask.Has(i) {
				continue
			}
			b.cursor = i
			if !yield(i) {
				return
			}
		}
		b.cursor = -1 // what panics after the loop is no row's fault
	}
}

// Close completes the columns for the rows added: after it every offset array has Len()+1 entries.
// Sources and the engine call it when a batch is handed on.
func (b *Batch) Close() {
	for _, c := range b.cols {
		c.close(b.n)
	}
}

// Take appends row i of from to b with its state, verdict and the columns both have, and returns its
// index. The engine's refill moves the survivors of the first chain with it.
func (b *Batch) Take(from *Batch, i int) int {
	row := b.AddAt(from.place[i])
	b.state[row], b.verdict[row] = from.state[i], from.verdict[i]
	if from.shadow.Has(i) {
		b.shadow.Set(row)
	}
	for k, c := range b.schema {
		if f := from.find(c.Name); f >= 0 {
			b.cols[k].copy(row, from.cols[f], i)
		}
	}
	return row
}

// find returns the place of a column in the schema, -1 without one.
func (b *Batch) find(name string) int {
	for i := range b.schema {
		if b.schema[i].Name == name {
			return i
		}
	}
	return -1
}

// Restore sets row i's state and first verdict: how a frame's reader brings back a ghost.
func (b *Batch) Restore(i int, s State, v Verdict) { b.state[i], b.verdict[i] = s, v }
