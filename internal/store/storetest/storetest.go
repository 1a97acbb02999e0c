// Package storetest is the law that every store.Store obeys, as tests.
//
// In: a function that makes an empty store. Out: failures. Commits, seals and manifests rest on
// these laws and on nothing else a store may do, so a store that passes can hold a run. The
// reference is store.Mem. Not asked for: speed, durability (see each store's own tests), and keys
// of which one is a folder of the other, which some stores refuse.
package storetest

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"dataprep/internal/store"
)

// Run tests the stores that open makes, an empty one per law. open may use t.TempDir.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, law := range []struct {
		name string
		test func(*testing.T, store.Store)
	}{
		{"CreateStandsOnceOfEightRacers", createRace},
		{"ExistsLeavesTheFirstBody", existsKeeps},
		{"BodyOfAnotherSizeIsRefused", bodySize},
		{"FailedBodyLeavesNothing", failedBody},
		{"CASReplacesOnlyWhatItNames", casNames},
		{"CASOfEightRacersLosesNoUpdate", casRace},
		{"TagsNeverReturn", tagsNeverReturn},
		{"GetReadsRanges", getRanges},
		{"ReadAtFollowsTheReaderAtContract", readAt},
		{"MissingKeysAreErrNotExist", missingKeys},
		{"OpenReaderSurvivesReplacement", readerSurvives},
		{"ListIsSortedAndComplete", listSorted},
		{"ListCanStopEarly", listStops},
		{"BadKeysAreRefused", badKeys},
		{"EndedContextsAreRefused", endedContext},
		{"DeleteForgets", deleteForgets},
		{"AGroupHoldsTogetherAndKeepsOthersOut", holdGroups},
		{"OfEightRacersTheHoldersAreOfOneGroup", holdRace},
	} {
		t.Run(law.name, func(t *testing.T) { law.test(t, open(t)) })
	}
}

func create(t *testing.T, s store.Store, key, body string) store.Outcome {
	t.Helper()
	o, err := s.Create(t.Context(), key, store.Bytes([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func holds(t *testing.T, s store.Store, key, want string) {
	t.Helper()
	b, err := store.ReadAll(t.Context(), s, key)
	if err != nil || string(b) != want {
		t.Fatalf("%s holds %q, %v; want %q", key, b, err, want)
	}
}

func existsKeeps(t *testing.T, s store.Store) {
	if o := create(t, s, "c/a", "first"); o != store.Created {
		t.Fatalf("outcome %d", o)
	}
	for _, body := range []string{"other", "first", ""} {
		if o := create(t, s, "c/a", body); o != store.Exists {
			t.Fatalf("outcome %d", o)
		}
		holds(t, s, "c/a", "first")
	}
	create(t, s, "c/empty", "")
	holds(t, s, "c/empty", "")
	info, err := s.Head(t.Context(), "c/a")
	if err != nil || info.Size != 5 || info.Tag == "" {
		t.Fatalf("%+v, %v", info, err)
	}
}

func bodySize(t *testing.T, s store.Store) {
	for _, announced := range []int64{0, 4, 6, 1 << 40} {
		body := store.Bytes([]byte("12345"))
		body.Size = announced
		if _, err := s.Create(t.Context(), "a/b", body); err == nil {
			t.Errorf("5 bytes announced as %d are accepted", announced)
		}
	}
	nothingStands(t, s, "a/b")
}

var errBody = errors.New("body breaks")

func failedBody(t *testing.T, s store.Store) {
	opens := store.Body{Size: 1, Open: func() (io.ReadCloser, error) { return nil, errBody }}
	reads := store.Body{Size: 9, Open: func() (io.ReadCloser, error) {
		broken := io.MultiReader(strings.NewReader("1234"), brokenReader{})
		return io.NopCloser(broken), nil
	}}
	for _, body := range []store.Body{opens, reads} {
		if _, err := s.Create(t.Context(), "a/b", body); !errors.Is(err, errBody) {
			t.Errorf("error %v does not say what broke", err)
		}
	}
	nothingStands(t, s, "a/b")
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errBody }

// nothingStands says that a failed write is invisible and its key still free.
func nothingStands(t *testing.T, s store.Store, key string) {
	t.Helper()
	if _, err := s.Head(t.Context(), key); !errors.Is(err, store.ErrNotExist) {
		t.Errorf("a failed write stands: %v", err)
	}
	if keys := list(t, s, "", ""); len(keys) > 0 {
		t.Errorf("a failed write is listed: %v", keys)
	}
	if o := create(t, s, key, "whole"); o != store.Created {
		t.Errorf("outcome %d after a failed write", o)
	}
}

func getRanges(t *testing.T, s store.Store) {
	create(t, s, "r", "0123456789")
	for _, c := range []struct {
		off, n int64
		want   string
	}{
		{0, -1, "0123456789"}, {3, -1, "3456789"}, {0, 4, "0123"}, {3, 4, "3456"}, {8, 5, "89"},
		{5, 0, ""}, {10, -1, ""}, {10, 3, ""}, {99, 1, ""}, {99, -1, ""}, {2, 1<<63 - 1, "23456789"},
	} {
		r, err := s.Get(t.Context(), "r", c.off, c.n)
		if err != nil {
			t.Errorf("%d+%d: %v", c.off, c.n, err)
			continue
		}
		b, err := io.ReadAll(r)
		if cerr := r.Close(); err != nil || cerr != nil || string(b) != c.want {
			t.Errorf("%d+%d: %q, %v, %v; want %q", c.off, c.n, b, err, cerr, c.want)
		}
	}
	if r, err := s.Get(t.Context(), "r", -1, 3); err == nil {
		_ = r.Close()
		t.Error("a negative offset is accepted")
	}
}

func readAt(t *testing.T, s store.Store) {
	create(t, s, "r", "0123456789")
	at := store.At{Ctx: t.Context(), Store: s, Key: "r"}
	p := make([]byte, 4)
	if n, err := at.ReadAt(p, 2); n != 4 || err != nil || string(p) != "2345" {
		t.Errorf("%d %v %q", n, err, p)
	}
	for off, want := range map[int64]int{8: 2, 10: 0, 50: 0} {
		if n, err := at.ReadAt(p, off); n != want || err != io.EOF {
			t.Errorf("at %d: %d, %v", off, n, err)
		}
	}
}

func missingKeys(t *testing.T, s store.Store) {
	create(t, s, "a/b", "x")
	for _, key := range []string{"z", "a", "a/c", "a/b/c", "a/bb", "y/z"} {
		if _, err := s.Head(t.Context(), key); !errors.Is(err, store.ErrNotExist) {
			t.Errorf("head of %s: %v", key, err)
		}
		if _, err := s.Get(t.Context(), key, 0, -1); !errors.Is(err, store.ErrNotExist) {
			t.Errorf("get of %s: %v", key, err)
		}
		if o, err := s.CAS(t.Context(), key, "1", nil); o != store.Exists || err != nil {
			t.Errorf("cas of %s: %d, %v", key, o, err)
		}
	}
}

func list(t *testing.T, s store.Store, prefix, after string) (keys []string) {
	t.Helper()
	for e, err := range s.List(t.Context(), prefix, after) {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, e.Key)
	}
	return keys
}

func listSorted(t *testing.T, s store.Store) {
	all := []string{"a", "b!", "b-/x", "b/1", "b/2/deep", "b/2!", "b0", "ba/1", "c/ä"}
	for _, key := range []string{"c/ä", "b/2!", "b/1", "a", "b/2/deep", "ba/1", "b0", "b!", "b-/x"} {
		create(t, s, key, key)
	}
	slices.Sort(all)
	for _, prefix := range []string{"", "b", "b/", "b/2", "b/2/", "zz", "c/ä", "b/2/deep"} {
		for _, after := range []string{"", "a", "b/1", "b/2", "zz"} {
			var want []string
			for _, k := range all {
				if strings.HasPrefix(k, prefix) && k > after {
					want = append(want, k)
				}
			}
			if got := list(t, s, prefix, after); !slices.Equal(got, want) {
				t.Errorf("prefix %q after %q: %q, want %q", prefix, after, got, want)
			}
		}
	}
	for e, err := range s.List(t.Context(), "b/", "") {
		if err != nil || e.Size != int64(len(e.Key)) {
			t.Errorf("%+v, %v", e, err)
		}
	}
}

func listStops(t *testing.T, s store.Store) {
	create(t, s, "a", "1")
	create(t, s, "b", "2")
	seen := 0
	for range s.List(t.Context(), "", "") {
		seen++
		break
	}
	if seen != 1 {
		t.Errorf("%d entries", seen)
	}
}

func badKeys(t *testing.T, s store.Store) {
	for _, key := range []string{"", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a/.",
		`a\b`, "a\x00b", ".tmp-1", "a/.tmp-1", ".tmp-1/a"} {
		_, headErr := s.Head(t.Context(), key)
		_, getErr := s.Get(t.Context(), key, 0, -1)
		_, createErr := s.Create(t.Context(), key, store.Bytes(nil))
		_, casErr := s.CAS(t.Context(), key, "1", nil)
		for _, err := range []error{headErr, getErr, createErr, casErr} {
			if err == nil || errors.Is(err, store.ErrNotExist) {
				t.Errorf("key %q: %v, %v, %v, %v", key, headErr, getErr, createErr, casErr)
				break
			}
		}
	}
}

func endedContext(t *testing.T, s store.Store) {
	create(t, s, "a", "1")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, headErr := s.Head(ctx, "a")
	_, getErr := s.Get(ctx, "a", 0, -1)
	_, createErr := s.Create(ctx, "b", store.Bytes(nil))
	_, casErr := s.CAS(ctx, "b", "", nil)
	var listErr error
	for _, err := range s.List(ctx, "", "") {
		listErr = err
	}
	for _, err := range []error{headErr, getErr, createErr, casErr, listErr} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	}
	if got := list(t, s, "", ""); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

func deleteForgets(t *testing.T, s store.Store) {
	r, ok := s.(store.Remover)
	if !ok {
		t.Skip("the store has no door for garbage collection")
	}
	create(t, s, "d/a", "1")
	for range 2 { // the second time there is nothing, which is what was asked for
		if err := r.Delete(t.Context(), "d/a"); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Delete(t.Context(), "no/such/folder"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Head(t.Context(), "d/a"); !errors.Is(err, store.ErrNotExist) {
		t.Errorf("after delete: %v", err)
	}
	if o := create(t, s, "d/a", "2"); o != store.Created {
		t.Errorf("outcome %d", o)
	}
	holds(t, s, "d/a", "2")
}
