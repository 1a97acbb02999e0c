package language

import (
	"math"
	"strings"
	"testing"

	"dataprep/configs"
	"dataprep/stages/stagetest"
)

// decoded reads the parameters of the stage as a pipeline file gives them.
func decoded(t *testing.T, params string) (Language, *configs.Diagnostics, bool) {
	t.Helper()
	f, ds := configs.Parse("p.yaml", []byte("version: 1\nname: x\ninput: {jsonl: [a]}\nstages:\n"+
		"  - language: "+params+"\noutput: {jsonl: out}\n"), configs.Options{})
	if f == nil || ds.HasErrors() {
		t.Fatalf("%s: %v", params, ds)
	}
	c := language().Default
	ok := configs.Decode(f.Stages[0].Config, &c, ds)
	return c, ds, ok
}

func TestAThresholdThatKeepsNothingIsRefused(t *testing.T) {
	_, ds, ok := decoded(t, "{keep: en, min_score: 1}")
	if all := ds.All(); ok || len(all) != 1 || all[0].Hint != "write 0.99" {
		t.Errorf("%+v", all)
	}
}

// TestKeysHoldTheThresholdThatDecides looks at the canonical form, which keys and lock are made of.
func TestKeysHoldTheThresholdThatDecides(t *testing.T) {
	for params, want := range map[string]string{
		"{}":                                   `"min_score":null`,
		"{model: m.bin}":                       `"min_score":null`,
		"{keep: en}":                           `"min_score":0.3,`,
		"{keep: en, min_score: 30%}":           `"min_score":0.3,`,
		"{keep: en, min_score: 0}":             `"min_score":0,`,
		"{keep: en, min_score: 0.65}":          `"min_score":0.65,`,
		"{keep: en, model: m.bin}":             `"min_score":0.65,`,
		"{keep: en, min_score: 0, model: m.b}": `"min_score":0,`,
	} {
		c, ds, ok := decoded(t, params)
		if got := string(configs.Canonical(&c)); !ok || !strings.Contains(got, want) {
			t.Errorf("%s: %s, %+v", params, got, ds.All())
		}
	}
	if c := language().Default; c.MinScore != nil {
		t.Errorf("a config decoded before has left its threshold in the default: %+v", c)
	}
}

func TestVerdictsOfTrigramsNameMinScore(t *testing.T) {
	var texts []string
	for i, r := range samples(t) {
		if i%40 == 0 {
			texts = append(texts, r.text)
		}
	}
	for _, limit := range []float64{trigramScore, 0.9} {
		x := stagetest.Start(t, language(), func(c *Language) {
			c.Keep = codes[:]
			if limit != trigramScore {
				c.MinScore = &limit
			}
		}, nil)
		x.Fill(0, texts)
		x.Process()
		dropped := 0
		for i := range texts {
			v, has, score := x.Batch.Verdict(i), Score.Of(x.Batch).Has(i), Score.Of(x.Batch).At(i)
			switch {
			case !has && v.Reason != keep, has && (v.Reason == "") != (score > limit):
				t.Errorf("%q scores %v: %+v", texts[i], score, v)
			case has && v.Reason != "":
				dropped++
				if v.Reason != minScore || math.Abs(float64(v.Limit)-limit) > 1e-6 ||
					math.Abs(float64(v.Value)-score) > 1e-6 {
					t.Errorf("%q scores %v: %+v", texts[i], score, v)
				}
			}
		}
		if dropped < 10 {
			t.Errorf("at %v only %d are dropped", limit, dropped)
		}
	}
}
