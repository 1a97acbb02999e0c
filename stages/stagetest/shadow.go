package stagetest

import (
	"fmt"
	"slices"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// shadowsAreJudgedAlike makes all rows shadows: each gets the verdict it gets without, becomes a
// ghost instead of going, and its judgements begin the same way.
func shadowsAreJudgedAlike(s *subject) error {
	o, want, err := s.standard()
	if err != nil {
		return err
	}
	got, err := s.run(o, documents(), trial{shadow: true})
	if err != nil {
		return err
	}
	measured, passed := false, false
	for i := range want.rows {
		w, g := &want.rows[i], &got.rows[i]
		if printed(w.verdict) != printed(g.verdict) {
			return fmt.Errorf("%q: %s, but %s as a shadow", w.label, printed(w.verdict),
				printed(g.verdict))
		}
		if err := s.shadowState(g); err != nil {
			return err
		}
		measured = measured || w.verdict.Measured
		passed = passed || slices.ContainsFunc(g.judged, func(j doc.Judgement) bool {
			return j.Pass
		})
		if w.verdict.Reason == "" {
			if err := sameCells(want, got, i, nil); err != nil {
				return fmt.Errorf("as a shadow: %w", err)
			}
		}
	}
	if measured && !passed {
		return fmt.Errorf("it measures, but no judgement that a shadow passed is recorded")
	}
	return nil
}

// shadowState checks a shadow's state and judgements against its verdict.
func (s *subject) shadowState(r *row) error {
	first := slices.IndexFunc(r.judged, func(j doc.Judgement) bool { return !j.Pass })
	for _, j := range r.judged {
		if !slices.Contains(s.bound.Shape.Reasons, j.Reason) {
			return fmt.Errorf("%q is judged by %s, which is not declared", r.label, j.Reason)
		}
	}
	switch {
	case r.verdict.Reason == "" && (r.state != doc.Live || first >= 0):
		return fmt.Errorf("%q passed and is %s with the judgements %+v", r.label,
			stateName(r.state), r.judged)
	case r.verdict.Reason == "":
	case r.state != doc.Ghost:
		return fmt.Errorf("%q failed %s as a shadow and is %s, not a ghost", r.label,
			r.verdict.Reason, stateName(r.state))
	case first < 0 || r.judged[first].Reason != r.verdict.Reason:
		return fmt.Errorf("%q failed %s, but the first failed judgement is another: %+v", r.label,
			r.verdict.Reason, r.judged)
	}
	return nil
}

// ghostsTravelOn sends rows in as ghosts of an earlier stage: a stage treats them as shadows that
// are alive, an exchange leaves them alone.
func ghostsTravelOn(s *subject) error {
	o, _, err := s.standard()
	if err != nil {
		return err
	}
	want, err := s.run(o, documents(), trial{shadow: true})
	if err != nil {
		return err
	}
	before := doc.Verdict{Stage: 1, Reason: "earlier"}
	got, err := s.run(o, documents(), trial{shadow: true,
		before: func(int) (doc.State, doc.Verdict) { return doc.Ghost, before }})
	if err != nil {
		return err
	}
	for i := range got.rows {
		r := &got.rows[i]
		if r.state != doc.Ghost || r.verdict != before {
			return fmt.Errorf("%q arrived as a ghost and leaves %s, %s", r.label,
				stateName(r.state), printed(r.verdict))
		}
		if s.bound.Kind == stages.KindExchange {
			continue
		}
		r.state, r.verdict = want.rows[i].state, want.rows[i].verdict
	}
	if s.bound.Kind == stages.KindExchange {
		return nil
	}
	want.born = nil // ghosts bear none
	return same(want, got, nil)
}
