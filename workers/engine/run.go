package engine

import (
	"context"
	"errors"
	"fmt"
	"io"

	"dataprep/stages"
	"dataprep/stages/doc"
	"dataprep/workers/plan"
)

// The loop. Everything that the program does to documents happens here: a source's batches go
// through the first chain, survivors are moved to full batches of text, which go through the second
// chain, and what is left is emitted, counted and written.

// mapping is a map task under way.
type mapping struct {
	w     *Worker
	prog  *program
	task  *plan.Task
	out   *outputs
	meter *meter
	first chain // up to the last reader of the raw input
	then  chain
	in    *doc.Batch
	text  *doc.Batch // what the second chain works on; nil when nothing reads raw input
	lost  *collector
	seen  *judged
}

func (w *Worker) runMap(ctx context.Context, t *plan.Task) (plan.Result, error) {
	m, err := w.newMapping(t)
	if err != nil {
		return plan.Result{}, err
	}
	defer m.out.discard()
	src, err := m.open(ctx)
	if err != nil {
		return plan.Result{}, err
	}
	if err := m.through(ctx, src); err != nil {
		return plan.Result{}, err
	}
	m.tally(src.Tally())
	return m.finish(ctx)
}

// through reads the source to its end and closes it, after a panic too.
func (m *mapping) through(ctx context.Context, src stages.Reader) (err error) {
	defer func() {
		if cerr := src.Close(); err == nil {
			err = cerr
		}
	}()
	return m.loop(ctx, src)
}

func (m *mapping) loop(ctx context.Context, src stages.Reader) error {
	for done := false; !done; {
		if err := ctx.Err(); err != nil {
			return err
		}
		m.in.Reset(m.task.Shard)
		err := src.Next(m.in)
		if err != nil && !errors.Is(err, io.EOF) {
			return m.unreadable(err)
		}
		done = err != nil
		if n := m.in.Len(); n > 0 && m.in.Ordinal(n-1) >= doc.MaxRows {
			return fmt.Errorf("%w: more than %d documents in one split", ErrInput, doc.MaxRows)
		}
		m.in.Close()
		m.arrive()
		if err := m.first.pass(m.in); err != nil {
			return err
		}
		if m.text == nil {
			err = m.leave(m.in)
		} else {
			err = m.refill(done)
		}
		if err != nil {
			return err
		}
		m.w.alive(m.meter.counts.Documents)
	}
	return nil
}

// unreadable blames the input where the task reads one, not where it reads frames of our own.
func (m *mapping) unreadable(err error) error {
	if m.task.Split == nil {
		return err
	}
	return fmt.Errorf("%w: %w", ErrInput, err)
}

// refill moves what the first chain left over to the batch of text and sends that on when full.
func (m *mapping) refill(done bool) error {
	m.settle(m.in, false)
	for i := range m.in.Rows() {
		m.text.Take(m.in, i)
		if m.text.Full() {
			if err := m.flush(); err != nil {
				return err
			}
		}
	}
	if done {
		return m.flush()
	}
	return nil
}

func (m *mapping) flush() error {
	m.text.Close()
	if err := m.then.pass(m.text); err != nil {
		return err
	}
	err := m.leave(m.text)
	m.text.Reset(m.task.Shard)
	return err
}

// leave books a batch at the end of the last chain and writes it.
func (m *mapping) leave(b *doc.Batch) error {
	m.settle(b, true)
	m.meter.kept(b, m.prog.last)
	if m.prog.emit != nil {
		if err := m.emit(b); err != nil {
			return err
		}
	}
	return m.out.frames.Write(b)
}

// settle keeps the decisions of rows that fell in this task: gone ones at once, ghosts when they
// leave, since they may yet die.
func (m *mapping) settle(b *doc.Batch, leaving bool) {
	for i := range b.Len() {
		v := b.Verdict(i)
		if v.Reason == "" || v.Stage < m.prog.firstOrdinal {
			continue
		}
		if s := b.State(i); s == doc.Gone || s == doc.Ghost && leaving {
			m.lost.add(b, i)
		}
	}
	m.seen.add(b.Judgements())
}

// emit writes the exchange's rows; a panic here has no verdict to fall back on and fails the task.
func (m *mapping) emit(b *doc.Batch) error {
	if err := m.prog.emitter.Emit(b, m.out.rows); err != nil {
		return fmt.Errorf("emit of %s: %w", m.prog.emit.ID, err)
	}
	return nil
}
