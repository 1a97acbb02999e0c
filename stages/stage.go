// Package stages is the contract: everything a user can name in a pipeline file is a Spec of one of
// four kinds (source, stage, exchange, sink) with a config struct, a revision and a way to open it.
//
// In: a checked config. Out: values that work on doc.Batch and nothing else. A stage holds no
// context, logger, counter or clock; the engine counts, times, catches panics and commits. A config
// holds only what changes published bytes; slots, timeouts and credentials are resources. Files and
// models reach a stage through Env. The package imports no concrete stage and knows no task.
package stages

import (
	"io"

	"dataprep/stages/doc"
)

// Stage works on one batch: it drops rows, rewrites them or fills the columns it declares.
//
// Process sees the live and ghost rows that its `when:` admits through Batch.Rows and treats them
// alike. An error means that
// the task failed (a model is unreadable); a bad document is a verdict. The same batch cut in
// other places must get the same verdicts and bytes.
type Stage interface {
	Process(b *doc.Batch) error
}

// Expander is a Stage that also makes documents of documents: parts of a long one, turns of a
// conversation, variants. Process runs first and decides about the rows as they are; then the engine
// calls Expand, which adds to born what row i, live and admitted, gives birth to. Rewrites of either
// count when both have returned, so that Expand still sees the text that Process saw.
//
// The parent lives on as part 0. Its children follow it, in the order they were added, and go on
// with the next stage; what Shape does not write or edit they have from the parent, the raw
// input aside. Ghosts bear none. A Spec whose stage is an Expander says so in Shape.Expands.
type Expander interface {
	Stage
	Expand(b *doc.Batch, born *doc.Births) error
}

// Maker makes the stage of one worker: immutable models are shared, scratch is not. It is called
// again after a panic.
type Maker func() Stage

// Shape is what a configured stage touches.
type Shape struct {
	Reads   []doc.Column // must be written by something before it
	Writes  []doc.Column // filled by this stage; null where it says nothing
	Edits   []doc.Column // string columns it rewrites
	Reasons []doc.Reason // every reason it may give
	Expands bool         // the stage is an Expander
}

// Exchange is a stage that must see all documents: it emits rows, reduces regroup them in one or
// more steps, and verdicts come back to each shard.
type Exchange interface {
	// Reduces lists the steps between Emit and Apply, first to last.
	Reduces() []Reduce
	// Map makes the per-worker halves.
	Map() Mapper
}

// Mapper is the half of an exchange that works on batches.
type Mapper interface {
	// Emit writes rows for the admitted live documents of b. It changes nothing in b.
	Emit(b *doc.Batch, out RowWriter) error
	// Apply gives the verdicts of this shard's rows, sorted by row, to the documents of b.
	Apply(b *doc.Batch, verdicts Verdicts) error
}

// Verdicts looks up the verdict row of a live document by its address. Calls come with ascending
// ones.
type Verdicts interface {
	Find(a doc.Address) (value []byte, ok bool)
}

// Spread says how the rows that go into a reduce are dealt out.
type Spread uint8

// The ways rows are dealt out. Rows of equal key always meet.
const (
	ByHash   Spread = iota + 1 // keys are uniform hashes: ranges of their first 12 bits
	ByShard                    // back to the shard of the row's address
	AllToOne                   // one task sees all
)

// Reduce is one step of an exchange. Run sees the rows of one partition in the order of their keys,
// then addresses, and must write the same rows whatever the partition's bounds.
type Reduce struct {
	Name string
	In   Spread
	Run  func(in RowReader, out RowWriter) error
}

// Row is what travels through an exchange. On the wire only the ordinal of the address is stored;
// readers add the shard from the plan.
type Row struct {
	Key   []byte
	Addr  doc.Address
	Value []byte
}

// RowWriter takes rows in any order and keeps copies.
type RowWriter interface {
	Write(r Row) error
}

// RowReader yields rows sorted by key, then address, then value. The slices live until the next
// call. It returns io.EOF after the last.
type RowReader interface {
	Next() (Row, error)
}

// Env opens what a stage declared as artifacts, checked against the digest in the lock.
type Env interface {
	Open(a Artifact) (io.ReadCloser, error)
}
