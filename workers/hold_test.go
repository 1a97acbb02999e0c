package workers_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dataprep/internal/store"
	"dataprep/stages/doc"
	"dataprep/workers"
	"dataprep/workers/ledger"
)

// halted is a run of the pipeline that stands in its first batch until goOn is called.
func halted(t *testing.T, y *toy) (goOn func(), done chan *workers.Summary) {
	t.Helper()
	reached, gate := make(chan struct{}), make(chan struct{})
	var batches atomic.Int64
	y.hooks.process = func(*doc.Batch) error {
		if batches.Add(1) == 1 {
			close(reached)
			<-gate
		}
		return nil
	}
	done = make(chan *workers.Summary, 1)
	go func() {
		_, sum, err := y.run(context.Background())
		if err != nil {
			t.Errorf("the halted run: %v", err)
		}
		done <- sum
	}()
	<-reached
	return sync.OnceFunc(func() { close(gate) }), done
}

func TestARunOfAnotherPlanIsToldWhoHoldsTheOutputAndWritesNothing(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 2)
	y := trapped(t, in)
	want := trapped(t, in).must().Root
	y.opts.Slots = 1
	goOn, done := halted(t, y)
	defer goOn()
	other := trapped(t, in)
	other.out, other.set = y.out, []string{"stages.longer.min_words=9"}
	_, _, err := other.run(t.Context())
	host, _ := os.Hostname()
	who := fmt.Sprintf("process %d on %s, since 2", os.Getpid(), host)
	if !errors.Is(err, ledger.ErrHeld) || !strings.Contains(err.Error(), who) {
		t.Errorf("it says %v", err)
	}
	if runs, _ := os.ReadDir(filepath.Join(y.out, ".dataprep", "runs")); len(runs) != 1 {
		t.Errorf("%d runs are described", len(runs))
	}
	goOn()
	if sum := <-done; sum == nil || sum.Root != want {
		t.Errorf("the first run: %+v, want root %s", sum, want)
	}
	if sum := other.must(); sum.Root == want || sum.NoOp {
		t.Errorf("the other run afterwards: %+v", sum)
	}
}

func TestAnotherRunOfThePlanDoesWhatIsLeftAndTheFirstFindsItDone(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 3)
	y := trapped(t, in)
	y.opts.Slots = 1
	goOn, done := halted(t, y)
	defer goOn()
	second := y.must()
	if second.NoOp || second.Ran != second.Tasks {
		t.Errorf("the second run did %d of %d tasks", second.Ran, second.Tasks)
	}
	files, err := os.ReadDir(filepath.Join(y.out, ".dataprep", "tmp"))
	if err != nil || len(files) != 1 {
		t.Errorf("scratch of the first run: %v, %v", files, err)
	}
	goOn()
	first := <-done
	if first == nil || first.Root != second.Root || first.Ran != 1 {
		t.Errorf("the first run: %+v, the second %+v", first, second)
	}
	left, err := filepath.Glob(filepath.Join(y.out, ".dataprep", "hold", "*.*"))
	if err != nil || len(left) > 0 {
		t.Errorf("marks left behind: %v, %v", left, err)
	}
	unscratched(t, y)
}

// TestRunsOfSeveralPlansTakeTurnsAndEachPublishesItsOwn lets two runs of each of three plans come
// again until they are let in. Without the hold they remove each other's shards before a manifest
// lists them.
func TestRunsOfSeveralPlansTakeTurnsAndEachPublishesItsOwn(t *testing.T) {
	t.Parallel()
	in := t.TempDir()
	toyInput(t, in, 1)
	roots := map[string]string{}
	for _, words := range []int{5, 7, 9} {
		set := fmt.Sprintf("stages.longer.min_words=%d", words)
		alone := newToy(t, in)
		alone.inMemory()
		alone.set = []string{set}
		roots[set] = alone.must().Root
	}
	out := filepath.Join(t.TempDir(), "out")
	var wg sync.WaitGroup
	var turned atomic.Int64
	for set, want := range roots {
		for range 2 {
			y := newToy(t, in)
			y.out, y.set = out, []string{set}
			y.opts.Slots = 1
			wg.Go(func() {
				for {
					_, sum, err := y.run(t.Context())
					if errors.Is(err, ledger.ErrHeld) {
						turned.Add(1)
						time.Sleep(10 * time.Millisecond)
						continue
					}
					if err != nil || sum.Root != want {
						t.Errorf("%s: %+v, %v; want root %s", set, sum, err, want)
					}
					return
				}
			})
		}
	}
	wg.Wait()
	if turned.Load() == 0 {
		t.Error("nobody had to wait; the test shows nothing")
	}
}

func unscratched(t *testing.T, y *toy) {
	t.Helper()
	left, err := os.ReadDir(filepath.Join(y.out, ".dataprep", "tmp"))
	if err != nil || len(left) > 0 {
		t.Errorf("scratch left behind: %v, %v", left, err)
	}
}

func TestTheScratchOfProcessesThatAreGoneIsCleared(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 1)
	y := newToy(t, in)
	for _, gone := range []string{"0123456789abcdef.killed/queue", "run-1-of-an-older-version"} {
		if err := os.MkdirAll(filepath.Join(y.out, ".dataprep", "tmp", gone), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	y.must()
	unscratched(t, y)
}

func TestAFinishedOutputIsANoOpWhereItCannotBeHeld(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 1)
	y := newToy(t, in)
	want := y.must().Root
	y.swap = func(l *ledger.Ledger) {
		l.Out = store.NewFaulty(l.Out, store.Fault{Op: store.OpHold, To: -1, Kind: store.NoPermission})
	}
	if sum := y.must(); !sum.NoOp || sum.Root != want {
		t.Errorf("%+v", sum)
	}
	y.set = []string{"stages.longer.min_words=9"}
	if _, _, err := y.run(t.Context()); !errors.Is(err, store.Environment) {
		t.Errorf("an unfinished one: %v", err)
	}
}
