package language

import (
	"dataprep/stages/stagetest"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/abadojack/whatlanggo"

	"dataprep/stages/doc"
)

func TestCodesAreThoseOfTheLibraryWhereItHasAny(t *testing.T) {
	macro := map[string]string{"nb": "no"}
	for i, code := range codes {
		want := whatlanggo.Lang(i).Iso6391()
		if m, ok := macro[want]; ok {
			want = m
		}
		if code == "" || want != "" && code != want {
			t.Errorf("language %d is %q, the library says %q", i, code, want)
		}
	}
	if len(codes) != 84 || whatlanggo.Lang(len(codes)).Iso6393() != "" {
		t.Errorf("%d codes", len(codes))
	}
}

func TestVersionIsThatOfTheModuleFile(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), "github.com/abadojack/whatlanggo "+TrigramsVersion) {
		t.Errorf("go.mod does not ask for whatlanggo %s", TrigramsVersion)
	}
}

// TestTrigramsAreAsGoodAsTheDocsSay holds the figures of the comment on model; those of the
// threshold have a file of their own.
func TestTrigramsAreAsGoodAsTheDocsSay(t *testing.T) {
	all, right := map[string]int{}, map[string]int{}
	d := newTrigrams(nil)()
	for i, r := range samples(t) {
		if i%4 != 0 || !trigramsKnow(r.label()) {
			continue
		}
		all[r.kind]++
		if d.detect([]byte(r.text)).language == r.label() {
			right[r.kind]++
		}
	}
	for kind, want := range map[string]float64{"sentence": 0.91, "word-pair": 0.63} {
		got := float64(right[kind]) / float64(all[kind])
		t.Logf("%s: %.3f of %d right", kind, got, all[kind])
		if math.Abs(got-want) > 0.01 {
			t.Errorf("%s: %.3f are right, the comment says %v", kind, got, want)
		}
	}
}

func TestLongTextsAreJudgedByTheirBeginning(t *testing.T) {
	english := "The committee met on the first day of the month and agreed that the bridge should be " +
		"repaired before the winter, since the people of both towns use it every day. "
	french := strings.Repeat("Le conseil a décidé que le pont doit être réparé avant l'hiver. ", 2000)
	d := newTrigrams([]string{"en"})()
	for n := range 12 {
		if g := d.detect([]byte(strings.Repeat(english, 1<<n))); g.language != "en" || g.kept < 0.99 {
			t.Errorf("%d times: %+v", 1<<n, g)
		}
	}
	text := strings.Repeat(english, 10) + french
	if g := d.detect([]byte(text)); g.language != "en" {
		t.Errorf("an English beginning: %+v", g)
	}
	if got := head([]byte(strings.Repeat("é", 600)), 1023); len(got) != 1022 {
		t.Errorf("the cut leaves %d bytes", len(got))
	}
	if got := head([]byte(strings.Repeat("\x80", 600)), 500); len(got) > 500 {
		t.Errorf("broken bytes leave %d", len(got))
	}
}

func TestWhatHasNoLanguageIsNullAndNeverKept(t *testing.T) {
	texts := []string{"", "   ", "1234 5678 !!", "\x00\x01", "\xff\xfe", "☃☃☃", "zxqj"}
	x := stagetest.Start(t, language(), func(c *Language) { c.Keep, c.MinScore = []string{"en"}, new(0.0) }, nil)
	for range 20 { // the library's ties are broken by the order of a map
		x.Fill(0, texts)
		x.Process()
		for i := range texts {
			l, v := doc.Language.Of(x.Batch), x.Batch.Verdict(i)
			if v.Reason == "" || l.Has(i) != Score.Of(x.Batch).Has(i) || i < 6 && l.Has(i) {
				t.Errorf("%q: language %q, %+v", texts[i], l.At(i), v)
			}
		}
	}
}

func TestScriptsAreNamed(t *testing.T) {
	x := stagetest.Start(t, language(), nil, nil)
	for text, want := range map[string]string{
		"Сегодня утром мы пошли на рынок, чтобы купить рыбу и хлеб.": "ru Cyrl",
		"これは日本語の文章です。": "ja Jpan",
		"这是一个中文句子。":    "zh Hani", "This is an English sentence.": "en Latn",
		"Αυτή είναι μια ελληνική πρόταση.": "el Grek",
	} {
		x.Fill(0, []string{text})
		x.Process()
		got := string(doc.Language.Of(x.Batch).At(0)) + " " + string(Script.Of(x.Batch).At(0))
		if got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}

// TestTrigramsAreDeterministic repeats short texts, where languages tie most often.
func TestTrigramsAreDeterministic(t *testing.T) {
	d := newTrigrams(nil)()
	ties := 0
	for i, r := range samples(t) {
		if r.kind == "sentence" || i%10 != 0 {
			continue
		}
		want := d.detect([]byte(r.text))
		for range 3 {
			if got := d.detect([]byte(r.text)); got != want {
				t.Fatalf("%q: %+v, then %+v", r.text, want, got)
			}
		}
		if want.language == "" {
			ties++
		}
	}
	t.Logf("%d texts without a language", ties)
}
