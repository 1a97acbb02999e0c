// Package language is the stage that names the language of a document.
//
// In: the text. Out: language (ISO 639-1 where there is a code), language_script (ISO 15924, where
// the detector knows it) and language_score; with a list of languages to keep, verdicts. Invariant:
// all of it depends on the text, the model and the config alone. What has no letters, and what two
// languages claim equally, has no language: the three columns are null.
//
// Two detectors: a fastText model (internal/fasttext), asked exactly as datatrove 0.10.1 asks
// lid.176, or the trigram tables of whatlanggo, which need no file. datatrove without a list of
// languages drops what scores too low; here nothing is dropped without a list.
package language

import (
	"dataprep/stages"
	"dataprep/stages/doc"
)

// Columns that only this package fills.
var (
	Score  = doc.Field[doc.Num[float64]]{Name: "language_score"}
	Script = doc.Field[doc.Strings]{Name: "language_script"}
)

// Stages returns the stage language.
func Stages() []stages.Entry { return []stages.Entry{language()} }

// Language writes the language of each document, and drops what is in none of the languages asked
// for.
type Language struct {
	// Documents in other languages are dropped; without a list every document stays, labeled.
	// Codes are those of ISO 639-1 (en, zh, no) or the labels of the model. With a model, a
	// document stays when any listed language scores above min_score, the best one or not.
	Keep []string `yaml:"keep" single:"true"`
	// Documents in which no kept language scores higher than this are dropped; it counts only with
	// keep. When it is not given, each detector has its own: 0.65 with a model, FineWeb's, chosen
	// there for lid.176, and 0.3 without. What the trigrams score is no probability: it is the lead
	// of the best language over the next, cut off at 1, which most text of a paragraph gets. Of
	// sentences, 0.3 lets in 38% of the wrong labels and costs 6% of the right ones, and 96% of the
	// labels that stay are right; of six sentences together 57% (only 13 labels in 1000 are wrong),
	// 1% and 99%. Languages with near relatives lose most (no, nn, da, ru): lower it for them. Text
	// in a language that the trigrams do not know passes as another, 58% of sentences and 80% of
	// sixes: only a model keeps it out.
	MinScore *float64 `yaml:"min_score" unit:"ratio" min:"0" max:"1"`
	// A fastText model, such as lid.176.ftz; without one, built-in trigrams of 84 languages label.
	// The trigrams look at the first 1 KiB only and are less accurate on short texts: they get
	// 91% of sentences and 63% of pairs of words right. A model changes labels, scores and what stays.
	Model stages.Artifact `yaml:"model"`
}

func language() stages.StageSpec[Language] {
	return stages.StageSpec[Language]{
		Name: "language",
		Rev:  2,
		Describe: func(c Language) stages.Shape {
			s := stages.Shape{
				Reads:  []doc.Column{doc.Text.Column()},
				Writes: []doc.Column{doc.Language.Column(), Score.Column(), Script.Column()},
			}
			if len(c.Keep) > 0 {
				s.Reasons = []doc.Reason{keep, minScore}
			}
			return s
		},
		Open: open,
		Foreign: "whatlanggo " + TrigramsVersion + " when there is no model, maps and floats per " +
			"document: labels without a download, until a small model of our own ships",
	}
}

func open(c Language, env stages.Env) (stages.Maker, error) {
	maker := newTrigrams(c.Keep)
	if c.modeled() {
		var err error
		if maker, err = openModel(c.Model, c.Keep, env); err != nil {
			return nil, err
		}
	}
	return func() stages.Stage {
		return &labeler{detector: maker(), judge: len(c.Keep) > 0, minScore: c.threshold()}
	}, nil
}

// detector is the half of the stage that knows languages: scratch of one worker.
type detector interface {
	detect(text []byte) guess
}

// guess is what a detector says of one text.
type guess struct {
	language string // "" when it has none to name
	script   string // "" when unknown
	score    float64
	wanted   bool    // the language is one to keep
	kept     float64 // the best score among the languages to keep
}

type labeler struct {
	detector detector
	judge    bool
	minScore float64
}

// Process implements stages.Stage.
func (l *labeler) Process(b *doc.Batch) error {
	texts, languages := doc.Text.Of(b), doc.Language.Of(b)
	scores, scripts := Score.Of(b), Script.Of(b)
	for i := range b.Rows() {
		g := l.detector.detect(texts.At(i))
		if g.language != "" {
			languages.SetString(i, g.language)
			scores.Set(i, g.score)
		}
		if g.script != "" {
			scripts.SetString(i, g.script)
		}
		if !l.judge {
			continue
		}
		reason := keep
		if g.wanted {
			reason = minScore
		}
		b.Above(i, reason, g.kept, l.minScore)
	}
	return nil
}
