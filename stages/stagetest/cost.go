package stagetest

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"dataprep/stages/doc"
)

const (
	// patience is the processor time that one hostile document may take.
	patience = 6 * time.Second
	// bigDocument is how long the longest hostile line is.
	bigDocument = 5 << 20
	// spared is how many allocations a warm batch of any size may cost.
	spared = 8
)

// hostileInputIsBorne sends bad documents through one by one. Four times the bytes may not take
// much more than four times as long.
func hostileInputIsBorne(s *subject) error {
	o, err := s.shared()
	if err != nil {
		return err
	}
	n := bigDocument
	if s.light {
		n /= 16
	}
	small, big := hostile(n/4), hostile(n)
	w := o.worker()
	for i := range big {
		long, err := s.timed(o, w, big[i])
		if err != nil {
			return err
		}
		if long > patience {
			return fmt.Errorf("%q took %v of processor time", big[i].label, long)
		}
		if long < time.Second {
			continue
		}
		short, err := s.timed(o, w, small[i])
		if err != nil {
			return err
		}
		if long > 10*short {
			return fmt.Errorf("%q: %v for a quarter of the bytes, %v for all", big[i].label, short,
				long)
		}
		s.log("%q takes %v", big[i].label, long.Round(time.Millisecond))
	}
	return nil
}

func (s *subject) timed(o *opened, w *worker, d document) (time.Duration, error) {
	begin := processorTime()
	out, err := s.run(o, []document{d}, trial{worker: w, timed: true})
	if err == nil && s.bound.Shape.Reasons == nil && out.rows[0].verdict.Reason != "" {
		err = fmt.Errorf("%q is dropped without a declared reason", d.label)
	}
	return processorTime() - begin, err
}

// processorTime is what this process has used so far: unlike a clock it does not see other
// processes on the machine.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// warmBatchesCostNothing counts the allocations of a batch that the worker has met before, and of
// one with twice the rows.
func warmBatchesCostNothing(s *subject) error {
	o, err := s.shared()
	if err != nil {
		return err
	}
	docs := documents()
	runs := 4
	if s.excuse != "" {
		runs = 1
	}
	once, err := s.allocations(o, docs, runs)
	if err != nil {
		return err
	}
	if s.excuse != "" {
		s.log("%.0f allocations for %d documents: %s", once, len(docs), s.excuse)
		return nil
	}
	twice, err := s.allocations(o, append(docs, docs...), runs)
	if err != nil {
		return err
	}
	if once > spared || twice > spared {
		return fmt.Errorf("a warm batch of %d documents costs %.0f allocations, one of %d %.0f",
			len(docs), once, 2*len(docs), twice)
	}
	return nil
}

func (s *subject) allocations(o *opened, docs []document, runs int) (float64, error) {
	w, b := o.worker(), doc.New(s.schema(), doc.DefaultLimits())
	tr := trial{schema: s.schema()}
	var none verdicts
	var failed error
	cost := func(stage bool) float64 {
		return testing.AllocsPerRun(runs, func() {
			s.fill(b, docs, 0, tr)
			if !stage {
				return
			}
			var rows sink
			if w.mapper != nil && failed == nil {
				failed = w.emit(b, &rows)
			}
			if failed == nil {
				failed = w.process(b, s.bound.Shape.Writes, nil, &none)
			}
		})
	}
	for range runs / 2 { // edited columns swap their arenas: warm both
		cost(true)
	}
	all, filling := cost(true), cost(false)
	if failed != nil {
		return 0, failed
	}
	return all - filling, nil
}

// repeat returns s over and over, cut at n bytes.
func repeat(s string, n int) string { return strings.Repeat(s, n/len(s)+1)[:n] }
