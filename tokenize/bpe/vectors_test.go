package bpe

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dataprep/internal/testdata"
)

func gpt2(t testing.TB) *Model {
	t.Helper()
	m, err := GPT2()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// unzip returns the content of a .gz file of the shared data.
func unzip(t testing.TB, dir, name string) []byte {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(testdata.Dir(t, dir), name))
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// texts returns the text column of a .jsonl.gz file of the shared data.
func texts(t testing.TB, dir, name string) [][]byte {
	t.Helper()
	var out [][]byte
	for line := range bytes.Lines(unzip(t, dir, name)) {
		var row struct{ Text string }
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		out = append(out, []byte(row.Text))
	}
	return out
}

// languages returns the UDHR in 388 translations (and the folder's empty entry).
func languages(t testing.TB) [][]byte {
	t.Helper()
	r, err := zip.OpenReader(filepath.Join(testdata.Dir(t, "langid"), "udhr2.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out [][]byte
	for _, entry := range r.File {
		f, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, text)
	}
	return out
}

func TestIDsEqualThePlansOfOpenAI(t *testing.T) {
	e := gpt2(t).NewEncoder()
	path := filepath.Join(testdata.Dir(t, "tokenizers"), "vectors-openai-testplans.txt")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	plans := 0
	for block := range strings.SplitSeq(string(file), "\n\nEncodingName: ") {
		rest, ok := strings.CutPrefix(strings.TrimPrefix(block, "EncodingName: "), "r50k_base\nSample: ")
		if !ok {
			continue
		}
		sample, encoded, ok := strings.Cut(rest, "\nEncoded: ")
		var want []int32
		if err := json.Unmarshal([]byte(encoded), &want); err != nil || !ok {
			t.Fatalf("plan %q: %v", rest, err)
		}
		plans++
		if got := e.Encode(nil, []byte(sample)); !slices.Equal(got, want) {
			t.Errorf("%q: ids %d, want %d", sample, got, want)
		}
	}
	if plans != 64 {
		t.Errorf("%d plans, want 64", plans)
	}
}

func TestIDsEqualTheVectorsOfTransformersJS(t *testing.T) {
	e := gpt2(t).NewEncoder()
	vectors := 0
	s := bufio.NewScanner(bytes.NewReader(unzip(t, "tokenizers", "vectors-transformersjs.jsonl.gz")))
	for s.Scan() {
		var row struct {
			Model, Name, Text string
			IDs               []int32
		}
		if err := json.Unmarshal(s.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		if row.Model != "Xenova/gpt2" {
			continue
		}
		vectors++
		if got := e.Encode(nil, []byte(row.Text)); !slices.Equal(got, row.IDs) {
			t.Errorf("%s: %q: ids %d, want %d", row.Name, row.Text, got, row.IDs)
		}
	}
	if vectors != 26 {
		t.Errorf("%d vectors, want 26", vectors)
	}
}

// What tiktoken 0.14.0 makes of the texts with the same ranks: the number of ids, and the
// SHA-256 of all ids as little-endian int32, document after document.
func TestIDsEqualTiktokenOnWholeCorpora(t *testing.T) {
	e := gpt2(t).NewEncoder()
	for _, test := range []struct {
		name string
		docs [][]byte
		ids  int
		sum  string
	}{
		{"C4", texts(t, "quality", "c4-demo.jsonl.gz"), 161182,
			"021e03f59e1ece5fbf2fd3c97ef5f42f6b575bd1807627db97dd5a74cdcd3cf8"},
		{"Wikipedia", texts(t, "quality", "wiki-demo.jsonl.gz"), 218147,
			"bd11e318bbc4ff0e636ac6d37619daa4a42670a114646a4f12eab8d245d7ae8f"},
		{"license texts", texts(t, "dedup", "licences.jsonl.gz"), 997628,
			"5555d6ab578e5a525edce5511023d338974551190f7b3baaebaac129f3b64aaa"},
		{"388 translations", languages(t), 3282816,
			"8b8d5ebb00867c0aa5e7f0cb7c18a2f949264eac2d823839f2fe1c0c5d745183"},
		{"75 languages", [][]byte{unzip(t, "langid", "lingua-testdata-sample.tsv.gz")}, 2240143,
			"1bc88d2966dba8fadd0a6aeb4013ad2979b4e4e2fa27e226c4e2f39097839588"},
	} {
		n, h := 0, sha256.New()
		var ids []int32
		var raw []byte
		for _, doc := range test.docs {
			ids, raw = e.Encode(ids[:0], doc), raw[:0]
			n += len(ids)
			for _, id := range ids {
				raw = binary.LittleEndian.AppendUint32(raw, uint32(id))
			}
			h.Write(raw)
			if count := e.Count(doc); count != len(ids) {
				t.Fatalf("%s: Count says %d of %d ids", test.name, count, len(ids))
			}
			if back, err := e.vocab.Decode(nil, ids); err != nil || !bytes.Equal(back, doc) {
				t.Fatalf("%s: a document does not survive the round trip: %v", test.name, err)
			}
		}
		if got := fmt.Sprintf("%x", h.Sum(nil)); n != test.ids || got != test.sum {
			t.Errorf("%s: %d ids with sum %s, want %d with %s", test.name, n, got, test.ids, test.sum)
		}
	}
}
