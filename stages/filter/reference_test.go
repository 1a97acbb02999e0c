package filter

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dataprep/internal/testdata"
	"dataprep/internal/text"
	"dataprep/stages/doc"
)

// reference is one text and what datatrove 0.10.1 with spaCy's English words decides about it.
type reference struct {
	ID           string
	Text         string
	Words        string `json:"words_sha256"`
	Repetition   string `json:"gopher_repetition"`
	Quality      string `json:"gopher_quality"`
	C4           string `json:"c4_quality"`
	C4Text       string `json:"c4_quality_text_sha256"`
	C4Bare       string `json:"c4_quality_no_terminal"`
	C4BareText   string `json:"c4_quality_no_terminal_text_sha256"`
	FineWeb      string `json:"fineweb_quality"`
	FineWebChain string `json:"fineweb_chain"`

	sameWords bool // our splitter finds the words of the reference
}

func references(t *testing.T) []reference {
	t.Helper()
	path := filepath.Join(testdata.Dir(t, "rules"), "datatrove-0.10.1-en.jsonl.gz")
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []reference
	for d := json.NewDecoder(bufio.NewReader(z)); d.More(); {
		var r reference
		if err := d.Decode(&r); err != nil {
			t.Fatal(err)
		}
		r.sameWords = hashWords(r.Text) == r.Words
		out = append(out, r)
	}
	if len(out) != 1195 {
		t.Fatalf("%d reference texts", len(out))
	}
	return out
}

func hashWords(s string) string {
	var spans text.Spans
	text.Words(&spans, []byte(s))
	var list []string
	for k := range spans.Len() {
		list = append(list, string(spans.At([]byte(s), k)))
	}
	sum := sha256.Sum256([]byte(strings.Join(list, "\n")))
	return hex.EncodeToString(sum[:])
}

// wordless are the reasons of the rules that count no words. Where a text is dropped by one of
// them, or we drop it by one of them, the two must agree whatever the splitter.
var wordless = map[string]bool{
	"empty": true, "dup_para_frac": true, "dup_para_char_frac": true, "dup_line_frac": true,
	"dup_line_char_frac": true, "line_punct_ratio": true, "short_line_ratio": true,
	"char_dup_ratio": true, "lorem_ipsum": true, "curly_bracket": true,
}

// agreement compares reasons with the reference's.
type agreement struct {
	texts, same int
	sameFate    int // kept by both or dropped by both
	sameWords   int // of the texts in which both find the same words
}

func (a *agreement) add(t *testing.T, filter string, r reference, got, want string) {
	t.Helper()
	a.texts++
	if r.sameWords {
		a.sameWords++
	}
	if (got == "") == (want == "") {
		a.sameFate++
	}
	if got == want {
		a.same++
		return
	}
	if r.sameWords {
		t.Errorf("%s %s: %q, want %q, though the words are the same", filter, r.ID, got, want)
	}
	if wordless[got] || wordless[want] {
		t.Errorf("%s %s: %q, want %q, by a rule that counts no words", filter, r.ID, got, want)
	}
}

// atLeast holds the number of equal reasons against what the splitter reaches today.
func (a *agreement) atLeast(t *testing.T, filter string, floor int) {
	t.Helper()
	t.Logf("%s: %d of %d reasons equal, %d kept or dropped alike; %d texts with equal words",
		filter, a.same, a.texts, a.sameFate, a.sameWords)
	if a.same < floor {
		t.Errorf("%s: %d of %d reasons equal, want %d", filter, a.same, a.texts, floor)
	}
}

func TestRepetitionAgreesWithTheReference(t *testing.T) {
	x, a := open(t, gopherRepetition(), nil), agreement{}
	for _, r := range references(t) {
		_, got, _ := x.judge(r.Text)
		a.add(t, x.name, r, got, r.Repetition)
	}
	a.atLeast(t, x.name, 1170)
}

func TestGopherQualityAgreesWithTheReference(t *testing.T) {
	x, a := open(t, gopherQuality(), nil), agreement{}
	for _, r := range references(t) {
		_, got, _ := x.judge(r.Text)
		a.add(t, x.name, r, got, r.Quality)
	}
	a.atLeast(t, x.name, 1127)
}

func TestFineWebAgreesWithTheReference(t *testing.T) {
	x, a := open(t, finewebQuality(), nil), agreement{}
	for _, r := range references(t) {
		_, got, _ := x.judge(r.Text)
		a.add(t, x.name, r, got, r.FineWeb)
	}
	a.atLeast(t, x.name, 1193)
}

func TestC4AgreesWithTheReference(t *testing.T) {
	strict := open(t, c4Quality(), nil)
	bare := open(t, c4Quality(), func(c *C4Quality) { c.TerminalPunctuation = false })
	var a, b agreement
	for _, r := range references(t) {
		_, got, after := strict.judge(r.Text)
		a.add(t, "c4_quality", r, got, r.C4)
		checkText(t, r, got, after, r.C4Text)
		_, got, after = bare.judge(r.Text)
		b.add(t, "c4_quality bare", r, got, r.C4Bare)
		checkText(t, r, got, after, r.C4BareText)
	}
	a.atLeast(t, "c4_quality", 1184)
	b.atLeast(t, "c4_quality without terminal punctuation", 1190)
}

// checkText holds the text that C4 leaves against the reference's; sentences only decide whether
// there is one.
func checkText(t *testing.T, r reference, got, after, want string) {
	t.Helper()
	sum := sha256.Sum256([]byte(after))
	switch {
	case got != "" && after != r.Text:
		t.Errorf("c4_quality %s: a dropped text was changed", r.ID)
	case got == "" && want != "" && hex.EncodeToString(sum[:]) != want:
		t.Errorf("c4_quality %s: the text kept is not the reference's", r.ID)
	}
}

func TestFineWebChainAgreesWithTheReference(t *testing.T) {
	chain := []*bench{open(t, gopherRepetition(), nil), open(t, gopherQuality(), nil),
		open(t, c4Quality(), func(c *C4Quality) { c.TerminalPunctuation = false }),
		open(t, finewebQuality(), nil)}
	var a agreement
	for _, r := range references(t) {
		got := chainReason(chain, r.Text)
		want := strings.Replace(r.FineWebChain, "c4_quality_no_terminal:", "c4_quality:", 1)
		a.add(t, "chain", r, got, want)
	}
	a.atLeast(t, "the chain", 1114)
}

// chainReason runs the filters one after the other over one batch of one document.
func chainReason(chain []*bench, value string) string {
	b := chain[0].batch
	chain[0].fill([]string{value}, false)
	for _, x := range chain {
		b.Begin(0, x.shape.Writes)
		if err := x.stage.Process(b); err != nil {
			x.t.Fatal(err)
		}
		b.Commit()
		if v := b.Verdict(0); v.Reason != "" {
			return x.name + ":" + x.reference(v.Reason)
		}
	}
	return ""
}

func TestOneShadowBatchJudgesAsManySingleOnes(t *testing.T) {
	var texts []string
	for _, r := range references(t)[:300] {
		texts = append(texts, r.Text)
	}
	for _, x := range []*bench{open(t, gopherRepetition(), nil), open(t, gopherQuality(), nil),
		open(t, c4Quality(), nil), open(t, finewebQuality(), nil)} {
		var single []doc.Verdict
		for _, s := range texts {
			v, _, _ := x.judge(s)
			single = append(single, v)
		}
		x.fill(texts, true)
		x.process()
		for i, want := range single {
			got := x.batch.Verdict(i)
			if got != want {
				t.Errorf("%s, text %d: the shadow row says %v, the plain one %v", x.name, i, got,
					want)
			}
			if want.Reason != "" && x.batch.State(i) != doc.Ghost {
				t.Errorf("%s, text %d: no ghost", x.name, i)
			}
		}
	}
}
