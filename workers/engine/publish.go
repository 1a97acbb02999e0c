package engine

import (
	"context"
	"errors"
	"fmt"
	"io"

	"dataprep/stages/doc"
	"dataprep/workers/plan"
)

// runShard writes one published shard from ranges of frames. Its name carries its content, so that
// a changed run of the same pipeline never overwrites what the old manifest lists.
func (w *Worker) runShard(ctx context.Context, t *plan.Task) (plan.Result, error) {
	p := w.e.Plan
	sink, err := p.Sink.Sink(w.e.Env)
	if err != nil {
		return plan.Result{}, err
	}
	d, err := w.newDraft(plan.RoleShard)
	if err != nil {
		return plan.Result{}, err
	}
	defer d.discard()
	out, err := sink.Open(d, p.Columns)
	if err != nil {
		return plan.Result{}, err
	}
	rows, err := w.copyFrames(ctx, t.Frames, p.Columns, out.Write)
	if err != nil {
		return plan.Result{}, err
	}
	if err := out.Close(); err != nil {
		return plan.Result{}, err
	}
	name := fmt.Sprintf("data/train-%05d-of-%05d-%s%s",
		t.Part.N, t.Part.Of, d.digest()[:8], sink.Extension())
	return w.published(ctx, d, plan.RoleShard, name, rows)
}

// published stores a finished draft in the output.
func (w *Worker) published(ctx context.Context, d *draft, role, key string, rows int64) (
	plan.Result, error) {
	if err := d.create(ctx, w.e.Ledger.Out, key); err != nil {
		return plan.Result{}, err
	}
	return plan.Result{Outputs: []plan.Output{{
		Role: role, Object: key, Bytes: d.size, Rows: rows, SHA256: d.digest(),
	}}}, nil
}

// copyFrames reads block ranges in order, or whole objects where the range is empty, and hands the
// batches on; it returns the live rows.
func (w *Worker) copyFrames(ctx context.Context, refs []plan.Ref, columns []doc.Column,
	write func(*doc.Batch) error) (rows int64, err error) {
	b := doc.New(columns, w.e.Limits)
	for _, ref := range refs {
		f, err := w.openFrames(ctx, ref)
		if err != nil {
			return 0, err
		}
		if ref.To > 0 {
			if err := f.Range(ref.From, ref.To); err != nil {
				return 0, fmt.Errorf("object %s: %w: %w", ref.Object, errCorrupt, err)
			}
		}
		for done := false; !done; {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
			b.Reset(ref.Shard)
			err := f.Next(b)
			if err != nil && !errors.Is(err, io.EOF) {
				return 0, spoiled(ref.Object, err)
			}
			done = err != nil
			b.Close()
			w.alive(0)
			rows += b.CountLive()
			if err := write(b); err != nil {
				return 0, err
			}
		}
	}
	return rows, nil
}
