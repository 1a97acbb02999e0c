package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"dataprep/stages"
	"dataprep/stages/doc"
	"dataprep/stages/frames"
	"dataprep/workers"
)

// wholeBelow is the size up to which an archive is always read to its end; a larger one is read as
// far as its rows are printed, unless --all asks for the counts.
const wholeBelow = 64 << 20

// archive shows a web archive as the source of its format reads it. A document that --at names is
// read where it lies.
func (v *view) archive() error {
	bound, ok := v.a.registry.Default(v.format, stages.KindSource)
	if !ok {
		return usage("inspect: this program has no %s source", v.format)
	}
	source, err := bound.Source(workers.Artifacts{})
	if err != nil {
		return err
	}
	r, err := v.openArchive(source)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	schema := doc.Union(doc.Identity(), bound.Shape.Writes...)
	b := doc.New(schema, doc.Limits{Rows: 64, Bytes: 8 << 20})
	ended := false
	for !ended && (!v.enough() || v.q.at < 0 && (v.q.all || v.q.size <= wholeBelow)) {
		b.Reset(0)
		err := r.Next(b)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		ended = err != nil
		b.Close()
		for i := range b.Len() {
			if v.enough() && v.q.at < 0 {
				break
			}
			if err := v.row("document", int64(b.Ordinal(i)), rowOf(b, i)); err != nil {
				return err
			}
		}
	}
	if v.q.at >= 0 {
		if v.found == 0 {
			return v.missing()
		}
		return nil
	}
	v.tally(r.Tally(), ended)
	return nil
}

func (v *view) openArchive(source stages.Source) (stages.Reader, error) {
	split := stages.Split{File: v.q.file(), End: v.q.size}
	if l, ok := source.(stages.Locator); ok && v.q.at >= 0 {
		if v.q.at >= v.q.size {
			return nil, v.missing()
		}
		return l.Locate(split, stages.Origin{}, v.q.at, 0, workers.OpenLocal)
	}
	return source.Open(split, stages.Origin{}, workers.OpenLocal)
}

// tally says what was read.
func (v *view) tally(t stages.Tally, ended bool) {
	v.fact("records", t.Records, "")
	v.fact("documents", t.Documents, "")
	v.fact("complete", ended, "")
	if t.Skipped != nil {
		v.fact("skipped", t.Skipped, "")
	}
	if t.Lost != nil {
		v.fact("lost", t.Lost, "")
	}
	scope := ""
	if !ended {
		scope = " in the part that was read; --all reads it to the end"
	}
	v.lines = append(v.lines, fmt.Sprintf("%s: %s, %s, %s%s", shown(v.q.path), bytesText(v.q.size),
		count(t.Records, "record"), count(t.Documents, "document"), scope))
	for _, s := range t.Skipped {
		v.lines = append(v.lines, fmt.Sprintf("  skipped %-20s %8d", s.Name, s.N))
	}
	for _, l := range t.Lost {
		v.lines = append(v.lines,
			fmt.Sprintf("  unreadable %s (%s)", lostRange(l), l.Cause))
	}
}

// frames shows the documents between two phases with what was decided on them.
func (v *view) frames() error {
	f, err := os.Open(v.q.path)
	if err != nil {
		return &exitError{exitEnvironment, err}
	}
	defer func() { _ = f.Close() }()
	r, err := frames.Open(f, v.q.size)
	if err != nil {
		return err
	}
	b := doc.New(r.Schema(), doc.DefaultLimits())
	var counts [len(stateNames)]int64
	for done := false; !done; {
		b.Reset(0)
		err := r.Next(b)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		done = err != nil
		b.Close()
		for i := range b.Len() {
			counts[b.State(i)]++
			if !v.wants(b, i) {
				continue
			}
			if err := v.row("document", int64(b.Ordinal(i)), verdictOf(b, i)); err != nil {
				return err
			}
		}
	}
	if v.q.at >= 0 && v.found == 0 {
		return v.missing()
	}
	v.fact("blocks", r.Blocks(), "")
	for s, n := range counts {
		v.fact(stateNames[s], n, "")
	}
	v.lines = append(v.lines, fmt.Sprintf("%s: %s, frames in %s, %d live, %s, %d gone",
		shown(v.q.path), bytesText(v.q.size), count(int64(r.Blocks()), "block"), counts[0],
		count(counts[1], "ghost"), counts[2]))
	return nil
}

func (v *view) wants(b *doc.Batch, i int) bool {
	if v.q.at < 0 {
		return !v.enough()
	}
	return doc.Offset.In(b) && doc.Offset.Of(b).Has(i) && doc.Offset.Of(b).At(i) == v.q.at
}

var stateNames = [...]string{"live", "ghost", "gone"}

// verdictOf is rowOf with the row's state and first failing judgement.
func verdictOf(b *doc.Batch, i int) []cell {
	cells := append(rowOf(b, i), cell{"(state)", stateNames[b.State(i)]})
	d := b.Verdict(i)
	if b.Shadow(i) {
		cells = append(cells, cell{"(shadow)", true})
	}
	if d.Reason == "" {
		return cells
	}
	cells = append(cells, cell{"(stage)", int64(d.Stage)}, cell{"(reason)", string(d.Reason)})
	if d.Measured {
		cells = append(cells, cell{"(value)", float64(d.Value)}, cell{"(limit)", float64(d.Limit)})
	}
	if d.Survivor != [32]byte{} {
		cells = append(cells, cell{"(kept instead)", string(d.Survivor[:])})
	}
	return cells
}

// rowOf returns the columns of a row that have a value.
func rowOf(b *doc.Batch, i int) (cells []cell) {
	for _, c := range b.Schema() {
		var v doc.Cells
		if v.Bind(b, c); v.Has(i) {
			cells = append(cells, cell{c.Name, v.At(i)})
		}
	}
	return cells
}
