package tokenize

import (
	"bufio"
	"compress/gzip"
	"dataprep/stages/stagetest"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"dataprep/internal/testdata"
	"dataprep/stages/doc"
	"dataprep/tokenize/bpe"
)

func storing(c *Tokenize) { c.Store = ids }

func TestKnownIDs(t *testing.T) {
	x := stagetest.Start(t, tokenize(), storing, nil)
	x.Fill(0, []string{"Hello world", "", "<|endoftext|>"})
	x.Process()
	lists := InputIDs.Of(x.Batch)
	if got := lists.At(0); !slices.Equal(got, []int32{15496, 995}) {
		t.Errorf("ids %v", got)
	}
	if !lists.Has(1) || len(lists.At(1)) != 0 {
		t.Error("an empty text has no empty list of ids")
	}
	if got := lists.At(2); slices.Contains(got, 50256) {
		t.Errorf("the name of a special token became one: %v", got)
	}
}

// TestIDsAreThoseOfTheSharedVectors runs the gpt2 cases of transformers.js through the stage.
func TestIDsAreThoseOfTheSharedVectors(t *testing.T) {
	f, err := os.Open(filepath.Join(testdata.Dir(t, "tokenizers"), "vectors-transformersjs.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	var want [][]int32
	for s := bufio.NewScanner(z); s.Scan(); {
		var v struct {
			Model, Text string
			IDs         []int32
		}
		if err := json.Unmarshal(s.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		if v.Model == "Xenova/gpt2" {
			texts, want = append(texts, v.Text), append(want, v.IDs)
		}
	}
	if len(texts) != 26 {
		t.Fatalf("%d vectors, want 26", len(texts))
	}
	x := stagetest.Start(t, tokenize(), storing, nil)
	x.Fill(0, texts)
	x.Process()
	for i := range texts {
		if got := InputIDs.Of(x.Batch).At(i); !slices.Equal(got, want[i]) {
			t.Errorf("%q: %v, want %v", texts[i], got, want[i])
		}
	}
}

func TestCountIsTheNumberOfIDs(t *testing.T) {
	texts := append(stagetest.Hostile(), "A text.", "Noch ein Text, länger.")
	for _, special := range []bool{false, true} {
		stored := stagetest.Start(t, tokenize(), func(c *Tokenize) { c.Store, c.SpecialTokens = ids, special }, nil)
		counted := stagetest.Start(t, tokenize(), func(c *Tokenize) { c.SpecialTokens = special }, nil)
		stored.Fill(0, texts)
		stored.Process()
		counted.Fill(0, texts)
		counted.Process()
		for i := range texts {
			list := InputIDs.Of(stored.Batch).At(i)
			if special != (len(list) > 0 && list[len(list)-1] == 50256) {
				t.Errorf("text %d: special tokens %v, last ids %v", i, special, tail(list))
			}
			a, b := doc.TokenCount.Of(stored.Batch).At(i), doc.TokenCount.Of(counted.Batch).At(i)
			if a != int64(len(list)) || b != a {
				t.Errorf("text %d: %d ids, counts %d and %d", i, len(list), a, b)
			}
		}
	}
	if InputIDs.In(stagetest.Start(t, tokenize(), nil, nil).Batch) {
		t.Error("store: count declares input_ids")
	}
}

func tail(v []int32) []int32 { return v[max(0, len(v)-3):] }

func TestIDsDecodeToTheText(t *testing.T) {
	m, err := bpe.GPT2()
	if err != nil {
		t.Fatal(err)
	}
	x := stagetest.Start(t, tokenize(), storing, nil)
	texts := stagetest.Hostile()
	x.Fill(0, texts)
	x.Process()
	for i, want := range texts {
		got, err := m.Vocab().Decode(nil, InputIDs.Of(x.Batch).At(i))
		if err != nil || string(got) != want {
			t.Errorf("text %d of %d bytes comes back as %d bytes, %v", i, len(want), len(got), err)
		}
	}
}

func TestCutOfBatchesDoesNotChangeIDs(t *testing.T) {
	texts := stagetest.Hostile()[:7]
	for i := range 40 {
		texts = append(texts, fmt.Sprintf("Document %d says: it's %d%% done…\n\n  ünïcode", i, i*i))
	}
	stagetest.Start(t, tokenize(), storing, nil).Cuts(texts)
	stagetest.Start(t, tokenize(), func(c *Tokenize) { c.SpecialTokens = true }, nil).Cuts(texts)
}

func TestTokenizingDoesNotAllocate(t *testing.T) {
	x := stagetest.Start(t, tokenize(), storing, nil)
	x.Fill(0, slices.Repeat([]string{"Some words, counted.", "", "1 2 3"}, 30))
	x.Process()
	if n := testing.AllocsPerRun(5, x.Process); n > 3 {
		t.Errorf("%v allocations for a batch of %d", n, x.Batch.Len())
	}
}
