package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dataprep/cmd/catalog"
	"dataprep/internal/testdata"
	"dataprep/stages"
)

// fixture is a corpus folder around the sample of this checkout, and lists and flags for it.
func fixture(t *testing.T, extra ...string) []string {
	t.Helper()
	dir := t.TempDir()
	warc, err := os.ReadFile("../../configs/sample/pages-00.warc.gz")
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "corpus.warc.gz"), warc)
	put(t, filepath.Join(dir, "MANIFEST.json"), []byte(`{"pages": 100, "warc_bytes": 1000000}`))
	args := []string{dir}
	for _, name := range []string{"url-domains", "url-urls", "banned-words", "banned-subwords",
		"soft-banned-words"} {
		path := filepath.Join(dir, name+".txt")
		put(t, path, []byte("blocked.example\n"))
		args = append(args, "--"+name, path)
	}
	lid := filepath.Join(testdata.Dir(t, "langid"), "lid.176.ftz")
	return append(append(args, "--lid", lid), extra...)
}

func put(t *testing.T, path string, body []byte) {
	t.Helper()
	if err := os.WriteFile(path, body, 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestLineHasThePeersKeysAndRunsAgree(t *testing.T) {
	var out bytes.Buffer
	args := append([]string{"fineweb"}, fixture(t, "--repeat", "2", "--hash", "xxhash64")...)
	if err := run(context.Background(), args, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines for two runs", len(lines))
	}
	var runs [2]map[string]any
	for i := range runs {
		if err := json.Unmarshal([]byte(lines[i]), &runs[i]); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"task", "peer", "version", "cores", "bytes_in", "docs", "seconds",
			"MBps", "docs_per_s", "rss_mb", "summary"} {
			if runs[i][key] == nil || runs[i][key] == 0.0 {
				t.Errorf("run %d: %q is missing or zero", i, key)
			}
		}
		s := runs[i]["summary"].(map[string]any)
		for _, key := range []string{"cpu_s", "kept", "text_bytes", "sha", "phases", "steps"} {
			if s[key] == nil {
				t.Errorf("run %d: summary lacks %q", i, key)
			}
		}
		if n := len(s["steps"].(map[string]any)); n != 9 {
			t.Errorf("run %d: %d steps, the recipe has 9 stages", i, n)
		}
		if s["documents"] == 0.0 {
			t.Errorf("run %d read no document", i)
		}
	}
	a, b := runs[0]["summary"].(map[string]any), runs[1]["summary"].(map[string]any)
	for _, key := range []string{"kept", "sha", "root_sha256"} {
		if a[key] != b[key] {
			t.Errorf("%s differs between two runs: %v, %v", key, a[key], b[key])
		}
	}
}

func TestTwoCoresPublishTheSameTextsAsOne(t *testing.T) {
	var shas []any
	for _, cores := range []string{"1", "2"} {
		var out bytes.Buffer
		args := append([]string{"fineweb"}, fixture(t, "--cores", cores)...)
		if err := run(context.Background(), args, &out, io.Discard); err != nil {
			t.Fatal(err)
		}
		var l line
		if err := json.Unmarshal(out.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		if l.Summary.Kept == 0 {
			t.Fatalf("%s cores kept nothing: the comparison is empty", cores)
		}
		shas = append(shas, l.Summary.SHA)
	}
	if shas[0] != shas[1] {
		t.Errorf("one copy of the corpus gives %v, two give %v: copies were not removed",
			shas[0], shas[1])
	}
}

func TestRecipeBindsWithQuotesAndSpacesInPaths(t *testing.T) {
	r, err := stages.NewRegistry(catalog.All()...)
	if err != nil {
		t.Fatal(err)
	}
	odd := `/a "quoted": {folder}/x`
	s := &settings{cores: 3, mode: "precision", hash: "sha1", lid: odd,
		lists: lists{domains: odd, urls: odd, words: odd, subwords: odd, soft: odd}}
	b, err := bind(recipe(s, "/in", "/out"), r)
	if err != nil {
		t.Fatal(err)
	}
	if b.Resources.Slots != 3 || b.Folder != "/out" {
		t.Errorf("slots %d, folder %q", b.Resources.Slots, b.Folder)
	}
	n := 0
	b.Artifacts(func(a *stages.Artifact) {
		if a.URI == odd {
			n++
		}
	})
	if n != 6 {
		t.Errorf("%d artifacts kept their path, 6 were given", n)
	}
}

// TestDigestIsThePeers uses values computed with Python's hashlib.blake2b(digest_size=8).
func TestDigestIsThePeers(t *testing.T) {
	var a, b texts
	for _, s := range []string{"", "page", "häßlich"} {
		if err := a.add([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []string{"häßlich", "", "page"} {
		if err := b.add([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if a.digest() != "5d951958ac17e6a7" || a.bytes != 13 || a.rows != 3 {
		t.Errorf("digest %s of %d bytes in %d rows", a.digest(), a.bytes, a.rows)
	}
	if a.digest() != b.digest() {
		t.Error("the order of texts counts")
	}
}

func TestListsAreUnpackedOnceAndWhole(t *testing.T) {
	dir := t.TempDir()
	archive := filepath.Join(dir, "lists.tar.gz")
	var body bytes.Buffer
	z := gzip.NewWriter(&body)
	w := tar.NewWriter(z)
	for _, f := range [][2]string{{"urls", "u"}, {"../escape", "x"}, {"domains", "d"}} {
		if err := w.WriteHeader(&tar.Header{Name: f[0], Mode: 0o600, Size: 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, f[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	put(t, archive, body.Bytes())
	into := filepath.Join(dir, "lists")
	if err := unpack(archive, into, "domains", "urls"); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(into, "domains")); err != nil || string(got) != "d" {
		t.Errorf("domains holds %q: %v", got, err)
	}
	put(t, archive, []byte("no archive"))
	if err := unpack(archive, into, "domains", "urls"); err != nil {
		t.Errorf("it unpacks again what is there: %v", err)
	}
	put(t, archive, body.Bytes())
	if err := unpack(archive, into, "domains", "other"); err == nil {
		t.Error("a list that the archive lacks is no error")
	}
	if found, _ := filepath.Glob(filepath.Join(dir, "*")); len(found) != 2 {
		t.Errorf("the archive wrote outside its folder: %v", found)
	}
}

func TestFlagsMayStandAfterTheCorpus(t *testing.T) {
	args := fixture(t, "--cores", "2")
	s, err := parse(append(slices.Clone(args[1:]), args[0]), io.Discard)
	if err != nil || s.corpus != args[0] || s.cores != 2 {
		t.Errorf("corpus last: %+v, %v", s, err)
	}
	if s, err = parse(args, io.Discard); err != nil || s.corpus != args[0] || s.cores != 2 {
		t.Errorf("corpus first: %+v, %v", s, err)
	}
	for _, bad := range [][]string{args[1:], append(slices.Clone(args), "second"),
		append(slices.Clone(args), "--cores", "0")} {
		if _, err := parse(bad, io.Discard); err == nil {
			t.Errorf("%v is accepted", bad)
		}
	}
}
