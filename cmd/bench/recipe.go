package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"dataprep/configs"
	"dataprep/stages"
	"dataprep/workers/plan"
)

// recipe is the pipeline of datatrove's FineWeb example, stage for stage as the peer's script
// builds it: its lists, its language model, its thresholds, 14 bands of 8 rows over 5-grams, PII
// last. Our output knows cards too; they are off, as the peer leaves them. The document that stays
// of a cluster is the first, as there.
func recipe(s *settings, in, out string) []byte {
	q := func(v string) string {
		b, err := json.Marshal(v)
		if err != nil {
			panic(err) // a string is always encodable
		}
		return string(b)
	}
	return fmt.Appendf(nil, `version: 1
name: fineweb
input: {warc: [%s], source: bench}
stages:
  - url_filter:
      domains: %s
      urls: %s
      banned_words: %s
      banned_subwords: %s
      soft_banned_words: %s
  - extract: {mode: %s}
  - language: {keep: [en], min_score: 0.65, model: %s}
  - gopher_repetition
  - gopher_quality
  - c4_quality: {terminal_punctuation: false}
  - fineweb_quality
  - minhash: {bands: 14, rows: 8, ngram: 5, hash: %s, keep: first}
  - pii: {email: mask, ip: mask, card: "off"}
output: {parquet: %s}
resources: {slots: %d}
`, q(in+"/*.warc.gz"), q(s.lists.domains), q(s.lists.urls), q(s.lists.words),
		q(s.lists.subwords), q(s.lists.soft), q(s.mode), q(s.lid), q(s.hash), q(out), s.cores)
}

// bind checks a pipeline as the command line does.
func bind(yaml []byte, r *stages.Registry) (*plan.Bound, error) {
	file, ds := configs.Parse("fineweb.yaml", yaml, configs.Options{
		Stages:  r.Names(stages.KindStage, stages.KindExchange),
		Sources: r.Names(stages.KindSource),
		Sinks:   r.Names(stages.KindSink),
	})
	var bound *plan.Bound
	if file != nil {
		bound = plan.Bind(file, r, ds)
	}
	if ds.HasErrors() || bound == nil {
		return nil, errors.New("the recipe does not bind:\n" + ds.String())
	}
	return bound, nil
}
