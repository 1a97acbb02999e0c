package language

import (
	"fmt"
	"strings"

	"dataprep/internal/fasttext"
	"dataprep/stages"
)

// maxModel bounds what is read as a model: quality classifiers of 2 M buckets have 1 GB.
const maxModel = 4 << 30

// model asks a fastText model, one per worker.
type model struct {
	labels    []label // of the model, by index
	keep      []int   // indexes of the labels to keep
	predictor *fasttext.Predictor
	top       []fasttext.Score
}

type label struct {
	language, script string
	keep             bool
}

// openModel reads a model and finds the languages to keep in it.
func openModel(a stages.Artifact, keep []string, env stages.Env) (func() detector, error) {
	r, err := env.Open(a)
	if err != nil {
		return nil, fmt.Errorf("open language model %s: %w", a.URI, err)
	}
	defer r.Close()
	m, err := fasttext.Read(r, maxModel)
	if err != nil {
		return nil, fmt.Errorf("read language model %s: %w", a.URI, err)
	}
	labels := make([]label, m.Labels())
	for i := range labels {
		labels[i] = splitLabel(m.Label(i))
	}
	var indexes []int
	for _, name := range keep {
		found := false
		for i := range labels {
			if name != m.Label(i) && name != labels[i].language {
				continue
			}
			found = true
			if !labels[i].keep {
				labels[i].keep = true
				indexes = append(indexes, i)
			}
		}
		if !found {
			return nil, fmt.Errorf("language model %s has no label %q to keep", a.URI, name)
		}
	}
	return func() detector {
		return &model{labels: labels, keep: indexes, predictor: m.NewPredictor()}
	}, nil
}

// splitLabel takes xxx_Script apart, as GlotLID and its kin name their labels.
func splitLabel(name string) label {
	language, script, ok := strings.Cut(name, "_")
	if !ok || len(script) != 4 {
		return label{language: name}
	}
	return label{language: language, script: script}
}

// detect implements detector. Line feeds separate words for the predictor, which is the reference's
// line feed made a space.
func (m *model) detect(text []byte) guess {
	if m.predictor.Set(text) == 0 {
		return guess{}
	}
	m.top = m.predictor.Top(m.top[:0], 1, 0)
	if len(m.top) == 0 {
		return guess{}
	}
	best := m.top[0]
	l := m.labels[best.Label]
	g := guess{language: l.language, script: l.script, score: float64(best.Prob), wanted: l.keep}
	if l.keep {
		g.kept = g.score // no other can score higher
		return g
	}
	for _, k := range m.keep {
		g.kept = max(g.kept, float64(m.predictor.Prob(k)))
	}
	return g
}
