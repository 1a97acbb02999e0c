package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// door is the file of a held folder whose lock whoever comes takes while it looks and moves in.
const door = "door"

// doorWait is how long to wait at the door. Who is before us needs a millisecond, unless it was
// stopped in the middle or the disk hangs.
const doorWait = 10 * time.Second

// noteLimit is how much of a member's note is read.
const noteLimit = 4096

// Hold implements Holder. A member is a file that its process keeps locked: the kernel takes the
// lock back when the process ends, by kill -9 too, and the next one who comes removes the file.
func (l *Local) Hold(ctx context.Context, prefix, group string, note []byte) (string, func(), error) {
	key, err := holdKey(prefix, group)
	if err == nil {
		err = check(ctx, key)
	}
	if err != nil {
		return "", nil, err
	}
	path := l.Path(key)
	dir := filepath.Dir(path)
	if err := makeFolder(dir); err != nil {
		return "", nil, environment("make folder", dir, err)
	}
	entry, err := enter(ctx, filepath.Join(dir, door))
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = entry.Close() }()
	notes, err := others(dir, group)
	if err != nil {
		return "", nil, err
	}
	if len(notes) > 0 {
		return "", nil, &HeldError{notes}
	}
	f, err := member(path, note)
	if err != nil {
		return "", nil, environment("hold", path, err)
	}
	return key, func() {
		_ = os.Remove(path) // should it fail, the next one who comes removes it
		_ = f.Close()
	}, nil
}

// enter takes the lock of the door.
func enter(ctx context.Context, path string) (*os.File, error) {
	f, err := openLockable(path, os.O_CREATE)
	if err != nil {
		return nil, environment("open", path, err)
	}
	for end := time.Now().Add(doorWait); ; {
		got, err := tryLock(f)
		switch {
		case err != nil:
		case got:
			return f, nil
		case time.Now().After(end):
			err = &HeldError{}
		default:
			select {
			case <-ctx.Done():
				err = ctx.Err()
			case <-time.After(5 * time.Millisecond):
			}
		}
		if err != nil {
			_ = f.Close()
			return nil, err
		}
	}
}

// others returns the notes of the living members of other groups and removes the files of the dead.
func others(dir, group string) (notes [][]byte, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, environment("list", dir, err)
	}
	for _, e := range entries {
		g, ok := groupOf(e.Name())
		if !ok || !e.Type().IsRegular() {
			continue
		}
		note, alive, err := living(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		if alive && g != group {
			notes = append(notes, note)
		}
	}
	return notes, nil
}

// living reads the note of a member, or removes its file when its process is gone.
func living(path string) (note []byte, alive bool, err error) {
	f, err := openLockable(path, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil // it has just left
	}
	if err != nil {
		return nil, false, environment("open", path, err)
	}
	defer func() { _ = f.Close() }()
	gone, err := tryLock(f)
	if err != nil {
		return nil, false, err
	}
	if gone {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, false, environment("remove", path, err)
		}
		return nil, false, nil
	}
	if note, err = io.ReadAll(io.LimitReader(f, noteLimit)); err != nil {
		return nil, false, environment("read", path, err)
	}
	return note, true, nil
}

// member makes the file of a new member and locks it. It need not survive a power failure, which
// ends its process too.
func member(path string, note []byte) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o666)
	if err != nil {
		return nil, err
	}
	got, err := tryLock(f)
	if err == nil && !got {
		err = errors.New("somebody locked it who did not come through the door")
	}
	if err == nil {
		_, err = f.Write(note)
	}
	if err != nil {
		_ = os.Remove(path)
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// openLockable opens a file for locking. Network file systems want it writable for that; the file
// of another user may only be readable, which local ones are content with.
func openLockable(path string, flags int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|flags, 0o666)
	if errors.Is(err, fs.ErrPermission) {
		if g, again := os.Open(path); again == nil {
			return g, nil
		}
	}
	return f, err
}

// tryLock locks a file unless somebody has. A file system without locks is refused: there nothing
// would keep two runs apart.
func tryLock(f *os.File) (bool, error) {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		case !errors.Is(err, syscall.EINTR):
			return false, fmt.Errorf("lock %s: %w: %w", f.Name(), Environment, err)
		}
	}
}
