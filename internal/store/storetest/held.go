package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dataprep/internal/store"
)

func holder(t *testing.T, s store.Store) store.Holder {
	t.Helper()
	h, ok := s.(store.Holder)
	if !ok {
		t.Skip("the store has no door for those who hold it")
	}
	return h
}

func holdGroups(t *testing.T, s store.Store) {
	h := holder(t, s)
	hold := func(prefix, group, note string) (string, func()) {
		t.Helper()
		key, release, err := h.Hold(t.Context(), prefix, group, []byte(note))
		if err != nil {
			t.Fatal(err)
		}
		holds(t, s, key, note)
		return key, release
	}
	refused := func(prefix, group string, want int) {
		t.Helper()
		_, _, err := h.Hold(t.Context(), prefix, group, nil)
		var held *store.HeldError
		if !errors.As(err, &held) || len(held.Notes) != want {
			t.Fatalf("%s of %s: %v; want one that names %d", group, prefix, err, want)
		}
	}
	first, leave := hold("p/h", "red", "first")
	second, leaveToo := hold("p/h", "red", "second")
	if first == second {
		t.Fatalf("two members have the key %s", first)
	}
	refused("p/h", "blue", 2)
	_, leaveOther := hold("p/other", "blue", "elsewhere")
	leave()
	if _, err := s.Head(t.Context(), first); !errors.Is(err, store.ErrNotExist) {
		t.Errorf("the mark of who left: %v", err)
	}
	refused("p/h", "blue", 1)
	leaveToo()
	_, leaveBlue := hold("p/h", "blue", "third")
	refused("p/h", "red", 1)
	leaveBlue()
	leaveOther()
	for _, group := range []string{"", "a/b", "a.b"} {
		var held *store.HeldError
		if _, _, err := h.Hold(t.Context(), "p/h", group, nil); err == nil || errors.As(err, &held) {
			t.Errorf("group %q: %v", group, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := h.Hold(ctx, "p/h", "red", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
}

// holdRace lets eight racers of two groups come and go. Each looks around while it holds.
func holdRace(t *testing.T, s store.Store) {
	h := holder(t, s)
	const each = 30
	var inside [2]atomic.Int32
	var got [2]atomic.Int32
	var mu sync.Mutex
	keys := map[string]bool{}
	race(func(r int) {
		g := r % 2
		for range each {
			key, release, err := h.Hold(t.Context(), "p/h", fmt.Sprint("g", g), []byte("x"))
			var held *store.HeldError
			if errors.As(err, &held) {
				time.Sleep(time.Millisecond)
				continue
			}
			if err != nil {
				t.Error(err)
				return
			}
			inside[g].Add(1)
			got[g].Add(1)
			if n := inside[1-g].Load(); n > 0 {
				t.Errorf("%d of the other group are in", n)
			}
			mu.Lock()
			if keys[key] {
				t.Errorf("%s came back", key)
			}
			keys[key] = true
			mu.Unlock()
			inside[g].Add(-1)
			release()
		}
	})
	if got[0].Load()+got[1].Load() == 0 {
		t.Error("nobody got in")
	}
	if left := list(t, s, "p/h/g", ""); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}
