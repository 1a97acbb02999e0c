package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"dataprep/stages"
	"dataprep/stages/doc"
	"dataprep/stages/frames"
	"dataprep/workers/plan"

	"github.com/cespare/xxhash/v2"
)

// newMapping opens the phase and lays out the batches of a map task.
func (w *Worker) newMapping(t *plan.Task) (*mapping, error) {
	shared, err := w.e.program(t.Phase)
	if err != nil {
		return nil, err
	}
	prog := *shared
	m := &mapping{
		w: w, prog: &prog, task: t,
		meter: &meter{log: w.e.Log, uri: w.e.Plan.Splits[t.Shard].File.URI},
		lost:  newCollector(), seen: &judged{}, texts: &texts{most: w.e.Plan.Record.DroppedText},
	}
	if prog.emitExchange != nil {
		prog.emitter = prog.emitExchange.Map()
	}
	m.layout()
	m.out, err = w.newOutputs(t, prog.phase)
	return m, err
}

// layout decides the columns of the batches and where the chain is cut.
func (m *mapping) layout() {
	f := m.prog.phase
	schema := doc.Identity()
	if m.task.Split != nil {
		in := &m.w.e.Plan.Inputs[m.task.Split.Input]
		schema = doc.Union(schema, in.Source.Shape.Writes...)
	} else {
		schema = doc.Union(schema, m.w.e.Plan.Phases[f.From].Carries...)
	}
	full := doc.Union(schema, f.Carries...)
	raw := -1 // the last reader of the raw input
	for i := range f.Chain {
		shape := &f.Chain[i].Bound.Shape
		full = doc.Union(doc.Union(full, shape.Reads...), shape.Writes...)
		if doc.Contains(shape.Reads, doc.Raw.Name) {
			raw = i
		}
	}
	if f.Emit != nil {
		full = doc.Union(full, f.Emit.Bound.Shape.Reads...)
	}
	if f.Apply != nil {
		full = doc.Union(full, f.Apply.Bound.Shape.Writes...)
	}
	m.segment(full)
	for i := range f.Chain {
		s := &m.chain[len(m.chain)-1]
		l := stageLink(&f.Chain[i], m.prog.chain[i])
		s.links = append(s.links, l)
		if i == raw {
			full = slices.DeleteFunc(slices.Clone(full), func(c doc.Column) bool {
				return c.Kind == doc.KindSpans || c.Name == doc.ContentType.Name
			})
		}
		if i == raw || l.op.Bound.Shape.Expands {
			m.segment(full)
		}
	}
}

// segment begins a part of the chain with a batch of its own.
func (m *mapping) segment(schema []doc.Column) {
	b := doc.New(schema, m.w.e.Limits)
	b.Reset(m.task.Shard)
	m.chain = append(m.chain, segment{batch: b, meter: m.meter, texts: m.texts,
		admit: m.w.e.admitted})
}

// open returns the reader of the task's documents and puts the verdicts before the chain.
func (m *mapping) open(ctx context.Context) (stages.Reader, error) {
	if s := m.task.Split; s != nil {
		in := &m.w.e.Plan.Inputs[s.Input]
		source, err := in.Source.Source(m.w.e.Env)
		if err != nil {
			return nil, err
		}
		r, err := source.Open(s.Split, in.Origin, m.w.e.Open)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrInput, err)
		}
		return r, nil
	}
	if m.prog.apply != nil {
		if err := m.prepend(ctx); err != nil {
			return nil, err
		}
	}
	f, err := m.w.openFrames(ctx, m.task.Frames[0])
	if err != nil {
		return nil, err
	}
	return framesReader{f, m.task.Frames[0].Object}, nil
}

// prepend makes the exchange's apply the first link.
func (m *mapping) prepend(ctx context.Context) error {
	verdicts, err := m.w.openVerdicts(ctx, m.task.Rows)
	if err != nil {
		return err
	}
	l := newLink(m.prog.phase.Apply, func() process {
		mapper := m.prog.apply.Map()
		return func(b *doc.Batch) error { return mapper.Apply(b, verdicts) }
	})
	m.chain[0].links = append([]*link{l}, m.chain[0].links...)
	return nil
}

// arrive gives fresh documents their public id and their place in the shadow sample, and counts.
func (m *mapping) arrive(b *doc.Batch) {
	if m.task.Split == nil {
		m.arrived = b.Number(m.arrived)
		m.meter.counts.Documents += b.CountLive()
		return
	}
	m.meter.counts.Documents += int64(b.Len())
	b.Blank(doc.ID.Column())
	ids, urls, records := doc.ID.Of(b), doc.URL.Of(b), doc.RecordID.Of(b)
	paths, places := doc.FilePath.Of(b), doc.Offset.Of(b)
	body := textOf(b)
	var id [32]byte
	for i := range b.Len() {
		doc.PublicID(&id, urls.At(i), body(i), records.At(i), paths.At(i), places.At(i))
		ids.Set(i, id[:])
		m.sample(b, i, id[:])
	}
	b.Close()
}

// sample puts row i into the shadow sample if its id says so.
func (m *mapping) sample(b *doc.Batch, i int, id []byte) {
	limit := uint64(float64(m.w.e.Plan.Record.Shadow) * (1 << 32))
	if xxhash.Sum64(id)>>32 < limit {
		b.MarkShadow(i)
	}
}

// bear appends child k of from, made by op, to a batch.
func (m *mapping) bear(to, from *doc.Batch, k int, op *plan.Op) {
	generation := 0
	for i := range op.Ordinal {
		if m.w.e.Plan.Ops[i].Bound.Shape.Expands {
			generation++
		}
	}
	shape := &op.Bound.Shape
	i := to.TakeBorn(from, k, doc.Union(slices.Clone(shape.Writes), shape.Edits...), generation)
	m.sample(to, i, doc.ID.Of(to).At(i))
}

// textOf returns the text as read: the raw input, or the text column of sources that have it.
func textOf(b *doc.Batch) func(i int) []byte {
	if doc.Text.In(b) {
		if c := doc.Text.Of(b); len(c.Data) > 0 || !doc.Raw.In(b) {
			return c.At
		}
	}
	if doc.Raw.In(b) {
		return doc.Raw.Of(b).At
	}
	return func(int) []byte { return nil }
}

// tally takes over what the source counted.
func (m *mapping) tally(t stages.Tally) {
	if m.task.Split == nil {
		return
	}
	c := &m.meter.counts
	c.Records, c.Skipped, c.Lost, c.BytesRead = t.Records, t.Skipped, t.Lost, t.Bytes
}

// finish writes the spills and returns the result.
func (m *mapping) finish(ctx context.Context) (plan.Result, error) {
	if err := m.lost.write(m.out); err != nil {
		return plan.Result{}, err
	}
	if err := m.seen.write(m.out); err != nil {
		return plan.Result{}, err
	}
	if err := m.texts.write(m.out); err != nil {
		return plan.Result{}, err
	}
	res := plan.Result{Counts: m.meter.counts}
	var err error
	res.Outputs, err = m.out.store(ctx)
	return res, err
}

// framesReader makes a frames object a source: it has nothing to skip and nothing to close.
type framesReader struct {
	*frames.Reader
	key string
}

// Next implements stages.Reader. What is wrong with our own object is not the input's fault.
func (r framesReader) Next(b *doc.Batch) error {
	err := r.Reader.Next(b)
	if err != nil && !errors.Is(err, io.EOF) {
		return spoiled(r.key, err)
	}
	return err
}

// Tally implements stages.Reader.
func (framesReader) Tally() stages.Tally { return stages.Tally{} }

// Close implements stages.Reader.
func (framesReader) Close() error { return nil }

// openFrames opens a frames object as a reader of documents.
func (w *Worker) openFrames(ctx context.Context, ref plan.Ref) (*frames.Reader, error) {
	r, size, err := w.object(ctx, ref)
	if err != nil {
		return nil, err
	}
	f, err := frames.Open(r, size)
	if err != nil {
		return nil, spoiled(ref.Object, err)
	}
	return f, nil
}
