package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"dataprep/internal/store"
)

// TestTheDeadHoldNothing: a killed process leaves its file and no lock, or half a file.
func TestTheDeadHoldNothing(t *testing.T) {
	l := local(t)
	dir := l.Path("p/h")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, note := range map[string]string{"blue.1": "of a killed process", "blue.2": "", "x": "y"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(note), 0o444); err != nil {
			t.Fatal(err)
		}
	}
	key, release, err := l.Hold(t.Context(), "p/h", "red", []byte("me"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"blue.1": false, "blue.2": false, "x": true, "door": true} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	release()
	if _, err := l.Head(t.Context(), key); !errors.Is(err, store.ErrNotExist) {
		t.Errorf("the mark of who left: %v", err)
	}
}

// TestWhoWaitsAtTheDoorCanBeStopped: a starter that was stopped in the door does not hang others.
func TestWhoWaitsAtTheDoorCanBeStopped(t *testing.T) {
	l := local(t)
	_, release, err := l.Hold(t.Context(), "p/h", "red", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	door, err := os.Open(l.Path("p/h/door"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = door.Close() }()
	if err := syscall.Flock(int(door.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, _, err := l.Hold(ctx, "p/h", "red", nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestAFolderThatCannotBeHeldIsTheEnvironments(t *testing.T) {
	l := local(t)
	if err := os.WriteFile(l.Path("p"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.Hold(t.Context(), "p/h", "red", nil); !errors.Is(err, store.Environment) {
		t.Errorf("got %v", err)
	}
}
