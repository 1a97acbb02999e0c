package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"dataprep/internal/rows"
	"dataprep/stages"
	"dataprep/stages/doc"
	"dataprep/workers/ledger"
	"dataprep/workers/plan"
)

var errCorrupt = ledger.ErrCorrupt

// runReduce merges the rows of a partition and gives them to the exchange's step.
func (w *Worker) runReduce(ctx context.Context, t *plan.Task) (plan.Result, error) {
	f := &w.e.Plan.Phases[t.Phase]
	exchange, err := f.Op.Bound.Exchange(w.e.Env)
	if err != nil {
		return plan.Result{}, err
	}
	out, err := w.newOutputs(t, f)
	if err != nil {
		return plan.Result{}, err
	}
	defer out.discard()
	in, err := w.openRows(ctx, t.Rows, prefixKey(t.Lo), prefixKey(t.Hi))
	if err != nil {
		return plan.Result{}, err
	}
	step := exchange.Reduces()[f.Step]
	if err := step.Run(in, out.rows); err != nil {
		return plan.Result{}, fmt.Errorf("%s of %s: %w", step.Name, f.Op.ID, err)
	}
	res := plan.Result{}
	res.Outputs, err = out.store(ctx)
	return res, err
}

// prefixKey is the least key with the 12-bit prefix n; nil past the last.
func prefixKey(n uint16) []byte {
	if n == 0 || n >= 4096 {
		return nil
	}
	return []byte{byte(n >> 4), byte(n << 4)}
}

// merged adapts a merge of rows files to the stages' reader.
type merged struct {
	m     *rows.Merge
	ctx   context.Context
	alive func(int64)
	n     int
}

// Next implements stages.RowReader.
func (m *merged) Next() (stages.Row, error) {
	if m.n++; m.n&0xfff == 0 {
		if err := m.ctx.Err(); err != nil {
			return stages.Row{}, err
		}
		m.alive(0)
	}
	r, err := m.m.Next()
	if err != nil && err != io.EOF {
		err = spoiled("of rows", err)
	}
	return stages.Row{Key: r.Key, Addr: doc.Address(r.Addr), Value: r.Value}, err
}

// openRows merges a key range of rows objects; a ref with a slice is read for its shard alone.
func (w *Worker) openRows(ctx context.Context, refs []plan.Ref, lo, hi []byte) (*merged, error) {
	iters := make([]*rows.Iter, 0, len(refs))
	for _, ref := range refs {
		r, size, err := w.object(ctx, ref)
		if err != nil {
			return nil, err
		}
		file, err := rows.Open(r, size, ref.Shard)
		if err != nil {
			return nil, spoiled(ref.Object, err)
		}
		from, to := lo, hi
		if ref.Slice != "" {
			from, to = shardRange(ref.Shard)
		}
		iters = append(iters, file.Range(from, to))
	}
	m, err := rows.NewMerge(iters)
	if err != nil {
		return nil, spoiled("of rows", err)
	}
	return &merged{m: m, ctx: ctx, alive: w.alive}, nil
}

func shardRange(shard uint32) (from, to []byte) {
	var a, b [8]byte
	from = slices.Clone(addressKey(&a, doc.MakeAddress(shard, 0)))
	return from, slices.Clone(addressKey(&b, doc.MakeAddress(shard+1, 0)))
}

// verdicts are a shard's verdict rows, in the order of its documents: thousands of short rows. They
// are read whole, so that a failed read fails the task before a document passes without its
// verdict, and so that a batch may be gone through again after a panic.
type verdicts struct {
	addrs  []doc.Address
	off    []int
	values []byte
}

func (w *Worker) openVerdicts(ctx context.Context, refs []plan.Ref) (*verdicts, error) {
	in, err := w.openRows(ctx, refs, nil, nil)
	if err != nil {
		return nil, err
	}
	v := &verdicts{off: []int{0}}
	for {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			return v, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read verdicts: %w", err)
		}
		v.addrs = append(v.addrs, r.Addr)
		v.values = append(v.values, r.Value...)
		v.off = append(v.off, len(v.values))
	}
}

// Find implements stages.Verdicts.
func (v *verdicts) Find(a doc.Address) ([]byte, bool) {
	i, found := slices.BinarySearch(v.addrs, a)
	if !found {
		return nil, false
	}
	return v.values[v.off[i]:v.off[i+1]], true
}
