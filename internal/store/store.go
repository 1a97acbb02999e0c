// Package store is the door to where truth lies: immutable objects under keys, created once.
//
// In: keys ("c/ab12.json") and bodies. Out: bodies, and one of three answers to every conditional
// write: created, exists, unknown. Unknown (the reply was lost) is a result and not an error, so
// that every caller must read back. Nothing overwrites; only CAS replaces, and only what it names.
// Deleting is a second, smaller door that garbage collection alone goes through. Keys are slash
// separated, relative, without empty or dot segments. Safe for concurrent use.
package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

// Outcome answers a conditional write.
type Outcome uint8

// The outcomes of Create and CAS.
const (
	Created Outcome = iota + 1 // our body stands under the key now
	Exists                     // Create: another stood there; CAS: the tag no longer matches
	Unknown                    // the reply was lost: read back to know
)

// ErrNotExist is returned, wrapped, for a key under which nothing stands.
var ErrNotExist = errors.New("object does not exist")

// Environment marks, wrapped, what the store's surroundings refuse: space, permission, credentials.
// The run stops with exit code 6; no task is to blame.
var Environment = errors.New("storage refuses")

// Info describes an object.
type Info struct {
	Size int64
	Tag  string // changes whenever the body does; for CAS
}

// Entry is one key of a listing.
type Entry struct {
	Key  string
	Size int64
}

// Body is what Create stores. Open may be called again for a retry.
type Body struct {
	Size int64
	Open func() (io.ReadCloser, error)
}

// Store holds objects. Errors wrap ErrNotExist or Environment where they apply.
type Store interface {
	Head(ctx context.Context, key string) (Info, error)
	// Get reads n bytes from off, fewer where the body ends; n < 0 reads to the end.
	Get(ctx context.Context, key string, off, n int64) (io.ReadCloser, error)
	// List yields the keys with the prefix that sort after `after`, in order. It is for garbage
	// collection and people, never for deciding what is true.
	List(ctx context.Context, prefix, after string) iter.Seq2[Entry, error]
	Create(ctx context.Context, key string, body Body) (Outcome, error)
	// CAS replaces the object whose tag is given; tag "" creates.
	CAS(ctx context.Context, key, tag string, body []byte) (Outcome, error)
}

// Remover is the door of garbage collection.
type Remover interface {
	Delete(ctx context.Context, key string) error
}

// Bytes makes a Body of b.
func Bytes(b []byte) Body {
	return Body{int64(len(b)), func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(b)), nil
	}}
}

// ReadAll returns an object's whole body.
func ReadAll(ctx context.Context, s Store, key string) ([]byte, error) {
	r, err := s.Get(ctx, key, 0, -1)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r)
	if err != nil {
		_ = r.Close()
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	return b, r.Close()
}

// Digest returns the hex SHA-256 of an object's body, read back.
func Digest(ctx context.Context, s Store, key string) (string, error) {
	r, err := s.Get(ctx, key, 0, -1)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		_ = r.Close()
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	return hex.EncodeToString(h.Sum(nil)), r.Close()
}

// CheckKey refuses keys that could leave the store or mean two things.
func CheckKey(key string) error {
	if key == "" || strings.HasPrefix(key, "/") || strings.ContainsAny(key, "\\\x00") {
		return fmt.Errorf("bad key %q", key)
	}
	for seg := range strings.SplitSeq(key, "/") {
		if seg == "" || seg == "." || seg == ".." || strings.HasPrefix(seg, tempPrefix) {
			return fmt.Errorf("bad key %q", key)
		}
	}
	return nil
}

// At reads an object at any place, each call one ranged Get.
type At struct {
	Ctx   context.Context
	Store Store
	Key   string
}

// ReadAt implements io.ReaderAt.
func (a At) ReadAt(p []byte, off int64) (int, error) {
	r, err := a.Store.Get(a.Ctx, a.Key, off, int64(len(p)))
	if err != nil {
		return 0, err
	}
	n, err := io.ReadFull(r, p)
	if cerr := r.Close(); err == nil {
		err = cerr
	}
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return n, err
}
