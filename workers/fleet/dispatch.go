package fleet

import (
	"time"

	"dataprep/workers/plan"
)

// Cause is why an attempt failed, and so who is to blame.
type Cause uint8

// The causes of a failed attempt.
const (
	Nobody      Cause = iota // drained, cancelled, worker lost: try again
	Input                    // the input cannot be read: the task is dead at once
	Code                     // our code failed on it: dead after MaxBlame attempts
	Surrounding              // store, disk, credentials: the run stops
	Alarm                    // nondeterminism, a corrupt object: the run stops
	Transient                // the store failed to answer: try again, stop after MaxBlame attempts
)

// MaxBlame is how many attempts may fail in our code before the task is declared dead.
const MaxBlame = 4

// maxBuried is how many tasks of a phase, or one in a hundred, may die of our own code: more is a
// bug of ours and no property of the data, and the run stops.
const maxBuried = 3

// Verdict is what to do after a failed attempt.
type Verdict uint8

// The verdicts on a failed attempt.
const (
	Retry Verdict = iota
	Bury          // commit a tombstone
	Stop          // stop the run
)

// state is one task of the phase.
type state struct {
	committed bool
	published int // messages sent so far
	flying    int // attempts under way
	blame     int // failures of our code
	hiccups   int // failures of the store
}

// Dispatch is the bookkeeping of one phase. All methods are for one goroutine at a time.
type Dispatch struct {
	Unit time.Duration // half of the first delay before another attempt; 0 is one second

	run    string
	phase  string
	tasks  []plan.Task
	state  []state
	open   int // not committed
	out    int // published, not committed
	next   int // first task never published
	buried int // tasks dead by our own code
	flying int // attempts under way
}

// NewDispatch starts a phase; done says which tasks are committed already.
func NewDispatch(run, phase string, tasks []plan.Task, done func(i int) bool) *Dispatch {
	d := &Dispatch{run: run, phase: phase, tasks: tasks, state: make([]state, len(tasks))}
	for i := range tasks {
		if done(i) {
			d.state[i].committed = true
		} else {
			d.open++
		}
	}
	return d
}

// Open returns how many tasks are not committed.
func (d *Dispatch) Open() int { return d.open }

// Flying returns how many attempts are under way.
func (d *Dispatch) Flying() int { return d.flying }

// Refill returns what to publish so that up to window items are outstanding.
func (d *Dispatch) Refill(window int) (items []Item) {
	for ; d.next < len(d.tasks) && d.out < window; d.next++ {
		if !d.state[d.next].committed {
			d.out++
			items = append(items, d.item(d.next))
		}
	}
	return items
}

// Sweep returns the items that were published and are neither committed nor in flight: their
// messages may be lost. Calling it too early costs a look-up per task, nothing else.
func (d *Dispatch) Sweep() (items []Item) {
	for i := range d.next {
		if s := &d.state[i]; !s.committed && s.flying == 0 {
			items = append(items, d.item(i))
		}
	}
	return items
}

func (d *Dispatch) item(i int) Item {
	d.state[i].published++
	return Item{
		Version: ItemVersion, Run: d.run, Phase: d.phase, Ordinal: i,
		Key: d.tasks[i].Key, N: d.state[i].published,
	}
}

// Task returns the task an item names, nil for a stale one: of another run, phase or plan.
func (d *Dispatch) Task(it Item) *plan.Task {
	if it.Version > ItemVersion || it.Run != d.run || it.Phase != d.phase || it.Ordinal < 0 ||
		it.Ordinal >= len(d.tasks) || d.tasks[it.Ordinal].Key != it.Key {
		return nil
	}
	return &d.tasks[it.Ordinal]
}

// Taken books that an attempt begins; it returns false when the task is committed already.
func (d *Dispatch) Taken(i int) bool {
	if d.state[i].committed {
		return false
	}
	d.state[i].flying++
	d.flying++
	return true
}

func (d *Dispatch) landed(s *state) {
	if s.flying > 0 {
		s.flying--
		d.flying--
	}
}

// Committed books that a task has a verdict; it returns false when it had one before.
func (d *Dispatch) Committed(i int) bool {
	s := &d.state[i]
	d.landed(s)
	if s.committed {
		return false
	}
	s.committed = true
	d.open--
	if s.published > 0 {
		d.out--
	}
	return true
}

// Failed books a failed attempt and says what to do, and after what delay to try again. A task
// that another attempt committed meanwhile is not judged: only what ails the whole run counts. An
// attempt that buries its task is under way until the tombstone is committed.
func (d *Dispatch) Failed(i int, c Cause) (Verdict, time.Duration) {
	v, delay := d.judge(&d.state[i], c)
	if v != Bury {
		d.landed(&d.state[i])
	}
	return v, delay
}

func (d *Dispatch) judge(s *state, c Cause) (Verdict, time.Duration) {
	switch {
	case c == Surrounding, c == Alarm:
		return Stop, 0
	case s.committed:
		return Retry, 0
	}
	switch c {
	case Input:
		return Bury, 0
	case Transient:
		if s.hiccups++; s.hiccups >= MaxBlame {
			return Stop, 0
		}
		return Retry, d.delay(s.hiccups)
	case Code:
		if s.blame++; s.blame == MaxBlame {
			d.buried++
		}
		if s.blame >= MaxBlame && d.buried > max(maxBuried, len(d.tasks)/100) {
			return Stop, 0
		}
		if s.blame >= MaxBlame {
			return Bury, 0
		}
		return Retry, d.delay(s.blame)
	}
	return Retry, 0
}

func (d *Dispatch) delay(failures int) time.Duration {
	unit := d.Unit
	if unit == 0 {
		unit = time.Second
	}
	return min(unit<<failures, time.Minute)
}
