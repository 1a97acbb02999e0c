package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strings"
	"sync"
	"syscall"
)

// Op names an operation of a store.
type Op string

// The operations that can be made to fail.
const (
	OpHead   Op = "head"
	OpGet    Op = "get"
	OpList   Op = "list"
	OpCreate Op = "create"
	OpCAS    Op = "cas"
	OpDelete Op = "delete"
	OpHold   Op = "hold"
)

// Failure is what happens to a call. Each is something that real stores do.
type Failure uint8

// The failures. The first three change nothing in the store.
const (
	NoSpace      Failure = iota + 1 // Environment and ENOSPC
	NoPermission                    // Environment and fs.ErrPermission
	LostRequest                     // it never arrived: Unknown from a write, else ErrInjected
	LostReply                       // it was done but nobody heard: the same answers
	BrokenRead                      // Get's reader gives half of the body, then ErrInjected
)

// ErrInjected is, wrapped, the cause of failures that are neither space nor permission.
var ErrInjected = errors.New("injected failure")

// Fault says which calls fail and how: those of an operation on keys with a prefix, counted from 1
// in the order in which they arrive. Of several faults that match a call the first decides; all of
// them count it.
type Fault struct {
	Op     Op     // "" is any operation
	Prefix string // of the key; for a list, of the prefix asked for
	From   int    // first call that fails; 0 is the first
	To     int    // last one; 0 is From alone, negative is all from there on
	Kind   Failure
}

func (f Fault) hits(call int) bool {
	from := max(f.From, 1)
	return call >= from && (f.To < 0 || call <= max(f.To, from))
}

// Faulty is a store whose calls fail by plan, which depends on the calls alone and not on a clock
// or chance. With no faults it is the inner store.
type Faulty struct {
	inner  Store
	faults []Fault

	mu    sync.Mutex
	calls []int // by fault: calls that it matched
}

// NewFaulty puts faults before a store.
func NewFaulty(inner Store, faults ...Fault) *Faulty {
	return &Faulty{inner: inner, faults: faults, calls: make([]int, len(faults))}
}

// fate counts a call and returns what happens to it, 0 for nothing.
func (s *Faulty) fate(op Op, key string) Failure {
	s.mu.Lock()
	defer s.mu.Unlock()
	var fate Failure
	for i, f := range s.faults {
		if f.Op != "" && f.Op != op || !strings.HasPrefix(key, f.Prefix) {
			continue
		}
		s.calls[i]++
		if fate == 0 && f.hits(s.calls[i]) {
			fate = f.Kind
		}
	}
	return fate
}

// refusal is the error of a failure; nil where the call is passed on.
func refusal(op Op, key string, f Failure) error {
	switch f {
	case NoSpace:
		return fmt.Errorf("%s %s: %w: %w", op, key, Environment, syscall.ENOSPC)
	case NoPermission:
		return fmt.Errorf("%s %s: %w: %w", op, key, Environment, fs.ErrPermission)
	case LostRequest, LostReply:
		return fmt.Errorf("%s %s: %w", op, key, ErrInjected)
	}
	return nil
}

// Head implements Store.
func (s *Faulty) Head(ctx context.Context, key string) (Info, error) {
	if err := refusal(OpHead, key, s.fate(OpHead, key)); err != nil {
		return Info{}, err
	}
	return s.inner.Head(ctx, key)
}

// Get implements Store.
func (s *Faulty) Get(ctx context.Context, key string, off, n int64) (io.ReadCloser, error) {
	fate := s.fate(OpGet, key)
	if err := refusal(OpGet, key, fate); err != nil {
		return nil, err
	}
	r, err := s.inner.Get(ctx, key, off, n)
	if err != nil || fate != BrokenRead {
		return r, err
	}
	return halfRead(r, key)
}

// halfRead replaces a reader by one that fails in the middle.
func halfRead(r io.ReadCloser, key string) (io.ReadCloser, error) {
	b, err := io.ReadAll(r)
	if cerr := r.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, err
	}
	broken := fmt.Errorf("read %s: %w", key, ErrInjected)
	half := io.MultiReader(strings.NewReader(string(b[:len(b)/2])), failing{broken})
	return io.NopCloser(half), nil
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// List implements Store.
func (s *Faulty) List(ctx context.Context, prefix, after string) iter.Seq2[Entry, error] {
	if err := refusal(OpList, prefix, s.fate(OpList, prefix)); err != nil {
		return func(yield func(Entry, error) bool) { yield(Entry{}, err) }
	}
	return s.inner.List(ctx, prefix, after)
}

// Create implements Store.
func (s *Faulty) Create(ctx context.Context, key string, body Body) (Outcome, error) {
	return s.write(OpCreate, key, func() (Outcome, error) {
		return s.inner.Create(ctx, key, body)
	})
}

// CAS implements Store.
func (s *Faulty) CAS(ctx context.Context, key, tag string, body []byte) (Outcome, error) {
	return s.write(OpCAS, key, func() (Outcome, error) {
		return s.inner.CAS(ctx, key, tag, body)
	})
}

// write does a conditional write. A lost reply hides what was answered, but not an error: that is
// what the caller's own end would have seen anyway.
func (s *Faulty) write(op Op, key string, do func() (Outcome, error)) (Outcome, error) {
	fate := s.fate(op, key)
	switch fate {
	case LostRequest:
		return Unknown, nil
	case LostReply:
		if _, err := do(); err != nil {
			return 0, err
		}
		return Unknown, nil
	}
	if err := refusal(op, key, fate); err != nil {
		return 0, err
	}
	return do()
}

// Delete implements Remover where the inner store does.
func (s *Faulty) Delete(ctx context.Context, key string) error {
	r, ok := s.inner.(Remover)
	if !ok {
		return fmt.Errorf("delete %s: the store cannot", key)
	}
	fate := s.fate(OpDelete, key)
	if fate == LostReply {
		if err := r.Delete(ctx, key); err != nil {
			return err
		}
	}
	if err := refusal(OpDelete, key, fate); err != nil {
		return err
	}
	return r.Delete(ctx, key)
}

// Hold implements Holder where the inner store does. Its fate goes by the prefix.
func (s *Faulty) Hold(ctx context.Context, prefix, group string, note []byte) (
	string, func(), error) {
	h, ok := s.inner.(Holder)
	if !ok {
		return "", nil, fmt.Errorf("hold %s: the store cannot", prefix)
	}
	if err := refusal(OpHold, prefix, s.fate(OpHold, prefix)); err != nil {
		return "", nil, err
	}
	return h.Hold(ctx, prefix, group, note)
}
