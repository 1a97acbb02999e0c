package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dataprep/workers"
	"dataprep/workers/ledger"

	"github.com/parquet-go/parquet-go"
)

// published is a row of a published shard, as a reader that knows nothing of us declares it.
type published struct {
	ID         string   `parquet:"id"`
	Text       string   `parquet:"text"`
	Language   *string  `parquet:"language,optional"`
	TokenCount *int64   `parquet:"token_count,optional"`
	Quality    *float64 `parquet:"quality_score,optional"`
	Cluster    *string  `parquet:"minhash_cluster_id,optional"`
	Size       *int64   `parquet:"minhash_cluster_size,optional"`
}

// decision is a row of a decisions file.
type decision struct {
	ID          string   `parquet:"id"`
	FilePath    *string  `parquet:"file_path,optional"`
	Offset      *int64   `parquet:"offset,optional"`
	Outcome     *string  `parquet:"outcome,optional"`
	Stage       *string  `parquet:"stage,optional"`
	Reason      *string  `parquet:"reason,optional"`
	Value       *float32 `parquet:"value,optional"`
	Limit       *float32 `parquet:"limit,optional"`
	DuplicateOf *string  `parquet:"duplicate_of,optional"`
	Shard       *int64   `parquet:"shard,optional"`
	Row         *int64   `parquet:"row,optional"`
}

// judge holds a published output against what it says of itself.
func judge(t *testing.T, out string) {
	t.Helper()
	var m ledger.Manifest
	var s workers.Stats
	readJSON(t, filepath.Join(out, "manifest.json"), &m)
	readJSON(t, filepath.Join(out, "stats.json"), &s)
	judgeRoot(t, out, &m)
	judgeSums(t, &s)
	var shards [][]published
	for _, f := range m.Files {
		if strings.HasPrefix(f.Path, "data/") {
			shards = append(shards, judgeShard(t, filepath.Join(out, f.Path), f.Rows, &s))
		}
	}
	judgeRows(t, shards, &s)
	files, err := filepath.Glob(filepath.Join(out, ".dataprep/runs", m.Run, "decisions/*.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	var all []decision
	for _, f := range files {
		all = append(all, readParquet[decision](t, f)...)
	}
	judgeDecisions(t, all, shards, &s)
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func readParquet[T any](t *testing.T, path string) []T {
	t.Helper()
	rows, err := parquet.ReadFile[T](path)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return rows
}

// judgeRoot computes the root as sha256sum over the published files would.
func judgeRoot(t *testing.T, out string, m *ledger.Manifest) {
	t.Helper()
	root := sha256.New()
	for _, f := range m.Files {
		body, err := os.ReadFile(filepath.Join(out, f.Path))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(body)
		if hex.EncodeToString(sum[:]) != f.SHA256 || int64(len(body)) != f.Bytes {
			t.Errorf("%s is not the file the manifest lists", f.Path)
		}
		_, _ = io.WriteString(root, f.SHA256+"  "+f.Path+"\n")
	}
	if hex.EncodeToString(root.Sum(nil)) != m.RootSHA256 {
		t.Error("root_sha256 is not the digest of the files")
	}
	listed, err := os.ReadDir(filepath.Join(out, "data"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range listed {
		if !slices.ContainsFunc(m.Files, func(f ledger.ManifestFile) bool {
			return f.Path == "data/"+e.Name()
		}) {
			t.Errorf("data/%s is not in the manifest", e.Name())
		}
	}
}

// judgeSums checks that nothing is lost between a stage and the next.
func judgeSums(t *testing.T, s *workers.Stats) {
	t.Helper()
	c := &s.Counts
	if what, ok := c.Conserved(); !ok {
		t.Errorf("the sums of %s do not hold", what)
	}
	var dropped, dead int64
	in := c.Documents + c.Born
	for _, st := range c.Stages {
		if st.In != in {
			t.Errorf("%s saw %d documents, the stages before it left %d", st.ID, st.In, in)
		}
		in, dropped, dead = st.Kept, dropped+st.Dropped, dead+st.Dead
	}
	if in != c.Kept || dropped != c.Dropped || dead != c.Dead || s.Rows != c.Kept {
		t.Errorf("stages say kept %d, dropped %d, dead %d; the total %d, %d, %d; %d rows",
			in, dropped, dead, c.Kept, c.Dropped, c.Dead, s.Rows)
	}
}

func judgeShard(t *testing.T, path string, rows int64, s *workers.Stats) []published {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	p, err := parquet.OpenFile(f, st.Size())
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var columns []string
	for _, f := range p.Schema().Fields() {
		columns = append(columns, f.Name())
	}
	if !slices.Equal(columns, s.Columns) {
		t.Errorf("%s has the columns %v, stats.json says %v", path, columns, s.Columns)
	}
	all := readParquet[published](t, path)
	if int64(len(all)) != rows || p.NumRows() != rows {
		t.Errorf("%s has %d rows, the manifest says %d", path, len(all), rows)
	}
	return all
}

// judgeRows adds up what stats.json says of the kept documents.
func judgeRows(t *testing.T, shards [][]published, s *workers.Stats) {
	t.Helper()
	sums := map[string]int64{}
	var rows int64
	for _, shard := range shards {
		for _, r := range shard {
			rows++
			sums["text_bytes"] += int64(len(r.Text))
			if r.TokenCount != nil {
				sums["tokens"] += *r.TokenCount
			}
			if r.Language != nil {
				sums["language."+*r.Language]++
			}
			if r.Quality == nil || *r.Quality < 0 || *r.Quality > 1 {
				t.Errorf("%s has no quality in [0, 1]", r.ID)
			}
			if r.Cluster == nil && (r.Size == nil || *r.Size != 1) ||
				r.Cluster != nil && (*r.Cluster != r.ID || *r.Size < 2) {
				t.Errorf("%s: cluster id and size do not fit", r.ID)
			}
		}
	}
	if rows != s.Rows {
		t.Errorf("%d rows are published, stats.json says %d", rows, s.Rows)
	}
	for _, n := range s.Counts.Sums {
		if sums[n.Name] != n.N {
			t.Errorf("%s adds up to %d, stats.json says %d", n.Name, sums[n.Name], n.N)
		}
	}
}

// judgeDecisions wants one decision for each document, in the order of the input, the outcomes of
// stats.json, and each kept document in the place its decision names.
func judgeDecisions(t *testing.T, all []decision, shards [][]published, s *workers.Stats) {
	t.Helper()
	if int64(len(all)) != s.Counts.Documents {
		t.Errorf("%d decisions on %d documents", len(all), s.Counts.Documents)
	}
	known, taken := map[string]bool{}, map[[2]int64]bool{}
	outcomes, reasons := map[string]int64{}, map[string]int64{}
	for i, d := range all {
		if known[d.ID] {
			t.Errorf("document %s is decided twice", d.ID)
		}
		known[d.ID] = true
		if i > 0 && *all[i-1].FilePath == *d.FilePath && *all[i-1].Offset >= *d.Offset {
			t.Errorf("decision %d is out of the order of the input", i)
		}
		outcomes[*d.Outcome]++
		if *d.Outcome != "kept" {
			reasons[*d.Stage+" "+*d.Reason]++
			continue
		}
		at := [2]int64{*d.Shard, *d.Row}
		if taken[at] || d.Stage != nil || d.Reason != nil {
			t.Errorf("%s is kept at %v, and is not alone or has a reason", d.ID, at)
		}
		taken[at] = true
		if at[0] >= int64(len(shards)) || at[1] >= int64(len(shards[at[0]])) ||
			shards[at[0]][at[1]].ID != d.ID {
			t.Errorf("%s is not at shard %d, row %d", d.ID, at[0], at[1])
		}
	}
	c := &s.Counts
	if outcomes["kept"] != c.Kept || outcomes["dropped"] != c.Dropped || outcomes["dead"] != c.Dead {
		t.Errorf("the outcomes are %v, stats.json says %d, %d, %d", outcomes, c.Kept, c.Dropped, c.Dead)
	}
	for _, st := range c.Stages {
		for _, r := range st.Reasons {
			if got := reasons[st.ID+" "+r.Name]; got != r.N {
				t.Errorf("%s gave %s %d times, the decisions say %d", st.ID, r.Name, r.N, got)
			}
		}
	}
	for _, d := range all {
		if d.DuplicateOf != nil && (!known[*d.DuplicateOf] || *d.DuplicateOf == d.ID) {
			t.Errorf("%s is a duplicate of %s, which is no other document", d.ID, *d.DuplicateOf)
		}
	}
}
