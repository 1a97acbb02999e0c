package store_test

import (
	"testing"

	"dataprep/internal/store"
	"dataprep/internal/store/storetest"
)

func local(t *testing.T) *store.Local {
	t.Helper()
	l, err := store.NewLocal(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestMemObeysTheLaw(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return store.NewMem() })
}

func TestLocalObeysTheLaw(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return local(t) })
}

func TestFaultyWithoutFaultsObeysTheLaw(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return store.NewFaulty(store.NewMem()) })
}

func TestChangedBodiesHaveOtherDigests(t *testing.T) {
	m := store.NewMem()
	if _, err := m.Create(t.Context(), "a", store.Bytes([]byte("abc"))); err != nil {
		t.Fatal(err)
	}
	got, err := store.Digest(t.Context(), m, "a")
	const want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if err != nil || got != want {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := store.Digest(t.Context(), m, "b"); err == nil {
		t.Error("a missing object has a digest")
	}
}
