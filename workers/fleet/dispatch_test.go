package fleet_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"dataprep/workers/fleet"
	"dataprep/workers/plan"
)

func tasks(n int) []plan.Task {
	list := make([]plan.Task, n)
	for i := range list {
		list[i] = plan.Task{Ordinal: i, Key: fmt.Sprintf("key%d", i)}
	}
	return list
}

// world is a phase, a queue that forgets and doubles, workers that crash, and a ledger, driven by
// one seeded stream of events.
type world struct {
	t       *testing.T
	r       *rand.Rand
	seed    uint64
	tasks   []plan.Task
	window  int
	d       *fleet.Dispatch
	queue   []fleet.Item
	held    []fleet.Item // attempts under way
	burying []bool       // by attempt: it commits a tombstone
	ledger  []int        // by task: commits that won
	booked  []bool       // by task: Committed said that it was the first, in this life
}

func newWorld(t *testing.T, seed uint64) *world {
	r := rand.New(rand.NewPCG(seed, 1))
	n := 1 + r.IntN(7)
	w := &world{t: t, r: r, seed: seed, tasks: tasks(n), window: 1 + r.IntN(n+1),
		ledger: make([]int, n)}
	w.live()
	return w
}

// live starts the process: what is known comes from the ledger.
func (w *world) live() {
	w.d = fleet.NewDispatch("run", "0-read", w.tasks, func(i int) bool { return w.ledger[i] > 0 })
	w.held, w.burying = nil, nil
	w.booked = make([]bool, len(w.tasks))
	for i, n := range w.ledger {
		w.booked[i] = n > 0
	}
}

func (w *world) fail(format string, args ...any) {
	w.t.Helper()
	w.t.Fatalf("seed %d: "+format, append([]any{w.seed}, args...)...)
}

func (w *world) publish(items []fleet.Item, faults bool) {
	for _, it := range items {
		if faults && w.r.IntN(4) == 0 {
			continue // lost
		}
		w.queue = append(w.queue, it)
		if faults && w.r.IntN(6) == 0 {
			w.queue = append(w.queue, it)
		}
	}
}

func (w *world) fetch() {
	if len(w.queue) == 0 {
		return
	}
	i := w.r.IntN(len(w.queue))
	it := w.queue[i]
	w.queue = append(w.queue[:i], w.queue[i+1:]...)
	t := w.d.Task(it)
	if it.Run != "run" {
		if t != nil {
			w.fail("an item of another run was taken for task %d", t.Ordinal)
		}
		return
	}
	if t == nil || t.Ordinal != it.Ordinal {
		w.fail("item %+v names no task", it)
	}
	taken := w.d.Taken(t.Ordinal)
	if taken == w.booked[t.Ordinal] {
		w.fail("task %d: taken %v, committed %v", t.Ordinal, taken, w.booked[t.Ordinal])
	}
	if taken {
		w.held, w.burying = append(w.held, it), append(w.burying, false)
	}
}

// land removes a random attempt of those under way.
func (w *world) land() (it fleet.Item, at int, ok bool) {
	if len(w.held) == 0 {
		return it, 0, false
	}
	at = w.r.IntN(len(w.held))
	return w.held[at], at, true
}

func (w *world) remove(at int) {
	w.held = append(w.held[:at], w.held[at+1:]...)
	w.burying = append(w.burying[:at], w.burying[at+1:]...)
}

func (w *world) commit() {
	it, at, ok := w.land()
	if !ok {
		return
	}
	w.remove(at)
	if w.ledger[it.Ordinal] == 0 { // create-only: a later one finds it
		w.ledger[it.Ordinal]++
	}
	if first := w.d.Committed(it.Ordinal); first == w.booked[it.Ordinal] {
		w.fail("task %d: first commit %v, booked before %v", it.Ordinal, first, w.booked[it.Ordinal])
	}
	w.booked[it.Ordinal] = true
}

func (w *world) failed() {
	it, at, ok := w.land()
	if !ok || w.burying[at] {
		return
	}
	causes := []fleet.Cause{fleet.Nobody, fleet.Nobody, fleet.Code, fleet.Transient, fleet.Input}
	c := causes[w.r.IntN(len(causes))]
	verdict, delay := w.d.Failed(it.Ordinal, c)
	if w.booked[it.Ordinal] && verdict != fleet.Retry {
		w.fail("task %d is committed and was judged %d", it.Ordinal, verdict)
	}
	switch verdict {
	case fleet.Bury:
		w.burying[at] = true // the tombstone competes like any commit
	case fleet.Stop:
		w.live()
	default:
		if delay < 0 || delay > time.Minute {
			w.fail("a delay of %s", delay)
		}
		w.remove(at)
		w.queue = append(w.queue, it)
	}
}

// step does one random event.
func (w *world) step() {
	switch w.r.IntN(12) {
	case 0, 1:
		w.publish(w.d.Refill(w.window), true)
	case 2, 3, 4:
		w.fetch()
	case 5, 6:
		w.commit()
	case 7:
		w.failed()
	case 8: // AckWait passes: the message comes again while its attempt goes on
		if it, _, ok := w.land(); ok {
			w.queue = append(w.queue, it)
		}
	case 9:
		if n := len(w.queue); n > 0 && w.r.IntN(2) == 0 {
			w.queue = w.queue[:w.r.IntN(n)]
		}
	case 10:
		w.publish(w.d.Sweep(), true)
	case 11:
		switch w.r.IntN(6) {
		case 0:
			w.live()
		case 1:
			w.queue = append(w.queue, fleet.Item{Version: 1, Run: "old", Phase: "0-read"})
		}
	}
}

func (w *world) check() {
	open, outstanding := 0, map[int]bool{}
	for i := range w.tasks {
		if !w.booked[i] {
			open++
		}
		if w.ledger[i] > 1 {
			w.fail("task %d has %d commits", i, w.ledger[i])
		}
	}
	if w.d.Open() != open {
		w.fail("Open() is %d, %d tasks are not committed", w.d.Open(), open)
	}
	if w.d.Flying() != len(w.held) {
		w.fail("Flying() is %d with %d attempts under way", w.d.Flying(), len(w.held))
	}
	for _, it := range w.d.Sweep() {
		outstanding[it.Ordinal] = true
	}
	for _, it := range w.held {
		if !w.booked[it.Ordinal] {
			outstanding[it.Ordinal] = true
		}
	}
	if len(outstanding) > w.window {
		w.fail("%d tasks are outstanding in a window of %d", len(outstanding), w.window)
	}
}

// settle ends the faults: attempts under way land, and a sweep and a refill a round must do.
func (w *world) settle() {
	for len(w.held) > 0 {
		w.commit()
	}
	for round := 0; w.d.Open() > 0; round++ {
		if round > len(w.tasks) {
			w.fail("%d tasks starve", w.d.Open())
		}
		w.publish(w.d.Sweep(), false)
		w.publish(w.d.Refill(w.window), false)
		for len(w.queue) > 0 {
			w.fetch()
		}
		for len(w.held) > 0 {
			w.commit()
		}
	}
}

func TestEveryTaskIsCommittedOnceWhateverTheQueueAndTheWorkersDo(t *testing.T) {
	schedules := uint64(10_000)
	if testing.Short() {
		schedules = 1000
	}
	for seed := range schedules {
		w := newWorld(t, seed)
		for range 60 {
			w.step()
			w.check()
		}
		w.settle()
		w.check()
		for i, n := range w.ledger {
			if n != 1 {
				w.fail("task %d has %d commits at the end", i, n)
			}
		}
	}
}

func TestTheWindowIsRefilledInOrderAndNoTaskTwice(t *testing.T) {
	d := fleet.NewDispatch("r", "p", tasks(7), func(i int) bool { return i == 1 })
	var got []int
	for d.Open() > 0 {
		for _, it := range d.Refill(2) {
			got = append(got, it.Ordinal)
		}
		next := got[len(got)-1]
		for _, i := range got {
			if d.Taken(i) {
				next = i
				break
			}
		}
		d.Committed(next)
	}
	if fmt.Sprint(got) != "[0 2 3 4 5 6]" {
		t.Errorf("published %v", got)
	}
}

func TestASweptItemIsANewMessage(t *testing.T) {
	d := fleet.NewDispatch("r", "p", tasks(1), func(int) bool { return false })
	first, again := d.Refill(1)[0], d.Sweep()[0]
	if first.Key != again.Key || first.N == again.N {
		t.Errorf("published %+v, then %+v", first, again)
	}
	if d.Taken(0); len(d.Sweep()) != 0 {
		t.Error("a task in flight was swept")
	}
}

func TestBlameFallsOnCodeAndInputAlone(t *testing.T) {
	cases := []struct {
		cause fleet.Cause
		want  string // verdicts of five attempts at one task: retry, bury, stop
	}{
		{fleet.Nobody, "rrrrr"},
		{fleet.Input, "b"},
		{fleet.Code, "rrrb"},
		{fleet.Transient, "rrrs"},
		{fleet.Surrounding, "s"},
		{fleet.Alarm, "s"},
	}
	for _, c := range cases {
		d := fleet.NewDispatch("r", "p", tasks(1), func(int) bool { return false })
		d.Refill(1)
		got := ""
		for range c.want {
			d.Taken(0)
			v, _ := d.Failed(0, c.cause)
			got += "rbs"[v : v+1]
		}
		if got != c.want {
			t.Errorf("cause %d: %s, want %s", c.cause, got, c.want)
		}
	}
}

func TestTooManyTasksDeadByCodeStopTheRun(t *testing.T) {
	for _, c := range []struct{ tasks, buried int }{{10, 3}, {1000, 10}} {
		d := fleet.NewDispatch("r", "p", tasks(c.tasks), func(int) bool { return false })
		d.Refill(c.tasks)
		for i := range c.tasks {
			var v fleet.Verdict
			for range fleet.MaxBlame {
				d.Taken(i)
				v, _ = d.Failed(i, fleet.Code)
			}
			if v == fleet.Bury {
				d.Committed(i)
				continue
			}
			if v != fleet.Stop || i != c.buried {
				t.Errorf("of %d tasks: verdict %d after %d dead", c.tasks, v, i)
			}
			break
		}
	}
}

func TestDelaysGrowAndEnd(t *testing.T) {
	d := fleet.NewDispatch("r", "p", tasks(1), func(int) bool { return false })
	d.Unit = 10 * time.Second
	want := []time.Duration{20 * time.Second, 40 * time.Second, time.Minute}
	for _, w := range want {
		d.Taken(0)
		if _, got := d.Failed(0, fleet.Code); got != w {
			t.Errorf("a delay of %s, want %s", got, w)
		}
	}
}

func TestAZombieIsNotJudged(t *testing.T) {
	d := fleet.NewDispatch("r", "p", tasks(1), func(int) bool { return false })
	d.Refill(1)
	d.Taken(0)
	d.Taken(0)
	if !d.Committed(0) || d.Committed(0) {
		t.Error("the first commit counts, and no other")
	}
	if d.Open() != 0 || d.Flying() != 0 {
		t.Errorf("%d open, %d flying", d.Open(), d.Flying())
	}
	d.Taken(0)
	if v, _ := d.Failed(0, fleet.Input); v != fleet.Retry {
		t.Errorf("verdict %d on a committed task", v)
	}
}
