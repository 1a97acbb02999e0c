package workers_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"dataprep/internal/store"
	"dataprep/stages"
	"dataprep/workers"
	"dataprep/workers/ledger"
)

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestADeadTaskIsNamedWithItsErrorAndAReplayNowAndLater(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 1)
	write(t, in, "x.txt", "BROKEN\n")
	y := newToy(t, in)
	first := y.must()
	if len(first.Dead) != 1 {
		t.Fatalf("%+v", first.Dead)
	}
	d := first.Dead[0]
	if d.Path != "x.txt" || d.From != 0 || d.To != 7 || d.Cause != "input_unreadable" ||
		!strings.Contains(d.Error, "not lines") || !strings.Contains(d.Replay, "x.txt' --at 0") {
		t.Errorf("%+v", d)
	}
	again := y.must()
	if !again.NoOp || !slices.Equal(again.Dead, first.Dead) {
		t.Errorf("later it is %+v", again.Dead)
	}
}

func TestWhatStandsPublishedStaysWhenNothingCanBeRead(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 1)
	y := newToy(t, in)
	want := y.must().Root
	write(t, in, "f00.txt", "BROKEN\n")
	if _, _, err := y.run(t.Context()); !errors.Is(err, workers.ErrNoInput) ||
		!strings.Contains(err.Error(), "not lines") {
		t.Errorf("got %v", err)
	}
	if m := manifest(t, y); m.RootSHA256 != want {
		t.Errorf("root %s stands, want %s", m.RootSHA256, want)
	}
}

func TestAStageThatCannotBeOpenedEndsTheRunBeforeAnythingIsDone(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 1)
	y := trapped(t, in)
	want := y.must().Root
	y.set = []string{"stages.long.min_words=5"}
	y.hooks.open = errors.New("a model of straw")
	if _, _, err := y.run(t.Context()); !errors.Is(err, workers.ErrOpen) ||
		!strings.Contains(err.Error(), "trap") || !strings.Contains(err.Error(), "straw") {
		t.Errorf("got %v", err)
	}
	if m := manifest(t, y); m.RootSHA256 != want {
		t.Errorf("root %s stands, want %s", m.RootSHA256, want)
	}
}

func manifest(t *testing.T, y *toy) *ledger.Manifest {
	t.Helper()
	y.hooks.open = nil
	j, err := workers.Prepare(t.Context(), y.bound(), workers.Options{ReadOnly: true})
	if err != nil && !errors.Is(err, workers.ErrNoInput) {
		t.Fatal(err)
	}
	m, err := j.Ledger.Manifest(t.Context())
	if err != nil || m == nil {
		t.Fatal(m, err)
	}
	return m
}

func TestDecisionsThatWereRemovedAreWrittenAgain(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 1)
	y := newToy(t, in)
	first := y.must()
	want := len(decisions(t, y, first.Run))
	if err := os.RemoveAll(filepath.Join(y.out, ".dataprep/runs")); err != nil {
		t.Fatal(err)
	}
	again := y.must()
	if again.NoOp || again.Root != first.Root || len(decisions(t, y, again.Run)) != want {
		t.Errorf("%+v", again)
	}
	for _, part := range []string{"runs", "work"} { // the dataset alone is finished as well
		if err := os.RemoveAll(filepath.Join(y.out, ".dataprep", part)); err != nil {
			t.Fatal(err)
		}
	}
	if last := y.must(); !last.NoOp {
		t.Errorf("%+v", last)
	}
}

func TestFoldersAndPipesAreNoInput(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 1)
	if err := os.Mkdir(filepath.Join(in, "sub.txt"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(in, "pipe"), 0o666); err != nil {
		t.Skip(err)
	}
	for paths, says := range map[string]string{
		"IN/*.txt":            "", // a folder that a pattern meets is none of its files
		"IN/f00.txt, IN/":     "is a folder",
		"IN/f00.txt, IN/pipe": "no regular file",
	} {
		y := newToy(t, in)
		y.text = strings.Replace(toyPipeline, "IN/*.txt", paths, 1)
		_, err := workers.Prepare(t.Context(), y.bound(), workers.Options{ReadOnly: true})
		if (err == nil) != (says == "") || err != nil && (!errors.Is(err, workers.ErrNoInput) ||
			!strings.Contains(err.Error(), says)) {
			t.Errorf("%s: %v", paths, err)
		}
	}
}

// TestAnInputThatIsAwayForAWhileIsNoDeadTask: what the disk refuses passes, a tombstone never.
func TestAnInputThatIsAwayForAWhileIsNoDeadTask(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 2)
	want := cleanRoot(t, in)
	y := newToy(t, in)
	path := filepath.Join(in, "f01.txt")
	y.swap = func(*ledger.Ledger) {
		if err := os.Rename(path, path+".away"); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := y.run(t.Context()); !errors.Is(err, store.Environment) {
		t.Errorf("got %v", err)
	}
	y.swap = nil
	if err := os.Rename(path+".away", path); err != nil {
		t.Fatal(err)
	}
	if sum := y.must(); sum.Root != want || sum.DeadTasks != 0 {
		t.Errorf("%d dead tasks, root %s, want %s", sum.DeadTasks, sum.Root, want)
	}
}

func TestAReadThatFailsIsTheSurroundingsFault(t *testing.T) {
	dir := t.TempDir()
	st, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	f, err := workers.OpenLocal(stages.File{URI: dir, Size: st.Size()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if _, err := f.ReadAt(make([]byte, 9), 0); !errors.Is(err, store.Environment) {
		t.Errorf("a folder read as a file: %v", err)
	}
}

func TestHashingStopsWhenAsked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large")
	write(t, filepath.Dir(path), "large", "")
	if err := os.Truncate(path, 1<<40); err != nil {
		t.Skip(err)
	}
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := workers.Resolver{}
	if _, err := r.Digest(ctx, path, st); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := r.Artifact(t.Context(), &stages.Artifact{URI: filepath.Dir(path)}); !errors.Is(err,
		workers.ErrArtifact) || !strings.Contains(err.Error(), "folder") {
		t.Errorf("a folder as an artifact: %v", err)
	}
}
