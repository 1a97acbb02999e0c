package store

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Mem is a store in memory: the reference that says what the others must do, and a fast one for
// tests. Bodies live as long as the value.
type Mem struct {
	mu      sync.Mutex
	objects map[string]memObject
	next    uint64          // number of the next tag; no two bodies share one
	held    map[string]bool // keys of objects that are the marks of holders
}

type memObject struct {
	body []byte
	tag  string
}

// NewMem returns an empty store.
func NewMem() *Mem {
	return &Mem{objects: map[string]memObject{}, held: map[string]bool{}}
}

// look finds a key.
func (m *Mem) look(ctx context.Context, key string) (memObject, error) {
	if err := check(ctx, key); err != nil {
		return memObject{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	o, ok := m.objects[key]
	if !ok {
		return memObject{}, fmt.Errorf("look up %s: %w", key, ErrNotExist)
	}
	return o, nil
}

// Head implements Store.
func (m *Mem) Head(ctx context.Context, key string) (Info, error) {
	o, err := m.look(ctx, key)
	return Info{Size: int64(len(o.body)), Tag: o.tag}, err
}

// Get implements Store.
func (m *Mem) Get(ctx context.Context, key string, off, n int64) (io.ReadCloser, error) {
	o, err := m.look(ctx, key)
	if err != nil {
		return nil, err
	}
	if off < 0 {
		return nil, fmt.Errorf("read %s: offset %d", key, off)
	}
	b := o.body[min(off, int64(len(o.body))):]
	if n >= 0 {
		b = b[:min(n, int64(len(b)))]
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

// List implements Store. It yields what stood when the iteration began.
func (m *Mem) List(ctx context.Context, prefix, after string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(Entry{}, err)
			return
		}
		for _, e := range m.entries(prefix, after) {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (m *Mem) entries(prefix, after string) (found []Entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for key, o := range m.objects {
		if strings.HasPrefix(key, prefix) && key > after {
			found = append(found, Entry{key, int64(len(o.body))})
		}
	}
	slices.SortFunc(found, func(a, b Entry) int { return strings.Compare(a.Key, b.Key) })
	return found
}

// Create implements Store.
func (m *Mem) Create(ctx context.Context, key string, body Body) (Outcome, error) {
	if err := check(ctx, key); err != nil {
		return 0, err
	}
	b, err := readBody(body)
	if err != nil {
		return 0, fmt.Errorf("create %s: %w", key, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, taken := m.objects[key]; taken {
		return Exists, nil
	}
	m.put(key, b)
	return Created, nil
}

func (m *Mem) put(key string, body []byte) {
	m.next++
	m.objects[key] = memObject{body, strconv.FormatUint(m.next, 10)}
}

// readBody reads a body whose size must be the announced one.
func readBody(body Body) ([]byte, error) {
	src, err := body.Open()
	if err != nil {
		return nil, fmt.Errorf("open body: %w", err)
	}
	b, err := io.ReadAll(io.LimitReader(src, body.Size+1))
	if cerr := src.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = checkSize(body, int64(len(b)))
	}
	return b, err
}

// checkSize compares a body with its announced size; at most one byte more was read.
func checkSize(body Body, n int64) error {
	switch {
	case n > body.Size:
		return fmt.Errorf("body is longer than the %d bytes announced", body.Size)
	case n < body.Size:
		return fmt.Errorf("body has %d bytes, %d were announced", n, body.Size)
	}
	return nil
}

// CAS implements Store.
func (m *Mem) CAS(ctx context.Context, key, tag string, body []byte) (Outcome, error) {
	if err := check(ctx, key); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	o, ok := m.objects[key]
	if o.tag != tag || ok && tag == "" {
		return Exists, nil
	}
	m.put(key, slices.Clone(body))
	return Created, nil
}

// Delete implements Remover.
func (m *Mem) Delete(ctx context.Context, key string) error {
	if err := check(ctx, key); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.objects, key)
	return nil
}

// Hold implements Holder.
func (m *Mem) Hold(ctx context.Context, prefix, group string, note []byte) (string, func(), error) {
	key, err := holdKey(prefix, group)
	if err == nil {
		err = check(ctx, key)
	}
	if err != nil {
		return "", nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var notes [][]byte
	for other := range m.held {
		dir, name := path.Split(other)
		if g, _ := groupOf(name); dir == prefix+"/" && g != group {
			notes = append(notes, m.objects[other].body)
		}
	}
	if len(notes) > 0 {
		return "", nil, &HeldError{notes}
	}
	m.held[key] = true
	m.put(key, slices.Clone(note))
	return key, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.held, key)
		delete(m.objects, key)
	}, nil
}
