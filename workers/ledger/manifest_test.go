package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"dataprep/internal/store"
)

// manifest lists files and puts them into the store, each with its own path as body.
func manifest(t *testing.T, l *Ledger, run string, paths ...string) *Manifest {
	t.Helper()
	m := &Manifest{Version: Version, Name: "toy", Run: run}
	for _, p := range paths {
		put(t, l.Out, p, []byte(p))
		m.Files = append(m.Files, ManifestFile{Path: p, Bytes: int64(len(p)), SHA256: digest([]byte(p))})
	}
	m.Seal()
	return m
}

// The digest was made by `sha256sum b/x a | sort -k2 | sha256sum` over files that hold their names.
func TestTheRootIsWhatSha256sumSays(t *testing.T) {
	m := manifest(t, inMemory(), "r", "b/x", "a")
	const want = "4c0887a0565c8206ea2deedcb954897594b1a4c7c2f24ec6f06b6e70a8924b44"
	if m.RootSHA256 != want || m.Files[0].Path != "a" {
		t.Errorf("root %s of %v", m.RootSHA256, m.Files)
	}
	other := manifest(t, inMemory(), "another run", "a", "b/x")
	if other.RootSHA256 != m.RootSHA256 {
		t.Error("the root depends on the order or the run")
	}
}

func TestAPublishedManifestReadsBack(t *testing.T) {
	ctx := context.Background()
	for name, s := range stores(t) {
		l := &Ledger{Out: s}
		if m, err := l.Manifest(ctx); m != nil || err != nil {
			t.Fatalf("%s: %v %v", name, m, err)
		}
		m := manifest(t, l, "one", "data/train-0", "stats.json")
		if err := l.Publish(ctx, m); err != nil {
			t.Fatal(err)
		}
		back, err := l.Manifest(ctx)
		if err != nil || fmt.Sprint(back) != fmt.Sprint(m) {
			t.Errorf("%s: %+v %v", name, back, err)
		}
		if whole, err := l.Whole(ctx, back); !whole || err != nil {
			t.Errorf("%s: not whole: %v", name, err)
		}
		put(t, s, "stats.json", []byte("longer than it was"))
		if whole, err := l.Whole(ctx, back); whole || err != nil {
			t.Errorf("%s: whole with another size: %v", name, err)
		}
	}
}

func TestRepublishingRemovesUnlistedShardsAndNothingElse(t *testing.T) {
	ctx := context.Background()
	for name, s := range stores(t) {
		l := &Ledger{Out: s}
		foreign := []string{
			"README.md", "data/notes.txt", "data/train.py", "notes/data/train-0", ".dataprep/owner.json",
			".dataprep/runs/x/plan.json", "other/data.txt", "database/train-0",
		}
		for _, k := range foreign {
			put(t, s, k, []byte("mine"))
		}
		put(t, s, "data/train-left-by-a-crash", []byte("x"))
		if err := l.Publish(ctx, manifest(t, l, "one", "data/train-a", "data/train-b", "stats.json")); err != nil {
			t.Fatal(err)
		}
		if err := l.Publish(ctx, manifest(t, l, "two", "data/train-b", "data/train-c", "stats.json")); err != nil {
			t.Fatal(err)
		}
		want := append(slices.Clone(foreign), "data/train-b", "data/train-c", "manifest.json", "stats.json")
		slices.Sort(want)
		if got := keys(t, s); !slices.Equal(got, want) {
			t.Errorf("%s: %v\nwant %v", name, got, want)
		}
	}
}

func TestAManifestWithAFileMissingIsNotPublished(t *testing.T) {
	ctx := context.Background()
	l := inMemory()
	if err := l.Publish(ctx, manifest(t, l, "one", "data/train-a")); err != nil {
		t.Fatal(err)
	}
	m := manifest(t, l, "two", "data/train-b", "data/train-c")
	if err := l.Out.(store.Remover).Delete(ctx, "data/train-c"); err != nil {
		t.Fatal(err)
	}
	if err := l.Publish(ctx, m); !errors.Is(err, ErrCorrupt) {
		t.Fatalf("got %v", err)
	}
	if now, err := l.Manifest(ctx); err != nil || now.Run != "one" {
		t.Errorf("%v %v", now, err)
	}
	if !slices.Contains(keys(t, l.Out), "data/train-a") {
		t.Error("the old shards were removed")
	}
}

func TestRacingPublishersLeaveOneWholeManifest(t *testing.T) {
	ctx := context.Background()
	for name, s := range stores(t) {
		l := &Ledger{Out: s}
		const racers = 8
		ms := make([]*Manifest, racers)
		for i := range ms {
			ms[i] = manifest(t, l, fmt.Sprint(i), "stats.json", fmt.Sprintf("keep/%d", i))
		}
		var wg sync.WaitGroup
		for _, m := range ms {
			wg.Go(func() {
				if err := l.Publish(ctx, m); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
		wg.Wait()
		m, err := l.Manifest(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if whole, err := l.Whole(ctx, m); !whole || err != nil {
			t.Errorf("%s: the manifest that stands is not whole: %v", name, err)
		}
	}
}

// Somebody else's manifest gets in before ours, and after it.
func TestWhoIsOvertakenTriesAgainAndWhoIsReplacedRemovesNothing(t *testing.T) {
	ctx := context.Background()
	l := inMemory()
	theirs := manifest(t, l, "theirs", "data/train-theirs")
	ours := manifest(t, l, "ours", "data/train-ours")
	mem := l.Out
	body := func(m *Manifest) []byte {
		other := inMemory()
		for _, f := range m.Files {
			put(t, other.Out, f.Path, []byte(f.Path))
		}
		if err := other.Publish(ctx, m); err != nil {
			t.Fatal(err)
		}
		return read(t, other.Out, ManifestKey)
	}(theirs)
	before := &interloper{Store: mem, Remover: mem.(store.Remover), before: func(call int) {
		if call == 1 {
			put(t, mem, ManifestKey, body)
		}
	}}
	l.Out = before
	if err := l.Publish(ctx, ours); err != nil {
		t.Fatal(err)
	}
	if now, err := l.Manifest(ctx); err != nil || now.Run != "ours" || before.calls != 2 {
		t.Errorf("%+v after %d attempts: %v", now, before.calls, err)
	}
	put(t, mem, "data/train-theirs", []byte("data/train-theirs"))
	put(t, mem, ManifestKey, body)
	l.Out = mem
	if err := l.clear(ctx, ours); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(keys(t, mem), "data/train-theirs") {
		t.Error("the shards of the manifest that stands were removed")
	}
}

func TestALostReplyToTheSwapIsResolvedByReading(t *testing.T) {
	ctx := context.Background()
	for _, kind := range []store.Failure{store.LostRequest, store.LostReply} {
		l := inMemory(store.Fault{Op: store.OpCAS, Prefix: ManifestKey, Kind: kind})
		put(t, l.Out, "data/train-old", nil)
		if err := l.Publish(ctx, manifest(t, l, "one", "data/train-a")); err != nil {
			t.Fatal(err)
		}
		if m, err := l.Manifest(ctx); err != nil || m == nil || m.Run != "one" {
			t.Errorf("%v %v", m, err)
		}
		if slices.Contains(keys(t, l.Out), "data/train-old") {
			t.Error("the old shard is still there")
		}
	}
}

func TestADamagedManifestIsNotBelieved(t *testing.T) {
	ctx := context.Background()
	l := inMemory()
	if err := l.Publish(ctx, manifest(t, l, "one", "data/train-a", "data/train-b")); err != nil {
		t.Fatal(err)
	}
	good := read(t, l.Out, ManifestKey)
	for name, body := range map[string][]byte{
		"cut short":       good[:len(good)/2],
		"another root":    replaced(t, good, `"root_sha256": "`, `"root_sha256": "0`),
		"another digest":  replaced(t, good, `"sha256": "`, `"sha256": "0`),
		"another path":    replaced(t, good, "data/train-a", "data/train-x"),
		"no version":      replaced(t, good, `"version": 1`, `"version": 0`),
		"trailing object": append(slices.Clone(good), "{}"...),
	} {
		put(t, l.Out, ManifestKey, body)
		if m, err := l.Manifest(ctx); !errors.Is(err, ErrCorrupt) || m != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	put(t, l.Out, ManifestKey, []byte(`{"version": 2, "files": "elsewhere"}`))
	if _, err := l.Manifest(ctx); !errors.Is(err, ErrVersion) {
		t.Errorf("a newer manifest: %v", err)
	}
	if !strings.Contains(string(good), "\n  \"files\"") || good[len(good)-1] != '\n' {
		t.Error("the manifest is not made for eyes")
	}
}
