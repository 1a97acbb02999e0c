package stagetest

import (
	"fmt"

	"dataprep/stages/doc"
)

// onlyAdmittedRowsAreSeen admits two of three rows, as a `when:` would. The others may as well not
// be there: the admitted ones fare as if those were gone, and those stay as they are.
func onlyAdmittedRowsAreSeen(s *subject) error {
	o, _, err := s.standard()
	if err != nil {
		return err
	}
	admitted := func(k int) bool { return k%3 != 1 }
	want, err := s.run(o, documents(), trial{before: func(k int) (doc.State, doc.Verdict) {
		if !admitted(k) {
			return doc.Gone, doc.Verdict{Stage: 1, Reason: "elsewhere"}
		}
		return doc.Live, doc.Verdict{}
	}})
	if err != nil {
		return err
	}
	for _, cut := range [...]int{0, 7} {
		got, err := s.run(o, documents(), trial{admit: admitted, cut: cut})
		if err != nil {
			return err
		}
		for i := range got.rows {
			r := &got.rows[i]
			if admitted(i) {
				continue
			}
			if r.state != doc.Live || r.verdict.Reason != "" || len(r.judged) > 0 {
				return fmt.Errorf("%q was not admitted and is %s, %s, with %d judgements", r.label,
					stateName(r.state), printed(r.verdict), len(r.judged))
			}
			if err := s.asItCame(got, i); err != nil {
				return fmt.Errorf("%q was not admitted: %w", r.label, err)
			}
			*r = want.rows[i]
		}
		if err := same(want, got, s.goneOrNot); err != nil {
			return fmt.Errorf("the rest gone there, not admitted here: %w", err)
		}
	}
	return nil
}

// asItCame says whether row i has the columns it came with, and null in those the stage writes.
func (s *subject) asItCame(o *outcome, i int) error {
	d := &documents()[i]
	for k, c := range o.schema {
		was := d.cell(c)
		if doc.Contains(s.bound.Shape.Writes, c.Name) {
			was = null
		}
		if is := o.rows[i].cells[k]; is != was {
			return fmt.Errorf("column %s was %s and is %s", c.Name, short(was), short(is))
		}
	}
	return nil
}

// childrenAreTheirParents holds born documents against the rows they were made of: live parents
// only, ids of their own, and the parent's values where the stage does not write.
func childrenAreTheirParents(s *subject) error {
	o, out, err := s.standard()
	if err != nil || !s.bound.Shape.Expands {
		return err
	}
	ids := map[string]bool{}
	for i := range out.rows {
		ids[out.cell(i, doc.ID.Name)] = true
	}
	if len(out.born) == 0 {
		s.log("no document here bears another")
	}
	for _, c := range out.born {
		if c.place.Part() == 0 || ids["'"+c.id] {
			return fmt.Errorf("part %#x of %q has the id of another document", c.place.Part(), c.parent)
		}
		ids["'"+c.id] = true
	}
	ghosts, err := s.run(o, documents(), trial{shadow: true,
		before: func(int) (doc.State, doc.Verdict) {
			return doc.Ghost, doc.Verdict{Stage: 1, Reason: "earlier"}
		}})
	if err != nil {
		return err
	}
	if len(ghosts.born) > 0 {
		return fmt.Errorf("ghosts bear %d documents", len(ghosts.born))
	}
	return nil
}
