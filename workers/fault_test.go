package workers_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dataprep/internal/store"
	"dataprep/stages/doc"
	"dataprep/workers/engine"
	"dataprep/workers/ledger"
)

// cleanRoot is the root of a run without faults.
func cleanRoot(t *testing.T, in string) string {
	t.Helper()
	y := newToy(t, in)
	y.inMemory()
	return y.must().Root
}

// unpublished checks that a failed run shows nothing and leaves no scratch behind.
func unpublished(t *testing.T, y *toy) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(y.out, ledger.ManifestKey)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a manifest stands: %v", err)
	}
	left, err := os.ReadDir(filepath.Join(y.out, ".dataprep", "tmp"))
	if err != nil || len(left) != 0 {
		t.Errorf("scratch left behind: %v, %v", left, err)
	}
}

// steady waits until no more goroutines run than before.
func steady(t *testing.T, before int) {
	t.Helper()
	var now int
	for range 150 {
		if now = runtime.NumGoroutine(); now <= before {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines, %d before\n%s", now, before, stacks[:runtime.Stack(stacks, true)])
}

func TestARefusingStoreStopsTheRunAndTheNextOneGoesOnToTheSameRoot(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 2)
	want := cleanRoot(t, in)
	cases := map[string]struct {
		out  bool // the output's store, not the work store
		f    store.Fault
		then error
	}{
		"no space for a commit": {
			f: store.Fault{Op: store.OpCreate, Prefix: "c/", From: 4, Kind: store.NoSpace}},
		"no space for frames": {
			f: store.Fault{Op: store.OpCreate, Prefix: "o/", From: 7, Kind: store.NoSpace}},
		"no space for a seal": {
			f: store.Fault{Op: store.OpCreate, Prefix: "s/", From: 3, Kind: store.NoSpace}},
		"no space for a shard": {out: true,
			f: store.Fault{Op: store.OpCreate, Prefix: "data/", From: 3, Kind: store.NoSpace}},
		"no permission on shards": {out: true,
			f: store.Fault{Op: store.OpCreate, Prefix: "data/", To: -1, Kind: store.NoPermission}},
		"no permission on the manifest": {out: true,
			f: store.Fault{Prefix: ledger.ManifestKey, From: 2, To: -1, Kind: store.NoPermission}},
		"no permission to read commits": {
			f: store.Fault{Op: store.OpGet, Prefix: "c/", From: 12, To: -1, Kind: store.NoPermission}},
		"the store answers no read any more": {
			f: store.Fault{Op: store.OpGet, Prefix: "o/", From: 9, To: -1, Kind: store.BrokenRead}},
		"the store takes no object any more": {
			f: store.Fault{Op: store.OpCreate, Prefix: "o/", From: 9, To: -1, Kind: store.LostRequest}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			before := runtime.NumGoroutine()
			y := newToy(t, in)
			m := store.NewMem()
			y.swap = func(l *ledger.Ledger) {
				l.Work = m
				if c.out {
					l.Out = store.NewFaulty(l.Out, c.f)
				} else {
					l.Work = store.NewFaulty(m, c.f)
				}
			}
			if _, _, err := y.run(t.Context()); !errors.Is(err, store.Environment) {
				t.Fatalf("got %v", err)
			}
			unpublished(t, y)
			steady(t, before)
			y.swap = func(l *ledger.Ledger) { l.Work = m }
			if got := y.must().Root; got != want {
				t.Errorf("root %s, want %s", got, want)
			}
		})
	}
}

func TestAHiccupOfTheStoreChangesNothing(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 2)
	want := cleanRoot(t, in)
	lost := func(op store.Op, prefix string, from int, k store.Failure) store.Fault {
		return store.Fault{Op: op, Prefix: prefix, From: from, To: from + 1, Kind: k}
	}
	cases := map[string]store.Fault{
		"every reply to a commit is lost": {
			Op: store.OpCreate, Prefix: "c/", To: -1, Kind: store.LostReply},
		"every reply to an object is lost": {
			Op: store.OpCreate, Prefix: "o/", To: -1, Kind: store.LostReply},
		"every reply to a seal is lost": {
			Op: store.OpCreate, Prefix: "s/", To: -1, Kind: store.LostReply},
		"commits do not arrive":     lost(store.OpCreate, "c/", 5, store.LostRequest),
		"objects do not arrive":     lost(store.OpCreate, "o/", 5, store.LostRequest),
		"reads break":               lost(store.OpGet, "o/", 11, store.BrokenRead),
		"reads are not answered":    lost(store.OpGet, "o/", 40, store.LostReply),
		"look-ups are not answered": lost(store.OpHead, "o/", 20, store.LostRequest),
	}
	for name, f := range cases {
		t.Run(name, func(t *testing.T) {
			y := newToy(t, in)
			y.swap = func(l *ledger.Ledger) { l.Work = store.NewFaulty(store.NewMem(), f) }
			if sum := y.must(); sum.Root != want || sum.DeadTasks != 0 {
				t.Errorf("root %s, want %s; %d dead tasks", sum.Root, want, sum.DeadTasks)
			}
		})
	}
}

// cut is a store that gives half of the nth read of each matching object and calls it the end.
type cut struct {
	store.Store
	match func(key string) bool
	nth   int

	mu    sync.Mutex
	reads map[string]int
}

func (c *cut) Get(ctx context.Context, key string, off, n int64) (io.ReadCloser, error) {
	r, err := c.Store.Get(ctx, key, off, n)
	if err != nil || !c.match(key) || n < 2 {
		return r, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reads[key]++; c.reads[key] != c.nth && c.nth > 0 {
		return r, nil
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(r, n/2), r}, nil
}

// TestAnObjectThatEndsEarlyIsNeverTakenForWhole holds for frames, for rows of a reduce and for
// verdicts: an end of the data that is not the end fails the attempt, and the run where it goes on.
func TestAnObjectThatEndsEarlyIsNeverTakenForWhole(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 2)
	want := cleanRoot(t, in)
	for _, role := range []string{"frames", "rows", "dropped"} {
		for _, nth := range []int{0, 4} {
			y := newToy(t, in)
			y.swap = func(l *ledger.Ledger) {
				l.Work = &cut{Store: store.NewMem(), nth: nth, reads: map[string]int{},
					match: func(key string) bool { return strings.Contains(key, "/"+role+"-") }}
			}
			_, sum, err := y.run(t.Context())
			loud := errors.Is(err, engine.ErrStore) || errors.Is(err, ledger.ErrCorrupt)
			whole := err == nil && sum.Root == want && sum.DeadTasks == 0
			if !loud && (!whole || nth == 0) {
				t.Errorf("read %d of %s: %+v, %v", nth, role, sum, err)
			}
		}
	}
}

// damaged is a store in which a bit of every object with the prefix is flipped.
type damaged struct {
	store.Store
	match func(key string) bool
}

func (d damaged) Get(ctx context.Context, key string, off, n int64) (io.ReadCloser, error) {
	r, err := d.Store.Get(ctx, key, off, n)
	if err != nil || !d.match(key) {
		return r, err
	}
	b, err := io.ReadAll(r)
	if len(b) > 64 {
		b[len(b)/2] ^= 4
	}
	_ = r.Close()
	return io.NopCloser(strings.NewReader(string(b))), err
}

func TestADamagedOrMissingObjectIsAnAlarm(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 2)
	for _, role := range []string{"frames", "rows"} {
		match := func(key string) bool { return strings.Contains(key, "/"+role+"-") }
		for name, s := range map[string]func(*store.Mem) store.Store{
			"damaged": func(m *store.Mem) store.Store { return damaged{m, match} },
			"missing": func(m *store.Mem) store.Store { return missing{m, match} },
		} {
			y := newToy(t, in)
			y.swap = func(l *ledger.Ledger) { l.Work = s(store.NewMem()) }
			if _, sum, err := y.run(t.Context()); !errors.Is(err, ledger.ErrCorrupt) {
				t.Errorf("%s %s: %+v, %v", name, role, sum, err)
			}
			unpublished(t, y)
		}
	}
}

// missing is a store that somebody else deletes from.
type missing struct {
	*store.Mem
	match func(key string) bool
}

func (m missing) Create(ctx context.Context, key string, b store.Body) (store.Outcome, error) {
	if strings.HasPrefix(key, "s/") { // a phase is over: its objects go
		for e, err := range m.List(ctx, "o/", "") {
			if err == nil && m.match(e.Key) {
				_ = m.Delete(ctx, e.Key)
			}
		}
	}
	return m.Mem.Create(ctx, key, b)
}

// sabotaged lets someone else's bytes stand under the name of every shard.
type sabotaged struct{ store.Store }

func (s sabotaged) Create(ctx context.Context, key string, b store.Body) (store.Outcome, error) {
	if strings.HasPrefix(key, "data/") {
		if _, err := s.Store.Create(ctx, key, store.Bytes(make([]byte, b.Size))); err != nil {
			return 0, err
		}
	}
	return s.Store.Create(ctx, key, b)
}

func TestOtherBytesUnderOurNameAreAnAlarm(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 1)
	y := newToy(t, in)
	y.swap = func(l *ledger.Ledger) { l.Work, l.Out = store.NewMem(), sabotaged{l.Out} }
	if _, _, err := y.run(t.Context()); !errors.Is(err, ledger.ErrCorrupt) {
		t.Errorf("got %v", err)
	}
	unpublished(t, y)
}

// trapped is the toy pipeline with the stage "trap" in its read phase.
func trapped(t *testing.T, in string) *toy {
	y := newToy(t, in)
	y.inMemory()
	y.text = strings.Replace(toyPipeline, "  - exact_dedup", "  - trap\n  - exact_dedup", 1)
	return y
}

func TestACancelledRunEndsCleanAndGoesOn(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 3)
	y := trapped(t, in)
	y.opts.Slots = 3
	y.set = []string{"resources.batch_rows=2"}
	files := openFiles(t)
	for _, after := range []int64{1, 30, 90} {
		before := runtime.NumGoroutine()
		ctx, cancel := context.WithCancel(t.Context())
		var seen atomic.Int64
		y.hooks.process = func(*doc.Batch) error {
			if seen.Add(1) == after {
				cancel()
			}
			return nil
		}
		began := time.Now()
		_, _, err := y.run(ctx)
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("after %d batches: %v", after, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("it took %s to stop", took)
		}
		unpublished(t, y)
		steady(t, before)
	}
	if now := openFiles(t); now > files {
		t.Errorf("%d files are open, %d before", now, files)
	}
	y.hooks.process = nil
	if sum, want := y.must(), trapped(t, in).must(); sum.Root != want.Root {
		t.Errorf("root %s, want %s", sum.Root, want.Root)
	}
}

// openFiles counts the open files of this process, 0 where that cannot be known.
func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}

func TestGoingBackToAnEarlierConfigPublishesItAgain(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 2)
	y := newToy(t, in)
	y.inMemory()
	first := y.must()
	shards := published(t, y)
	y.set = []string{"stages.longer.min_words=9"}
	y.must()
	y.set = nil
	if again := y.must(); again.Root != first.Root {
		t.Errorf("root %s, want %s", again.Root, first.Root)
	}
	if now := published(t, y); fmt.Sprint(now) != fmt.Sprint(shards) {
		t.Errorf("published %v, want %v", now, shards)
	}
}

func TestADeletedShardIsWrittenAgain(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 2)
	y := newToy(t, in)
	y.inMemory()
	first := y.must()
	for name := range published(t, y) {
		if err := os.Remove(filepath.Join(y.out, name)); err != nil {
			t.Fatal(err)
		}
		break
	}
	again := y.must()
	if again.Root != first.Root || again.NoOp || again.Ran != 1 {
		t.Errorf("%+v", again)
	}
}
