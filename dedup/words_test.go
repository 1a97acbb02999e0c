package dedup

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dataprep/dedup/minhash"
	"dataprep/internal/testdata"
)

// TestSignaturesAreTheReferencesWhereWordsAre holds the whole way from text to signature against
// datatrove 0.10.1. Its English tokenizer also cuts some symbols and contractions, so not all can
// be equal; a text with a script that has no spaces never is.
func TestSignaturesAreTheReferencesWhereWordsAre(t *testing.T) {
	f, err := os.Open(filepath.Join(testdata.Dir(t, "rules"), "datatrove-0.10.1-en.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	k, err := minhash.New(minhash.Config{Bands: 14, Rows: 8, NGram: 5, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	var split splitter
	var scratch minhash.Scratch
	same, all, sig := 0, 0, make([]uint64, k.Functions())
	for in := json.NewDecoder(z); ; {
		var ref struct {
			Text string
			Want *string `json:"minhash_xxhash"`
		}
		if err := in.Decode(&ref); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		data, words := split.split([]byte(ref.Text))
		if hasUnspaced(data) {
			continue
		}
		all++
		got := k.Signature(sig, &scratch, data, words.Start, words.End)
		if got == (ref.Want != nil) && (!got || digest(sig) == *ref.Want) {
			same++
		}
	}
	t.Logf("%d of %d signatures are the reference's", same, all)
	if all != 1094 || same != 856 {
		t.Errorf("%d of %d signatures are the reference's, 856 of 1094 were", same, all)
	}
}

func digest(sig []uint64) string {
	b := make([]byte, 0, 8*len(sig))
	for _, v := range sig {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func TestOnlyPiecesWithoutSpacesAreCutFurther(t *testing.T) {
	var s splitter
	for in, want := range map[string]string{
		"C++ and a=b":        "c|and|a|b",
		"plain café, ĝis €5": "plain|cafe|gis|€0",
		"see 日本語 and мир":    "see|日|本|語|and|мир",
		"สวัสดี ok":          "",
		"":                   "",
	} {
		data, words := s.split([]byte(in))
		var got []string
		for i := range words.Start {
			got = append(got, string(words.At(data, i)))
		}
		if want != "" && strings.Join(got, "|") != want || in == "" && len(got) > 0 {
			t.Errorf("%q: %q", in, strings.Join(got, "|"))
		}
	}
}
