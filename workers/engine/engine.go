// Package engine does one task on one core.
//
// In: a task, its plan and the store it reads from. Out: objects in the store and the Result that
// the ledger commits. The loop source → stages → sink stands once, in run.go. Stages know
// documents, the engine knows tasks: counting, panics, spills and dead letters are here and never
// in a stage. What a task writes depends on the task alone, not on the worker, the batch size or
// how often it was tried. The package knows no queue and commits nothing.
package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"dataprep/stages"
	"dataprep/stages/doc"
	"dataprep/workers/ledger"
	"dataprep/workers/plan"
)

// ErrInput says that a task's input cannot be read at all: the task is dead, not the worker.
var ErrInput = errors.New("input cannot be read")

// ErrStore says that a store failed to answer for an object: nobody is to blame yet.
var ErrStore = errors.New("the store does not answer")

// ErrOpen says that a stage's config or what it names, a model or a list, is of no use: nothing of the
// pipeline can be done.
var ErrOpen = errors.New("cannot be opened")

// Engine is what the workers of a process share.
type Engine struct {
	Plan    *plan.Plan
	Ledger  *ledger.Ledger
	Env     stages.Env
	Open    stages.Opener // input files
	Scratch string        // folder for objects in the making
	Limits  doc.Limits
	Log     *slog.Logger
	// Admits lists the rows that an op sees: those its `when:` admits; nil admits all.
	Admits func(op *plan.Op, b *doc.Batch) doc.Bits

	mu       sync.Mutex
	programs map[int]*program
}

// admitted returns the row mask of a call.
func (e *Engine) admitted(op *plan.Op, b *doc.Batch) doc.Bits {
	if e.Admits == nil {
		return nil
	}
	return e.Admits(op, b)
}

// program is a phase with its models loaded.
type program struct {
	phase        *plan.Phase
	apply        stages.Exchange
	chain        []stages.Maker
	emit         *plan.Op
	emitExchange stages.Exchange
	emitter      stages.Mapper // of the worker that holds this copy
	firstOrdinal uint16
	last         bool // its frames are what is published
}

// Load opens the stages of every phase, so that what cannot work is known before anything is done.
func (e *Engine) Load() error {
	for n := range e.Plan.Phases {
		if e.Plan.Phases[n].Kind != plan.Map {
			continue
		}
		if _, err := e.program(n); err != nil {
			return err
		}
	}
	return nil
}

func unopened(op *plan.Op, err error) error {
	return fmt.Errorf("stage %s %w: %w", op.ID, ErrOpen, err)
}

// program opens a phase once per process.
func (e *Engine) program(n int) (*program, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if p := e.programs[n]; p != nil {
		return p, nil
	}
	f := &e.Plan.Phases[n]
	p := &program{phase: f, emit: f.Emit, last: n+2 == len(e.Plan.Phases)}
	p.firstOrdinal = uint16(len(e.Plan.Ops))
	var err error
	if f.Apply != nil {
		p.firstOrdinal = f.Apply.Ordinal
		if p.apply, err = f.Apply.Bound.Exchange(e.Env); err != nil {
			return nil, unopened(f.Apply, err)
		}
	}
	for i := range f.Chain {
		p.firstOrdinal = min(p.firstOrdinal, f.Chain[i].Ordinal)
		maker, err := f.Chain[i].Bound.Stage(e.Env)
		if err != nil {
			return nil, unopened(&f.Chain[i], err)
		}
		p.chain = append(p.chain, maker)
	}
	if f.Emit != nil {
		if p.emitExchange, err = f.Emit.Bound.Exchange(e.Env); err != nil {
			return nil, unopened(f.Emit, err)
		}
	}
	if e.programs == nil {
		e.programs = map[int]*program{}
	}
	e.programs[n] = p
	return p, nil
}

// Worker runs tasks one after the other on one goroutine.
type Worker struct {
	e     *Engine
	Name  string
	alive func(documents int64) // of the task in hand: it moves
}

// NewWorker returns a worker of the engine.
func (e *Engine) NewWorker(name string) *Worker { return &Worker{e: e, Name: name} }

// Run does a task. alive is called as it moves. The errors say who is to blame: ErrInput the
// task's input, store.Environment the surroundings, ErrStore the store, ledger.ErrCorrupt an object
// that earlier tasks wrote, a context error nobody, any other our code.
func (w *Worker) Run(ctx context.Context, t *plan.Task, alive func(documents int64)) (
	plan.Result, error) {
	f := &w.e.Plan.Phases[t.Phase]
	w.alive = alive
	var res plan.Result
	var err error
	switch {
	case f.Kind == plan.Reduce:
		res, err = w.runReduce(ctx, t)
	case f.Kind == plan.Publish && t.Part.Kind == plan.PartDecisions:
		res, err = w.runDecisions(ctx, t)
	case f.Kind == plan.Publish && t.Part.Kind == plan.PartTexts:
		res, err = w.runTexts(ctx, t)
	case f.Kind == plan.Publish:
		res, err = w.runShard(ctx, t)
	default:
		res, err = w.runMap(ctx, t)
	}
	if err != nil {
		return res, fmt.Errorf("task %d of phase %s: %w", t.Ordinal, f.ID, err)
	}
	res.Version, res.Task, res.Phase = plan.Version, t.Key, f.ID
	if what, ok := res.Counts.Conserved(); !ok {
		return res, fmt.Errorf("task %d of phase %s: the sums of %s do not hold: %+v",
			t.Ordinal, f.ID, what, res.Counts)
	}
	return res, nil
}
