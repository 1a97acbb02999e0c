package workers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"dataprep/configs"
	"dataprep/internal/store"
	"dataprep/stages"
	"dataprep/stages/doc"
	"dataprep/workers/engine"
	"dataprep/workers/fleet"
	"dataprep/workers/ledger"
	"dataprep/workers/plan"
)

// Job is a pipeline made ready on this machine: bound, resolved, compiled.
type Job struct {
	Bound  *plan.Bound
	Plan   *plan.Plan
	Folder string // output folder
	Ledger *ledger.Ledger
	Memory *Resolver
}

// Options are what the command line adds to a pipeline file; none of it changes a byte.
type Options struct {
	Slots    int  // 0: what the file says, else one per core
	Checksum bool // hash every input again
	ReadOnly bool // write nothing: for plan and validate
	Log      *slog.Logger
	Build    string
	Watch    func(Progress)
	Unit     time.Duration // of the delays before another attempt at a task; 0: one second
}

// Prepare resolves the inputs and artifacts of a bound pipeline and compiles it.
func Prepare(ctx context.Context, b *plan.Bound, o Options) (*Job, error) {
	j := &Job{Bound: b, Folder: b.Folder, Memory: &Resolver{Checksum: o.Checksum}}
	folder, err := localPath(b.Folder)
	if err != nil {
		return nil, fmt.Errorf("%w: output: %w", ErrNoInput, err)
	}
	j.Folder = folder
	if err := present(b); err != nil {
		return nil, err
	}
	if err := j.openStores(ctx, o); err != nil {
		return nil, err
	}
	if err := j.artifacts(ctx); err != nil {
		return nil, err
	}
	splits, err := j.Memory.Inputs(ctx, b)
	if err != nil {
		return nil, err
	}
	if !o.ReadOnly {
		if err := j.Memory.Remember(ctx, j.Ledger.Out); err != nil {
			return nil, err
		}
	}
	j.Plan, err = plan.Compile(b, plan.NewLock(b, splits), splits)
	return j, err
}

func (j *Job) artifacts(ctx context.Context) (err error) {
	j.Bound.Artifacts(func(a *stages.Artifact) {
		if err == nil {
			err = j.Memory.Artifact(ctx, a)
		}
	})
	if err != nil {
		return err
	}
	j.Bound.Refresh()
	return nil
}

// openStores opens the output and the work store. Read-only callers look at what is there and
// make no folder.
func (j *Job) openStores(ctx context.Context, o Options) error {
	if o.ReadOnly {
		if _, err := os.Stat(j.Folder); err != nil {
			j.Ledger = &ledger.Ledger{Out: store.NewMem(), Work: store.NewMem()}
			return nil
		}
	}
	out, err := store.NewLocal(j.Folder)
	if err != nil {
		return err
	}
	j.Ledger = &ledger.Ledger{Out: out}
	check := j.Ledger.Claim
	if o.ReadOnly {
		check = j.Ledger.CheckOwner
	}
	if err := check(ctx, j.Bound.Name); err != nil {
		return err
	}
	work := j.Bound.Resources.Scratch
	if work == "" {
		work = filepath.Join(j.Folder, ".dataprep", "work")
	}
	j.Ledger.Work, err = store.NewLocal(work)
	j.Memory.Recall(ctx, out)
	return err
}

// Finished returns the manifest that stands when it is of this very run and whole.
func (j *Job) Finished(ctx context.Context) (*ledger.Manifest, error) {
	m, err := j.Ledger.Manifest(ctx)
	if err != nil || m == nil || m.Run != j.Plan.Run {
		return nil, err
	}
	whole, err := j.Ledger.Whole(ctx, m)
	if err != nil || !whole {
		return nil, err
	}
	if told, err := j.told(ctx); err != nil || !told {
		return nil, err
	}
	return m, nil
}

// told says whether the decisions lie in the run folder. Where the work is gone too, somebody keeps
// the dataset alone, and to do it all again is not what they want.
func (j *Job) told(ctx context.Context) (bool, error) {
	for _, err := range j.Ledger.Out.List(ctx, ".dataprep/runs/"+j.Plan.Run+"/decisions/", "") {
		return err == nil, err
	}
	for _, err := range j.Ledger.Work.List(ctx, "c/", "") {
		return false, err
	}
	return true, nil
}

// Run does what is left of the job and publishes. A finished job is a no-op. Meanwhile it holds the
// output: another run of this very job joins in, one of another plan gets ledger.ErrHeld.
func (j *Job) Run(ctx context.Context, o Options) (*Summary, error) {
	name, release, refused := j.hold(ctx)
	if errors.Is(refused, ledger.ErrHeld) {
		return nil, refused
	}
	if refused == nil {
		defer release()
	}
	m, err := j.Finished(ctx)
	if err != nil {
		return nil, err
	}
	if m != nil {
		return j.nothing(ctx, m)
	}
	if refused != nil { // said so late: a finished output may lie where nothing can be written
		return nil, refused
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	slots := o.Slots
	if slots == 0 {
		slots = j.Bound.Resources.Slots
	}
	if slots == 0 {
		slots = cores()
	}
	scratch, err := j.scratch(ctx, name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	srv, err := fleet.StartServer(scratch)
	if err != nil {
		return nil, err
	}
	defer srv.Close()
	res := j.Bound.Resources
	q, err := srv.Queue(ctx, j.Plan.Run, slots, res.AckWait)
	if err != nil {
		return nil, err
	}
	defer func() { _ = q.Close() }()
	if err := j.describe(ctx); err != nil {
		return nil, err
	}
	c := &Conductor{
		Plan: j.Plan, Ledger: j.Ledger, Queue: q, Slots: slots, Expect: j.Bound.Expect,
		AckWait: res.AckWait, Sweep: res.SweepEvery, Stall: res.StallAfter, Log: o.Log,
		Build: o.Build, Watch: o.Watch, Unit: o.Unit,
		Engine: &engine.Engine{
			Plan: j.Plan, Ledger: j.Ledger, Env: Artifacts{}, Open: OpenLocal, Scratch: scratch,
			Limits: doc.Limits{Rows: res.BatchRows, Bytes: doc.DefaultLimits().Bytes}, Log: o.Log,
		},
	}
	if err := c.Engine.Load(); err != nil {
		return nil, err
	}
	return c.Do(ctx)
}

// nothing answers for a finished run; a gate that was added since is held against it all the same.
func (j *Job) nothing(ctx context.Context, m *ledger.Manifest) (*Summary, error) {
	dead := []Death{}
	if m.DeadTasks > 0 {
		var err error
		if dead, err = j.remembered(ctx); err != nil {
			return nil, err
		}
	}
	sum := &Summary{
		Run: m.Run, Root: m.RootSHA256, NoOp: true, DeadTasks: m.DeadTasks, Dead: dead, Rows: m.Rows,
		Counts: plan.Counts{Documents: m.Documents, Born: m.Born, Kept: m.Kept, Dead: m.DeadDocs},
	}
	for _, f := range m.Files {
		if f.Rows > 0 || filepath.Dir(f.Path) == "data" {
			sum.Shards++
			sum.Bytes += f.Bytes
		}
	}
	return sum, Gate(j.Bound.Expect, &sum.Counts)
}

// describe writes the plan into the run folder, where inspect finds it.
func (j *Job) describe(ctx context.Context) error {
	key := ".dataprep/runs/" + j.Plan.Run + "/plan.json"
	return Replace(ctx, j.Ledger.Out, key, j.Plan.Bytes())
}

// Overdue says whether a task is dead, or more documents than the pipeline tolerates: exit code 3.
func Overdue(e configs.Errors, s *Summary) bool { return s.DeadTasks > 0 || Intolerable(e, s) }

// Intolerable says whether more documents are dead than the pipeline tolerates.
func Intolerable(e configs.Errors, s *Summary) bool {
	allowed := max(int64(float64(s.Counts.Documents+s.Counts.Born)*e.Tolerate.Share), e.Tolerate.AtLeast)
	return s.Counts.Dead > allowed
}

// Elapsed rounds a duration for people.
func Elapsed(d time.Duration) time.Duration {
	if d > time.Minute {
		return d.Round(time.Second)
	}
	return d.Round(10 * time.Millisecond)
}
