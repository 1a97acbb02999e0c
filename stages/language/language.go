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
	"dataprep/configs"
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
	// Documents in which no kept language scores higher than this are dropped.
	// It counts only with keep. 0.65 is FineWeb's, for lid.176. Without a model the score is the
	// trigrams' confidence, 1 for almost all text of a paragraph; of sentences that score above
	// 0.65, 98 in 100 are right.
	MinScore float64 `yaml:"min_score" unit:"ratio" min:"0" max:"1"`
	// A fastText model, such as lid.176.ftz; without one, built-in trigrams of 84 languages label.
	// The trigrams look at the first 1 KiB only and are less accurate on short texts: they get
	// 91% of sentences and 63% of pairs of words right. A model changes labels, scores and what stays.
	Model stages.Artifact `yaml:"model"`
}

// The reason says what was wrong with the best guess: its language or its score.
const (
	keep     doc.Reason = "keep"
	minScore doc.Reason = "min_score"
)

func language() stages.StageSpec[Language] {
	return stages.StageSpec[Language]{
		Name:    "language",
		Rev:     1,
		Default: Language{MinScore: 0.65},
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

// Validate implements the check of the decoder: the built-in languages are known before a run.
func (c *Language) Validate(p *configs.Problems) {
	if c.Model != (stages.Artifact{}) {
		return
	}
	for _, name := range c.Keep {
		if !trigramsKnow(name) {
			p.Add("keep", "lists "+name+", which the built-in trigrams do not know",
				"give a model that does, or one of the ISO 639-1 codes they know")
			return
		}
	}
}

func open(c Language, env stages.Env) (stages.Maker, error) {
	maker := newTrigrams(c.Keep)
	if c.Model != (stages.Artifact{}) {
		var err error
		if maker, err = openModel(c.Model, c.Keep, env); err != nil {
			return nil, err
		}
	}
	return func() stages.Stage {
		return &labeler{detector: maker(), judge: len(c.Keep) > 0, minScore: c.MinScore}
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
