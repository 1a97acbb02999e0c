package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"dataprep/stages"
	"dataprep/stages/doc"
	"dataprep/workers/plan"
)

// table is a file of the run folder in the making.
type table struct {
	w    *Worker
	role string
	ext  string
	d    *draft
	out  stages.Writer
	rows int64
}

func (w *Worker) newTable(sink stages.Sink, role string, columns []doc.Column) (*table, error) {
	d, err := w.newDraft(role)
	if err != nil {
		return nil, err
	}
	t := &table{w: w, role: role, ext: sink.Extension(), d: d}
	if t.out, err = sink.Open(d, columns); err != nil {
		d.discard()
		return nil, err
	}
	return t, nil
}

func (t *table) discard() { t.d.discard() }

func (t *table) write(b *doc.Batch) error {
	t.rows += b.CountLive()
	return t.out.Write(b)
}

// publish stores the table in the run folder under a name that carries its content.
func (t *table) publish(ctx context.Context, task *plan.Task) (plan.Output, error) {
	if err := t.out.Close(); err != nil {
		return plan.Output{}, err
	}
	key := fmt.Sprintf(".dataprep/runs/%s/%s/%s-%05d-of-%05d-%s%s", t.w.e.Plan.Run, t.role, t.role,
		task.Part.N, task.Part.Of, t.d.digest()[:8], t.ext)
	if err := t.d.create(ctx, t.w.e.Ledger.Out, key); err != nil {
		return plan.Output{}, err
	}
	return plan.Output{
		Role: t.role, Object: key, Bytes: t.d.size, Rows: t.rows, SHA256: t.d.digest(),
	}, nil
}

// passed is 1 for a judgement that went on, 0 for one that dropped.
var passed = doc.Field[doc.Num[int64]]{Name: "pass"}

// judgementColumns lists the columns of a judgements file: every comparison made on the documents
// of the shadow sample.
func judgementColumns() []doc.Column {
	return []doc.Column{
		doc.ID.Column(), stage.Column(), reason.Column(), passed.Column(), value.Column(),
		limit.Column(),
	}
}

// judge writes the judgements of a shard with the public ids of their documents. order lists
// d.rows by document.
func (d *deciding) judge(ctx context.Context, refs []plan.Ref, order []int) error {
	ids := doc.ID.Of(d.rows)
	out := doc.New(judgementColumns(), d.w.e.Limits)
	_, err := d.w.copyFrames(ctx, refs, judgedColumns(), func(b *doc.Batch) error {
		out.Reset(0)
		for i := range b.Len() {
			at, found := slices.BinarySearchFunc(order, b.Position(i), func(k int, p doc.Position) int {
				return cmp.Compare(d.rows.Position(k), p)
			})
			if !found {
				return fmt.Errorf("judgement of an unknown document %d: %w", b.Ordinal(i), errCorrupt)
			}
			d.setJudgement(out, b, i, ids.At(order[at]))
		}
		out.Close()
		return d.judged.write(out)
	})
	return err
}

func (d *deciding) setJudgement(out, b *doc.Batch, i int, id []byte) {
	k := out.AddAt(b.Position(i))
	doc.ID.Of(out).Set(k, id)
	stage.Of(out).SetString(k, d.w.e.Plan.StageName(uint16(judgedStage.Of(b).At(i))))
	reason.Of(out).Set(k, judgedReason.Of(b).At(i))
	passed.Of(out).Set(k, judgedPass.Of(b).At(i))
	if judgedValue.Of(b).Has(i) {
		value.Of(out).Set(k, judgedValue.Of(b).At(i))
		limit.Of(out).Set(k, judgedLimit.Of(b).At(i))
	}
}
