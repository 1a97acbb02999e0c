package language

import (
	"dataprep/configs"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// The reason says what was wrong with the best guess: its language or its score.
const (
	keep     doc.Reason = "keep"
	minScore doc.Reason = "min_score"
)

// The thresholds that hold when the config gives none. A change of either is one of Rev.
const (
	modelScore = 0.65 // FineWeb's
	// Of the steps of 0.05, 0.3 is best for keeping one language out of texts in all 75 of the test
	// data, those that the trigrams do not know included: by the F1 of keep, mean over the 55
	// languages that they know and over texts of one, three and six sentences. It is 0.894, and no
	// step does better by 0.001 in either half of the data. At 0.65, which was borrowed from the
	// model, it is 0.885: 13% of right sentences go, and 9% of the Norwegian ones stay, not 31%.
	trigramScore = 0.3
)

// threshold returns what a kept language must score above.
func (c *Language) threshold() float64 {
	switch {
	case c.MinScore != nil:
		return *c.MinScore
	case c.modeled():
		return modelScore
	}
	return trigramScore
}

// modeled tells whether a model labels, and not the built-in trigrams.
func (c *Language) modeled() bool { return c.Model != (stages.Artifact{}) }

// Validate implements the check of the decoder: what would keep nothing is refused, and the built-in
// languages are known before a run. It fills in the threshold that holds, so that keys and lock say
// it, the same whether it was given or not.
func (c *Language) Validate(p *configs.Problems) {
	if len(c.Keep) == 0 {
		return
	}
	limit := c.threshold()
	c.MinScore = &limit
	if c.modeled() {
		return
	}
	if limit == 1 {
		p.Add("min_score", "of 1 keeps nothing: the trigrams score no higher", "write 0.99")
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
