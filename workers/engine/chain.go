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

// process is Stage.Process, or an exchange's Apply with its verdicts bound.
type process func(b *doc.Batch) error

// chain runs stages over one batch and counts what they did.
type chain struct {
	links []*link
	meter *meter
}

func newLink(op *plan.Op, maker func() process) *link {
	return &link{op: op, make: maker, run: maker()}
}

func stageLink(op *plan.Op, maker stages.Maker) *link {
	return newLink(op, func() process { return maker().Process })
}

// pass sends a batch through the chain. An error means that the task failed.
func (c *chain) pass(b *doc.Batch) error {
	for _, l := range c.links {
		if err := c.call(l, b); err != nil {
			return fmt.Errorf("stage %s: %w", l.op.ID, err)
		}
	}
	return nil
}

// call runs one stage until it returns. A row on which it panics dies alone: what the call did is
// rolled back, the stage is made anew and runs again without the row.
func (c *chain) call(l *link, b *doc.Batch) error {
	in := b.CountLive()
	var dead int64
	for {
		b.Begin(l.op.Ordinal, l.op.Bound.Shape.Writes)
		caught, err := guarded(l.run, b)
		if caught == nil {
			if err != nil {
				return err
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
