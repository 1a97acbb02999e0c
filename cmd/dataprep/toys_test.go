package main

import (
	"bytes"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// fragileConfig is the config of a stage that no catalog has.
type fragileConfig struct {
	// Text on which the stage panics.
	Word string `yaml:"word"`
}

// fragile keeps everything and panics on documents with a word in them.
type fragile struct{ word []byte }

func (f fragile) Process(b *doc.Batch) error {
	for i := range b.Rows() {
		if text := doc.Text.Of(b).At(i); bytes.Contains(text, f.word) {
			panic("fragile: " + string(text))
		}
	}
	return nil
}

func toys() []stages.Entry {
	return []stages.Entry{stages.StageSpec[fragileConfig]{
		Name: "fragile", Rev: 1, Default: fragileConfig{"BOOM"},
		Describe: func(fragileConfig) stages.Shape {
			return stages.Shape{Reads: []doc.Column{doc.Text.Column()}}
		},
		Open: func(c fragileConfig, _ stages.Env) (stages.Maker, error) {
			return func() stages.Stage { return fragile{[]byte(c.Word)} }, nil
		},
	}}
}
