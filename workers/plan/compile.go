package plan

import (
	"fmt"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// Compile cuts a bound pipeline into phases at its exchanges. It does no I/O: the inputs were
// listed, cut and hashed before, and stand in the lock.
func Compile(b *Bound, lock Lock, splits []Split) (*Plan, error) {
	p := &Plan{
		Name: b.Name, Lock: lock, Run: lock.RunID(), Inputs: b.Inputs, Splits: splits,
		Ops: b.Ops, Sink: b.Sink, Decisions: b.Decisions, Record: b.Record,
		Columns: b.Published(),
	}
	sink, err := b.Sink.Sink(nil)
	if err != nil {
		return nil, err
	}
	p.ShardBytes = sink.ShardBytes()
	if len(splits) > 1<<24 {
		return nil, fmt.Errorf("the input has %d splits; a run holds 2^24", len(splits))
	}
	cur := Phase{ID: "0-read", Kind: Map, From: -1, Verdicts: -1}
	for i := range p.Ops {
		op := &p.Ops[i]
		if op.Bound.Kind != stages.KindExchange {
			cur.Chain = append(cur.Chain, *op)
			continue
		}
		next, err := p.cut(cur, op)
		if err != nil {
			return nil, err
		}
		cur = next
	}
	last := len(p.Phases)
	p.Phases = append(p.Phases, cur, Phase{
		ID: fmt.Sprintf("%d-publish", last+1), Kind: Publish, From: last, Verdicts: -1,
	})
	p.carry(b)
	for i := range p.Phases {
		p.Phases[i].Code = p.code(&p.Phases[i])
	}
	return p, nil
}

// cut ends a map phase at an exchange and returns the map phase that follows its reduces.
func (p *Plan) cut(cur Phase, op *Op) (Phase, error) {
	exchange, err := op.Bound.Exchange(nil)
	if err != nil {
		return Phase{}, fmt.Errorf("open %s: %w", op.ID, err)
	}
	reduces := exchange.Reduces()
	if len(reduces) == 0 {
		return Phase{}, fmt.Errorf("the exchange %s has no reduces", op.ID)
	}
	mapped := len(p.Phases)
	cur.Emit, cur.Spread = op, reduces[0].In
	p.Phases = append(p.Phases, cur)
	for step, r := range reduces {
		spread := stages.ByShard
		if step+1 < len(reduces) {
			spread = reduces[step+1].In
		}
		n := len(p.Phases)
		p.Phases = append(p.Phases, Phase{
			ID: fmt.Sprintf("%d-%s.%s", n, op.ID, r.Name), Kind: Reduce, From: n - 1,
			Verdicts: -1, Op: op, Step: step, Spread: spread,
		})
	}
	n := len(p.Phases)
	return Phase{
		ID: fmt.Sprintf("%d-%s.apply", n, op.ID), Kind: Map, From: mapped,
		Apply: op, Verdicts: n - 1,
	}, nil
}

// carry decides which columns the frames of each map phase hold: those that a later phase reads or
// the sink publishes, of those that exist by then.
func (p *Plan) carry(b *Bound) {
	needed := append([]doc.Column(nil), p.Columns...)
	for i := len(p.Phases) - 1; i >= 0; i-- {
		f := &p.Phases[i]
		switch f.Kind {
		case Publish:
			f.Carries = p.Columns
		case Map:
			have := b.carriedAfter(f.lastOp())
			for _, c := range have {
				if c.Kind != doc.KindSpans && doc.Contains(needed, c.Name) {
					f.Carries = append(f.Carries, c)
				}
			}
			for _, op := range f.ops() {
				needed = doc.Union(needed, op.Bound.Shape.Reads...)
				needed = doc.Union(needed, op.Bound.Shape.Edits...)
			}
		}
	}
}

// ops lists the stages that run in a map phase, the one applied first and the one emitted last.
func (f *Phase) ops() []*Op {
	var all []*Op
	if f.Apply != nil {
		all = append(all, f.Apply)
	}
	for i := range f.Chain {
		all = append(all, &f.Chain[i])
	}
	if f.Emit != nil {
		all = append(all, f.Emit)
	}
	return all
}

// lastOp returns the ordinal of the last stage whose columns exist at the end of the phase, -1 for
// none. The exchange emitted from writes its columns only in the next map phase.
func (f *Phase) lastOp() int {
	last := -1
	if f.Apply != nil {
		last = int(f.Apply.Ordinal)
	}
	if n := len(f.Chain); n > 0 {
		last = int(f.Chain[n-1].Ordinal)
	}
	return last
}
