package engine

import (
	"context"
	"errors"
	"io"
	"testing"

	"dataprep/internal/store"
	"dataprep/workers/ledger"
	"dataprep/workers/plan"
)

// short is a store whose reads end after three bytes and call it the end.
type short struct{ store.Store }

func (s short) Get(ctx context.Context, key string, off, n int64) (io.ReadCloser, error) {
	return s.Store.Get(ctx, key, off, min(n, 3))
}

func TestAReadOfASealedObjectSaysWhoIsToBlame(t *testing.T) {
	ctx := context.Background()
	gone, cancel := context.WithCancel(ctx)
	cancel()
	ends := func(m *store.Mem) store.Store { return short{m} }
	empty := func(*store.Mem) store.Store { return store.NewMem() }
	breaks := func(m *store.Mem) store.Store {
		return store.NewFaulty(m, store.Fault{Op: store.OpGet, To: -1, Kind: store.BrokenRead})
	}
	refuses := func(m *store.Mem) store.Store {
		return store.NewFaulty(m, store.Fault{Op: store.OpGet, To: -1, Kind: store.NoPermission})
	}
	cases := map[string]struct {
		ctx   context.Context
		store func(*store.Mem) store.Store
		n     int
		off   int64
		want  error // nil: all bytes
		not   error
	}{
		"whole":           {n: 10},
		"past the end":    {n: 4, off: 8, want: io.EOF, not: ErrStore},
		"ends early":      {store: ends, n: 6, want: ErrStore, not: io.EOF},
		"breaks":          {store: breaks, n: 6, want: ErrStore, not: ledger.ErrCorrupt},
		"is refused":      {store: refuses, n: 6, want: store.Environment},
		"was taken away":  {store: empty, n: 6, want: ledger.ErrCorrupt, not: ErrStore},
		"after a drained": {ctx: gone, n: 6, want: context.Canceled, not: ledger.ErrCorrupt},
	}
	for name, c := range cases {
		m := store.NewMem()
		if _, err := m.Create(ctx, "o/a", store.Bytes([]byte("0123456789"))); err != nil {
			t.Fatal(err)
		}
		at := store.At{Ctx: ctx, Store: m, Key: "o/a"}
		if c.store != nil {
			at.Store = c.store(m)
		}
		if c.ctx != nil {
			at.Ctx = c.ctx
		}
		n, err := sealed{at, 10}.ReadAt(make([]byte, c.n), c.off)
		if c.want == nil && (err != nil || n != c.n) {
			t.Errorf("%s: %d, %v", name, n, err)
		}
		if c.want != nil && !errors.Is(err, c.want) || c.not != nil && errors.Is(err, c.not) {
			t.Errorf("%s: %v", name, err)
		}
		if wrapped := spoiled("o/a", err); c.not == ledger.ErrCorrupt && errors.Is(wrapped, c.not) {
			t.Errorf("%s: %v", name, wrapped)
		}
	}
}

func TestAReadOfAnObjectThatIsGoneIsCorruption(t *testing.T) {
	w := (&Engine{Ledger: &ledger.Ledger{Work: store.NewMem()}}).NewWorker("w")
	_, _, err := w.object(context.Background(), plan.Ref{Object: "o/b"})
	if !errors.Is(err, ledger.ErrCorrupt) {
		t.Errorf("got %v", err)
	}
}

func TestKeyPrefixesCoverAllKeys(t *testing.T) {
	if prefixKey(0) != nil || prefixKey(4096) != nil {
		t.Error("the ends of the range are open")
	}
	if k := prefixKey(0xabc); len(k) != 2 || k[0] != 0xab || k[1] != 0xc0 {
		t.Errorf("got % x", k)
	}
}
