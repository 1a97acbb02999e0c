package catalog

import (
	"flag"
	"strings"
	"testing"

	"dataprep/stages/stagetest"
)

// samples are configs that switch on what the defaults leave off.
func samples() []stagetest.Sample {
	return []stagetest.Sample{
		{Stage: "extract", Config: "{mode: precision, max_html_bytes: 2KiB, max_elements: 25, max_depth: 6}"},
		{Stage: "language", Config: "{keep: [en, de], min_score: 90%}"},
		{
			Stage:  "url_filter",
			Config: "{domains: file://domains, urls: file://urls, soft_word_limit: 1}",
			Files: map[string]string{
				"file://domains": "example.co.uk\nexample-3.org\n",
				"file://urls":    "http://example.com/\n",
			},
			Allocates: "golang.org/x/net/publicsuffix takes strings: two for each listed site met",
		},
		{Stage: "gopher_quality", Config: "{min_words: 5, max_words: 100}"},
		{Stage: "c4_quality", Config: "{terminal_punctuation: false, min_sentences: 0}"},
		{Stage: "exact_dedup", Config: "{keep: newest}"},
		{Stage: "minhash", Config: "{bands: 5, rows: 3, ngram: 2, keep: longest}"},
		{Stage: "minhash", Config: "{bands: 2, rows: 2, hash: sha1, keep: best}"},
		{
			Stage:  "pii",
			Config: "{email: pseudonym, ip: pseudonym, card: off, key: file://key}",
			Files:  map[string]string{"file://key": strings.Repeat("secret", 9)},
		},
		{Stage: "quality", Config: "{min_score: 0.5}"},
		{Stage: "tokenize", Config: "{store: ids, special_tokens: true}"},
	}
}

// update writes the goldens of stages that are new or have a new revision.
var update = flag.Bool("update", false, "write goldens")

func TestWhatAStageDecidesChangesOnlyWithItsRevision(t *testing.T) {
	stagetest.Goldens(t, "testdata", *update, All(), samples()...)
}

func TestEveryStageObeysTheLaws(t *testing.T) { stagetest.Run(t, All(), samples()...) }

func TestEveryConfigFieldButPlacesChangesTheKey(t *testing.T) { stagetest.Keys(t, All()) }
