package workers_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dataprep/stages/doc"
	"dataprep/workers"
	"dataprep/workers/fleet"
)

// conductor makes y ready with a queue of the test's own.
func conductor(t *testing.T, y *toy, slots int, open func(run string) fleet.Queue) (
	*workers.Job, *workers.Conductor) {
	t.Helper()
	j, c := y.conductor(t.TempDir())
	c.Slots, c.Queue = slots, open(j.Plan.Run)
	return j, c
}

// twice is a queue in memory that delivers everything twice, once more after it is acked, and
// forgets no item.
type twice struct {
	mu    sync.Mutex
	items []fleet.Item
}

func (q *twice) Publish(_ context.Context, items []fleet.Item) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, it := range items {
		q.items = append(q.items, it, it)
	}
	return nil
}

func (q *twice) Fetch(ctx context.Context, _ int, wait time.Duration) ([]fleet.Delivery, error) {
	for end := time.Now().Add(wait); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		q.mu.Lock()
		if len(q.items) > 0 {
			it := q.items[0]
			q.items = q.items[1:]
			q.mu.Unlock()
			return []fleet.Delivery{&doubled{q: q, it: it}}, nil
		}
		q.mu.Unlock()
	}
	return nil, nil
}

func (q *twice) Close() error { return nil }

type doubled struct {
	q  *twice
	it fleet.Item
}

func (d *doubled) Item() fleet.Item { return d.it }
func (d *doubled) Progress() error  { return nil }

func (d *doubled) Ack(context.Context) error {
	if d.it.N > 0 {
		d.it.N = -d.it.N // so that this one comes once more only
		return d.Nak(0)
	}
	return nil
}

func (d *doubled) Nak(time.Duration) error {
	d.q.mu.Lock()
	defer d.q.mu.Unlock()
	d.q.items = append(d.q.items, d.it)
	return nil
}

func TestEveryMessageDeliveredTwiceGivesTheSameRootAndCounts(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 3)
	want := cleanRoot(t, in)
	y := newToy(t, in)
	y.inMemory()
	_, c := conductor(t, y, 4, func(string) fleet.Queue { return &twice{} })
	var last workers.Progress
	var read workers.Progress
	c.Watch = func(p workers.Progress) {
		if p.Done > p.Tasks || p.Kept > p.Of || p.Of > p.Documents {
			t.Errorf("progress %+v", p)
		}
		if p.N < last.N || p.N == last.N && p.Done < last.Done {
			t.Errorf("progress went back: %+v after %+v", p, last)
		}
		if last = p; p.N == 1 {
			read = p
		}
	}
	sum, err := c.Do(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if sum.Root != want || sum.Ran != sum.Tasks {
		t.Errorf("root %s, want %s; %d of %d tasks", sum.Root, want, sum.Ran, sum.Tasks)
	}
	if read.Done != read.Tasks || read.Of != sum.Counts.Documents {
		t.Errorf("the last of the read phase is %+v of %d documents", read, sum.Counts.Documents)
	}
	if last.Done != last.Tasks || last.N != last.Phases {
		t.Errorf("the last progress is %+v", last)
	}
}

// TestAHungTaskIsDoneByAnotherSlot holds one slot in a document until another has been through it;
// both commit the same result.
func TestAHungTaskIsDoneByAnotherSlot(t *testing.T) {
	t.Parallel()
	in := t.TempDir()
	toyInput(t, in, 1)
	want := trapped(t, in).must().Root
	y := trapped(t, in)
	y.opts.Slots = 2
	y.set = []string{"resources.ack_wait=1s"}
	free := make(chan struct{})
	var visits atomic.Int64
	y.hooks.process = func(b *doc.Batch) error {
		for i := range b.Rows() {
			if !bytes.Contains(doc.Text.Of(b).At(i), []byte("line 70 ")) {
				continue
			}
			if visits.Add(1) > 1 {
				close(free)
				return nil
			}
			select {
			case <-free:
			case <-time.After(20 * time.Second):
				return errors.New("no other slot came")
			}
		}
		return nil
	}
	if got := y.must().Root; got != want {
		t.Errorf("root %s, want %s", got, want)
	}
	if visits.Load() != 2 {
		t.Errorf("%d slots worked on the task", visits.Load())
	}
}

// TestASlotThatNeverReturnsDoesNotHoldUpAFinishedPhase: its task is committed by another.
func TestASlotThatNeverReturnsDoesNotHoldUpAFinishedPhase(t *testing.T) {
	t.Parallel()
	in := t.TempDir()
	toyInput(t, in, 1)
	want := trapped(t, in).must().Root
	y := trapped(t, in)
	y.opts.Slots = 2
	y.set = []string{"resources.ack_wait=1s"}
	free := make(chan struct{})
	defer close(free)
	var visits atomic.Int64
	y.hooks.process = func(b *doc.Batch) error {
		for i := range b.Rows() {
			if bytes.Contains(doc.Text.Of(b).At(i), []byte("line 70 ")) && visits.Add(1) == 1 {
				<-free
			}
		}
		return nil
	}
	if got := y.must().Root; got != want {
		t.Errorf("root %s, want %s", got, want)
	}
}

func TestTheQueueMayBeLostAtAnyMoment(t *testing.T) {
	t.Parallel()
	in := t.TempDir()
	toyInput(t, in, 3)
	want := cleanRoot(t, in)
	ways := map[string]func(s *fleet.Server, dir string){
		"the server crashes": func(s *fleet.Server, _ string) { s.Crash() },
		"its folder is deleted": func(s *fleet.Server, dir string) {
			found, _ := filepath.Glob(filepath.Join(dir, "queue-*", "*"))
			for _, f := range found {
				_ = os.RemoveAll(f)
			}
		},
	}
	for name, lose := range ways {
		t.Run(name, func(t *testing.T) {
			y := newToy(t, in)
			y.inMemory()
			dir := t.TempDir()
			srv, err := fleet.StartServer(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer srv.Close()
			_, c := conductor(t, y, 2, func(run string) fleet.Queue {
				q, err := srv.Queue(t.Context(), run, 2, time.Second)
				if err != nil {
					t.Fatal(err)
				}
				return q
			})
			c.AckWait, c.Sweep = time.Second, 300*time.Millisecond
			times, phase := 0, 0
			c.Watch = func(p workers.Progress) {
				if p.Done > 0 && p.Done < p.Tasks && p.N > phase && times < 1 {
					times, phase = times+1, p.N
					lose(srv, dir)
				}
			}
			sum, err := c.Do(t.Context())
			if err != nil || sum.Root != want {
				t.Errorf("%+v, %v; want root %s", sum, err, want)
			}
			if times == 0 {
				t.Error("nothing was lost")
			}
		})
	}
}

func TestTwoRunsOfOneOutputAtTheSameTimeBothFinish(t *testing.T) {
	t.Parallel()
	in := t.TempDir()
	toyInput(t, in, 3)
	want := cleanRoot(t, in)
	y := newToy(t, in)
	y.opts.Slots = 2
	type answer struct {
		sum *workers.Summary
		err error
	}
	answers := make(chan answer, 3)
	for range cap(answers) {
		go func() {
			_, sum, err := y.run(t.Context())
			answers <- answer{sum, err}
		}()
	}
	for range cap(answers) {
		if a := <-answers; a.err != nil || a.sum.Root != want {
			t.Errorf("%+v, %v; want root %s", a.sum, a.err, want)
		}
	}
}

func TestAHalfCommittedPhaseIsGoneOnWith(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 3)
	want := trapped(t, in).must()
	y := trapped(t, in)
	m := y.inMemory()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	y.opts.Slots = 1
	y.opts.Watch = func(p workers.Progress) {
		if p.Done >= 3 {
			cancel()
		}
	}
	if _, _, err := y.run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	half := 0
	for e, err := range m.List(t.Context(), "c/", "") {
		if err == nil && strings.HasPrefix(e.Key, "c/0-read/") {
			half++
		}
	}
	first := true
	y.opts.Watch = func(p workers.Progress) {
		if first && (p.Done < half || p.Reused || p.Phase != "0-read" || p.Of == 0) {
			t.Errorf("it begins with %+v, %d tasks are committed", p, half)
		}
		first = false
	}
	sum := y.must()
	if half < 3 || sum.Ran != sum.Tasks-half || sum.Root != want.Root {
		t.Errorf("%d of %d tasks ran, %d were committed; root %s, want %s",
			sum.Ran, sum.Tasks, half, sum.Root, want.Root)
	}
}

func TestReusedPhasesCountTheirTasksAndSayThatTheyAreReused(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 2)
	y := newToy(t, in)
	y.inMemory()
	first := y.must()
	if err := os.Remove(filepath.Join(y.out, "manifest.json")); err != nil {
		t.Fatal(err)
	}
	phases := map[string]bool{}
	y.opts.Watch = func(p workers.Progress) {
		phases[p.Phase] = true
		if !p.Reused || p.Done != p.Tasks {
			t.Errorf("progress %+v", p)
		}
	}
	again := y.must()
	if again.Ran != 0 || again.Tasks != first.Tasks || again.Root != first.Root || again.NoOp {
		t.Errorf("%+v after %+v", again, first)
	}
	if again.Counts.Kept != first.Counts.Kept || again.Counts.Documents != first.Counts.Documents {
		t.Errorf("counts %+v, want %+v", again.Counts, first.Counts)
	}
	if len(phases) < 5 {
		t.Errorf("%d phases were told of", len(phases))
	}
}
