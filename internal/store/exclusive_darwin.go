package store

import (
	"os"

	"golang.org/x/sys/unix"
)

// renameExclusive renames without ever replacing, in one step of the kernel.
func renameExclusive(from, to string) error {
	if err := unix.RenamexNp(from, to, unix.RENAME_EXCL); err != nil {
		return &os.LinkError{Op: "renamex_np", Old: from, New: to, Err: err}
	}
	return nil
}
