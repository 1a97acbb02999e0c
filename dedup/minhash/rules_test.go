package minhash

import (
	"encoding/json"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"dataprep/internal/testdata"
	"dataprep/internal/text"
)

// contractions are words that spaCy's English exceptions cut in two although no apostrophe is left
// after normalization (`can not`, `do nt`, `i m`).
const contractions = " cannot gonna gotta im ive id wed youre youve youll youd hes shes thats " +
	"whats wheres hows whos theres theyre theyve theyll weve lets dont cant wont didnt doesnt " +
	"isnt arent wasnt werent couldnt wouldnt shouldnt havent hasnt hadnt mustnt neednt mightnt " +
	"aint "

// maySplit says that spaCy may make several words of a piece between spaces: a contraction, a
// number with a unit, or anything with a symbol.
func maySplit(word string) bool {
	for i, r := range word {
		if !unicode.IsLetter(r) && r != '0' || i > 0 && word[i-1] == '0' && r != '0' {
			return true
		}
	}
	return strings.Contains(contractions, " "+word+" ")
}

// TestRecordedSignaturesAreMetWhereTheWordsAreKnown compares with the signatures that datatrove
// made of 1,195 texts. Its words come from spaCy, ours here from white space: they are the same
// unless maySplit, and then every signature must be met, with both hashes.
func TestRecordedSignaturesAreMetWhereTheWordsAreKnown(t *testing.T) {
	in := json.NewDecoder(unzip(t, filepath.Join(testdata.Dir(t, "rules"),
		"datatrove-0.10.1-en.jsonl.gz")))
	xxh, sha, s := reference(t, XXH64), reference(t, SHA1), new(Scratch)
	var simplifier text.Simplifier
	var texts, known, met, none int
	for {
		var doc struct {
			ID, Text  string
			WantXXH64 *string `json:"minhash_xxhash"`
			WantSHA1  *string `json:"minhash_sha1"`
		}
		if err := in.Decode(&doc); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		texts++
		simple := string(simplifier.Simplify([]byte(doc.Text)))
		sure := !slices.ContainsFunc(strings.Fields(simple), maySplit)
		if sure {
			known++
		}
		a, b := signature(t, xxh, s, simple), signature(t, sha, s, simple)
		same := matches(a, doc.WantXXH64) && matches(b, doc.WantSHA1)
		switch {
		case same && a == nil:
			none++
		case same:
			met++
		case sure:
			t.Errorf("%s: a signature differs", doc.ID)
		}
	}
	t.Logf("of %d texts %d have known words; %d signatures met, %d have none as in the reference",
		texts, known, met, none)
	if met < 800 || known < 500 {
		t.Errorf("met %d, known %d: too few to show anything", met, known)
	}
}

// matches compares with a recorded digest, nil for no signature.
func matches(sig []uint64, want *string) bool {
	if sig == nil || want == nil {
		return sig == nil && want == nil
	}
	return digest(sig) == *want
}
