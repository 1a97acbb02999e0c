package engine

import (
	"cmp"
	"slices"

	"dataprep/stages/doc"
	"dataprep/stages/frames"
	"dataprep/workers/plan"
)

// collector keeps the identity and verdict of rows that fell, until the task ends. A task covers
// 32 MiB of input, so these are thousands of short rows.
type collector struct{ rows *doc.Batch }

// decided lists the columns of the dropped rows' object: what decisions say of a document.
func decided() []doc.Column {
	return []doc.Column{
		doc.ID.Column(), doc.FilePath.Column(), doc.Offset.Column(), doc.Length.Column(),
	}
}

func newCollector() *collector {
	c := &collector{rows: doc.New(decided(), doc.DefaultLimits())}
	c.rows.Reset(0)
	return c
}

func (c *collector) add(b *doc.Batch, i int) { c.rows.Take(b, i) }

// write stores the rows in the order of the documents; nothing when none fell.
func (c *collector) write(o *outputs) error {
	if c.rows.Len() == 0 {
		return nil
	}
	c.rows.Close()
	order := byPosition(c.rows)
	d, err := o.draft(plan.RoleDropped)
	if err != nil {
		return err
	}
	w := frames.NewDroppedWriter(d, decided())
	b := doc.New(decided(), doc.DefaultLimits())
	b.Reset(0)
	for n, i := range order {
		b.Take(c.rows, i)
		if b.Full() || n+1 == len(order) {
			b.Close()
			if err := w.Write(b); err != nil {
				return err
			}
			b.Reset(0)
		}
	}
	_, _, err = w.Close()
	return err
}

// byPosition lists the rows of a batch in the order of their documents.
func byPosition(b *doc.Batch) []int {
	order := make([]int, b.Len())
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int { return cmp.Compare(b.Position(x), b.Position(y)) })
	return order
}

// judged keeps every judgement made on the shadow sample.
type judged struct{ list []doc.Judgement }

func (j *judged) add(list []doc.Judgement) { j.list = append(j.list, list...) }

// The columns of a judgements object.
var (
	judgedStage  = doc.Field[doc.Num[int64]]{Name: "stage"}
	judgedReason = doc.Field[doc.Strings]{Name: "reason"}
	judgedPass   = doc.Field[doc.Num[int64]]{Name: "pass"}
	judgedValue  = doc.Field[doc.Num[float32]]{Name: "value"}
	judgedLimit  = doc.Field[doc.Num[float32]]{Name: "limit"}
)

func judgedColumns() []doc.Column {
	return []doc.Column{
		judgedStage.Column(), judgedReason.Column(), judgedPass.Column(),
		judgedValue.Column(), judgedLimit.Column(),
	}
}

// write stores the judgements by document, then stage, then the order they were made in.
func (j *judged) write(o *outputs) error {
	if len(j.list) == 0 {
		return nil
	}
	slices.SortStableFunc(j.list, func(a, b doc.Judgement) int {
		if a.Place != b.Place {
			return cmp.Compare(a.Place, b.Place)
		}
		return cmp.Compare(a.Stage, b.Stage)
	})
	d, err := o.draft(plan.RoleJudged)
	if err != nil {
		return err
	}
	w := frames.NewWriter(d, judgedColumns())
	b := doc.New(judgedColumns(), doc.DefaultLimits())
	b.Reset(0)
	for n, g := range j.list {
		setJudgement(b, g)
		if b.Full() || n+1 == len(j.list) {
			b.Close()
			if err := w.Write(b); err != nil {
				return err
			}
			b.Reset(0)
		}
	}
	_, _, err = w.Close()
	return err
}

func setJudgement(b *doc.Batch, g doc.Judgement) {
	i := b.AddAt(g.Place)
	judgedStage.Of(b).Set(i, int64(g.Stage))
	judgedReason.Of(b).SetString(i, string(g.Reason))
	pass := int64(0)
	if g.Pass {
		pass = 1
	}
	judgedPass.Of(b).Set(i, pass)
	if g.Measured {
		judgedValue.Of(b).Set(i, g.Value)
		judgedLimit.Of(b).Set(i, g.Limit)
	}
}
