package storetest

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"dataprep/internal/store"
)

const (
	racers = 8
	keys   = 200
)

// race runs the same work on eight goroutines that start together.
func race(work func(racer int)) {
	var start, done sync.WaitGroup
	start.Add(1)
	for r := range racers {
		done.Go(func() {
			start.Wait()
			work(r)
		})
	}
	start.Done()
	done.Wait()
}

// createRace lets all racers create every key. One is told that it won, its body stands, and nobody
// ever reads another or half of one.
func createRace(t *testing.T, s store.Store) {
	var winner [keys]atomic.Int32
	key := func(k int) string { return fmt.Sprintf("c/%02x/%d", k%7, k) }
	race(func(r int) {
		for k := range keys {
			body := fmt.Sprintf("%d of racer %d", k, r)
			o, err := s.Create(t.Context(), key(k), store.Bytes([]byte(body)))
			switch {
			case err != nil:
				t.Error(err)
			case o == store.Created:
				if !winner[k].CompareAndSwap(0, int32(r+1)) {
					t.Errorf("key %d was created twice", k)
				}
			case o != store.Exists:
				t.Errorf("outcome %d", o)
			}
			if b, err := store.ReadAll(t.Context(), s, key(k)); err != nil || len(b) < len(body)-1 {
				t.Errorf("after its creation key %d reads %q, %v", k, b, err)
			}
		}
	})
	for k := range keys {
		w := winner[k].Load()
		if w == 0 {
			t.Errorf("nobody created key %d", k)
			continue
		}
		holds(t, s, key(k), fmt.Sprintf("%d of racer %d", k, w-1))
	}
	if got := list(t, s, "", ""); len(got) != keys {
		t.Errorf("%d keys are listed", len(got))
	}
}

func casNames(t *testing.T, s store.Store) {
	cas := func(tag, body string, want store.Outcome) {
		t.Helper()
		o, err := s.CAS(t.Context(), "m/x", tag, []byte(body))
		if err != nil || o != want {
			t.Fatalf("cas of %q: %d, %v; want %d", body, o, err, want)
		}
	}
	tag := func() string {
		t.Helper()
		info, err := s.Head(t.Context(), "m/x")
		if err != nil {
			t.Fatal(err)
		}
		return info.Tag
	}
	cas("never", "zero", store.Exists)
	cas("", "one", store.Created)
	cas("", "two", store.Exists)
	first := tag()
	cas("never", "two", store.Exists)
	holds(t, s, "m/x", "one")
	cas(first, "two", store.Created)
	holds(t, s, "m/x", "two")
	cas(first, "three", store.Exists)
	cas(tag(), "one", store.Created)
	if o := create(t, s, "m/x", "four"); o != store.Exists {
		t.Fatalf("create over a replaced object: %d", o)
	}
	holds(t, s, "m/x", "one")
}

// casRace counts with read, add and swap: a lost update shows in the sum.
func casRace(t *testing.T, s store.Store) {
	const each = 25
	create(t, s, "n/count", "0")
	race(func(int) {
		for done := 0; done < each; {
			info, err := s.Head(t.Context(), "n/count")
			if err != nil {
				t.Error(err)
				return
			}
			b, err := store.ReadAll(t.Context(), s, "n/count")
			if err != nil {
				t.Error(err)
				return
			}
			n, err := strconv.Atoi(string(b))
			if err != nil {
				t.Errorf("half an object: %v", err)
				return
			}
			o, err := s.CAS(t.Context(), "n/count", info.Tag, []byte(strconv.Itoa(n+1)))
			if err != nil {
				t.Error(err)
				return
			}
			if o == store.Created {
				done++
			}
		}
	})
	holds(t, s, "n/count", strconv.Itoa(racers*each))
}

// tagsNeverReturn replaces bodies of one size as fast as it can: a tag that comes back would let a
// stale writer win.
func tagsNeverReturn(t *testing.T, s store.Store) {
	create(t, s, "t/x", "0000")
	seen := map[string]bool{}
	for i := range 300 {
		info, err := s.Head(t.Context(), "t/x")
		if err != nil {
			t.Fatal(err)
		}
		if seen[info.Tag] {
			t.Fatalf("tag %s came back after %d replacements", info.Tag, i)
		}
		seen[info.Tag] = true
		body := fmt.Sprintf("%04d", i+1)
		if o, err := s.CAS(t.Context(), "t/x", info.Tag, []byte(body)); o != store.Created {
			t.Fatalf("outcome %d, %v", o, err)
		}
	}
}

// readerSurvives: what was opened is read to its end, whole, whatever happens to the key.
func readerSurvives(t *testing.T, s store.Store) {
	create(t, s, "o/x", "old body")
	info, err := s.Head(t.Context(), "o/x")
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Get(t.Context(), "o/x", 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	half := make([]byte, 3)
	if _, err := io.ReadFull(r, half); err != nil {
		t.Fatal(err)
	}
	if o, err := s.CAS(t.Context(), "o/x", info.Tag, []byte("NEW BODY!")); o != store.Created {
		t.Fatalf("outcome %d, %v", o, err)
	}
	if rm, ok := s.(store.Remover); ok {
		if err := rm.Delete(t.Context(), "o/x"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Get(t.Context(), "o/x", 0, -1); !errors.Is(err, store.ErrNotExist) {
			t.Errorf("after delete: %v", err)
		}
	}
	rest, err := io.ReadAll(r)
	if err != nil || string(half)+string(rest) != "old body" {
		t.Errorf("%q, %v", string(half)+string(rest), err)
	}
}
