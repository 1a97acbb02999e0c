package language

import (
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// guessed is what the trigrams say of a text whose language is known here.
type guessed struct {
	want, got string
	score     float64
	late      bool // in the second half of its language's sentences
}

// guesses joins each n neighbouring sentences of a language into one text and has it guessed.
func guesses(rows []sample, n int) (out []guessed) {
	sentences, order := map[string][]string{}, []string{}
	for _, r := range rows {
		if r.kind != "sentence" {
			continue
		}
		if sentences[r.label()] == nil {
			order = append(order, r.label())
		}
		sentences[r.label()] = append(sentences[r.label()], r.text)
	}
	d := newTrigrams(nil)()
	for _, want := range order {
		all := sentences[want]
		for k := 0; k+n <= len(all); k += n {
			g := d.detect([]byte(strings.Join(all[k:k+n], " ")))
			out = append(out, guessed{want, g.language, g.score, k >= len(all)/2})
		}
	}
	return out
}

// effect is what a threshold does to guesses.
type effect struct {
	right, wrong, strange stay    // labels; strange: of texts in languages that the trigrams lack
	f1                    float64 // of keeping one language, mean over those that the trigrams know
}

// stay counts labels and those that score above the threshold.
type stay struct{ all, above float64 }

func (s *stay) add(n float64) { s.all, s.above = s.all+1, s.above+n }

func (s stay) share() float64 { return s.above / s.all }

func effectOf(all []guessed, limit float64) (e effect) {
	texts, kept, hits := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for _, g := range all {
		above := 0.0
		if g.got != "" && g.score > limit {
			above = 1
		}
		texts[g.want]++
		kept[g.got] += above
		switch {
		case !trigramsKnow(g.want):
			e.strange.add(above)
		case g.got == g.want:
			e.right.add(above)
			hits[g.want] += above
		case g.got != "":
			e.wrong.add(above)
		}
	}
	known := 0.0
	for language, n := range texts {
		if trigramsKnow(language) {
			known++
			e.f1 += 2 * hits[language] / (n + kept[language])
		}
	}
	e.f1 /= known
	return e
}

// figures are those of the comment on min_score, in percent: wrong labels let in, right ones
// lost, labels that are right of those that stay, strangers let in.
func (e effect) figures() [4]float64 {
	return [...]float64{100 * e.wrong.share(), 100 * (1 - e.right.share()),
		100 * e.right.above / (e.right.above + e.wrong.above), 100 * e.strange.share()}
}

// mean is what the default was chosen by.
func mean(sets [][]guessed, limit float64, pick func(guessed) bool) (f1 float64) {
	for _, set := range sets {
		some := slices.DeleteFunc(slices.Clone(set), func(g guessed) bool { return !pick(g) })
		f1 += effectOf(some, limit).f1 / float64(len(sets))
	}
	return f1
}

// TestSixSentencesFareAsTheCommentSays is the part of the next test that is quick.
func TestSixSentencesFareAsTheCommentSays(t *testing.T) {
	sixSentences(t, guesses(samples(t), 6))
}

func sixSentences(t *testing.T, six []guessed) {
	t.Helper()
	e := effectOf(six, trigramScore)
	near(t, "six sentences", slice(e.figures()), []float64{57, 1, 99, 80})
	near(t, "wrong labels in 1000", []float64{1000 * e.wrong.all / (e.wrong.all + e.right.all)},
		[]float64{13})
}

// near holds figures against those of the comments, in percent.
func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for k := range want {
		if math.Abs(got[k]-want[k]) > 0.5 {
			t.Errorf("%s: %.1f, want %v", what, got, want)
			return
		}
	}
}

// TestSoakTheThresholdOfTheTrigrams prints all candidates with -v. Its 34,000 guesses take a
// core 15 seconds.
func TestSoakTheThresholdOfTheTrigrams(t *testing.T) {
	if os.Getenv("DATAPREP_SOAK") == "" {
		t.Skip("set DATAPREP_SOAK=1 to run it")
	}
	rows, sets := samples(t), make([][]guessed, 3)
	var wait sync.WaitGroup
	for i, n := range [...]int{1, 3, 6} {
		wait.Go(func() { sets[i] = guesses(rows, n) })
	}
	wait.Wait()
	one, six := sets[0], sets[2]
	all := func(guessed) bool { return true }
	early, late := func(g guessed) bool { return !g.late }, func(g guessed) bool { return g.late }
	t.Run("no step does better", func(t *testing.T) {
		best := mean(sets, trigramScore, all)
		bestEarly, bestLate := mean(sets, trigramScore, early), mean(sets, trigramScore, late)
		t.Log("percent for one and six sentences: wrong labels that stay, right ones that go, " +
			"right of those that stay, strangers that stay; F1, and of either half")
		for step := range 20 {
			limit := float64(step) / 20
			f1, f1Early, f1Late := mean(sets, limit, all), mean(sets, limit, early), mean(sets, limit, late)
			t.Logf("%.2f  %5.1f  %5.1f  %.4f  %.4f  %.4f", limit, effectOf(one, limit).figures(),
				effectOf(six, limit).figures(), f1, f1Early, f1Late)
			if f1 > best+1e-9 || f1Early > bestEarly+0.001 || f1Late > bestLate+0.001 {
				t.Errorf("%v: F1 %.4f, %.4f, %.4f; the default has %.4f, %.4f, %.4f", limit, f1,
					f1Early, f1Late, best, bestEarly, bestLate)
			}
		}
		if old := mean(sets, 0.65, all); math.Abs(best-0.894) > 0.0005 || math.Abs(old-0.885) > 0.0005 {
			t.Errorf("F1 is %.4f, and %.4f at 0.65: the comment says otherwise", best, old)
		}
	})
	t.Run("figures are those of the comments", func(t *testing.T) {
		sixSentences(t, six)
		of1 := effectOf(one, trigramScore)
		old := effectOf(one, 0.65)
		of := func(language string) []guessed {
			return slices.DeleteFunc(slices.Clone(one), func(g guessed) bool { return g.want != language })
		}
		norwegian := func(limit float64) float64 {
			return 100 * effectOf(of("no"), limit).right.above / float64(len(of("no")))
		}
		var losers []string // the languages that lose most
		for _, language := range codes {
			if e := effectOf(of(language), trigramScore); e.right.share() < 0.82 {
				losers = append(losers, language)
			}
		}
		if slices.Sort(losers); !slices.Equal(losers, []string{"da", "nn", "no", "ru"}) {
			t.Errorf("%v lose most", losers)
		}
		near(t, "sentences", slice(of1.figures()), []float64{38, 6, 96, 58})
		near(t, "sentences lost at 0.65", []float64{old.figures()[1]}, []float64{13})
		near(t, "Norwegian that stays", []float64{norwegian(trigramScore), norwegian(0.65)},
			[]float64{31, 9})
	})
}

func slice(f [4]float64) []float64 { return f[:] }
