package ledger

import (
	"context"
	"errors"
	"testing"

	"dataprep/internal/store"
	"dataprep/workers/plan"
)

// committed is a ledger with n committed tasks, every seventh of them dead.
func committed(t *testing.T, l *Ledger, n int) []plan.Task {
	t.Helper()
	all := tasks(n)
	for i := range all {
		res := result(all[i].Key)
		if i%7 == 6 {
			res = dead(all[i].Key, "unreadable")
		}
		commit(t, l, &phase, res, "me")
	}
	return all
}

func TestASealReadsBackWhatWasCommittedInTaskOrder(t *testing.T) {
	ctx := context.Background()
	for name, s := range stores(t) {
		l := &Ledger{Work: s}
		all := committed(t, l, 20)
		if s, err := l.Sealed(ctx, &phase, all); s != nil || err != nil {
			t.Fatalf("%s: sealed before the seal: %v", name, err)
		}
		wrote, err := l.Seal(ctx, &phase, all)
		if err != nil {
			t.Fatal(err)
		}
		back, err := l.Sealed(ctx, &phase, all)
		if err != nil {
			t.Fatal(err)
		}
		for i := range all {
			if wrote[i].Task.Key != all[i].Key || back[i].Task.Key != all[i].Key ||
				back[i].Result.Task != all[i].Key || (back[i].Result.Dead != "") != (i%7 == 6) {
				t.Errorf("%s: entry %d: %+v", name, i, back[i])
			}
		}
		if _, err := l.Seal(ctx, &phase, all); err != nil {
			t.Errorf("%s: sealing again: %v", name, err)
		}
	}
}

func TestAPhaseWithoutTasksIsSealedLikeAnyOther(t *testing.T) {
	l := inMemory()
	for range 2 {
		if _, err := l.Seal(context.Background(), &phase, nil); err != nil {
			t.Fatal(err)
		}
	}
	other := phase
	other.Code = "othercode" // the seal of no tasks is the same whatever the code
	for _, f := range []*plan.Phase{&phase, &other} {
		if s, err := l.Sealed(context.Background(), f, nil); s == nil || err != nil {
			t.Fatalf("%v %v", s, err)
		}
		if _, err := l.Seal(context.Background(), f, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNoSealWithoutEveryCommit(t *testing.T) {
	l := inMemory()
	all := committed(t, l, 3)
	all = append(all, plan.Task{Key: "open"})
	if _, err := l.Seal(context.Background(), &phase, all); err == nil {
		t.Fatal("sealed")
	}
	if n := len(keys(t, l.Work)); n != 3 {
		t.Errorf("%d objects", n)
	}
}

func TestASealOfOtherTasksIsAnotherSeal(t *testing.T) {
	ctx := context.Background()
	l := inMemory()
	all := committed(t, l, 3)
	if _, err := l.Seal(ctx, &phase, all); err != nil {
		t.Fatal(err)
	}
	swapped := []plan.Task{all[1], all[0], all[2]}
	for _, other := range [][]plan.Task{all[:2], swapped} {
		if s, err := l.Sealed(ctx, &phase, other); s != nil || err != nil {
			t.Errorf("%d tasks: %v %v", len(other), s, err)
		}
	}
}

func TestALostReplyToASealIsResolvedByReading(t *testing.T) {
	for _, kind := range []store.Failure{store.LostRequest, store.LostReply} {
		l := inMemory(store.Fault{Op: store.OpCreate, Prefix: "s/", Kind: kind})
		all := committed(t, l, 2)
		if _, err := l.Seal(context.Background(), &phase, all); err != nil {
			t.Fatal(err)
		}
		if s, err := l.Sealed(context.Background(), &phase, all); s == nil || err != nil {
			t.Errorf("no seal stands: %v", err)
		}
	}
}

func TestADamagedSealIsNotBelieved(t *testing.T) {
	ctx := context.Background()
	l := inMemory()
	all := committed(t, l, 3)
	if _, err := l.Seal(ctx, &phase, all); err != nil {
		t.Fatal(err)
	}
	key := sealKey(&phase, all)
	good := read(t, l.Work, key)
	for name, body := range map[string][]byte{
		"cut short":       good[:len(good)-1],
		"another digest":  replaced(t, good, `"det_sha256":"`, `"det_sha256":"f`),
		"another task":    replaced(t, good, `"task00001"`, `"task00009"`),
		"a task too few":  []byte(`{"version":1,"phase":"0-read","code":"codecodecode","tasks":[]}`),
		"no version":      replaced(t, good, `"version":1`, `"version":0`),
		"trailing object": append(append([]byte{}, good...), good...),
	} {
		put(t, l.Work, key, body)
		if s, err := l.Sealed(ctx, &phase, all); !errors.Is(err, ErrCorrupt) || s != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := l.Seal(ctx, &phase, all); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: sealing over it: %v", name, err)
		}
	}
	put(t, l.Work, key, replaced(t, good, `"version":1`, `"version":2`))
	if _, err := l.Sealed(ctx, &phase, all); !errors.Is(err, ErrVersion) {
		t.Errorf("a newer seal: %v", err)
	}
	put(t, l.Work, key, good)
	put(t, l.Work, commitKey(&phase, all[1].Key), replacedDet(t, "other"))
	if _, err := l.Sealed(ctx, &phase, all); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a commit that is not the sealed one: %v", err)
	}
}
