package store

import (
	"path/filepath"
	"syscall"
	"testing"
)

// TestFullDiskIsTheEnvironments fills a file system of 64 KiB, for which it has to mount one.
func TestFullDiskIsTheEnvironments(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("mounting a small file system: %v", err)
	}
	defer func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	}()
	l, err := NewLocal(filepath.Join(dir, "root"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = l.Create(t.Context(), "a/big", Bytes(make([]byte, 1<<20)))
	refused(t, l, err)
	if o, err := l.Create(t.Context(), "a/small", Bytes([]byte("x"))); o != Created {
		t.Errorf("after a refused write: %d, %v", o, err)
	}
}
