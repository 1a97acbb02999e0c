package engine

import (
	"context"

	"dataprep/stages/doc"
	"dataprep/workers/plan"
)

// The columns of a decisions file, one row for each input document in order.
var (
	outcome     = doc.Field[doc.Strings]{Name: "outcome"} // kept, dropped or dead
	stage       = doc.Field[doc.Strings]{Name: "stage"}
	reason      = doc.Field[doc.Strings]{Name: "reason"}
	value       = doc.Field[doc.Num[float32]]{Name: "value"}
	limit       = doc.Field[doc.Num[float32]]{Name: "limit"}
	duplicateOf = doc.Field[doc.Strings]{Name: "duplicate_of"}
	shardColumn = doc.Field[doc.Num[int64]]{Name: "shard"}
	rowColumn   = doc.Field[doc.Num[int64]]{Name: "row"}
)

// deadTask is the engine's reason for documents that were on their way when their task died.
const deadTask doc.Reason = "dead_task"

func decisionColumns() []doc.Column {
	return append(decided(), outcome.Column(), stage.Column(), reason.Column(), value.Column(),
		limit.Column(), duplicateOf.Column(), shardColumn.Column(), rowColumn.Column())
}

// deciding is a decisions task under way: the rows of one input shard are gathered, ordered and
// written before the next.
type deciding struct {
	w      *Worker
	out    *table
	judged *table
	rows   *doc.Batch   // of the shard in hand: identity, state, verdict
	place  []plan.Place // where the kept rows still to come were published
	from   int64        // how many rows of place[0] are used up
}

// runDecisions writes what happened to every document of a group of input shards.
func (w *Worker) runDecisions(ctx context.Context, t *plan.Task) (plan.Result, error) {
	sink, err := w.e.Plan.Decisions.Sink(w.e.Env)
	if err != nil {
		return plan.Result{}, err
	}
	dec := &deciding{w: w, place: t.Part.Places}
	decisions, err := w.newTable(sink, plan.RoleDecisions, decisionColumns())
	if err != nil {
		return plan.Result{}, err
	}
	defer decisions.discard()
	judgements, err := w.newTable(sink, plan.RoleJudged, judgementColumns())
	if err != nil {
		return plan.Result{}, err
	}
	defer judgements.discard()
	dec.out, dec.judged = decisions, judgements
	for shard := t.Part.Shards[0]; shard < t.Part.Shards[1]; shard++ {
		if err := dec.shard(ctx, t, shard); err != nil {
			return plan.Result{}, err
		}
	}
	var res plan.Result
	for _, table := range []*table{decisions, judgements} {
		out, err := table.publish(ctx, t)
		if err != nil {
			return plan.Result{}, err
		}
		res.Outputs = append(res.Outputs, out)
	}
	return res, nil
}

// shard gathers the dropped and the kept rows of one input shard and writes them by document.
func (d *deciding) shard(ctx context.Context, t *plan.Task, shard uint32) error {
	d.rows = doc.New(decided(), d.w.e.Limits)
	d.rows.Reset(shard)
	gather := func(states func(doc.State) bool) func(*doc.Batch) error {
		return func(b *doc.Batch) error {
			for i := range b.Len() {
				if states(b.State(i)) {
					d.rows.Take(b, i)
				}
			}
			return nil
		}
	}
	dropped := gather(func(s doc.State) bool { return s != doc.Live })
	kept := gather(func(s doc.State) bool { return s == doc.Live })
	if _, err := d.w.copyFrames(ctx, ofShard(t.Dropped, shard), decided(), dropped); err != nil {
		return err
	}
	if _, err := d.w.copyFrames(ctx, ofShard(t.Frames, shard), decided(), kept); err != nil {
		return err
	}
	buried := func(b *doc.Batch) error {
		for i := range b.Live() {
			d.rows.Restore(d.rows.Take(b, i), doc.Gone, doc.Verdict{
				Stage: uint16(len(d.w.e.Plan.Ops)), Reason: deadTask, Dead: true,
			})
		}
		return nil
	}
	if _, err := d.w.copyFrames(ctx, ofShard(t.Buried, shard), decided(), buried); err != nil {
		return err
	}
	d.rows.Close()
	order := byPosition(d.rows)
	if err := d.write(order); err != nil {
		return err
	}
	return d.judge(ctx, ofShard(t.Judged, shard), order)
}

func ofShard(refs []plan.Ref, shard uint32) []plan.Ref {
	var mine []plan.Ref
	for _, r := range refs {
		if r.Shard == shard {
			mine = append(mine, r)
		}
	}
	return mine
}

func (d *deciding) write(order []int) error {
	b := doc.New(decisionColumns(), d.w.e.Limits)
	b.Reset(0)
	for n, from := range order {
		i := b.AddAt(d.rows.Position(from))
		doc.ID.Of(b).Set(i, doc.ID.Of(d.rows).At(from))
		doc.FilePath.Of(b).Set(i, doc.FilePath.Of(d.rows).At(from))
		for _, f := range [...]doc.Field[doc.Num[int64]]{doc.Offset, doc.Length} {
			if v := f.Of(d.rows); v.Has(from) { // a length is not known in archives of one member
				f.Of(b).Set(i, v.At(from))
			}
		}
		if d.rows.State(from) == doc.Live {
			d.kept(b, i)
		} else {
			d.fell(b, i, d.rows.Verdict(from))
		}
		if b.Full() || n+1 == len(order) {
			b.Close()
			if err := d.out.write(b); err != nil {
				return err
			}
			b.Reset(0)
		}
	}
	return nil
}

func (d *deciding) kept(b *doc.Batch, i int) {
	outcome.Of(b).SetString(i, "kept")
	for len(d.place) > 0 && d.from >= d.place[0].Rows {
		d.place, d.from = d.place[1:], 0
	}
	if len(d.place) > 0 {
		shardColumn.Of(b).Set(i, int64(d.place[0].Shard))
		rowColumn.Of(b).Set(i, d.place[0].Row+d.from)
		d.from++
	}
}

func (d *deciding) fell(b *doc.Batch, i int, v doc.Verdict) {
	what := "dropped"
	if v.Dead {
		what = "dead"
	}
	outcome.Of(b).SetString(i, what)
	stage.Of(b).SetString(i, d.w.e.Plan.StageName(v.Stage))
	reason.Of(b).SetString(i, string(v.Reason))
	if v.Measured {
		value.Of(b).Set(i, v.Value)
		limit.Of(b).Set(i, v.Limit)
	}
	if v.Survivor != [32]byte{} {
		duplicateOf.Of(b).Set(i, v.Survivor[:])
	}
}
