package ledger

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"dataprep/internal/store"
	"dataprep/workers/plan"
)

var phase = plan.Phase{ID: "0-read", Kind: plan.Map, Code: "codecodecode"}

var publishing = plan.Phase{ID: "3-publish", Kind: plan.Publish, Code: "publishcode"}

// stores are the kinds of stores a ledger stands on.
func stores(t *testing.T) map[string]store.Store {
	t.Helper()
	local, err := store.NewLocal(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return map[string]store.Store{"mem": store.NewMem(), "local": local}
}

func inMemory(faults ...store.Fault) *Ledger {
	mem := store.NewMem()
	faulty := store.NewFaulty(mem, faults...)
	return &Ledger{Work: faulty, Out: faulty}
}

// result is what any worker makes of a task.
func result(task string) plan.Result {
	res := plan.Result{
		Version: plan.Version, Task: task, Phase: phase.ID,
		Outputs: []plan.Output{{
			Role: plan.RoleFrames, Object: "o/" + task + "/frames-" + task + ".arrow", Bytes: 12, Rows: 3,
			SHA256: digest([]byte(task)), Blocks: []plan.Block{{Rows: 3, Bytes: 90}},
		}},
	}
	res.Counts.Records, res.Counts.Documents, res.Counts.Kept = 3, 3, 3
	return res
}

func dead(task, cause string) plan.Result {
	return plan.Result{Version: plan.Version, Task: task, Phase: phase.ID, Dead: cause}
}

func tasks(n int) (all []plan.Task) {
	for i := range n {
		all = append(all, plan.Task{Key: fmt.Sprintf("task%05d", i), Ordinal: i})
	}
	return all
}

// commit commits or fails the test.
func commit(t *testing.T, l *Ledger, f *plan.Phase, res plan.Result, worker string) *Record {
	t.Helper()
	r, err := l.Commit(context.Background(), f, res, Vol{Worker: worker})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// put makes an object stand whatever stood there.
func put(t *testing.T, s store.Store, key string, body []byte) {
	t.Helper()
	ctx := context.Background()
	tag := ""
	if info, err := s.Head(ctx, key); err == nil {
		tag = info.Tag
	}
	if outcome, err := s.CAS(ctx, key, tag, body); err != nil || outcome != store.Created {
		t.Fatalf("put %s: %v %v", key, outcome, err)
	}
}

func read(t *testing.T, s store.Store, key string) []byte {
	t.Helper()
	b, err := store.ReadAll(context.Background(), s, key)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// replaced returns an object's body with one text for another; the text must be there.
func replaced(t *testing.T, body []byte, old, fresh string) []byte {
	t.Helper()
	if !bytes.Contains(body, []byte(old)) {
		t.Fatalf("%q is not in %s", old, body)
	}
	return bytes.Replace(body, []byte(old), []byte(fresh), 1)
}

// keys lists a store.
func keys(t *testing.T, s store.Store) (all []string) {
	t.Helper()
	for e, err := range s.List(context.Background(), "", "") {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e.Key)
	}
	return all
}

// interloper runs a function before the n-th CAS of a store: somebody is faster.
type interloper struct {
	store.Store
	store.Remover
	before func(call int)
	calls  int
}

func (i *interloper) CAS(ctx context.Context, key, tag string, body []byte) (store.Outcome, error) {
	i.calls++
	i.before(i.calls)
	return i.Store.CAS(ctx, key, tag, body)
}
