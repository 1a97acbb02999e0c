package workers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"dataprep/internal/store"
	"dataprep/workers/engine"
	"dataprep/workers/ledger"
	"dataprep/workers/plan"
)

// Death is a dead task: what it was to read, why it failed, and the command that shows it.
type Death struct {
	Phase  string `json:"phase"`
	Path   string `json:"path"` // of the input file
	From   int64  `json:"from"` // the range of it that the task's documents are from
	To     int64  `json:"to"`
	Cause  string `json:"cause"`
	Error  string `json:"error"`
	Replay string `json:"replay"`
}

// obituary is the file of a run's dead tasks in its run folder.
type obituary struct {
	Version int     `json:"version"`
	Dead    []Death `json:"dead"`
}

func obituaryKey(run string) string { return ".dataprep/runs/" + run + "/dead.json" }

// deaths lists the dead tasks of the sealed phases in order. Their messages stand in the volatile
// half of the commits: nothing published depends on them.
func (c *Conductor) deaths(ctx context.Context, seals plan.Seals) ([]Death, error) {
	all := []Death{}
	for i := range c.Plan.Phases {
		f := &c.Plan.Phases[i]
		for _, s := range seals[i] {
			if s.Result.Dead == "" {
				continue
			}
			rec, err := c.Ledger.Lookup(ctx, f, s.Task.Key)
			if err != nil {
				return nil, err
			}
			all = append(all, c.death(f, &s.Task, s.Result.Dead, rec))
		}
	}
	return all, nil
}

func (c *Conductor) death(f *plan.Phase, t *plan.Task, cause string, rec *ledger.Record) Death {
	s := &c.Plan.Splits[t.Shard]
	d := Death{
		Phase: f.ID, Path: s.File.Path, From: s.Start, To: s.End, Cause: cause,
		Replay: engine.Replay(s.File.URI, s.Start),
	}
	if rec != nil {
		d.Error = rec.Vol.Error
	}
	return d
}

// bury writes the dead tasks down in the run folder, when there are any; what an earlier run of the
// same id left is then not asked for, see Job.nothing.
func (c *Conductor) bury(ctx context.Context, dead []Death) error {
	if len(dead) == 0 {
		return nil
	}
	body, err := json.MarshalIndent(obituary{plan.Version, dead}, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the dead tasks: %w", err)
	}
	return Replace(ctx, c.Ledger.Out, obituaryKey(c.Plan.Run), append(body, '\n'))
}

// remembered reads the dead tasks of a finished run; none when nobody wrote any.
func (j *Job) remembered(ctx context.Context) ([]Death, error) {
	raw, err := store.ReadAll(ctx, j.Ledger.Out, obituaryKey(j.Plan.Run))
	if errors.Is(err, store.ErrNotExist) {
		return nil, nil
	}
	var o obituary
	if err == nil {
		err = json.Unmarshal(raw, &o)
	}
	if err == nil && o.Version > plan.Version {
		err = ledger.ErrVersion
	}
	if err != nil {
		return nil, fmt.Errorf("read the dead tasks: %w", err)
	}
	return o.Dead, nil
}

// lifeless says that not one part of the input could be read: there is nothing to publish, and what
// stands published is better.
func lifeless(read []plan.Sealed, dead []Death) error {
	for _, s := range read {
		if s.Result.Dead == "" {
			return nil
		}
	}
	if len(read) == 0 || len(dead) == 0 {
		return nil
	}
	d := &dead[0]
	return fmt.Errorf("%w: nothing of the input can be read; the first is %s: %s", ErrNoInput, d.Path,
		d.Error)
}
