package engine

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"

	"dataprep/stages/doc"
	"dataprep/stages/frames"
	"dataprep/workers/plan"
)

// textBytes is how much of a dropped text is kept: enough to see why.
const textBytes = 4 << 10

// sampled lists what is kept of a dropped document for reading.
func sampled() []doc.Column {
	return []doc.Column{
		doc.ID.Column(), doc.URL.Column(), doc.FilePath.Column(), doc.Offset.Column(), doc.Text.Column(),
	}
}

// texts keeps dropped documents for reading: of each stage and reason the most with the smallest
// hash of their id, so that samples of parts give the sample of the whole, whatever the parts.
type texts struct {
	most   int
	groups []group
}

// group is the sample of one stage's reason, sorted by hash, then by place in the input.
type group struct {
	stage  uint16
	reason doc.Reason
	rows   []fallen
}

type fallen struct {
	hash    uint64
	place   doc.Position
	verdict doc.Verdict
	id, url []byte
	path    []byte
	text    []byte
	offset  int64
}

// add considers row i of b, which was dropped.
func (t *texts) add(b *doc.Batch, i int) {
	v := b.Verdict(i)
	if t.most == 0 || v.Dead || !doc.Text.In(b) || !doc.Text.Of(b).Has(i) {
		return
	}
	id := doc.ID.Of(b).At(i)
	f := fallen{hash: xxhash.Sum64(id), path: doc.FilePath.Of(b).At(i), place: b.Position(i)}
	f.offset = doc.Offset.Of(b).At(i)
	g := t.group(v.Stage, v.Reason)
	at, _ := slices.BinarySearchFunc(g.rows, &f, func(r fallen, f *fallen) int {
		return cmp.Or(cmp.Compare(r.hash, f.hash), bytes.Compare(r.path, f.path),
			cmp.Compare(r.offset, f.offset), cmp.Compare(r.place, f.place))
	})
	if at == t.most {
		return
	}
	text := doc.Text.Of(b).At(i)
	f.verdict, f.id, f.path = v, bytes.Clone(id), bytes.Clone(f.path)
	f.text = bytes.Clone(text[:shorter(text)])
	if url := doc.URL.Of(b); url.Has(i) {
		f.url = append([]byte{}, url.At(i)...) // nil is null
	}
	if len(g.rows) == t.most {
		g.rows = g.rows[:t.most-1]
	}
	g.rows = slices.Insert(g.rows, at, f)
}

// shorter returns how many bytes of a text are kept: whole characters.
func shorter(text []byte) int {
	if len(text) <= textBytes {
		return len(text)
	}
	n := textBytes
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}

func (t *texts) group(stage uint16, r doc.Reason) *group {
	for i := range t.groups {
		if g := &t.groups[i]; g.stage == stage && g.reason == r {
			return g
		}
	}
	t.groups = append(t.groups, group{stage: stage, reason: r})
	return &t.groups[len(t.groups)-1]
}

// each visits the sample by stage, reason and hash as batches of sampled columns.
func (t *texts) each(l doc.Limits, visit func(*doc.Batch) error) error {
	slices.SortFunc(t.groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.stage, b.stage), cmp.Compare(a.reason, b.reason))
	})
	b := doc.New(sampled(), l)
	b.Reset(0)
	for g := range t.groups {
		for k := range t.groups[g].rows {
			t.groups[g].rows[k].put(b)
			if b.Full() {
				b.Close()
				if err := visit(b); err != nil {
					return err
				}
				b.Reset(0)
			}
		}
	}
	if b.Len() == 0 {
		return nil
	}
	b.Close()
	return visit(b)
}

func (f *fallen) put(b *doc.Batch) {
	i := b.AddAt(f.place)
	b.Restore(i, doc.Gone, f.verdict)
	doc.ID.Of(b).Set(i, f.id)
	if f.url != nil {
		doc.URL.Of(b).Set(i, f.url)
	}
	doc.FilePath.Of(b).Set(i, f.path)
	doc.Offset.Of(b).Set(i, f.offset)
	doc.Text.Of(b).Set(i, f.text)
}

// write stores the sample of a task; nothing when it is empty.
func (t *texts) write(o *outputs) error {
	if len(t.groups) == 0 {
		return nil
	}
	d, err := o.draft(plan.RoleTexts)
	if err != nil {
		return err
	}
	w := frames.NewDroppedWriter(d, sampled())
	if err := t.each(doc.DefaultLimits(), w.Write); err != nil {
		return err
	}
	_, _, err = w.Close()
	return err
}

// runTexts makes the sample of the run of those of its tasks.
func (w *Worker) runTexts(ctx context.Context, t *plan.Task) (plan.Result, error) {
	sink, err := w.e.Plan.Decisions.Sink(w.e.Env)
	if err != nil {
		return plan.Result{}, err
	}
	all := &texts{most: w.e.Plan.Record.DroppedText}
	_, err = w.copyFrames(ctx, t.Dropped, sampled(), func(b *doc.Batch) error {
		for i := range b.Len() {
			all.add(b, i)
		}
		return nil
	})
	if err != nil {
		return plan.Result{}, err
	}
	columns := append([]doc.Column{stage.Column(), reason.Column(), value.Column(), limit.Column()},
		sampled()...)
	out, err := w.newTable(sink, plan.RoleTexts, columns)
	if err != nil {
		return plan.Result{}, err
	}
	defer out.discard()
	rows := doc.New(columns, w.e.Limits)
	err = all.each(w.e.Limits, func(b *doc.Batch) error {
		rows.Reset(0)
		for i := range b.Len() {
			k := rows.Take(b, i)
			v := b.Verdict(i)
			rows.Restore(k, doc.Live, doc.Verdict{})
			stage.Of(rows).SetString(k, w.e.Plan.StageName(v.Stage))
			reason.Of(rows).SetString(k, string(v.Reason))
			if v.Measured {
				value.Of(rows).Set(k, v.Value)
				limit.Of(rows).Set(k, v.Limit)
			}
		}
		rows.Close()
		return out.write(rows)
	})
	if err != nil {
		return plan.Result{}, err
	}
	published, err := out.publish(ctx, t)
	return plan.Result{Outputs: []plan.Output{published}}, err
}
