package store_test

import (
	"errors"
	"io"
	"io/fs"
	"syscall"
	"testing"

	"dataprep/internal/store"
)

func TestUnknownIsResolvedByReading(t *testing.T) {
	for _, inner := range []store.Store{store.NewMem(), local(t)} {
		s := store.NewFaulty(inner,
			store.Fault{Op: store.OpCreate, Prefix: "lost/request", Kind: store.LostRequest},
			store.Fault{Op: store.OpCreate, Prefix: "lost/reply", Kind: store.LostReply},
			store.Fault{Op: store.OpCAS, Prefix: "lost/reply", Kind: store.LostReply},
		)
		for key, arrived := range map[string]bool{"lost/request": false, "lost/reply": true} {
			o, err := s.Create(t.Context(), key, store.Bytes([]byte("mine")))
			if o != store.Unknown || err != nil {
				t.Fatalf("%s: %d, %v", key, o, err)
			}
			b, err := store.ReadAll(t.Context(), s, key)
			if arrived && (err != nil || string(b) != "mine") {
				t.Errorf("%s: %q, %v", key, b, err)
			}
			if !arrived && !errors.Is(err, store.ErrNotExist) {
				t.Errorf("%s: %v", key, err)
			}
			again := store.Created
			if arrived {
				again = store.Exists
			}
			o, err = s.Create(t.Context(), key, store.Bytes([]byte("mine")))
			if o != again || err != nil {
				t.Errorf("%s: the second try: %d, %v", key, o, err)
			}
		}
		info, err := s.Head(t.Context(), "lost/reply")
		if err != nil {
			t.Fatal(err)
		}
		o, err := s.CAS(t.Context(), "lost/reply", info.Tag, []byte("next"))
		if o != store.Unknown || err != nil {
			t.Fatalf("%d, %v", o, err)
		}
		if b, err := store.ReadAll(t.Context(), s, "lost/reply"); string(b) != "next" {
			t.Errorf("%q, %v", b, err)
		}
	}
}

func TestRefusalsChangeNothingAndAreTheEnvironments(t *testing.T) {
	for kind, cause := range map[store.Failure]error{
		store.NoSpace: syscall.ENOSPC, store.NoPermission: fs.ErrPermission,
	} {
		m := store.NewMem()
		if _, err := m.Create(t.Context(), "a", store.Bytes([]byte("1"))); err != nil {
			t.Fatal(err)
		}
		s := store.NewFaulty(m, store.Fault{To: -1, Kind: kind})
		_, head := s.Head(t.Context(), "a")
		_, get := s.Get(t.Context(), "a", 0, -1)
		_, create := s.Create(t.Context(), "b", store.Bytes(nil))
		_, cas := s.CAS(t.Context(), "b", "", nil)
		var list error
		for _, err := range s.List(t.Context(), "", "") {
			list = err
		}
		for _, err := range []error{head, get, create, cas, list, s.Delete(t.Context(), "a")} {
			if !errors.Is(err, store.Environment) || !errors.Is(err, cause) {
				t.Errorf("error %v", err)
			}
		}
		if _, err := m.Head(t.Context(), "b"); !errors.Is(err, store.ErrNotExist) {
			t.Errorf("a refused write stands: %v", err)
		}
		if _, err := m.Head(t.Context(), "a"); err != nil {
			t.Errorf("a refused delete was done: %v", err)
		}
	}
}

func TestFaultsHitTheCallsTheyName(t *testing.T) {
	s := store.NewFaulty(store.NewMem(),
		store.Fault{Op: store.OpCreate, Prefix: "c/", From: 2, To: 3, Kind: store.NoSpace},
		store.Fault{Op: store.OpCreate, From: 5, Kind: store.LostRequest},
	)
	var got []store.Outcome
	for _, key := range []string{"c/1", "d/1", "c/2", "c/3", "d/2", "c/4", "d/3"} {
		o, _ := s.Create(t.Context(), key, store.Bytes(nil))
		got = append(got, o)
	}
	want := []store.Outcome{
		store.Created, store.Created, 0, 0, store.Unknown, store.Created, store.Created,
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("outcomes %v, want %v", got, want)
		}
	}
}

func TestBrokenReadsGiveHalfAndAnError(t *testing.T) {
	m := store.NewMem()
	if _, err := m.Create(t.Context(), "a", store.Bytes([]byte("12345678"))); err != nil {
		t.Fatal(err)
	}
	s := store.NewFaulty(m, store.Fault{Op: store.OpGet, Kind: store.BrokenRead})
	r, err := s.Get(t.Context(), "a", 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if string(b) != "1234" || !errors.Is(err, store.ErrInjected) {
		t.Errorf("%q, %v", b, err)
	}
	if b, err := store.ReadAll(t.Context(), s, "a"); len(b) != 8 || err != nil {
		t.Errorf("the next read: %q, %v", b, err)
	}
}
