package doc

import "iter"

// undo is what a Rollback needs: row states, verdicts and judgements as they were at Begin.
type undo struct {
	state   []State
	verdict []Verdict
	judged  int
	text    bool // the stage fills the text column: views made while it did are of half a text
}

// Begin opens a stage's call: stage is its ordinal in the pipeline, writes the columns it fills,
// which are made null. Engine only.
func (b *Batch) Begin(stage uint16, writes []Column) {
	b.Close()
	b.stage, b.cursor = stage, -1
	b.undo.state = append(b.undo.state[:0], b.state...)
	b.undo.verdict = append(b.undo.verdict[:0], b.verdict...)
	b.undo.judged = len(b.judged)
	b.undo.text = Contains(writes, Text.Name)
	b.edits, b.mask = b.edits[:0], nil
	b.births.forget()
	b.clear(writes)
}

// Blank makes columns null for all rows, to be filled anew. Engine only.
func (b *Batch) Blank(columns ...Column) { b.clear(columns) }

func (b *Batch) clear(writes []Column) {
	for _, w := range writes {
		if i := b.find(w.Name); i >= 0 {
			b.cols[i].null(b.n)
			if w.Name == Text.Name {
				b.views.forget()
			}
		}
	}
}

// Commit makes the stage's verdicts, rewrites and births count. Engine only.
func (b *Batch) Commit() {
	for _, e := range b.edits {
		e.apply()
	}
	b.edits = b.edits[:0]
	b.mask = nil
	if b.births.Len() > 0 {
		b.births.Rows.Close()
		for _, e := range b.births.Rows.edits {
			e.apply()
		}
		b.births.Rows.edits = b.births.Rows.edits[:0]
	}
	if b.undo.text {
		b.views.forget()
	}
	b.Close()
}

// Rollback forgets the stage's verdicts, rewrites and births and the columns it wrote. Views go too:
// one that was made after the stage dropped a row lacks that row, which is back now. Engine only.
func (b *Batch) Rollback(writes []Column) {
	copy(b.state, b.undo.state)
	copy(b.verdict, b.undo.verdict)
	b.judged = b.judged[:b.undo.judged]
	b.edits, b.mask = b.edits[:0], nil
	b.births.forget()
	b.views.forget()
	b.clear(writes)
}

// Cursor returns the row that the running or failed stage had in hand, -1 before the first.
func (b *Batch) Cursor() int { return b.cursor }

// Kill marks row i dead: nobody decided, the document itself made stage fail. Engine only.
func (b *Batch) Kill(i int, stage uint16, r Reason) {
	b.fail(i, Verdict{Stage: stage, Reason: r, Dead: true}, false)
}

// Rewriter builds the next version of a string column; it takes effect when the stage returns.
type Rewriter struct {
	b    *Batch
	col  *Strings
	next Strings
	done int // rows below it are in next
	text bool
}

// Rewrite starts a new version of a string column. Rows that are not set keep their value.
func (b *Batch) Rewrite(f Field[Strings]) *Rewriter {
	col := f.Of(b)
	for _, e := range b.edits {
		if e.col == col {
			return e
		}
	}
	var e *Rewriter
	if len(b.edits) < cap(b.edits) {
		e = b.edits[:len(b.edits)+1][len(b.edits)]
	}
	if e == nil {
		e = &Rewriter{}
	}
	e.b, e.col, e.done, e.text = b, col, 0, f.Name == Text.Name
	e.next.reset()
	b.edits = append(b.edits, e)
	return e
}

// Set gives row i its new value. Rows come in ascending order.
func (e *Rewriter) Set(i int, v []byte) {
	e.keep(i)
	e.next.Set(i, v)
	e.done = i + 1
}

// keep carries the rows below i over unchanged; gone rows lose their bytes.
func (e *Rewriter) keep(i int) {
	for ; e.done < i; e.done++ {
		if e.b.state[e.done] != Gone && e.col.Has(e.done) {
			e.next.Set(e.done, e.col.At(e.done))
		}
	}
}

func (e *Rewriter) apply() {
	e.keep(e.b.n)
	e.next.close(e.b.n)
	*e.col, e.next = e.next, *e.col
	if e.text {
		e.b.views.forget()
	}
}

// Fallen visits the rows that were live at Begin and are not any more. Engine only.
func (b *Batch) Fallen() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, was := range b.undo.state {
			if was == Live && b.state[i] != Live && !yield(i) {
				return
			}
		}
	}
}

// CountLive returns how many rows are live.
func (b *Batch) CountLive() (n int64) {
	for _, s := range b.state {
		if s == Live {
			n++
		}
	}
	return n
}
