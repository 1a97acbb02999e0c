// Package workers conducts a run: phases one after the other, tasks of a phase side by side.
//
// In: a compiled plan, a ledger, a queue and an engine. Out: a published dataset and a summary. The
// conductor expands a phase when its inputs are sealed, keeps the queue filled, sweeps what may be
// lost, buries what is dead, seals, and publishes at the end. Everything it knows can be rebuilt
// from the ledger, so it may be killed at any moment and started again. It never looks at a
// document.
package workers

import (
	"context"
	"log/slog"
	"time"

	"dataprep/configs"
	"dataprep/stages"
	"dataprep/workers/engine"
	"dataprep/workers/fleet"
	"dataprep/workers/ledger"
	"dataprep/workers/plan"
)

// Conductor drives one run in this process.
type Conductor struct {
	Plan    *plan.Plan
	Ledger  *ledger.Ledger
	Queue   fleet.Queue
	Engine  *engine.Engine
	Slots   int
	Expect  []configs.Expect
	AckWait time.Duration
	Sweep   time.Duration
	Stall   time.Duration // a slot that has not moved for so long is hung
	Log     *slog.Logger
	Build   string
	Watch   func(Progress) // called at changes and about twice a second; may be nil
	Unit    time.Duration  // of the delays before another attempt; 0 is one second
}

// Progress is how far a run is.
type Progress struct {
	Phase     string
	Phases    int
	N         int // of the phase, from 1
	Tasks     int
	Done      int
	Documents int64 // of the phase, those of unfinished tasks included
	Kept      int64 // of the phase's finished tasks
	Of        int64 // documents of the phase's finished tasks
	Reused    bool  // the phase was sealed before
}

// Summary is what a finished run says.
type Summary struct {
	Run       string      `json:"run"`
	Root      string      `json:"root_sha256"`
	Counts    plan.Counts `json:"counts"`
	DeadTasks int64       `json:"dead_tasks"`
	Dead      []Death     `json:"dead"`
	Shards    int         `json:"shards"`
	Rows      int64       `json:"rows"`
	Bytes     int64       `json:"bytes"`
	Tasks     int         `json:"tasks"`
	Ran       int         `json:"tasks_run"`
	NoOp      bool        `json:"nothing_to_do"`
}

// Do runs every phase and publishes.
func (c *Conductor) Do(ctx context.Context) (*Summary, error) {
	seals := plan.Seals{}
	sum := &Summary{Run: c.Plan.Run}
	for i := range c.Plan.Phases {
		f := &c.Plan.Phases[i]
		if f.Kind == plan.Publish {
			c.total(sum, seals)
			dead, err := c.deaths(ctx, seals)
			if err != nil {
				return sum, err
			}
			sum.Dead = dead
			if err := lifeless(seals[0], dead); err != nil {
				return sum, err
			}
			if err := c.bury(ctx, dead); err != nil {
				return sum, err
			}
			if err := Gate(c.Expect, &sum.Counts); err != nil {
				return sum, err
			}
		}
		tasks := c.Plan.Expand(i, seals)
		sealed, err := c.Ledger.Sealed(ctx, f, tasks)
		if err != nil {
			return sum, err
		}
		sum.Tasks += len(tasks)
		p := Progress{Phase: f.ID, N: i + 1, Phases: len(c.Plan.Phases), Tasks: len(tasks)}
		if sealed != nil {
			p.Done, p.Reused = len(tasks), true
			c.watch(p)
		} else {
			ran, err := c.phase(ctx, f, tasks, p)
			sum.Ran += ran
			if err != nil {
				return sum, err
			}
			if sealed, err = c.Ledger.Seal(ctx, f, tasks); err != nil {
				return sum, err
			}
		}
		seals[i] = sealed
	}
	return sum, c.publish(ctx, sum, seals)
}

func (c *Conductor) watch(p Progress) {
	if c.Watch != nil {
		c.Watch(p)
	}
}

// total merges the counts of every map phase: documents came in once, where a source was read, and
// were kept by the last. The documents of a task that died later than that are dead.
func (c *Conductor) total(sum *Summary, seals plan.Seals) {
	t := &sum.Counts
	for i := range c.Plan.Ops {
		t.Stage(c.Plan.Ops[i].ID)
	}
	for i := range c.Plan.Phases {
		var phase plan.Counts
		for _, s := range seals[i] {
			phase.Merge(&s.Result.Counts)
			if s.Result.Dead != "" {
				sum.DeadTasks++
				if r := s.Task.Split; r != nil {
					phase.Lost = append(phase.Lost, stages.Lost{
						Path: r.File.Path, From: r.Start, To: r.End, Cause: s.Result.Dead,
					})
				}
			}
		}
		if c.Plan.Phases[i].Kind != plan.Map {
			continue
		}
		if from := c.Plan.Phases[i].From; from >= 0 {
			phase.Documents = 0
			phase.Dead += buried(seals[i], seals[from])
		}
		t.Kept = 0
		t.Merge(&phase)
	}
}

// buried counts the documents that went into dead tasks: what the phase before kept of a shard.
func buried(sealed, from []plan.Sealed) (documents int64) {
	kept := map[uint32]int64{}
	for _, s := range from {
		kept[s.Task.Shard] = s.Result.Counts.Kept
	}
	for _, s := range sealed {
		if s.Result.Dead != "" {
			documents += kept[s.Task.Shard]
		}
	}
	return documents
}

// dispatch looks up which tasks are committed.
func (c *Conductor) dispatch(ctx context.Context, f *plan.Phase, tasks []plan.Task,
	p *Progress) (*fleet.Dispatch, error) {
	done := make([]bool, len(tasks))
	for i := range tasks {
		r, err := c.Ledger.Lookup(ctx, f, tasks[i].Key)
		if err != nil {
			return nil, err
		}
		if r == nil {
			continue
		}
		res, err := r.Result()
		if err != nil {
			return nil, err
		}
		done[i] = true
		p.add(&res.Counts)
	}
	return fleet.NewDispatch(c.Plan.Run, f.ID, tasks, func(i int) bool { return done[i] }), nil
}

func (p *Progress) add(counts *plan.Counts) {
	p.Done++
	p.Documents += counts.Documents + counts.Born
	p.Of += counts.Documents + counts.Born
	p.Kept += counts.Kept
}
