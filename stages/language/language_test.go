package language

import (
	"bufio"
	"compress/gzip"
	"dataprep/stages/stagetest"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"dataprep/internal/testdata"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// sample is a row of the language sample.
type sample struct{ language, kind, text string }

// label is the sample's language as the stage names it.
func (s sample) label() string {
	if s.language == "nb" {
		return "no"
	}
	return s.language
}

func samples(t testing.TB) (rows []sample) {
	t.Helper()
	f, err := os.Open(filepath.Join(testdata.Dir(t, "langid"), "lingua-testdata-sample.tsv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for s := bufio.NewScanner(z); s.Scan(); {
		field := strings.SplitN(s.Text(), "\t", 3)
		rows = append(rows, sample{field[0], field[1], field[2]})
	}
	return rows[1:]
}

// lid176 is an Env that holds the shared model under the name lid.
func lid176(t testing.TB) stagetest.Files {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(testdata.Dir(t, "langid"), "lid.176.ftz"))
	if err != nil {
		t.Fatal(err)
	}
	return stagetest.Files{"lid": string(b)}
}

func model176(keep ...string) func(*Language) {
	return func(c *Language) { c.Model.URI, c.Keep = "lid", keep }
}

// prediction is a line of the reference's output: the row it is about, two labels, two scores.
type prediction struct {
	row    int
	labels [2]string
	scores [2]float64
}

// reference reads what `fasttext predict-prob` printed about the sample.
func reference(t testing.TB) (out []prediction) {
	t.Helper()
	dir := filepath.Join("..", "..", "internal", "fasttext", "testdata")
	b, err := os.ReadFile(filepath.Join(dir, "lid176-top2.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	number := func(s string) float64 {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n")[1:] {
		f := strings.Split(line, "\t")
		p := prediction{row: int(number(f[0])), labels: [2]string{f[1]},
			scores: [2]float64{number(f[2])}}
		if len(f) > 4 {
			p.labels[1], p.scores[1] = f[3], number(f[4])
		}
		out = append(out, p)
	}
	return out
}

func TestModelLabelsAndScoresEqualTheReference(t *testing.T) {
	rows := samples(t)
	x := stagetest.Start(t, language(), model176(), lid176(t))
	for _, p := range reference(t) {
		x.Fill(0, []string{rows[p.row].text})
		x.Process()
		label, score := doc.Language.Of(x.Batch).At(0), Score.Of(x.Batch).At(0)
		if string(label) != p.labels[0] || math.Abs(score-p.scores[0]) > 1e-5 {
			t.Errorf("row %d: %s %v, want %s %v", p.row, label, score, p.labels[0], p.scores[0])
		}
		if x.Batch.Verdict(0).Reason != "" {
			t.Errorf("row %d is dropped, and nothing was asked for", p.row)
		}
	}
}

func TestAnyKeptLanguageAboveTheLimitKeepsTheDocument(t *testing.T) {
	rows, env := samples(t), lid176(t)
	second := stagetest.Start(t, language(), func(c *Language) {
		model176("en")(c)
		c.MinScore = new(0.15)
	}, env)
	checked := 0
	for _, p := range reference(t) {
		if p.labels[1] != "en" || p.scores[1] < 0.01 || math.Abs(p.scores[1]-0.15) < 1e-4 {
			continue
		}
		checked++
		second.Fill(0, []string{rows[p.row].text})
		second.Process()
		v := second.Batch.Verdict(0)
		if kept := v.Reason == ""; kept != (p.scores[1] > 0.15) {
			t.Errorf("row %d, en %v: %+v", p.row, p.scores[1], v)
		}
		if v.Reason != "" && (v.Reason != keep || math.Abs(float64(v.Value)-p.scores[1]) > 1e-5) {
			t.Errorf("row %d, en %v: %+v", p.row, p.scores[1], v)
		}
		if got := string(doc.Language.Of(second.Batch).At(0)); got != p.labels[0] {
			t.Errorf("row %d: language %s, the best is %s", p.row, got, p.labels[0])
		}
	}
	if checked < 5 {
		t.Errorf("only %d rows have en second", checked)
	}
}

func TestScoreOnTheLimitIsDropped(t *testing.T) {
	env := lid176(t)
	x := stagetest.Start(t, language(), model176("en"), env)
	const text = "This is a plain sentence\nin English."
	x.Fill(0, []string{text})
	x.Process()
	score := Score.Of(x.Batch).At(0)
	if v := x.Batch.Verdict(0); v.Reason != "" || score < 0.65 {
		t.Fatalf("score %v, %+v", score, v)
	}
	x = stagetest.Start(t, language(), func(c *Language) {
		model176("en")(c)
		c.MinScore = &score
	}, env)
	x.Fill(0, []string{text, strings.ReplaceAll(text, "\n", " ")})
	x.Process()
	for i := range 2 {
		if v := x.Batch.Verdict(i); v.Reason != minScore || v.Value != v.Limit {
			t.Errorf("row %d: %+v", i, v)
		}
	}
}

func TestLanguagesThatTheModelLacksAreRefused(t *testing.T) {
	c := language().Default
	model176("en", "xx-none")(&c)
	if _, err := open(c, lid176(t)); err == nil || !strings.Contains(err.Error(), "xx-none") {
		t.Errorf("error %v", err)
	}
	for name, env := range map[string]stagetest.Files{"missing": {}, "broken": {"lid": "no model"}} {
		if _, err := open(c, env); err == nil {
			t.Errorf("a %s model is accepted", name)
		}
	}
}

func TestLabelsWithAScriptAreTakenApart(t *testing.T) {
	for name, want := range map[string]label{
		"en": {language: "en"}, "eng_Latn": {language: "eng", script: "Latn"},
		"zh_classical": {language: "zh_classical"}, "": {},
	} {
		if got := splitLabel(name); got != want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestBuiltInLanguagesAreCheckedBeforeTheRun(t *testing.T) {
	for src, ok := range map[string]bool{
		"{keep: en}": true, "{keep: [no, zh, fa]}": true, "{keep: [xx]}": false,
		"{keep: [eng_Latn], model: m.bin}": true, "{min_score: 2}": false,
	} {
		if _, _, got := decoded(t, src); got != ok {
			t.Errorf("%s is accepted: %v", src, got)
		}
	}
}

func TestCutOfBatchesDoesNotChangeLabels(t *testing.T) {
	texts := stagetest.Hostile()
	for i, r := range samples(t) {
		if i%250 == 0 {
			texts = append(texts, r.text)
		}
	}
	stagetest.Start(t, language(), func(c *Language) { c.Keep = []string{"en", "de"} }, nil).Cuts(texts)
	stagetest.Start(t, language(), model176("en", "de"), lid176(t)).Cuts(texts)
}

func TestLabelingByModelDoesNotAllocate(t *testing.T) {
	x := stagetest.Start(t, language(), model176("fr", "en"), lid176(t))
	x.Fill(0, []string{"Ceci est une phrase.", "", "This is another one.", "1 2 3"})
	x.Process()
	if n := testing.AllocsPerRun(5, x.Process); n > 3 {
		t.Errorf("%v allocations for a batch of %d", n, x.Batch.Len())
	}
}

var _ stages.Env = stagetest.Files{}
