package plan

import (
	"fmt"
	"slices"
	"strings"

	"dataprep/configs"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// checkColumns holds every stage against the columns that exist before it, and the output against
// those at the end. What only some inputs bring is not there for a stage to rely on; it is published,
// null in the documents of the others.
func (b *Bound) checkColumns(f *configs.File, ds *configs.Diagnostics) {
	for n := range b.Ops {
		b.checkStage(n, f.Stages[n].Pos, ds)
	}
	if len(b.Inputs) == 0 {
		return
	}
	end := b.availableAfter(len(b.Ops) - 1)
	if text := doc.Text.Column(); !slices.Contains(end, text) {
		why, hint := b.missing(len(b.Ops)-1, end, text)
		ds.Error("DP130", f.Output.Pos, fmt.Sprintf("the output needs the column %q, which %s",
			text.Name, why), hint)
	}
	published := b.Published()
	for i := range b.Inputs {
		for _, c := range b.Inputs[i].Source.Shape.Writes {
			switch {
			case c.Kind == doc.KindSpans || c == doc.ContentType.Column() || doc.Contains(end, c.Name):
			case slices.Contains(published, c):
				ds.Warn("DP201", f.Inputs[i].Pos, fmt.Sprintf("the column %q of input %q is null in "+
					"the documents of input %q, which does not bring it", c.Name,
					b.Inputs[i].Origin.ID, b.lacking(c)), "")
			default:
				ds.Warn("DP201", f.Inputs[i].Pos, fmt.Sprintf("the column %q of input %q is not "+
					"published: input %q has another type in it", c.Name, b.Inputs[i].Origin.ID,
					b.lacking(c)), "")
			}
		}
	}
}

// checkStage holds stage n against the columns before it.
func (b *Bound) checkStage(n int, pos configs.Pos, ds *configs.Diagnostics) {
	op := &b.Ops[n]
	b.checkGenerations(n, pos, ds)
	have := b.availableAfter(n - 1)
	for _, c := range doc.Union(slices.Clone(op.Bound.Shape.Reads), op.Bound.Shape.Edits...) {
		if !slices.Contains(have, c) {
			why, hint := b.missing(n-1, have, c)
			ds.Error("DP130", pos, fmt.Sprintf("stage %s needs the column %q (%s), which %s",
				op.ID, c.Name, c.Kind, why), hint)
		}
	}
	for _, c := range op.Bound.Shape.Writes {
		if c.Kind == doc.KindSpans {
			continue
		}
		if who := b.writer(n-1, c.Name); who != "" {
			ds.Error("DP131", pos, fmt.Sprintf("stage %s writes the column %q, which %s has written",
				op.ID, c.Name, who), "remove one of the two, or give a stage that rewrites it")
		}
	}
}

// checkGenerations refuses a stage that makes documents behind as many others as an address can tell
// apart.
func (b *Bound) checkGenerations(n int, pos configs.Pos, ds *configs.Diagnostics) {
	if !b.Ops[n].Bound.Shape.Expands {
		return
	}
	var before []string
	for i := range n {
		if b.Ops[i].Bound.Shape.Expands {
			before = append(before, b.Ops[i].ID)
		}
	}
	if len(before) >= doc.MaxGenerations {
		ds.Error("DP132", pos, fmt.Sprintf("stage %s makes documents of documents, which %s do already",
			b.Ops[n].ID, strings.Join(before, " and ")), "a pipeline has two of them at most; split it")
	}
}

// missing says why a column is not among those that exist after stage n, and what to do about it.
func (b *Bound) missing(n int, have []doc.Column, c doc.Column) (why, hint string) {
	for _, h := range have {
		if h.Name == c.Name {
			return fmt.Sprintf("is a %s here", h.Kind), ""
		}
	}
	if who := b.writer(n, c.Name); who != "" {
		if lacks := b.lacking(c); lacks != "" {
			return fmt.Sprintf("input %q does not bring", lacks),
				"inputs that bring different columns need pipelines of their own"
		}
		return "no stage behind an exchange can have: pages are not kept so long", "put it before " +
			b.exchange(n)
	}
	switch c.Name {
	case doc.Text.Name:
		hint = "put extract before it"
		if n == len(b.Ops)-1 {
			hint = "add extract to stages"
		}
	case doc.Raw.Name:
		hint = "only a warc input brings it"
	}
	return "nothing before it writes", hint
}

// writer names the input or stage up to stage n that writes a column; "" when none does.
func (b *Bound) writer(n int, column string) string {
	for i := range b.Inputs {
		if doc.Contains(b.Inputs[i].Source.Shape.Writes, column) {
			return fmt.Sprintf("input %q", b.Inputs[i].Origin.ID)
		}
	}
	for i := 0; i <= n && i < len(b.Ops); i++ {
		if doc.Contains(b.Ops[i].Bound.Shape.Writes, column) {
			return "stage " + b.Ops[i].ID
		}
	}
	return ""
}

// lacking names the first input that does not bring a column, "" when all do.
func (b *Bound) lacking(c doc.Column) string {
	for i := range b.Inputs {
		if !slices.Contains(b.Inputs[i].Source.Shape.Writes, c) {
			return b.Inputs[i].Origin.ID
		}
	}
	return ""
}

// exchange names the first exchange up to stage n.
func (b *Bound) exchange(n int) string {
	for i := 0; i <= n; i++ {
		if b.Ops[i].Bound.Kind == stages.KindExchange {
			return b.Ops[i].ID
		}
	}
	return ""
}

// brought lists the columns that all inputs bring.
func (b *Bound) brought() []doc.Column {
	have := doc.Identity()
	for i := range b.Inputs {
		writes := b.Inputs[i].Source.Shape.Writes
		if i == 0 {
			have = doc.Union(have, writes...)
			continue
		}
		have = slices.DeleteFunc(have, func(c doc.Column) bool {
			return !doc.Contains(doc.Identity(), c.Name) && !slices.Contains(writes, c)
		})
	}
	return have
}

// anyBrings lists the columns that some input brings, those left out that have several types.
func (b *Bound) anyBrings() []doc.Column {
	have := b.brought()
	for i := range b.Inputs {
		have = doc.Union(have, b.Inputs[i].Source.Shape.Writes...)
	}
	return slices.DeleteFunc(have, func(c doc.Column) bool {
		return slices.ContainsFunc(b.Inputs, func(in Input) bool {
			return slices.ContainsFunc(in.Source.Shape.Writes, func(w doc.Column) bool {
				return w.Name == c.Name && w.Kind != c.Kind
			})
		})
	})
}

// availableAfter lists the columns after stage n (-1: after the source) that every document has a
// place for, in the order they appear.
func (b *Bound) availableAfter(n int) []doc.Column { return b.written(b.brought(), n) }

// carriedAfter lists the columns after stage n that some documents may have a value in.
func (b *Bound) carriedAfter(n int) []doc.Column { return b.written(b.anyBrings(), n) }

// written adds what the stages up to n write. Spans end at an exchange: frames do not carry them.
func (b *Bound) written(have []doc.Column, n int) []doc.Column {
	for i := 0; i <= n && i < len(b.Ops); i++ {
		if b.Ops[i].Bound.Kind == stages.KindExchange {
			have = slices.DeleteFunc(have, func(c doc.Column) bool { return c.Kind == doc.KindSpans })
		}
		have = doc.Union(have, b.Ops[i].Bound.Shape.Writes...)
	}
	return have
}

// Published lists the columns of the dataset: the ones everybody knows in their known order, then
// what else the stages wrote, in the order they wrote it.
func (b *Bound) Published() []doc.Column {
	have := b.carriedAfter(len(b.Ops) - 1)
	order := []string{
		"id", "text", "url", "date", "dump", "file_path", "source", "record_id", "offset", "length",
		"language", "language_score", "language_script", "token_count", "quality_score",
		"minhash_cluster_id", "minhash_cluster_size", "pii_counts.",
	}
	var cols []doc.Column
	for _, name := range order {
		for _, c := range have {
			if c.Name == name || strings.HasSuffix(name, ".") && strings.HasPrefix(c.Name, name) {
				cols = doc.Union(cols, c)
			}
		}
	}
	for _, c := range have {
		if c.Kind != doc.KindSpans && c.Name != doc.ContentType.Name {
			cols = doc.Union(cols, c)
		}
	}
	return cols
}
