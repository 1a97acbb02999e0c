package workers_test

import (
	"fmt"
	"strings"
	"testing"
)

// The model of the commit protocol: one task, two workers, every order of events, up to two faults
// of any kind, one message delivered twice. It is changed before the protocol is.

// verdict is what stands for the task.
type verdict uint8

const (
	none verdict = iota
	clean
	quarantined // finished without the document that a decision put aside
	tombstone
)

// protocol is a variant of how verdicts are committed.
type protocol uint8

const (
	oneKey    protocol = iota // created once; all verdicts compete for one key
	overwrite                 // one key, but the last writer wins
	twoKeys                   // a quarantine decision is part of the key
)

// step is where a worker stands.
type step uint8

const (
	idle      step = iota
	running        // it works on the task
	stored         // its object is in the store
	unheard        // it asked to commit and heard nothing
	committed      // a verdict stands; not acked yet
)

type modelWorker struct {
	at   step
	mode verdict // what it computes: clean or quarantined
	key  uint8   // the key it was told to commit under
}

// state is the whole world; it is small enough to be visited exhaustively.
type state struct {
	w        [2]modelWorker
	messages uint8
	objects  uint8      // bit by verdict: the object of that result is stored
	commit   [2]verdict // by key; the second is used by twoKeys alone
	decided  bool       // a decision to put the document aside stands
	seen     verdict    // what the coordinator read and is about to seal
	seal     verdict
	faults   uint8 // left
	doubles  uint8 // left
}

// key is where a reader of now looks for the task's verdict.
func (s *state) key(p protocol) uint8 {
	if p == twoKeys && s.decided {
		return 1
	}
	return 0
}

// put is the conditional write of a commit record.
func (s *state) put(p protocol, key uint8, v verdict) {
	if p == overwrite || s.commit[key] == none {
		s.commit[key] = v
	}
}

// next lists the states that one event leads to; free says that the event is no fault.
func (s state) next(p protocol, visit func(t state, free bool)) {
	for i := range s.w {
		s.worker(p, i, visit)
	}
	key := s.key(p)
	busy := s.w[0].at != idle || s.w[1].at != idle
	if s.messages == 0 && !busy && s.commit[key] == none { // sweep
		t := s
		t.messages++
		visit(t, true)
	}
	if s.seen == none && s.seal == none && s.commit[key] != none {
		t := s
		t.seen = s.commit[key]
		visit(t, true)
	}
	if s.seen != none && s.seal == none {
		t := s
		t.seal = s.seen
		visit(t, true)
	}
	if s.faults == 0 {
		return
	}
	if s.messages > 0 { // lost
		t := s
		t.faults--
		t.messages--
		visit(t, false)
	}
	t := s // the coordinator gives the task up
	t.faults--
	t.put(p, key, tombstone)
	visit(t, false)
}

// worker lists the events of worker i.
func (s state) worker(p protocol, i int, visit func(t state, free bool)) {
	w := s.w[i]
	to := func(at step) *state {
		t := s
		t.w[i].at = at
		return &t
	}
	switch w.at {
	case idle:
		if s.messages == 0 {
			return
		}
		t := s
		t.messages--
		if key := s.key(p); s.commit[key] == none { // a look-up before the work
			t.w[i] = modelWorker{running, clean, key}
			if s.decided {
				t.w[i].mode = quarantined
			}
		}
		visit(t, true)
		return
	case running:
		t := to(stored)
		t.objects |= 1 << w.mode
		visit(*t, true)
	case stored, unheard: // an answer that was not heard is asked for again, by reading first
		t := to(committed)
		if w.at == stored || s.commit[w.key] == none {
			t.put(p, w.key, w.mode)
		}
		visit(*t, true)
		if s.faults > 0 && w.at == stored {
			t := to(unheard)
			t.faults--
			t.put(p, w.key, w.mode)
			visit(*t, false)
		}
	case committed:
		t := s
		t.w[i] = modelWorker{}
		visit(t, true)
	}
	if s.doubles > 0 { // AckWait passes while it works on
		t := s
		t.doubles--
		t.messages++
		visit(t, true)
	}
	if s.faults > 0 {
		t := s
		t.faults--
		t.w[i] = modelWorker{}
		t.messages++
		visit(t, false) // killed, at any point
		t.decided = true
		visit(t, false) // and the document is blamed for it
	}
}

// broken names the promise that a state breaks: what a resume would find after the seal.
func (s *state) broken(p protocol) string {
	if s.seal == none {
		return ""
	}
	stands := s.commit[s.key(p)]
	switch {
	case stands == none:
		return "a sealed task is found undone"
	case stands != s.seal:
		return "a resume seals another verdict"
	case s.seal != tombstone && s.objects&(1<<s.seal) == 0:
		return "a sealed object is missing"
	}
	return ""
}

// explore visits every state; it returns how many there are and the shortest way to a broken one.
func explore(p protocol) (states int, trace []string) {
	start := state{messages: 1, faults: 2, doubles: 1}
	from := map[state]state{start: start}
	queue := []state{start}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		if what := s.broken(p); what != "" {
			for at := s; ; at = from[at] {
				trace = append([]string{fmt.Sprintf("%+v", at)}, trace...)
				if at == from[at] {
					return len(from), append(trace, what)
				}
			}
		}
		stuck := s.seal == none
		s.next(p, func(t state, free bool) {
			stuck = stuck && !free
			if _, known := from[t]; !known {
				from[t] = s
				queue = append(queue, t)
			}
		})
		if stuck {
			return len(from), []string{fmt.Sprintf("%+v", s), "nothing can happen and nothing is sealed"}
		}
	}
	return len(from), nil
}

func TestOneCommitKeyForAllVerdictsHoldsInEveryOrderOfEvents(t *testing.T) {
	states, trace := explore(oneKey)
	if trace != nil {
		t.Fatalf("after %d states:\n%s", states, strings.Join(trace, "\n"))
	}
	t.Logf("%d states", states)
	if states < 1000 {
		t.Errorf("%d states: the model does not move", states)
	}
}

func TestTheModelFindsWhatIsWrongWithOtherProtocols(t *testing.T) {
	for p, want := range map[protocol]string{
		overwrite: "a resume seals another verdict",
		twoKeys:   "a sealed task is found undone",
	} {
		states, trace := explore(p)
		if len(trace) == 0 || trace[len(trace)-1] != want {
			t.Errorf("protocol %d, %d states: %s, want %q", p, states, strings.Join(trace, "\n"), want)
		}
	}
}
