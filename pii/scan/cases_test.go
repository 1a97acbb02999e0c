package scan

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"dataprep/internal/testdata"
)

// records decodes each line of a gzipped file of the pii data into a T.
func records[T any](t *testing.T, name string) []T {
	t.Helper()
	f, err := os.Open(filepath.Join(testdata.Dir(t, "pii"), name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []T
	for s := bufio.NewScanner(z); s.Scan(); {
		var v T
		if err := json.Unmarshal(s.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// chars turns byte offsets into the character offsets that the cases use.
func chars(text string, at int) int { return len([]rune(text[:at])) }

type recognizerCase struct {
	Recognizer string
	Text       string
	Spans      [][2]int
}

// suffix is what Presidio takes into an IP span and we do not: a network length or a zone.
var suffix = regexp.MustCompile(`(%[a-z0-9]+)?(/[0-9]+)?$`)

// TestRecognizerCasesHold runs Presidio's unit cases. Its cases count private addresses and "::",
// so the scan does here as well.
func TestRecognizerCasesHold(t *testing.T) {
	kinds := map[string]Kind{"email": Email, "ip": IP, "credit_card": Card}
	var held, total, tp, fp, fn [Kinds]int
	for _, c := range records[recognizerCase](t, "recognizer-cases.jsonl.gz") {
		kind, ok := kinds[c.Recognizer]
		if !ok {
			continue
		}
		want := map[[2]int]bool{}
		for _, s := range c.Spans {
			r := []rune(c.Text)[s[0]:s[1]]
			s[1] -= len(suffix.FindString(string(r)))
			want[s] = true
		}
		scanner := Scanner{Want: Set(0).With(kind), PrivateIPs: true}
		good := true
		for _, s := range scanner.Append(nil, []byte(c.Text)) {
			at := [2]int{chars(c.Text, s.Start), chars(c.Text, s.End)}
			if want[at] {
				tp[kind]++
			} else {
				fp[kind]++
				good = false
			}
			delete(want, at)
		}
		fn[kind] += len(want)
		total[kind]++
		if good && len(want) == 0 {
			held[kind]++
		} else {
			t.Logf("%v: %q, expected %v", kind, c.Text, c.Spans)
		}
	}
	for k := range Kind(Kinds) {
		t.Logf("%v: %d of %d cases; spans: precision %.3f, recall %.3f", k, held[k], total[k],
			ratio(tp[k], fp[k]), ratio(tp[k], fn[k]))
		if total[k] < 5 || 100*held[k] < 95*total[k] {
			t.Errorf("%v: %d of %d cases hold, the floor is 95 %%", k, held[k], total[k])
		}
	}
}

func ratio(right, wrong int) float64 { return float64(right) / float64(max(1, right+wrong)) }

type generated struct {
	Text  string
	Spans []struct {
		Start, End int
		Type       string
	}
}

// TestGeneratedSentencesAreFoundExactly demands every span of the three kinds and no other, with
// the options that a pipeline uses.
func TestGeneratedSentencesAreFoundExactly(t *testing.T) {
	kinds := map[string]Kind{"EMAIL_ADDRESS": Email, "IP_ADDRESS": IP, "CREDIT_CARD": Card}
	right := 0
	for _, c := range records[generated](t, "presidio-research-generated-small.jsonl.gz") {
		want := map[Span]bool{}
		for _, s := range c.Spans {
			if k, ok := kinds[s.Type]; ok {
				want[Span{s.Start, s.End, k}] = true
			}
		}
		scanner := Scanner{Want: All}
		for _, s := range scanner.Append(nil, []byte(c.Text)) {
			s.Start, s.End = chars(c.Text, s.Start), chars(c.Text, s.End)
			if !want[s] {
				t.Errorf("%q: %v is none", c.Text, s)
			}
			right++
			delete(want, s)
		}
		if len(want) > 0 {
			t.Errorf("%q: missing %v", c.Text, want)
		}
	}
	if right != 14 {
		t.Errorf("%d spans, the set has 14", right)
	}
}
