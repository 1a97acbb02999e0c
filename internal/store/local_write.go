package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// tempPrefix marks files in the making. No key may have a segment that begins with it, so listings
// pass over them and readers cannot ask for them.
const tempPrefix = ".tmp-"

// Create implements Store.
func (l *Local) Create(ctx context.Context, key string, body Body) (Outcome, error) {
	if err := check(ctx, key); err != nil {
		return 0, err
	}
	path := l.Path(key)
	if err := freePlace(path); errors.Is(err, fs.ErrExist) {
		return l.exists(key)
	} else if err != nil {
		return 0, environment("create", key, err)
	}
	tmp, err := l.write(path, body)
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.Remove(tmp) }()
	switch err := publish(tmp, path); {
	case errors.Is(err, fs.ErrExist):
		return l.exists(key)
	case err != nil:
		return 0, environment("create", key, err)
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return 0, environment("sync folder of", key, err)
	}
	return Created, nil
}

// freePlace returns fs.ErrExist where a file stands and EISDIR where a folder does.
func freePlace(path string) error {
	st, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case st.IsDir():
		return &fs.PathError{Op: "create", Path: path, Err: syscall.EISDIR}
	}
	return fs.ErrExist
}

// exists answers Exists once that will also be true after a power failure: the winner may have
// linked its file and not synced the folder yet.
func (l *Local) exists(key string) (Outcome, error) {
	path := l.Path(key)
	if err := freePlace(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return 0, environment("create", key, err)
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return 0, environment("sync folder of", key, err)
	}
	return Exists, nil
}

// publish gives tmp its final name unless that is taken (fs.ErrExist). On file systems without hard
// links it renames exclusively, and where the kernel cannot do that either, under the folder's
// lock, which keeps this machine's processes apart.
func publish(tmp, path string) error {
	err := os.Link(tmp, path)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		if sameFile(tmp, path) {
			return nil // a network file system did it and lost the reply
		}
		return err
	case !unsupported(err):
		return err
	}
	err = renameExclusive(tmp, path)
	if err == nil || !unsupported(err) {
		return err
	}
	return renameLocked(tmp, path)
}

// unsupported tells a file system that cannot do a thing from one that refuses it. Some answer
// EPERM or EACCES; tmp was just made beside path, so permission to write there is not what lacks.
func unsupported(err error) bool {
	for _, e := range []error{syscall.EPERM, syscall.EACCES, syscall.ENOTSUP, syscall.EOPNOTSUPP,
		syscall.ENOSYS, syscall.EINVAL} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

func sameFile(a, b string) bool {
	x, err := os.Lstat(a)
	if err != nil {
		return false
	}
	y, err := os.Lstat(b)
	return err == nil && os.SameFile(x, y)
}

// renameLocked is look and rename while all other writers of the folder that came this way wait.
func renameLocked(tmp, path string) error {
	unlock, err := lockFolder(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer unlock()
	if err := freePlace(path); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

// write puts body into a synced temporary file beside path.
func (l *Local) write(path string, body Body) (string, error) {
	dir := filepath.Dir(path)
	if err := makeFolder(dir); err != nil {
		return "", environment("make folder", dir, err)
	}
	var r [9]byte
	_, _ = rand.Read(r[:])
	tmp := filepath.Join(dir, tempPrefix+hex.EncodeToString(r[:]))
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return "", environment("create", tmp, err)
	}
	err = fill(f, body)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = os.Remove(tmp)
		return "", environment("write", path, err)
	}
	return tmp, nil
}

func fill(f *os.File, body Body) error {
	src, err := body.Open()
	if err != nil {
		return fmt.Errorf("open body: %w", err)
	}
	n, err := io.Copy(f, io.LimitReader(src, body.Size+1))
	if cerr := src.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = checkSize(body, n)
	}
	if err != nil {
		return err
	}
	return f.Sync()
}

// makeFolder makes dir and the folders above it, and syncs each folder in which it made one: a
// synced file is lost all the same when the entry of its folder is.
func makeFolder(dir string) error {
	st, err := os.Stat(dir)
	if err == nil && !st.IsDir() {
		return &fs.PathError{Op: "mkdir", Path: dir, Err: syscall.ENOTDIR}
	}
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	parent := filepath.Dir(dir)
	if parent != dir {
		if err := makeFolder(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(parent)
}

// syncFolder makes the names in a folder survive a power failure. Some file systems cannot sync
// folders and keep names in order by themselves.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		return nil
	}
	return err
}

// CAS implements Store: flock, compare, rename, fsync.
func (l *Local) CAS(ctx context.Context, key, tag string, body []byte) (Outcome, error) {
	if tag == "" {
		return l.Create(ctx, key, Bytes(body))
	}
	if err := check(ctx, key); err != nil {
		return 0, err
	}
	if _, err := l.stat(key); errors.Is(err, ErrNotExist) {
		return Exists, nil // nothing has that tag, and there may be no folder to lock
	}
	path := l.Path(key)
	unlock, err := lockFolder(filepath.Dir(path))
	if err != nil {
		return 0, environment("lock", key, err)
	}
	defer unlock()
	now, err := l.stat(key)
	if errors.Is(err, ErrNotExist) || err == nil && fileTag(now) != tag {
		return Exists, nil
	}
	if err != nil {
		return 0, err
	}
	tmp, err := l.write(path, Bytes(body))
	if err != nil {
		return 0, err
	}
	err = later(tmp, now.ModTime())
	if err == nil {
		err = os.Rename(tmp, path)
	}
	if err != nil {
		_ = os.Remove(tmp)
		return 0, environment("replace", key, err)
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return 0, environment("sync folder of", key, err)
	}
	return Created, nil
}

// later makes a file's time greater than t, by a second where the file system counts no finer.
func later(path string, t time.Time) error {
	for _, step := range []time.Duration{0, 1, time.Microsecond, 2 * time.Second} {
		if step > 0 {
			if err := os.Chtimes(path, t.Add(step), t.Add(step)); err != nil {
				return err
			}
		}
		st, err := os.Lstat(path)
		if err != nil || st.ModTime().After(t) {
			return err
		}
	}
	return fmt.Errorf("the time of %s cannot be set: %w", path, Environment)
}

// lockFolder takes the lock that all CAS of a folder share; it ends with the process at the latest.
func lockFolder(dir string) (unlock func(), err error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(d.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		_ = d.Close()
		return nil, err
	}
	return func() { _ = d.Close() }, nil
}

// Sweep removes the files that writers killed before the given time left behind, and returns how
// many. A writer still at work touches its file; choose the time a day back.
func (l *Local) Sweep(ctx context.Context, before time.Time) (n int, err error) {
	err = filepath.WalkDir(l.root, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return passMissing(err)
		}
		if !d.Type().IsRegular() || !strings.HasPrefix(d.Name(), tempPrefix) {
			return nil
		}
		st, err := d.Info()
		if err != nil || !st.ModTime().Before(before) {
			return passMissing(err)
		}
		if err = os.Remove(path); err == nil {
			n++
		}
		return passMissing(err)
	})
	if err != nil {
		return n, environment("sweep", l.root, err)
	}
	return n, nil
}
