package stagetest

import (
	"bytes"
	"strings"
	"testing"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// cutter cuts a text at its full stops: the first part stays, the others are born.
type cutter struct{ seen int64 }

// Process implements stages.Stage.
func (c *cutter) Process(b *doc.Batch) error {
	texts, marks, out := doc.Text.Of(b), mark.Of(b), b.Rewrite(doc.Text)
	for i := range b.Rows() {
		parts := bytes.SplitN(texts.At(i), []byte("."), 2)
		out.Set(i, parts[0])
		marks.Set(i, int64(len(parts)))
	}
	return nil
}

// Expand implements stages.Expander.
func (c *cutter) Expand(b *doc.Batch, born *doc.Births) error {
	texts := doc.Text.Of(b)
	for i := range b.Live() {
		for k, part := range bytes.Split(texts.At(i), []byte(".")) {
			if k == 0 {
				continue
			}
			child := born.Add(i)
			doc.Text.Of(born.Rows).Set(child, part)
			mark.Of(born.Rows).Set(child, c.seen)
		}
	}
	return nil
}

func cutting(expands bool, make func() stages.Stage) stages.Entry {
	return stages.StageSpec[struct{}]{
		Name: "cutter", Rev: 1,
		Describe: func(struct{}) stages.Shape {
			return stages.Shape{
				Writes: []doc.Column{mark.Column()}, Edits: []doc.Column{doc.Text.Column()},
				Expands: expands,
			}
		},
		Open:    func(struct{}, stages.Env) (stages.Maker, error) { return make, nil },
		Foreign: "bytes.Split, because it is short",
	}
}

func TestAnExpanderPasses(t *testing.T) {
	Run(t, [][]stages.Entry{{cutting(true, func() stages.Stage { return &cutter{} })}})
}

// counter is a cutter whose children depend on what came before.
type counter struct{ cutter }

func (c *counter) Expand(b *doc.Batch, born *doc.Births) error {
	c.seen++
	return c.cutter.Expand(b, born)
}

// spawner makes documents of all rows there are.
type spawner struct{ cutter }

func (c *spawner) Expand(b *doc.Batch, born *doc.Births) error {
	for i := range b.Len() {
		born.Add(i)
	}
	return nil
}

func TestEachOffendingExpanderBreaksItsLaw(t *testing.T) {
	for _, c := range []struct {
		name, law, says string
		entry           stages.Entry
	}{
		{"does not say what it is", "shape", "declares Expands as false",
			cutting(false, func() stages.Stage { return &cutter{} })},
		{"says what it is not", "shape", "declares Expands as true",
			cutting(true, func() stages.Stage { return process(func(*doc.Batch) error { return nil }) })},
		{"counts the batches", "splits", "other documents are born",
			cutting(true, func() stages.Stage { return &counter{} })},
		{"makes documents of ghosts", "births", "only a live and admitted document",
			cutting(true, func() stages.Stage { return &spawner{} })},
		{"makes documents of what it may not see", "when", "only a live and admitted document",
			cutting(true, func() stages.Stage { return &spawner{} })},
	} {
		err := broken(t, c.entry, c.law)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("an expander that %s: law %q says %v", c.name, c.law, err)
		}
	}
}
