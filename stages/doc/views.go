package doc

import "dataprep/internal/text"

// View is a split of the text column, computed once per version of the text and shared by every
// stage that asks for it.
type View struct {
	ready bool
	off   []int32 // row i owns spans off[i] to off[i+1]
	spans text.Spans
	row   text.Spans
}

// views holds the splits of the current text version.
type views struct{ words, lines View }

func (v *views) forget() { v.words.ready, v.lines.ready = false, false }

// At returns the spans of row i, offsets into the row's own text. The result lives until the text
// changes; gone rows have none.
func (v *View) At(i int) text.Spans {
	lo, hi := v.off[i], v.off[i+1]
	return text.Spans{Start: v.spans.Start[lo:hi:hi], End: v.spans.End[lo:hi:hi]}
}

// Words returns the UAX 29 words of every live and ghost row, white space left out.
func (b *Batch) Words() *View { return b.view(&b.views.words, text.Words) }

// Lines returns the lines of every live and ghost row as Python's splitlines cuts them.
func (b *Batch) Lines() *View { return b.view(&b.views.lines, text.SplitLines) }

func (b *Batch) view(v *View, split func(*text.Spans, []byte)) *View {
	if v.ready {
		return v
	}
	texts := Text.Of(b)
	v.spans.Reset()
	v.off = append(v.off[:0], 0)
	hand := b.cursor
	for i := range b.n {
		if b.state[i] != Gone {
			b.cursor = i // a splitter's panic is this row's
			split(&v.row, texts.At(i))
			v.spans.Start = append(v.spans.Start, v.row.Start...)
			v.spans.End = append(v.spans.End, v.row.End...)
		}
		v.off = append(v.off, int32(len(v.spans.Start)))
	}
	b.cursor, v.ready = hand, true
	return v
}
