package stagetest

import (
	"fmt"
	"runtime/debug"
	"slices"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// ordinal is the place that the stage under test has in its pipeline; shard is where its documents
// come from. Neither is zero, so that one forgotten shows.
const (
	ordinal = 5
	shard   = 3
)

// subject is a configured stage or exchange.
type subject struct {
	bound  stages.Bound
	env    stages.Env
	log    func(format string, args ...any)
	light  bool   // a further config of a stage: its hostile documents are shorter
	excuse string // why it may allocate; "" if it may not
	ready  *opened
}

// opened is what a process shares: models are loaded.
type opened struct {
	maker    stages.Maker
	exchange stages.Exchange
}

// open loads the subject anew.
func (s *subject) open() (*opened, error) {
	if s.bound.Kind == stages.KindExchange {
		x, err := s.bound.Exchange(s.env)
		return &opened{exchange: x}, err
	}
	m, err := s.bound.Stage(s.env)
	return &opened{maker: m}, err
}

// shared loads the subject once for all laws but the first.
func (s *subject) shared() (*opened, error) {
	if s.ready == nil {
		o, err := s.open()
		if err != nil {
			return nil, err
		}
		s.ready = o
	}
	return s.ready, nil
}

// schema is the guard: identity and what the stage declares, nothing else.
func (s *subject) schema() []doc.Column {
	shape := s.bound.Shape
	return doc.Union(doc.Union(doc.Union(doc.Identity(), shape.Reads...), shape.Edits...),
		shape.Writes...)
}

// own lists the columns that a document born of a stage does not have from its parent.
func (s *subject) own() []doc.Column {
	return doc.Union(slices.Clone(s.bound.Shape.Writes), s.bound.Shape.Edits...)
}

// changes says whether the stage may change a column.
func (s *subject) changes(name string) bool {
	return doc.Contains(s.bound.Shape.Writes, name) || doc.Contains(s.bound.Shape.Edits, name)
}

// worker is what one core has of a subject; exactly one half is set.
type worker struct {
	stage  stages.Stage
	mapper stages.Mapper
}

func (o *opened) worker() *worker {
	if o.exchange != nil {
		return &worker{mapper: o.exchange.Map()}
	}
	return &worker{stage: o.maker()}
}

// process sends a batch through the worker as the engine does, short of the second try after a
// panic, which is an error here.
func (w *worker) process(b *doc.Batch, writes []doc.Column, mask doc.Bits, v stages.Verdicts) (
	err error) {
	b.Begin(ordinal, writes)
	b.Admit(mask)
	if err := guarded(func() error {
		if w.mapper != nil {
			return w.mapper.Apply(b, v)
		}
		if err := w.stage.Process(b); err != nil {
			return err
		}
		if x, ok := w.stage.(stages.Expander); ok {
			return x.Expand(b, b.Births())
		}
		return nil
	}); err != nil {
		return fmt.Errorf("at row %d of %d: %w", b.Cursor(), b.Len(), err)
	}
	b.Commit()
	return nil
}

// emit sends a batch through the first half of an exchange.
func (w *worker) emit(b *doc.Batch, out stages.RowWriter) error {
	return guarded(func() error { return w.mapper.Emit(b, out) })
}

func guarded(call func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return call()
}
