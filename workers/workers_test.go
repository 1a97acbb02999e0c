package workers_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"dataprep/stages"
	"dataprep/workers"
	"dataprep/workers/ledger"
)

func TestSlotsAndBatchSizesDoNotChangeTheRoot(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 4)
	want := ""
	for _, c := range [][2]int{{1, 1}, {1, 4096}, {2, 3}, {2, 64}, {4, 7}, {4, 4096}} {
		slots, rows := c[0], c[1]
		y := newToy(t, in)
		y.inMemory()
		y.opts.Slots = slots
		y.set = []string{fmt.Sprintf("resources.batch_rows=%d", rows)}
		sum := y.must()
		if what, ok := sum.Counts.Conserved(); !ok {
			t.Fatalf("%s do not add up: %+v", what, sum.Counts)
		}
		if want == "" {
			want = sum.Root
			t.Logf("%+v", sum.Counts)
		}
		if sum.Root != want {
			t.Errorf("%d slots, %d rows: root %s, want %s", slots, rows, sum.Root, want)
		}
	}
}

func TestAFinishedRunIsANoOp(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 2)
	y := newToy(t, in)
	first := y.must()
	started := time.Now()
	again := y.must()
	if !again.NoOp || again.Root != first.Root {
		t.Fatalf("second run: %+v", again)
	}
	if took := time.Since(started); took > time.Second {
		t.Errorf("a no-op took %s", took)
	}
}

func TestAChangedThresholdRunsOnlyFromItsPhaseOn(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 3)
	y := newToy(t, in)
	first := y.must()
	old := published(t, y)
	y.set = []string{"stages.longer.min_words=9"}
	second := y.must()
	if second.Root == first.Root {
		t.Fatal("the threshold changed nothing; the test shows nothing")
	}
	if second.Ran >= second.Tasks || second.Ran == 0 {
		t.Errorf("%d of %d tasks were run", second.Ran, second.Tasks)
	}
	now := published(t, y)
	for name := range old {
		if now[name] {
			continue
		}
		if _, err := os.Stat(filepath.Join(y.out, name)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the old shard %s is still there: %v", name, err)
		}
	}
}

func published(t *testing.T, y *toy) map[string]bool {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(y.out, "data", "*"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range found {
		names["data/"+filepath.Base(f)] = true
	}
	return names
}

func TestANewFileLeavesTheOthersResultsAlone(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 3)
	y := newToy(t, in)
	y.must()
	if err := os.Rename(filepath.Join(in, "f00.txt"), filepath.Join(t.TempDir(), "gone")); err != nil {
		t.Fatal(err)
	}
	sum := y.must() // every ordinal moved, no split changed
	if sum.Ran >= sum.Tasks-4 {
		t.Errorf("%d of %d tasks were run after a file left", sum.Ran, sum.Tasks)
	}
}

func TestInterruptedRunsGoOnToTheSameRoot(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 4)
	want := newToy(t, in).must().Root
	y := newToy(t, in)
	for cut := range 12 {
		after := time.Duration(20+15*cut) * time.Millisecond
		ctx, cancel := context.WithTimeout(context.Background(), after)
		_, sum, err := y.run(ctx)
		cancel()
		if err == nil {
			if sum.Root != want {
				t.Fatalf("after %d cuts: root %s, want %s", cut, sum.Root, want)
			}
			return
		}
		if !errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			t.Fatal(err)
		}
	}
	if got := y.must().Root; got != want {
		t.Fatalf("root %s, want %s", got, want)
	}
}

func TestAPanicLosesOneDocument(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 2)
	line := "a line that says PANIC among good ones\n"
	f, err := os.OpenFile(filepath.Join(in, "f01.txt"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(line); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	sum := newToy(t, in).must()
	if sum.Counts.Dead != 1 || sum.DeadTasks != 0 {
		t.Fatalf("%d dead documents, %d dead tasks", sum.Counts.Dead, sum.DeadTasks)
	}
	if what, ok := sum.Counts.Conserved(); !ok {
		t.Fatalf("%s do not add up", what)
	}
}

func TestAnUnreadableFileIsADeadTaskAndTheRunGoesOn(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 2)
	if err := os.WriteFile(filepath.Join(in, "x.txt"), []byte("BROKEN\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	y := newToy(t, in)
	j, sum, err := y.run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if sum.DeadTasks != 1 || !workers.Overdue(j.Bound.Errors, sum) {
		t.Fatalf("%d dead tasks", sum.DeadTasks)
	}
	want := []stages.Lost{{Path: "x.txt", From: 0, To: 7, Cause: "input_unreadable"}}
	if !slices.Equal(sum.Counts.Lost, want) {
		t.Errorf("unreadable are %+v, want %+v", sum.Counts.Lost, want)
	}
}

func TestAForeignFolderIsRefusedAndNotTouched(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 1)
	y := newToy(t, in)
	if err := os.MkdirAll(y.out, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(y.out, "thesis.doc"), []byte("years"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, _, err := y.run(context.Background()); !errors.Is(err, ledger.ErrForeign) {
		t.Fatalf("got %v", err)
	}
	if entries, _ := os.ReadDir(y.out); len(entries) != 1 {
		t.Fatalf("the foreign folder has %d entries now", len(entries))
	}
}

func TestAGateThatFailsPublishesNothing(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 1)
	y := newToy(t, in)
	y.text += "expect: [{kept: 99%..100%}]\n"
	if _, _, err := y.run(context.Background()); !errors.Is(err, workers.ErrGate) {
		t.Fatalf("got %v", err)
	}
	if len(published(t, y)) != 0 {
		t.Fatal("shards were published")
	}
}
