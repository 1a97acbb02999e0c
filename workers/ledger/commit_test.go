package ledger

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"dataprep/internal/store"
	"dataprep/workers/plan"
)

func TestEightRacingCommittersLeaveOneRecordEach(t *testing.T) {
	const racers, n = 8, 200
	for name, s := range stores(t) {
		l := &Ledger{Work: s}
		winners := make([][racers]string, n)
		var wg sync.WaitGroup
		for w := range racers {
			wg.Go(func() {
				for k := range n {
					i := (k + w) % n // they meet, but not only in lockstep
					me := fmt.Sprintf("worker-%d", w)
					r, err := l.Commit(context.Background(), &phase, result(fmt.Sprintf("t%d", i)), Vol{Worker: me})
					if err != nil {
						t.Errorf("%s: %v", name, err)
						return
					}
					winners[i][w] = r.Vol.Worker
				}
			})
		}
		wg.Wait()
		for i, seen := range winners {
			r, err := l.Lookup(context.Background(), &phase, fmt.Sprintf("t%d", i))
			if err != nil || r == nil {
				t.Fatalf("%s: task %d: %v %v", name, i, r, err)
			}
			for w, who := range seen {
				if who != r.Vol.Worker {
					t.Errorf("%s: task %d: worker %d was told %q won, %q did", name, i, w, who, r.Vol.Worker)
				}
			}
		}
		if got := len(keys(t, s)); got != n {
			t.Errorf("%s: %d objects for %d tasks", name, got, n)
		}
	}
}

func TestWhoDidItAndHowLongItTookChangesNothing(t *testing.T) {
	a, b := inMemory(), inMemory()
	vols := []Vol{{Worker: "a", Seconds: 1}, {Worker: "b", Build: "x", Started: "then", Seconds: 9, Delivery: 3}}
	one, err := a.Commit(context.Background(), &phase, result("t"), vols[0])
	if err != nil {
		t.Fatal(err)
	}
	two, err := b.Commit(context.Background(), &phase, result("t"), vols[1])
	if err != nil {
		t.Fatal(err)
	}
	if one.DetSHA256 != two.DetSHA256 || string(one.Det) != string(two.Det) {
		t.Error("the deterministic half depends on the worker")
	}
	again, err := a.Commit(context.Background(), &phase, result("t"), vols[1])
	if err != nil || again.Vol != vols[0] {
		t.Errorf("the second committer gets %+v, %v", again.Vol, err)
	}
}

func TestTwoResultsOfOneTaskAreAnAlarm(t *testing.T) {
	for name, s := range stores(t) {
		l := &Ledger{Work: s}
		commit(t, l, &phase, result("t"), "first")
		other := result("t")
		other.Outputs[0].SHA256 = digest([]byte("other bytes"))
		r, err := l.Commit(context.Background(), &phase, other, Vol{Worker: "second"})
		if !errors.Is(err, ErrNondeterminism) || r == nil || r.Vol.Worker != "first" {
			t.Fatalf("%s: %+v, %v", name, r, err)
		}
		for _, word := range []string{"first", "second", "0-read", "task t"} {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%s: the alarm does not name %q: %v", name, word, err)
			}
		}
		other = result("t")
		other.Counts.Kept--
		if _, err := l.Commit(context.Background(), &phase, other, Vol{}); !errors.Is(err, ErrNondeterminism) {
			t.Errorf("%s: counts may differ: %v", name, err)
		}
	}
}

func TestATombstoneCompetesLawfullyForTheOneKey(t *testing.T) {
	verdicts := []plan.Result{result("t"), dead("t", "unreadable"), dead("t", "another cause")}
	for first := range verdicts {
		l := inMemory()
		stands := commit(t, l, &phase, verdicts[first], "first")
		for second := range verdicts {
			r := commit(t, l, &phase, verdicts[second], "second")
			if r.DetSHA256 != stands.DetSHA256 || r.Vol.Worker != "first" {
				t.Errorf("verdict %d replaced verdict %d", second, first)
			}
		}
		if n := len(keys(t, l.Work)); n != 1 {
			t.Errorf("%d objects", n)
		}
	}
}

func TestALostReplyIsResolvedByReading(t *testing.T) {
	for name, fault := range map[string]store.Fault{
		"lost request":        {Op: store.OpCreate, Kind: store.LostRequest},
		"three lost requests": {Op: store.OpCreate, To: 3, Kind: store.LostRequest},
		"lost reply":          {Op: store.OpCreate, Kind: store.LostReply},
	} {
		l := inMemory(fault)
		if r := commit(t, l, &phase, result("t"), "me"); r.Vol.Worker != "me" {
			t.Errorf("%s: %+v", name, r)
		}
		if r, err := l.Lookup(context.Background(), &phase, "t"); err != nil || r == nil {
			t.Errorf("%s: nothing stands: %v", name, err)
		}
	}
	// The reply that was lost said "exists": another result stands, and that is an alarm as ever.
	l := inMemory(store.Fault{Op: store.OpCreate, From: 2, Kind: store.LostReply})
	commit(t, l, &phase, result("t"), "first")
	other := result("t")
	other.Counts.Kept--
	if _, err := l.Commit(context.Background(), &phase, other, Vol{}); !errors.Is(err, ErrNondeterminism) {
		t.Errorf("got %v", err)
	}
}

func TestAStoreThatNeverAnswersEndsTheAttempt(t *testing.T) {
	l := inMemory(store.Fault{Op: store.OpCreate, To: -1, Kind: store.LostRequest},
		store.Fault{Op: store.OpCAS, To: -1, Kind: store.LostRequest})
	ctx := context.Background()
	if _, err := l.Commit(ctx, &phase, result("t"), Vol{}); !errors.Is(err, store.Environment) {
		t.Errorf("commit: %v", err)
	}
	if _, err := l.Seal(ctx, &phase, nil); !errors.Is(err, store.Environment) {
		t.Errorf("seal: %v", err)
	}
	if err := l.Claim(ctx, "me"); !errors.Is(err, store.Environment) {
		t.Errorf("claim: %v", err)
	}
	m := &Manifest{Version: Version}
	m.Seal()
	if err := l.Publish(ctx, m); !errors.Is(err, store.Environment) {
		t.Errorf("publish: %v", err)
	}
}

func TestWhatTheStoreRefusesIsSaidAndNotTried(t *testing.T) {
	for _, kind := range []store.Failure{store.NoSpace, store.NoPermission} {
		l := inMemory(store.Fault{Op: store.OpCreate, Kind: kind})
		_, err := l.Commit(context.Background(), &phase, result("t"), Vol{})
		if !errors.Is(err, store.Environment) {
			t.Errorf("got %v", err)
		}
		if len(keys(t, l.Work)) != 0 {
			t.Error("it was tried again")
		}
	}
	l := inMemory(store.Fault{Op: store.OpGet, Kind: store.BrokenRead})
	commit(t, l, &phase, result("t"), "me")
	if r, err := l.Lookup(context.Background(), &phase, "t"); !errors.Is(err, store.ErrInjected) || r != nil {
		t.Errorf("a broken read is taken for a record: %v %v", r, err)
	}
}

func TestADamagedCommitIsNotBelieved(t *testing.T) {
	l := inMemory()
	commit(t, l, &phase, result("t"), "me")
	key := commitKey(&phase, "t")
	good := read(t, l.Work, key)
	for name, body := range map[string][]byte{
		"cut short":      good[:len(good)/2],
		"empty":          nil,
		"trailing bytes": append(append([]byte{}, good...), "{}"...),
		"a changed det":  replaced(t, good, `"rows":3`, `"rows":4`),
		"another digest": replaced(t, good, `"det_sha256":"`, `"det_sha256":"0`),
		"no version":     replaced(t, good, `{"version":1,`, `{`),
		"another task's": replacedDet(t, "u"),
		"a list":         []byte("[]"),
	} {
		put(t, l.Work, key, body)
		if r, err := l.Lookup(context.Background(), &phase, "t"); !errors.Is(err, ErrCorrupt) || r != nil {
			t.Errorf("%s: %v %v", name, r, err)
		}
		if _, err := l.Commit(context.Background(), &phase, result("t"), Vol{}); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: committing over it: %v", name, err)
		}
	}
}

// replacedDet is a whole and sound record of another task.
func replacedDet(t *testing.T, task string) []byte {
	t.Helper()
	l := inMemory()
	commit(t, l, &phase, result(task), "me")
	return read(t, l.Work, commitKey(&phase, task))
}

func TestACommitOfANewerProgramIsRefusedAsSuch(t *testing.T) {
	l := inMemory()
	commit(t, l, &phase, result("t"), "me")
	key := commitKey(&phase, "t")
	good := read(t, l.Work, key)
	for name, body := range map[string][]byte{
		"same shape":  replaced(t, good, `{"version":1,`, `{"version":2,`),
		"other shape": []byte(`{"version":7,"det":[1,2],"det_sha256":{"algo":"blake3"}}`),
	} {
		put(t, l.Work, key, body)
		_, err := l.Lookup(context.Background(), &phase, "t")
		if !errors.Is(err, ErrVersion) || errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	newer := result("t")
	newer.Version = plan.Version + 1
	put(t, l.Work, key, good)
	r := Record{Version: Version, Det: []byte(`{"version":2,"task":"t"}`)}
	if _, err := r.Result(); !errors.Is(err, ErrVersion) {
		t.Errorf("a newer result: %v", err)
	}
}

// A changed pipeline of the same folder removes the shards of the old one; when the old pipeline
// comes back its commits still stand, and their files do not.
func TestAPublishTaskIsOpenAgainWhenItsFileIsGone(t *testing.T) {
	ctx := context.Background()
	l := inMemory()
	all := []plan.Task{{Key: "p"}}
	res := result("p")
	res.Outputs[0].Object, res.Outputs[0].Bytes = "data/train-00000-of-00001-aa.parquet", 5
	write := func() { put(t, l.Out, res.Outputs[0].Object, []byte("shard")) }
	write()
	commit(t, l, &publishing, res, "first")
	if _, err := l.Seal(ctx, &publishing, all); err != nil {
		t.Fatal(err)
	}
	if s, err := l.Sealed(ctx, &publishing, all); err != nil || len(s) != 1 {
		t.Fatalf("%v %v", s, err)
	}
	if err := l.Out.(store.Remover).Delete(ctx, res.Outputs[0].Object); err != nil {
		t.Fatal(err)
	}
	if r, err := l.Lookup(ctx, &publishing, "p"); r != nil || err != nil {
		t.Fatalf("the task counts as done: %v", err)
	}
	if s, err := l.Sealed(ctx, &publishing, all); s != nil || err != nil {
		t.Fatalf("the phase counts as sealed: %v", err)
	}
	write()
	if r := commit(t, l, &publishing, res, "second"); r.Vol.Worker != "first" {
		t.Error("the old record was replaced")
	}
	if s, err := l.Seal(ctx, &publishing, all); err != nil || len(s) != 1 {
		t.Fatalf("%v %v", s, err)
	}
	put(t, l.Out, res.Outputs[0].Object, []byte("cut"))
	if _, err := l.Lookup(ctx, &publishing, "p"); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a shard cut short: %v", err)
	}
}
