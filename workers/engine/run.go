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
// through the first segment of the chain, survivors and what is born of them are moved to full
// batches for the next segment, and what is left after the last is emitted, counted and written.

// mapping is a map task under way.
type mapping struct {
	w     *Worker
	prog  *program
	task  *plan.Task
	out   *outputs
	meter *meter
	chain []segment // one at least
	lost  *collector
	seen  *judged
	texts *texts

	arrived uint32 // rows read from frames
	left    uint32 // rows written to frames
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
	in := m.chain[0].batch
	for done := false; !done; {
		if err := ctx.Err(); err != nil {
			return err
		}
		in.Reset(m.task.Shard)
		err := src.Next(in)
		if err != nil && !errors.Is(err, io.EOF) {
			return m.unreadable(err)
		}
		done = err != nil
		if n := in.Len(); n > 0 && in.Ordinal(n-1) >= doc.MaxRows {
			return fmt.Errorf("%w: more than %d documents in one split", ErrInput, doc.MaxRows)
		}
		in.Close()
		m.arrive(in)
		if err := m.send(0); err != nil {
			return err
		}
		m.w.alive(m.meter.counts.Documents)
	}
	for k := 1; k < len(m.chain); k++ {
		if err := m.flush(k); err != nil {
			return err
		}
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

// send takes the batch of segment k through it and onwards.
func (m *mapping) send(k int) error {
	s := &m.chain[k]
	if err := s.pass(s.batch); err != nil {
		return err
	}
	if k+1 == len(m.chain) {
		return m.leave(s.batch)
	}
	return m.refill(s.batch, k+1)
}

// refill moves what is left of a batch, each row before its children, to the batch of segment k and
// sends that on whenever it is full.
func (m *mapping) refill(from *doc.Batch, k int) error {
	m.settle(from, false)
	to, born, next := m.chain[k].batch, from.Births(), 0
	for i := range from.Rows() {
		to.Take(from, i)
		if err := m.sendFull(k); err != nil {
			return err
		}
		for ; next < born.Len() && born.Parent(next) == i; next++ {
			m.bear(to, from, next, m.chain[k-1].bears())
			if err := m.sendFull(k); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *mapping) sendFull(k int) error {
	if !m.chain[k].batch.Full() {
		return nil
	}
	return m.flush(k)
}

// flush sends the batch of segment k on, full or not.
func (m *mapping) flush(k int) error {
	b := m.chain[k].batch
	b.Close()
	err := m.send(k)
	b.Reset(m.task.Shard)
	return err
}

// leave books a batch at the end of the last chain and writes it.
func (m *mapping) leave(b *doc.Batch) error {
	m.settle(b, true)
	m.meter.kept(b, m.prog.last)
	if m.left = b.Number(m.left); m.left > doc.MaxRows {
		return fmt.Errorf("%w: more than %d documents in and born of one split", ErrInput, doc.MaxRows)
	}
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

// emit writes the exchange's rows of the live documents; a panic here has no verdict to fall back on
// and fails the task.
func (m *mapping) emit(b *doc.Batch) error {
	b.Admit(m.w.e.admitted(m.prog.emit, b))
	defer b.Admit(nil)
	if err := m.prog.emitter.Emit(b, m.out.rows); err != nil {
		return fmt.Errorf("emit of %s: %w", m.prog.emit.ID, err)
	}
	return nil
}
