package engine

import (
	"context"
	"errors"
	"fmt"
	"io"

	"dataprep/internal/store"
	"dataprep/workers/plan"
)

// object opens an object of the work store for reading at any place.
func (w *Worker) object(ctx context.Context, ref plan.Ref) (io.ReaderAt, int64, error) {
	info, err := w.e.Ledger.Work.Head(ctx, ref.Object)
	if err != nil {
		return nil, 0, failedRead(ref.Object, err)
	}
	at := store.At{Ctx: ctx, Store: w.e.Ledger.Work, Key: ref.Object}
	return sealed{at, info.Size}, info.Size, nil
}

// sealed reads an object that a commit promises. Its errors say who is to blame, and an end before
// the end is one: a reader that took it for the last row would lose the rest silently.
type sealed struct {
	store.At
	size int64
}

// ReadAt implements io.ReaderAt.
func (s sealed) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.At.ReadAt(p, off)
	if err == nil || n == len(p) {
		return n, nil
	}
	if errors.Is(err, io.EOF) {
		if off+int64(len(p)) > s.size {
			return n, io.EOF
		}
		err = io.ErrUnexpectedEOF
	}
	return n, failedRead(s.Key, err)
}

// failedRead blames the store for a failed read, or whoever took a sealed object away.
func failedRead(key string, err error) error {
	if errors.Is(err, store.ErrNotExist) {
		return fmt.Errorf("object %s: %w: it is gone", key, errCorrupt)
	}
	return fmt.Errorf("object %s: %w: %w", key, ErrStore, err)
}

// spoiled says of what a reader of a sealed object found that the object is corrupt, unless the
// store failed or the task was cancelled.
func spoiled(key string, err error) error {
	for _, other := range []error{ErrStore, errCorrupt, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, other) {
			return err
		}
	}
	return fmt.Errorf("object %s: %w: %w", key, errCorrupt, err)
}
