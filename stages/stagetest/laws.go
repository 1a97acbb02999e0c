package stagetest

import (
	"errors"
	"fmt"
	"slices"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// shapeIsSound checks what a stage declares by itself.
func shapeIsSound(s *subject) error {
	var all []error
	note := func(bad bool, format string, args ...any) {
		if bad {
			all = append(all, fmt.Errorf(format, args...))
		}
	}
	shape := s.bound.Shape
	note(s.bound.Rev < 1, "revision %d: they begin with 1", s.bound.Rev)
	for _, c := range shape.Edits {
		note(c.Kind != doc.KindString, "it edits %s, a %s: only strings are edited", c.Name, c.Kind)
		note(doc.Contains(shape.Writes, c.Name), "it both writes and edits %s", c.Name)
	}
	for _, c := range shape.Writes {
		note(doc.Contains(doc.Identity(), c.Name), "it writes %s, which the source writes", c.Name)
		note(slices.Contains(shape.Reads, c), "it reads %s, which it writes", c.Name)
	}
	if o, err := s.shared(); err == nil && o.exchange == nil {
		_, expands := o.maker().(stages.Expander)
		note(expands != shape.Expands, "it declares Expands as %t and its stage says %t",
			shape.Expands, expands)
	}
	for i, r := range shape.Reasons {
		note(r == "" || r == doc.Panicked, "the reason %q is not for stages", r)
		note(slices.Contains(shape.Reasons[:i], r), "the reason %s is declared twice", r)
	}
	for _, list := range [][]doc.Column{shape.Reads, shape.Writes, shape.Edits} {
		for i, c := range list {
			note(doc.Contains(list[:i], c.Name), "the column %s is declared twice", c.Name)
		}
	}
	return errors.Join(all...)
}

// standard is the run that others are compared with: one batch, a fresh worker.
func (s *subject) standard() (*opened, *outcome, error) {
	o, err := s.shared()
	if err != nil {
		return nil, nil, err
	}
	out, err := s.run(o, documents(), trial{})
	return o, out, err
}

// twiceIsTheSame opens the stage twice, models included.
func twiceIsTheSame(s *subject) error {
	_, want, err := s.standard()
	if err != nil {
		return err
	}
	again, err := s.open()
	if err != nil {
		return err
	}
	got, err := s.run(again, documents(), trial{})
	if err != nil {
		return err
	}
	return same(want, got, nil)
}

func splitsDoNotMatter(s *subject) error {
	o, want, err := s.standard()
	if err != nil {
		return err
	}
	for _, cut := range [...]int{1, 7} {
		got, err := s.run(o, documents(), trial{cut: cut})
		if err != nil {
			return err
		}
		if err := same(want, got, s.goneOrNot); err != nil {
			return fmt.Errorf("all at once there, batches of %d here: %w", cut, err)
		}
	}
	return nil
}

// wornWorkerIsTheSame uses a worker up on other batches first, backwards and hostile ones too.
func wornWorkerIsTheSame(s *subject) error {
	o, want, err := s.standard()
	if err != nil {
		return err
	}
	worn := o.worker()
	backwards := documents()
	slices.Reverse(backwards)
	for _, before := range [][]document{backwards, hostile(1 << 12), backwards} {
		for _, cut := range [...]int{3, 11} {
			if _, err := s.run(o, before, trial{cut: cut, worker: worn}); err != nil {
				return err
			}
		}
	}
	got, err := s.run(o, documents(), trial{worker: worn})
	if err != nil {
		return err
	}
	return same(want, got, nil)
}

// droppedStayDropped sends every third row in as gone.
func droppedStayDropped(s *subject) error {
	o, want, err := s.standard()
	if err != nil {
		return err
	}
	if err := s.reasonsAreDeclared(want); err != nil {
		return err
	}
	before := doc.Verdict{Stage: 1, Reason: "earlier"}
	gone := func(k int) bool { return k%3 == 0 }
	got, err := s.run(o, documents(), trial{before: func(k int) (doc.State, doc.Verdict) {
		if gone(k) {
			return doc.Gone, before
		}
		return doc.Live, doc.Verdict{}
	}})
	if err != nil {
		return err
	}
	for i := range got.rows {
		if r := &got.rows[i]; gone(i) {
			if err := s.untouched(got, i, before); err != nil {
				return fmt.Errorf("%q arrived dropped: %w", r.label, err)
			}
			*r = want.rows[i]
			want.orphan(r.label)
		}
	}
	if s.bound.Kind == stages.KindExchange {
		return nil // who is a duplicate depends on who is there
	}
	return same(want, got, s.goneOrNot)
}

// reasonsAreDeclared also logs which reasons no document here meets: the laws say little of those.
func (s *subject) reasonsAreDeclared(o *outcome) error {
	unmet := slices.Clone(s.bound.Shape.Reasons)
	for i := range o.rows {
		r := o.rows[i].verdict.Reason
		if r != "" && !slices.Contains(s.bound.Shape.Reasons, r) {
			return fmt.Errorf("%q is dropped for %s, which is not declared", o.rows[i].label, r)
		}
		unmet = slices.DeleteFunc(unmet, func(u doc.Reason) bool { return u == r })
	}
	if len(unmet) > 0 {
		s.log("no document here is dropped for %v", unmet)
	}
	return nil
}

// untouched says whether row i is as it was: gone, with its verdict and columns. A rewritten arena
// may have lost the bytes of gone rows.
func (s *subject) untouched(o *outcome, i int, before doc.Verdict) error {
	r := &o.rows[i]
	if r.state != doc.Gone || r.verdict != before {
		return fmt.Errorf("it leaves %s, %s", stateName(r.state), printed(r.verdict))
	}
	d := &documents()[i]
	for k, c := range o.schema {
		was, is := d.cell(c), r.cells[k]
		if doc.Contains(s.bound.Shape.Writes, c.Name) {
			was = null
		}
		if lost := doc.Contains(s.bound.Shape.Edits, c.Name) && is == null; is != was && !lost {
			return fmt.Errorf("column %s was %s and is %s", c.Name, short(was), short(is))
		}
	}
	return nil
}

// onlyDeclaredColumns holds the guard batch, in which a look at any other column panics, against
// one with columns that the stage did not ask for.
func onlyDeclaredColumns(s *subject) error {
	o, guard, err := s.standard()
	if err != nil {
		return err
	}
	docs := documents()
	for i := range guard.rows {
		for k, c := range guard.schema {
			if was := docs[i].cell(c); !s.changes(c.Name) && guard.rows[i].cells[k] != was {
				return fmt.Errorf("%q: %s is only read and went from %s to %s", docs[i].label,
					c.Name, short(was), short(guard.rows[i].cells[k]))
			}
		}
	}
	wide, err := s.run(o, docs, trial{schema: doc.Union(s.schema(), everyday()...)})
	if err != nil {
		return err
	}
	if err := same(guard, wide, nil); err != nil {
		return fmt.Errorf("columns that it does not declare change what it does: %w", err)
	}
	for i := range wide.rows {
		for k, c := range wide.schema {
			if was := docs[i].cell(c); !s.changes(c.Name) && wide.rows[i].cells[k] != was {
				return fmt.Errorf("%q: it changes %s, which it does not declare", docs[i].label,
					c.Name)
			}
		}
	}
	return nil
}

// partitionsDoNotMatter cuts what an exchange spreads by hash in other places.
func partitionsDoNotMatter(s *subject) error {
	o, want, err := s.standard()
	if err != nil || o.exchange == nil {
		return err
	}
	for _, n := range [...]int{2, 64} {
		got, err := s.run(o, documents(), trial{partitions: n})
		if err != nil {
			return err
		}
		if err := same(want, got, nil); err != nil {
			return fmt.Errorf("one partition there, %d here: %w", n, err)
		}
	}
	return nil
}
