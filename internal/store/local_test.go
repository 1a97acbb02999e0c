package store

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

func newLocal(t *testing.T) *Local {
	t.Helper()
	l, err := NewLocal(filepath.Join(t.TempDir(), "deep", "root"))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// leftovers counts the temporary files below the root.
func leftovers(t *testing.T, l *Local) (n int) {
	t.Helper()
	err := filepath.WalkDir(l.root, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(d.Name(), tempPrefix) {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestLeftoversOfKilledWritersAreInvisibleUntilSwept(t *testing.T) {
	l := newLocal(t)
	if _, err := l.Create(t.Context(), "a/b", Bytes([]byte("x"))); err != nil {
		t.Fatal(err)
	}
	if n := leftovers(t, l); n != 0 {
		t.Fatalf("a finished create leaves %d files", n)
	}
	for _, name := range []string{"a/.tmp-dead", "a/.tmp-busy"} {
		if err := os.WriteFile(l.Path(name), []byte("half"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	old := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(l.Path("a/.tmp-dead"), old, old); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for e, err := range l.List(t.Context(), "", "") {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, e.Key)
	}
	if len(keys) != 1 || keys[0] != "a/b" {
		t.Errorf("listed: %q", keys)
	}
	n, err := l.Sweep(t.Context(), time.Now().Add(-24*time.Hour))
	if n != 1 || err != nil || leftovers(t, l) != 1 {
		t.Errorf("%d swept, %v", n, err)
	}
}

func TestFoldersAreNoObjects(t *testing.T) {
	l := newLocal(t)
	if _, err := l.Create(t.Context(), "a/b", Bytes([]byte("x"))); err != nil {
		t.Fatal(err)
	}
	// Neither may be taken for an object that stands, nor for a fault of a task.
	for _, key := range []string{"a", "a/b/c"} {
		if o, err := l.Create(t.Context(), key, Bytes(nil)); o != 0 || !errors.Is(err, Environment) {
			t.Errorf("create %s: %d, %v", key, o, err)
		}
	}
	if err := l.Delete(t.Context(), "a"); err != nil {
		t.Error(err)
	}
	if b, err := ReadAll(t.Context(), l, "a/b"); string(b) != "x" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestMissingBodyFilesAreNotMissingKeys(t *testing.T) {
	l := newLocal(t)
	body := Body{Size: 1, Open: func() (io.ReadCloser, error) {
		return os.Open(filepath.Join(t.TempDir(), "gone"))
	}}
	_, err := l.Create(t.Context(), "a", body)
	if err == nil || errors.Is(err, ErrNotExist) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestRootUnderAFileIsTheEnvironments(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, root := range []string{file, filepath.Join(file, "below")} {
		if _, err := NewLocal(root); !errors.Is(err, Environment) {
			t.Errorf("%v", err)
		}
	}
}

// TestFileSizeLimitIsTheEnvironments meets a refusal of the kernel in the middle of a body.
func TestFileSizeLimitIsTheEnvironments(t *testing.T) {
	l := newLocal(t)
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		t.Fatal(err)
	}
	low := syscall.Rlimit{Cur: 64 << 10, Max: was.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &low); err != nil {
		t.Skipf("no file size limit here: %v", err)
	}
	_, err := l.Create(t.Context(), "a/big", Bytes(make([]byte, 1<<20)))
	if rerr := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was); rerr != nil {
		t.Fatal(rerr)
	}
	refused(t, l, err)
}

// refused says that a write failed, that nobody is to blame and that nothing of it is left.
func refused(t *testing.T, l *Local, err error) {
	t.Helper()
	if !errors.Is(err, Environment) {
		t.Errorf("error %v", err)
	}
	if n := leftovers(t, l); n != 0 {
		t.Errorf("%d files are left of a refused write", n)
	}
	if _, err := l.Head(t.Context(), "a/big"); !errors.Is(err, ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// publishRace lets eight writers publish their own file under one name, 50 times.
func publishRace(t *testing.T, how func(tmp, path string) error) {
	t.Helper()
	l := newLocal(t)
	for k := range 50 {
		path := l.Path(fmt.Sprintf("r/%d", k))
		var won atomic.Int32
		var all sync.WaitGroup
		for r := range 8 {
			tmp, err := l.write(path, Bytes(bytes.Repeat([]byte{byte('0' + r)}, 3)))
			if err != nil {
				t.Fatal(err)
			}
			all.Go(func() {
				switch err := how(tmp, path); {
				case err == nil:
					won.Add(int32(1 + 100*r))
				case !errors.Is(err, fs.ErrExist):
					t.Error(err)
				}
			})
		}
		all.Wait()
		b, err := os.ReadFile(path)
		if w := won.Load(); err != nil || w%100 != 1 || string(b) != strings.Repeat(
			string(rune('0'+w/100)), 3) {
			t.Fatalf("round %d: %d, %q, %v", k, w, b, err)
		}
	}
}

func TestEveryWayToPublishHasOneWinner(t *testing.T) {
	t.Run("link", func(t *testing.T) { publishRace(t, publish) })
	t.Run("lock", func(t *testing.T) { publishRace(t, renameLocked) })
	t.Run("rename", func(t *testing.T) {
		dir := t.TempDir()
		probe := filepath.Join(dir, "a")
		if err := os.WriteFile(probe, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := renameExclusive(probe, filepath.Join(dir, "b")); unsupported(err) {
			t.Skipf("no exclusive rename here: %v", err)
		}
		publishRace(t, renameExclusive)
	})
}

// A network file system may link, lose the reply, try again and answer that the name is taken.
func TestLinkWithLostReplyIsCreated(t *testing.T) {
	l := newLocal(t)
	tmp, err := l.write(l.Path("a"), Bytes([]byte("x")))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Link(tmp, l.Path("a")); err != nil {
		t.Fatal(err)
	}
	if err := publish(tmp, l.Path("a")); err != nil {
		t.Errorf("our own file is taken for another's: %v", err)
	}
}

// A clock that stands still or goes back must not bring an old tag back with a reused inode.
func TestReplacementIsLaterWhateverTheClockSays(t *testing.T) {
	l := newLocal(t)
	if _, err := l.Create(t.Context(), "a", Bytes([]byte("x"))); err != nil {
		t.Fatal(err)
	}
	last := time.Now().Add(time.Hour)
	if err := os.Chtimes(l.Path("a"), last, last); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		info, err := l.Head(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		if o, err := l.CAS(t.Context(), "a", info.Tag, []byte("y")); o != Created {
			t.Fatalf("%d, %v", o, err)
		}
		st, err := os.Stat(l.Path("a"))
		if err != nil || !st.ModTime().After(last) {
			t.Fatalf("%v does not come after %v, %v", st.ModTime(), last, err)
		}
		last = st.ModTime()
	}
}
