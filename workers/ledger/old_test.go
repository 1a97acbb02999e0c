package ledger

import (
	"context"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"dataprep/internal/store"
	"dataprep/workers/plan"
)

var write = flag.Bool("write-v1", false, "write testdata/v1 anew; only ever before the first release")

// old is a folder as version 1 wrote it, loaded into a store.
func old(t *testing.T, dir string) store.Store {
	t.Helper()
	mem := store.NewMem()
	root := os.DirFS(filepath.Join("testdata", "v1", dir))
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(root, path)
		if err == nil {
			put(t, mem, path, body)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return mem
}

// oldResults are what testdata/v1 holds: a finished task with everything a result can say, a dead
// one, and one that nothing came of.
func oldResults() []plan.Result {
	full := result("aaaaaaaaaaaaaaaaaaaaaaaaaa")
	full.Outputs = append(full.Outputs, plan.Output{
		Role: plan.RoleRows, Object: "o/aaaaaaaaaaaaaaaaaaaaaaaaaa/rows-x.rows", Bytes: 7, Rows: 2,
		SHA256: digest([]byte("rows")), Slices: []plan.Slice{{Shard: 3, Rows: 2, SHA256: digest(nil)}},
	})
	full.Counts.Records, full.Counts.Dropped, full.Counts.Documents = 7, 2, 5
	full.Counts.Stage("long").In = 5
	full.Counts.Stage("long").Kept = 3
	return []plan.Result{full, dead("bbbbbbbbbbbbbbbbbbbbbbbbbb", "input cannot be read"),
		result("cccccccccccccccccccccccccc")}
}

func oldTasks() (all []plan.Task) {
	for i, r := range oldResults() {
		all = append(all, plan.Task{Key: r.Task, Ordinal: i})
	}
	return all
}

func TestAFolderThatVersionOneWroteIsReadForEver(t *testing.T) {
	if *write {
		writeOld(t)
	}
	ctx := context.Background()
	l := &Ledger{Work: old(t, "work"), Out: old(t, "out")}
	sealed, err := l.Sealed(ctx, &phase, oldTasks())
	if err != nil || len(sealed) != 3 {
		t.Fatalf("seal: %d entries, %v", len(sealed), err)
	}
	for i, want := range oldResults() {
		got, _ := json.Marshal(sealed[i].Result)
		if w, _ := json.Marshal(want); string(got) != string(w) {
			t.Errorf("task %d:\n%s, want\n%s", i, got, w)
		}
		r, err := l.Lookup(ctx, &phase, want.Task)
		if err != nil || r == nil || r.Vol.Worker != "slot-0" || r.Vol.Seconds != 1.5 {
			t.Errorf("task %d: %+v %v", i, r, err)
		}
		// The same work done again finds the old record and no alarm.
		if r, err := l.Commit(ctx, &phase, want, Vol{Worker: "new"}); err != nil || r.Vol.Worker != "slot-0" {
			t.Errorf("task %d: %v", i, err)
		}
	}
	m, err := l.Manifest(ctx)
	if err != nil || m == nil || m.Name != "toy" || len(m.Files) != 2 || m.Rows != 3 || m.DeadTasks != 1 {
		t.Errorf("manifest: %+v %v", m, err)
	}
	if whole, err := l.Whole(ctx, m); !whole || err != nil {
		t.Errorf("not whole: %v", err)
	}
	if err := l.CheckOwner(ctx, "toy"); err != nil {
		t.Errorf("owner: %v", err)
	}
}

// writeOld makes the folder.
func writeOld(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	stores := map[string]store.Store{}
	for _, dir := range []string{"work", "out"} {
		s, err := store.NewLocal(filepath.Join("testdata", "v1", dir))
		if err != nil {
			t.Fatal(err)
		}
		stores[dir] = s
	}
	l := &Ledger{Work: stores["work"], Out: stores["out"]}
	if err := l.Claim(ctx, "toy"); err != nil {
		t.Fatal(err)
	}
	for _, res := range oldResults() {
		vol := Vol{Worker: "slot-0", Build: "v0.0.0", Started: "2026-01-02T03:04:05Z", Seconds: 1.5}
		if _, err := l.Commit(ctx, &phase, res, vol); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.Seal(ctx, &phase, oldTasks()); err != nil {
		t.Fatal(err)
	}
	m := manifest(t, l, "0123456789abcdef", "data/train-00000-of-00001-0a1b2c3d.jsonl", "stats.json")
	m.Rows, m.Documents, m.Kept, m.DeadTasks = 3, 5, 3, 1
	if err := l.Publish(ctx, m); err != nil {
		t.Fatal(err)
	}
}
