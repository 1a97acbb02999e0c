package stagetest

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/cespare/xxhash/v2"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// outcome is what became of documents: all that the engine would see.
type outcome struct {
	schema  []doc.Column
	rows    []row
	born    []child
	emitted []stages.Row
}

// child is a born document: what its parent is called, its place, and a digest of its columns.
type child struct {
	parent string
	place  doc.Position
	id     string
	cells  uint64
}

type row struct {
	label   string
	state   doc.State
	verdict doc.Verdict
	judged  []doc.Judgement
	cells   []string // by column of the schema, "null" or a printed value
}

// add takes the rows of a batch over.
func (o *outcome) add(b *doc.Batch, docs []document) {
	for i := range b.Len() {
		r := row{label: docs[i].label, state: b.State(i), verdict: b.Verdict(i)}
		for _, j := range b.Judgements() {
			if j.Place == b.Position(i) {
				r.judged = append(r.judged, j)
			}
		}
		r.cells = o.cells(b, i)
		o.rows = append(o.rows, r)
	}
}

func (o *outcome) cells(b *doc.Batch, i int) (cells []string) {
	for _, c := range o.schema {
		cells = append(cells, cell(b, c, i))
	}
	return cells
}

// addBorn takes over the documents that a stage made of those of a batch, in order. Columns that the
// stage does not know are left out of the digest, so that they may differ between schemas.
func (o *outcome) addBorn(b *doc.Batch, docs []document, s *subject) {
	next := doc.New(o.schema, doc.DefaultLimits())
	for k := range b.Births().Len() {
		next.Reset(shard)
		i := next.TakeBorn(b, k, s.own(), 0)
		next.Close()
		var d xxhash.Digest
		d.Reset()
		for _, c := range s.schema() {
			_, _ = d.WriteString(cell(next, c, i))
			_, _ = d.Write([]byte{0})
		}
		o.born = append(o.born, child{parent: docs[b.Births().Parent(k)].label,
			place: next.Position(i), id: string(doc.ID.Of(next).At(i)), cells: d.Sum64()})
	}
}

// orphan takes the children of a document out.
func (o *outcome) orphan(label string) {
	o.born = slices.DeleteFunc(o.born, func(c child) bool { return c.parent == label })
}

// cell prints a value so that different values print differently.
func cell(b *doc.Batch, c doc.Column, i int) string {
	var v doc.Cells
	if !v.Bind(b, c) {
		return null
	}
	switch x := v.At(i).(type) {
	case nil:
		return null
	case string:
		return "'" + x
	case float64:
		return strconv.FormatFloat(x, 'x', -1, 64)
	default:
		return fmt.Sprint(x)
	}
}

const null = "null"

// cell returns the printed value of a column, null when the schema lacks it.
func (o *outcome) cell(i int, name string) string {
	for k, c := range o.schema {
		if c.Name == name {
			return o.rows[i].cells[k]
		}
	}
	return null
}

// same compares two outcomes. skip, if given, names columns of a row that may differ; what a gone
// row holds in changed columns is nobody's business and up to skip too.
func same(want, got *outcome, skip func(r *row, column string) bool) error {
	if len(want.rows) != len(got.rows) {
		return fmt.Errorf("%d rows became %d", len(want.rows), len(got.rows))
	}
	for i := range want.rows {
		w, g := &want.rows[i], &got.rows[i]
		if w.state != g.state || printed(w.verdict) != printed(g.verdict) {
			return fmt.Errorf("%q: %s, %s there and %s, %s here", w.label, stateName(w.state),
				printed(w.verdict), stateName(g.state), printed(g.verdict))
		}
		if err := sameCells(want, got, i, skip); err != nil {
			return err
		}
		if !slices.EqualFunc(w.judged, g.judged, equalJudgements) {
			return fmt.Errorf("%q: judged %+v there and %+v here", w.label, w.judged, g.judged)
		}
	}
	if !slices.Equal(want.born, got.born) {
		return fmt.Errorf("other documents are born: %d there and %d here", len(want.born),
			len(got.born))
	}
	if !slices.EqualFunc(want.emitted, got.emitted, func(a, b stages.Row) bool {
		return compareRows(a, b) == 0
	}) {
		return fmt.Errorf("other rows are emitted: %d there and %d here", len(want.emitted),
			len(got.emitted))
	}
	return nil
}

func sameCells(want, got *outcome, i int, skip func(r *row, column string) bool) error {
	w := &want.rows[i]
	for k, c := range want.schema {
		if skip != nil && skip(w, c.Name) {
			continue
		}
		if there, here := w.cells[k], got.cell(i, c.Name); there != here {
			return fmt.Errorf("%q: column %s is %s there and %s here", w.label, c.Name,
				short(there), short(here))
		}
	}
	return nil
}

// goneOrNot leaves out what a gone row holds in columns that the stage changes.
func (s *subject) goneOrNot(r *row, column string) bool {
	return r.state == doc.Gone && s.changes(column)
}

// printed makes verdicts comparable: NaN equals NaN.
func printed(v doc.Verdict) string {
	if v.Reason == "" {
		return "kept"
	}
	return fmt.Sprintf("%s by stage %d (%v of %v, measured %t, dead %t, for %q)", v.Reason, v.Stage,
		v.Value, v.Limit, v.Measured, v.Dead, v.Survivor[:])
}

func equalJudgements(a, b doc.Judgement) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

func stateName(s doc.State) string { return [...]string{"live", "ghost", "gone"}[s] }

func short(s string) string {
	const limit = 120
	if len(s) <= limit {
		return strconv.Quote(s)
	}
	return fmt.Sprintf("%q… (%d bytes)", s[:limit], len(s))
}
