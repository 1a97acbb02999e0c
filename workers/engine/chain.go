package engine

import (
	"fmt"
	"runtime/debug"

	"dataprep/stages"
	"dataprep/stages/doc"
	"dataprep/workers/plan"
)

// link is one stage of a worker's chain.
type link struct {
	op   *plan.Op
	make func() process
	run  process
}

// process is Stage.Process, with Expand where the stage has it, or an exchange's Apply with its
// verdicts bound.
type process func(b *doc.Batch) error

// segment is the part of a chain between two places where rows move to other batches: behind the
// last reader of the raw input, and behind each stage that makes documents of documents.
type segment struct {
	batch *doc.Batch // what it works on
	links []*link
	meter *meter
	texts *texts
	admit func(op *plan.Op, b *doc.Batch) doc.Bits
}

func newLink(op *plan.Op, maker func() process) *link {
	return &link{op: op, make: maker, run: maker()}
}

func stageLink(op *plan.Op, maker stages.Maker) *link {
	return newLink(op, func() process {
		s := maker()
		x, expands := s.(stages.Expander)
		if !expands {
			return s.Process
		}
		return func(b *doc.Batch) error {
			if err := s.Process(b); err != nil {
				return err
			}
			return x.Expand(b, b.Births())
		}
	})
}

// pass sends a batch through the segment. An error means that the task failed.
func (c *segment) pass(b *doc.Batch) error {
	for _, l := range c.links {
		if err := c.call(l, b); err != nil {
			return fmt.Errorf("stage %s: %w", l.op.ID, err)
		}
	}
	return nil
}

// bears returns the stage at the segment's end that makes documents.
func (c *segment) bears() *plan.Op { return c.links[len(c.links)-1].op }

// call runs one stage until it returns. A row on which it panics dies alone: what the call did is
// rolled back, the stage is made anew and runs again without the row.
func (c *segment) call(l *link, b *doc.Batch) error {
	in := b.CountLive()
	var dead int64
	for {
		b.Begin(l.op.Ordinal, l.op.Bound.Shape.Writes)
		b.Admit(c.admit(l.op, b))
		caught, err := guarded(l.run, b)
		if caught == nil {
			if err != nil {
				return err
			}
			for i := range b.Fallen() {
				c.texts.add(b, i) // before the next version of the text, which lacks it
			}
			b.Commit()
			c.meter.stage(l.op.ID, b, in, dead)
			return nil
		}
		row := b.Cursor()
		b.Rollback(l.op.Bound.Shape.Writes)
		if row < 0 {
			return fmt.Errorf("panic outside any document: %v", caught.value)
		}
		if b.State(row) == doc.Live {
			dead++
			c.meter.died(l.op.ID, b, row, caught)
		}
		b.Kill(row, l.op.Ordinal, doc.Panicked)
		l.run = l.make()
	}
}

// caughtPanic is what a stage threw.
type caughtPanic struct {
	value any
	stack []byte
}

func guarded(run process, b *doc.Batch) (caught *caughtPanic, err error) {
	defer func() {
		if v := recover(); v != nil {
			caught = &caughtPanic{v, debug.Stack()}
		}
	}()
	return nil, run(b)
}
