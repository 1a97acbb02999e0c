package workers

import (
	"fmt"
	"io"
	"os"

	"dataprep/internal/store"
	"dataprep/stages"
)

// OpenLocal opens an input file and refuses one that is not the one planned.
func OpenLocal(f stages.File) (stages.ReadAtCloser, error) {
	file, err := os.Open(f.URI)
	if err != nil {
		return nil, fmt.Errorf("open input: %w: %w", store.Environment, err)
	}
	st, err := file.Stat()
	if err != nil {
		err = fmt.Errorf("look at input: %w: %w", store.Environment, err)
	}
	if err == nil && st.Size() != f.Size {
		err = fmt.Errorf("input %s changed since the plan: %d bytes, %d then; run again: %w",
			f.Path, st.Size(), f.Size, store.Environment)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return inputFile{file}, nil
}

// inputFile tells a disk that fails, which passes, from a file that cannot be read, which never will.
type inputFile struct{ *os.File }

// ReadAt implements io.ReaderAt.
func (f inputFile) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.File.ReadAt(p, off)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%w: %w", store.Environment, err)
	}
	return n, err
}
