package ledger

import (
	"errors"
	"strings"
	"testing"

	"dataprep/internal/store"
)

func TestRunsOfOnePlanHoldAnOutputTogetherAndOthersAreToldWho(t *testing.T) {
	for name, s := range stores(t) {
		l := &Ledger{Out: s}
		hold := func(run, since string) (string, func(), error) {
			return l.Hold(t.Context(), Holder{Run: run, PID: 7, Host: "box", Since: since})
		}
		first, leave, err := hold("aa", "2025-01-02T00:00:00Z")
		if err != nil {
			t.Fatal(err)
		}
		second, leaveToo, err := hold("aa", "2025-01-01T00:00:00Z")
		if err != nil || first == second {
			t.Fatalf("%s: %q beside %q, %v", name, second, first, err)
		}
		_, _, err = hold("bb", "2025-01-03T00:00:00Z")
		const want = "run aa, process 7 on box, since 2025-01-01T00:00:00Z (and 1 more process)"
		if !errors.Is(err, ErrHeld) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: it says %v", name, err)
		}
		for n, there := range map[string]bool{first: true, second: true, "aa.0": false} {
			if is, err := l.Holds(t.Context(), n); is != there || err != nil {
				t.Errorf("%s: %s holds: %v, %v", name, n, is, err)
			}
		}
		leave()
		leaveToo()
		if _, leave, err = hold("bb", ""); err != nil {
			t.Errorf("%s: after both have left: %v", name, err)
		} else {
			leave()
		}
	}
}

func TestAHolderThatCannotBeReadKeepsOthersOutAllTheSame(t *testing.T) {
	for note, want := range map[string]string{
		`{"version":99,"run":7}`: "a newer version", `{"ver`: "a newer version",
	} {
		l := inMemory()
		_, _, err := l.Out.(store.Holder).Hold(t.Context(), holdPrefix, "aa", []byte(note))
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = l.Hold(t.Context(), Holder{Run: "bb"})
		if !errors.Is(err, ErrHeld) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", note, err)
		}
	}
}

func TestWhatTheStoreRefusesToHoldIsNoHold(t *testing.T) {
	l := inMemory(store.Fault{Op: store.OpHold, Kind: store.NoPermission})
	_, _, err := l.Hold(t.Context(), Holder{Run: "aa"})
	if !errors.Is(err, store.Environment) || errors.Is(err, ErrHeld) {
		t.Errorf("got %v", err)
	}
}
