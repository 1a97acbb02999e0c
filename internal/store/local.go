package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
)

// Local is a store in a folder. Create is write, fsync, link(2): of any number of racing writers
// one wins, and a killed one leaves at most a temporary file that no reader looks at. A key cannot
// be both an object and a folder of others: where one is, the other is refused.
type Local struct{ root string }

// NewLocal returns the store in folder root, made when missing.
func NewLocal(root string) (*Local, error) {
	if err := makeFolder(root); err != nil {
		return nil, environment("make folder", root, err)
	}
	return &Local{root}, nil
}

// Path returns the file of a key: for readers that map or open it themselves.
func (l *Local) Path(key string) string { return filepath.Join(l.root, filepath.FromSlash(key)) }

// environment wraps an error of the file system; what no task is to blame for says so.
func environment(what, path string, err error) error {
	for _, e := range []error{
		syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG, syscall.EROFS, fs.ErrPermission,
		syscall.EMFILE, syscall.ENFILE, syscall.EIO, syscall.ESTALE, syscall.ETIMEDOUT,
		syscall.ENOTDIR, syscall.EISDIR,
	} {
		if errors.Is(err, e) {
			return fmt.Errorf("%s %s: %w: %w", what, path, Environment, err)
		}
	}
	return fmt.Errorf("%s %s: %w", what, path, err)
}

// missing wraps an error of looking a key up. Below a file there is nothing, so ENOTDIR means the
// same as ENOENT here.
func missing(what, key string, err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return fmt.Errorf("%s %s: %w", what, key, ErrNotExist)
	}
	return environment(what, key, err)
}

// check refuses bad keys and ended contexts, the start of every call.
func check(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return CheckKey(key)
}

// Head implements Store. The tag is inode, size and time: good for CAS on this machine and for
// nothing else, so it never enters a published byte.
func (l *Local) Head(ctx context.Context, key string) (Info, error) {
	if err := check(ctx, key); err != nil {
		return Info{}, err
	}
	st, err := l.stat(key)
	if err != nil {
		return Info{}, err
	}
	return Info{Size: st.Size(), Tag: fileTag(st)}, nil
}

// stat finds the file of a key; a folder is no object.
func (l *Local) stat(key string) (fs.FileInfo, error) {
	st, err := os.Stat(l.Path(key))
	if err == nil && st.IsDir() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, missing("look up", key, err)
	}
	return st, nil
}

// fileTag changes with every replacement: CAS makes the times of a key's files ascend, since a
// freed inode may come back at once and the clock of the file system ticks slowly.
func fileTag(st fs.FileInfo) string {
	sys, ok := st.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Sprintf("%d-%d", st.Size(), st.ModTime().UnixNano())
	}
	return fmt.Sprintf("%d-%d-%d", sys.Ino, st.Size(), st.ModTime().UnixNano())
}

// Get implements Store.
func (l *Local) Get(ctx context.Context, key string, off, n int64) (io.ReadCloser, error) {
	if err := check(ctx, key); err != nil {
		return nil, err
	}
	if off < 0 {
		return nil, fmt.Errorf("read %s: offset %d", key, off)
	}
	f, err := os.Open(l.Path(key))
	if err != nil {
		return nil, missing("open", key, err)
	}
	if st, err := f.Stat(); err != nil || st.IsDir() {
		_ = f.Close()
		if err == nil {
			err = fs.ErrNotExist
		}
		return nil, missing("open", key, err)
	}
	if n < 0 {
		n = 1<<63 - 1 - off
	}
	return &localReader{io.NewSectionReader(f, off, n), f, key}, nil
}

// localReader reads a range of a file and says of its errors whose fault they are.
type localReader struct {
	r   *io.SectionReader
	f   *os.File
	key string
}

func (r *localReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = environment("read", r.key, err)
	}
	return n, err
}

func (r *localReader) Close() error { return r.f.Close() }

// List implements Store. It walks the folders that may hold such keys and sorts what it finds.
func (l *Local) List(ctx context.Context, prefix, after string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		found, err := l.walk(ctx, prefix, after)
		if err != nil {
			yield(Entry{}, environment("list", prefix, err))
			return
		}
		sort.Slice(found, func(i, j int) bool { return found[i].Key < found[j].Key })
		for _, e := range found {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (l *Local) walk(ctx context.Context, prefix, after string) (found []Entry, err error) {
	err = filepath.WalkDir(l.root, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return passMissing(err)
		}
		rel, err := filepath.Rel(l.root, path)
		if err != nil {
			return err
		}
		key := filepath.ToSlash(rel)
		if d.IsDir() {
			return skipFolder(key, prefix)
		}
		if !d.Type().IsRegular() || CheckKey(key) != nil ||
			!strings.HasPrefix(key, prefix) || key <= after {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return passMissing(err)
		}
		found = append(found, Entry{key, info.Size()})
		return nil
	})
	return found, err
}

// passMissing lets a walk go on where a file was removed under it.
func passMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// skipFolder prunes folders that cannot hold keys of the prefix.
func skipFolder(key, prefix string) error {
	if key == "." || strings.HasPrefix(key+"/", prefix) || strings.HasPrefix(prefix, key+"/") {
		return nil
	}
	return filepath.SkipDir
}

// Delete implements Remover. It takes the lock of CAS, which else could bring the key back.
func (l *Local) Delete(ctx context.Context, key string) error {
	if err := check(ctx, key); err != nil {
		return err
	}
	if _, err := l.stat(key); errors.Is(err, ErrNotExist) {
		return nil
	}
	path := l.Path(key)
	unlock, err := lockFolder(filepath.Dir(path))
	if err != nil {
		return environment("lock", key, err)
	}
	defer unlock()
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return environment("delete", key, err)
	}
	return nil
}
