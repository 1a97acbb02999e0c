package minhash

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cespare/xxhash/v2"

	"dataprep/internal/testdata"
)

// truth is one collection with the exact similarity of its near-duplicates.
type truth struct {
	ids      []string
	shingles [][]uint64 // hashes, sorted, unique
	pairs    []truePair
}

type truePair struct {
	a, b    int
	jaccard float64
}

func unzip(t testing.TB, path string) io.Reader {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// readTruth hashes the shingles that the collection's own similarities are defined on.
func readTruth(t testing.TB, name string) *truth {
	t.Helper()
	dir := testdata.Dir(t, "dedup")
	p, s, c := reference(t, XXH64), new(Scratch), new(truth)
	number := map[string]int{}
	in := json.NewDecoder(unzip(t, filepath.Join(dir, name+".jsonl.gz")))
	for {
		var doc struct{ ID, Text string }
		if err := in.Decode(&doc); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		text := strings.ToLower(doc.Text)
		start, end := spans(text)
		shingles := p.AppendShingles(nil, s, []byte(text), start, end)
		if len(shingles) == 0 {
			shingles = []uint64{xxhash.Sum64String(strings.Join(strings.Fields(text), " "))}
		}
		slices.Sort(shingles)
		number[doc.ID] = len(c.ids)
		c.ids = append(c.ids, doc.ID)
		c.shingles = append(c.shingles, slices.Compact(shingles))
	}
	lines := bufio.NewScanner(unzip(t, filepath.Join(dir, name+"-pairs.tsv.gz")))
	for lines.Scan() {
		f := strings.Split(lines.Text(), "\t")
		if j, err := strconv.ParseFloat(f[2], 64); err == nil {
			c.pairs = append(c.pairs, truePair{number[f[0]], number[f[1]], j})
		}
	}
	return c
}

func jaccard(a, b []uint64) float64 {
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			both, i, j = both+1, i+1, j+1
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

func (c *truth) signatures(p *Params) [][]uint64 {
	sigs := make([][]uint64, len(c.shingles))
	for i, s := range c.shingles {
		sigs[i] = make([]uint64, p.Functions())
		p.SignatureOf(sigs[i], s)
	}
	return sigs
}

func shareBand(p *Params, a, b []uint64) bool {
	for k := range p.config.Bands {
		if slices.Equal(p.Band(a, k), p.Band(b, k)) {
			return true
		}
	}
	return false
}

// TestRecallFollowsTheCurve compares, over 20 draws of the functions, the share of pairs at
// Jaccard >= 0.8 that meet in a band with what the curve says of exactly these pairs. Estimates
// over the same draws must center on the true similarity.
func TestRecallFollowsTheCurve(t *testing.T) {
	const seeds = 20
	for _, name := range []string{"licences", "lohelp-en"} {
		c := readTruth(t, name)
		var wanted, found, estimated, true8, exact float64
		for seed := range uint32(seeds) {
			p, err := New(Config{Bands: 14, Rows: 8, NGram: 5, Seed: seed + 1})
			if err != nil {
				t.Fatal(err)
			}
			sigs := c.signatures(p)
			for _, pair := range c.pairs {
				if pair.jaccard < 0.8 {
					continue
				}
				exact++
				wanted += Curve(pair.jaccard, 14, 8)
				true8 += pair.jaccard
				estimated += Estimate(sigs[pair.a], sigs[pair.b])
				if shareBand(p, sigs[pair.a], sigs[pair.b]) {
					found++
				}
			}
		}
		t.Logf("%s: %.0f pairs at >= 0.8: recall %.4f, curve %.4f; mean estimate %.4f, truth %.4f",
			name, exact/seeds, found/exact, wanted/exact, estimated/exact, true8/exact)
		if exact == 0 || math.Abs(found-wanted)/exact > 0.02 {
			t.Errorf("%s: recall %.4f, the curve says %.4f", name, found/exact, wanted/exact)
		}
		if math.Abs(estimated-true8)/exact > 0.01 {
			t.Errorf("%s: mean estimate %.4f, truth %.4f", name, estimated/exact, true8/exact)
		}
	}
}

// TestTruthIsReproduced guards the test above: our shingles give the published similarities.
func TestTruthIsReproduced(t *testing.T) {
	for _, name := range []string{"licences", "lohelp-en"} {
		c, off := readTruth(t, name), 0
		for _, pair := range c.pairs {
			got := jaccard(c.shingles[pair.a], c.shingles[pair.b])
			if math.Abs(got-pair.jaccard) > 1e-4 {
				off++
			}
		}
		if off > 0 || len(c.pairs) == 0 {
			t.Errorf("%s: %d of %d similarities differ", name, off, len(c.pairs))
		}
	}
}

// TestEqualKeysAreEqualBands takes every pair of the collections, similar or not.
func TestEqualKeysAreEqualBands(t *testing.T) {
	for _, name := range []string{"licences", "lohelp-en"} {
		c, p := readTruth(t, name), reference(t, XXH64)
		sigs := c.signatures(p)
		keys := make([][]Key, len(sigs))
		for i, sig := range sigs {
			keys[i] = p.AppendKeys(nil, sig)
		}
		pairs, equal := 0, 0
		for i := range sigs {
			for j := range i {
				for k := range 14 {
					pairs++
					byKey := keys[i][k] == keys[j][k]
					if byKey {
						equal++
					}
					if byKey != slices.Equal(p.Band(sigs[i], k), p.Band(sigs[j], k)) {
						t.Fatalf("%s: band %d of %s and %s", name, k, c.ids[i], c.ids[j])
					}
				}
			}
		}
		t.Logf("%s: %d of %d pairs of bands are equal, by key and by value", name, equal, pairs)
		if equal == 0 {
			t.Errorf("%s: nothing to compare", name)
		}
	}
}
