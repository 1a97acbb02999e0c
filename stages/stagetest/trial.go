package stagetest

import (
	"fmt"
	"slices"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// trial is one way of sending documents through a subject.
type trial struct {
	schema []doc.Column // the guard's unless given
	cut    int          // documents per batch; 0 is all in one
	shadow bool         // all rows belong to the shadow sample
	// before says how row k arrives; nil is live.
	before func(k int) (doc.State, doc.Verdict)
	// admit says whether the stage may see row k; nil admits all.
	admit      func(k int) bool
	partitions int
	timed      bool    // only the stage's own work: what it made is not looked at
	worker     *worker // a fresh one unless given
}

// run sends documents through and returns what became of them.
func (s *subject) run(o *opened, docs []document, tr trial) (*outcome, error) {
	if tr.schema == nil {
		tr.schema = s.schema()
	}
	if tr.cut == 0 {
		tr.cut = max(1, len(docs))
	}
	if tr.worker == nil {
		tr.worker = o.worker()
	}
	b := doc.New(tr.schema, doc.DefaultLimits())
	out := &outcome{schema: tr.schema}
	var rows []stages.Row
	if o.exchange != nil {
		var err error
		if rows, err = s.emitted(docs, tr, b, out); err != nil {
			return nil, err
		}
		if rows, err = reduce(o.exchange, rows, max(1, tr.partitions)); err != nil {
			return nil, err
		}
	}
	v := &verdicts{rows}
	for at := 0; at < len(docs); at += tr.cut {
		part := docs[at:min(at+tr.cut, len(docs))]
		s.fill(b, part, at, tr)
		if err := tr.worker.process(b, s.bound.Shape.Writes, tr.mask(b, at), v); err != nil {
			return nil, fmt.Errorf("documents %d to %d, %q…: %w", at, at+len(part),
				part[max(0, b.Cursor())].label, err)
		}
		out.add(b, part)
		if !tr.timed {
			out.addBorn(b, part, s)
		}
	}
	return out, nil
}

// emitted runs the first half of an exchange, which may not touch its batches.
func (s *subject) emitted(docs []document, tr trial, b *doc.Batch, out *outcome) (
	[]stages.Row, error) {
	var rows collector
	for at := 0; at < len(docs); at += tr.cut {
		part := docs[at:min(at+tr.cut, len(docs))]
		s.fill(b, part, at, tr)
		var before, after outcome
		before.schema, after.schema = tr.schema, tr.schema
		before.add(b, part)
		b.Admit(tr.mask(b, at))
		if err := tr.worker.emit(b, &rows); err != nil {
			return nil, fmt.Errorf("emit of documents %d to %d: %w", at, at+len(part), err)
		}
		after.add(b, part)
		if err := same(&before, &after, nil); err != nil {
			return nil, fmt.Errorf("emit changed its batch: %w", err)
		}
		for i := range b.Len() {
			if (b.State(i) != doc.Live || tr.admit != nil && !tr.admit(at+i)) && slices.ContainsFunc(rows.rows, func(r stages.Row) bool {
				return r.Addr == b.Address(i)
			}) {
				return nil, fmt.Errorf("emit wrote a row for %q, which it may not see", part[i].label)
			}
		}
	}
	out.emitted = slices.Clone(rows.rows)
	slices.SortFunc(out.emitted, compareRows)
	return rows.rows, nil
}

// mask returns which rows of a batch that starts at document number at the stage may see.
func (tr trial) mask(b *doc.Batch, at int) doc.Bits {
	if tr.admit == nil {
		return nil
	}
	mask := make(doc.Bits, b.Len()/64+1)
	for i := range b.Len() {
		if tr.admit(at + i) {
			mask.Set(i)
		}
	}
	return mask
}

// fill puts documents into the batch; at is the ordinal of the first.
func (s *subject) fill(b *doc.Batch, docs []document, at int, tr trial) {
	b.Reset(shard)
	for k := range docs {
		i := b.Add(uint32(at + k))
		for _, c := range tr.schema {
			if !doc.Contains(s.bound.Shape.Writes, c.Name) {
				docs[k].set(b, i, c)
			}
		}
		if tr.shadow {
			b.MarkShadow(i)
		}
	}
	b.Close()
	for k := range docs {
		if tr.before != nil {
			state, verdict := tr.before(at + k)
			b.Restore(k, state, verdict)
		}
	}
}
