package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"

	"dataprep/internal/rows"
	"dataprep/internal/store"
	"dataprep/stages"
	"dataprep/stages/doc"
	"dataprep/stages/frames"
	"dataprep/workers/plan"
)

// draft is an object in the making: a temporary file and the digest of what is in it.
type draft struct {
	f    *os.File
	sum  hash.Hash
	size int64
}

func (w *Worker) newDraft(role string) (*draft, error) {
	f, err := os.CreateTemp(w.e.Scratch, "draft-"+role+"-*")
	if err != nil {
		return nil, fmt.Errorf("start %s: %w: %w", role, store.Environment, err)
	}
	return &draft{f: f, sum: sha256.New()}, nil
}

// Write implements io.Writer. A failing disk is the surroundings' fault.
func (d *draft) Write(p []byte) (int, error) {
	n, err := d.f.Write(p)
	_, _ = d.sum.Write(p[:n])
	d.size += int64(n)
	if err != nil {
		err = fmt.Errorf("write: %w: %w", store.Environment, err)
	}
	return n, err
}

func (d *draft) discard() {
	if d != nil {
		_ = d.f.Close()
		_ = os.Remove(d.f.Name())
	}
}

func (d *draft) digest() string { return hex.EncodeToString(d.sum.Sum(nil)) }

// create stores the draft under key and reads back what stands there. The name holds the digest, so
// an object that stands already is ours, from an attempt before, unless its content says no.
func (d *draft) create(ctx context.Context, s store.Store, key string) error {
	body := store.Body{Size: d.size, Open: func() (io.ReadCloser, error) {
		return os.Open(d.f.Name())
	}}
	outcome, err := s.Create(ctx, key, body)
	if err != nil {
		return fmt.Errorf("store %s: %w: %w", key, ErrStore, err)
	}
	info, err := s.Head(ctx, key)
	if err != nil {
		return fmt.Errorf("read back %s: %w: %w", key, ErrStore, err)
	}
	if info.Size != d.size {
		return fmt.Errorf("read back %s: %w: %d bytes of %d", key, errCorrupt, info.Size, d.size)
	}
	if outcome == store.Created {
		return nil
	}
	sum, err := store.Digest(ctx, s, key)
	if err != nil {
		return fmt.Errorf("read back %s: %w: %w", key, ErrStore, err)
	}
	if sum != d.digest() {
		return fmt.Errorf("read back %s: %w: another content stands there", key, errCorrupt)
	}
	return nil
}

// outputs holds what a map or reduce task writes.
type outputs struct {
	w      *Worker
	task   *plan.Task
	spread stages.Spread
	frames *frames.Writer
	rows   *rowSink
	drafts map[string]*draft
	done   []plan.Output
}

func (w *Worker) newOutputs(t *plan.Task, f *plan.Phase) (*outputs, error) {
	o := &outputs{w: w, task: t, spread: f.Spread, drafts: map[string]*draft{}}
	if f.Kind == plan.Map {
		d, err := o.draft(plan.RoleFrames)
		if err != nil {
			return nil, err
		}
		o.frames = frames.NewWriter(d, f.Carries)
	}
	if f.Spread != 0 {
		o.rows = newRowSink(f.Kind == plan.Map, f.Spread)
	}
	return o, nil
}

func (o *outputs) draft(role string) (*draft, error) {
	d, err := o.w.newDraft(role)
	if err == nil {
		o.drafts[role] = d
	}
	return d, err
}

func (o *outputs) discard() {
	for _, d := range o.drafts {
		d.discard()
	}
}

// store closes the drafts and puts them under content names, in a fixed order.
func (o *outputs) store(ctx context.Context) ([]plan.Output, error) {
	if o.frames != nil {
		blocks, n, err := o.frames.Close()
		if err != nil {
			return nil, err
		}
		out := plan.Output{Role: plan.RoleFrames, Rows: n}
		for _, b := range blocks {
			out.Blocks = append(out.Blocks, plan.Block{Rows: b.Rows, Bytes: b.Bytes})
		}
		if err := o.keep(ctx, out, ".arrow"); err != nil {
			return nil, err
		}
	}
	if o.rows != nil {
		if err := o.storeRows(ctx); err != nil {
			return nil, err
		}
	}
	for _, role := range []string{plan.RoleDropped, plan.RoleJudged, plan.RoleTexts} {
		if o.drafts[role] != nil {
			if err := o.keep(ctx, plan.Output{Role: role}, ".arrow"); err != nil {
				return nil, err
			}
		}
	}
	return o.done, nil
}

func (o *outputs) storeRows(ctx context.Context) error {
	d, err := o.draft(plan.RoleRows)
	if err != nil {
		return err
	}
	if _, err := o.rows.sorter.WriteTo(d); err != nil {
		return err
	}
	out := plan.Output{Role: plan.RoleRows, Rows: int64(o.rows.sorter.Len())}
	if o.spread == stages.ByShard {
		for _, s := range o.rows.sorter.Shards() {
			out.Slices = append(out.Slices, plan.Slice{Shard: s.Shard, Rows: s.Rows, SHA256: s.SHA256})
		}
	}
	return o.keep(ctx, out, ".rows")
}

// keep stores one draft and completes its output entry.
func (o *outputs) keep(ctx context.Context, out plan.Output, ext string) error {
	d := o.drafts[out.Role]
	out.Bytes, out.SHA256 = d.size, d.digest()
	out.Object = "o/" + o.task.Key + "/" + out.Role + "-" + out.SHA256[:16] + ext
	for i := range o.done {
		if o.done[i].Role == out.Role {
			return fmt.Errorf("task wrote %s twice", out.Role)
		}
	}
	if err := d.create(ctx, o.w.e.Ledger.Work, out.Object); err != nil {
		return err
	}
	o.done = append(o.done, out)
	return nil
}

// rowSink takes the rows of an exchange; rows dealt by shard are keyed by their address.
type rowSink struct {
	sorter  *rows.Sorter
	byShard bool
	key     [8]byte
}

func newRowSink(narrow bool, spread stages.Spread) *rowSink {
	byShard := spread == stages.ByShard
	return &rowSink{sorter: rows.NewSorter(narrow && !byShard), byShard: byShard}
}

// Write implements stages.RowWriter.
func (s *rowSink) Write(r stages.Row) error {
	key := r.Key
	if s.byShard {
		key = addressKey(&s.key, r.Addr)
	}
	s.sorter.Add(rows.Row{Key: key, Addr: uint64(r.Addr), Value: r.Value})
	return nil
}

func addressKey(buf *[8]byte, a doc.Address) []byte {
	for i := range buf {
		buf[i] = byte(a >> (56 - 8*i))
	}
	return buf[:]
}
