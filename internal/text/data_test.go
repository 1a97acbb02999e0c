package text

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"dataprep/internal/testdata"
)

// reference is one text and what datatrove 0.10.1 says of it.
type reference struct {
	ID         string `json:"id"`
	Text       string `json:"text"`
	Words      int    `json:"n_words"`
	Sentences  int    `json:"n_sentences"`
	Simplified string `json:"simplified_sha256"`
}

func references(t testing.TB) []reference {
	t.Helper()
	path := filepath.Join(testdata.Dir(t, "rules"), "datatrove-0.10.1-en.jsonl.gz")
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	plain, err := gzip.NewReader(bufio.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	var all []reference
	for dec := json.NewDecoder(plain); ; {
		var ref reference
		if err := dec.Decode(&ref); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, ref)
	}
}

func TestSimplifyEqualsTheReferenceOnEveryText(t *testing.T) {
	var simplifier Simplifier
	refs := references(t)
	if len(refs) != 1195 {
		t.Fatalf("%d reference texts, want 1195", len(refs))
	}
	for _, ref := range refs {
		sum := sha256.Sum256(simplifier.Simplify([]byte(ref.Text)))
		if hex.EncodeToString(sum[:]) != ref.Simplified {
			t.Errorf("%s: the simplified text differs", ref.ID)
		}
	}
}

// The reference splits by spaCy's English rules, we by UAX 29, so equality is reported, not asked.
func TestWordAndSentenceCountsNextToTheReference(t *testing.T) {
	var words Spans
	var sameWords, sameSentences, ours, theirs, ourSentences, theirSentences int
	refs := references(t)
	for _, ref := range refs {
		data := []byte(ref.Text)
		Words(&words, data)
		checkSpans(t, data, &words)
		sentences := CountSentences(data, &words)
		if words.Len() == ref.Words {
			sameWords++
		}
		if sentences == ref.Sentences {
			sameSentences++
		}
		ours, theirs = ours+words.Len(), theirs+ref.Words
		ourSentences, theirSentences = ourSentences+sentences, theirSentences+ref.Sentences
	}
	t.Logf("of %d texts: same word count %d, same sentence count %d; words %d (spaCy %d), "+
		"sentences %d (spaCy %d)", len(refs), sameWords, sameSentences, ours, theirs,
		ourSentences, theirSentences)
}

// corpus joins the reference texts: web text, mostly English.
func corpus(b *testing.B) []byte {
	var all []byte
	for _, ref := range references(b) {
		all = append(append(all, ref.Text...), '\n')
	}
	return all
}

func BenchmarkKernels(b *testing.B) {
	data := corpus(b)
	var spans, words Spans
	var simplifier Simplifier
	var lower []byte
	Words(&words, data)
	kernels := []struct {
		name string
		run  func()
	}{
		{"Words", func() { Words(&spans, data) }},
		{"WordsByLibrary", func() { wordsByLibrary(&spans, data) }},
		{"SplitLines", func() { SplitLines(&spans, data) }},
		{"SplitLF", func() { SplitLF(&spans, data) }},
		{"Fields", func() { Fields(&spans, data) }},
		{"Sentences", func() { Sentences(&spans, data, &words) }},
		{"Lower", func() { lower = AppendLower(lower[:0], data) }},
		{"Simplify", func() { simplifier.Simplify(data) }},
		{"RuneCount", func() { RuneCount(data) }},
	}
	for _, kernel := range kernels {
		b.Run(kernel.name, func(b *testing.B) {
			kernel.run() // grow the buffers
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				kernel.run()
			}
		})
	}
}
