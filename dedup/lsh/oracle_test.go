package lsh_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"dataprep/dedup/cluster"
	"dataprep/dedup/lsh"
	"dataprep/dedup/minhash"
	"dataprep/internal/testdata"
)

// collection returns the signatures of all texts of a shared collection that have one.
func collection(t *testing.T, name string, p *minhash.Params) (ids, sigs []uint64) {
	t.Helper()
	f, err := os.Open(filepath.Join(testdata.Dir(t, "dedup"), name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var s minhash.Scratch
	sig := make([]uint64, p.Functions())
	for in := json.NewDecoder(z); ; {
		var doc struct{ Text string }
		if err := in.Decode(&doc); err == io.EOF {
			return ids, sigs
		} else if err != nil {
			t.Fatal(err)
		}
		data := bytes.ToLower([]byte(doc.Text))
		var start, end []int32
		at := 0
		for word := range bytes.FieldsSeq(data) {
			at += bytes.Index(data[at:], word)
			start = append(start, int32(at))
			at += len(word)
			end = append(end, int32(at))
		}
		if p.Signature(sig, &s, data, start, end) {
			ids, sigs = append(ids, uint64(len(ids))), append(sigs, sig...)
		}
	}
}

type record struct {
	key minhash.Key
	id  uint64
}

// starEdges does what the exchange does: sort (key, id), one star per run of equal keys.
func starEdges(p *minhash.Params, ids, sigs []uint64) []cluster.Edge[uint64] {
	var records []record
	for i, id := range ids {
		for _, key := range p.AppendKeys(nil, sigs[i*p.Functions():(i+1)*p.Functions()]) {
			records = append(records, record{key, id})
		}
	}
	slices.SortFunc(records, func(a, b record) int {
		if c := bytes.Compare(a.key[:], b.key[:]); c != 0 {
			return c
		}
		return int(a.id) - int(b.id)
	})
	var edges []cluster.Edge[uint64]
	head := 0
	for i := 1; i < len(records); i++ {
		if records[i].key != records[head].key {
			head = i
			continue
		}
		edges = append(edges, cluster.Edge[uint64]{Low: records[head].id, High: records[i].id})
	}
	return edges
}

func rows(t *testing.T, edges []cluster.Edge[uint64]) []cluster.Row[uint64] {
	t.Helper()
	var s cluster.Set[uint64]
	if err := s.Add(edges); err != nil {
		t.Fatal(err)
	}
	return s.AppendRows(nil, nil)
}

// TestClustersOfTheExchangeAreThoseOfTheLibrary runs 14 x 8 over real near-duplicates: band keys,
// stars and union-find on one side, ekzhu's tables at the threshold that yields 14 x 8 on the
// other.
func TestClustersOfTheExchangeAreThoseOfTheLibrary(t *testing.T) {
	p, err := minhash.New(minhash.Config{Bands: 14, Rows: 8, NGram: 5, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"licences.jsonl.gz", "lohelp-en.jsonl.gz"} {
		ids, sigs := collection(t, name, p)
		x, err := lsh.Build(p.Functions(), 0.67, ids, sigs)
		if err != nil {
			t.Fatal(err)
		}
		if bands, rows := x.Params(); bands != 14 || rows != 8 {
			t.Fatalf("the library chose %d x %d", bands, rows)
		}
		var theirs []cluster.Edge[uint64]
		for i, id := range ids {
			for _, other := range x.Candidates(sigs[i*112 : (i+1)*112]) {
				theirs = append(theirs, cluster.Edge[uint64]{Low: id, High: other})
			}
		}
		ours := rows(t, starEdges(p, ids, sigs))
		t.Logf("%s: %d texts, %d in clusters", name, len(ids), len(ours))
		if len(ours) == 0 || !slices.Equal(ours, rows(t, theirs)) {
			t.Errorf("%s: clusters differ", name)
		}
	}
}
