package main

import (
	"bytes"
	"os"
	"time"

	"dataprep/cmd/catalog"
	"dataprep/cmd/cli"
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

// patientConfig is the config of another one.
type patientConfig struct {
	// Text at which the stage waits.
	Word string `yaml:"word"`
	// It waits for as long as there is a file of this name.
	Gate string `yaml:"gate"`
}

// patient keeps everything and waits at documents with a word in them, so that a test can do to a
// run in the middle what it wants. That it has come there it says by a file beside the gate.
type patient struct{ c patientConfig }

func (p patient) Process(b *doc.Batch) error {
	for i := range b.Rows() {
		if !bytes.Contains(doc.Text.Of(b).At(i), []byte(p.c.Word)) {
			continue
		}
		if err := p.wait(); err != nil {
			return err
		}
	}
	return nil
}

func (p patient) wait() error {
	closed := func() bool {
		_, err := os.Stat(p.c.Gate)
		return err == nil
	}
	if !closed() {
		return nil
	}
	if err := os.WriteFile(p.c.Gate+".reached", nil, 0o666); err != nil {
		return err
	}
	for closed() {
		time.Sleep(5 * time.Millisecond)
	}
	return nil
}

func toys() []stages.Entry {
	text := stages.Shape{Reads: []doc.Column{doc.Text.Column()}}
	return []stages.Entry{
		stages.StageSpec[fragileConfig]{
			Name: "fragile", Rev: 1, Default: fragileConfig{"BOOM"},
			Describe: func(fragileConfig) stages.Shape { return text },
			Open: func(c fragileConfig, _ stages.Env) (stages.Maker, error) {
				return func() stages.Stage { return fragile{[]byte(c.Word)} }, nil
			},
		},
		stages.StageSpec[patientConfig]{
			Name: "patient", Rev: 1, Default: patientConfig{"WAIT", "gate"},
			Describe: func(patientConfig) stages.Shape { return text },
			Open: func(c patientConfig, _ stages.Env) (stages.Maker, error) {
				return func() stages.Stage { return patient{c} }, nil
			},
		},
	}
}

// toyMain is the program with the toys.
func toyMain() {
	os.Exit(cli.Main(append(catalog.All(), toys()), os.Args[1:], os.Stdout, os.Stderr))
}
