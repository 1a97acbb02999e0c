package workers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dataprep/internal/store"
	"dataprep/workers/engine"
	"dataprep/workers/fleet"
	"dataprep/workers/ledger"
	"dataprep/workers/plan"
)

// attempt does a delivered task: nothing when it is committed already.
func (s *session) attempt(ctx context.Context, w *engine.Worker, d fleet.Delivery) {
	s.mu.Lock()
	s.arrived++
	t := s.d.Task(d.Item())
	wanted := t != nil && s.d.Taken(t.Ordinal)
	s.mu.Unlock()
	if !wanted {
		_ = d.Ack(ctx)
		return
	}
	started := time.Now()
	seen := int64(0)
	beat := newHeartbeat(d, s.c.AckWait/3)
	s.mu.Lock()
	s.beats[beat] = taskName(t)
	s.mu.Unlock()
	found, err := s.found(ctx, t)
	var res plan.Result
	if !found && err == nil {
		res, err = guarded(ctx, w, t, func(documents int64) {
			s.live.Add(documents - seen)
			seen = documents
			beat.moved()
		})
	}
	beat.stop()
	s.mu.Lock()
	delete(s.beats, beat)
	s.mu.Unlock()
	s.live.Add(-seen)
	if !found && err == nil {
		err = s.commit(ctx, t, res, s.vol(w, started))
	}
	if err == nil {
		_ = d.Ack(ctx)
		return
	}
	s.failed(ctx, t, w, d, err, started)
}

func (s *session) vol(w *engine.Worker, started time.Time) ledger.Vol {
	return ledger.Vol{
		Worker: w.Name, Build: s.c.Build, Started: started.UTC().Format(time.RFC3339),
		Seconds: time.Since(started).Seconds(),
	}
}

func (s *session) commit(ctx context.Context, t *plan.Task, res plan.Result, vol ledger.Vol) error {
	s.mu.Lock()
	s.ran[t.Ordinal] = true
	s.mu.Unlock()
	rec, err := s.c.Ledger.Commit(ctx, s.phase, res, vol)
	if err != nil {
		return fmt.Errorf("%w: %w", engine.ErrStore, err)
	}
	return s.book(t, rec)
}

// found books a verdict that another process of this run has committed meanwhile. The look-up costs
// nothing beside a task, and shares the work of a phase among all who are at it.
func (s *session) found(ctx context.Context, t *plan.Task) (bool, error) {
	rec, err := s.c.Ledger.Lookup(ctx, s.phase, t.Key)
	if err != nil {
		return false, fmt.Errorf("%w: %w", engine.ErrStore, err)
	}
	if rec == nil {
		return false, nil
	}
	return true, s.book(t, rec)
}

// book counts the verdict that stands.
func (s *session) book(t *plan.Task, rec *ledger.Record) error {
	stands, err := rec.Result()
	if err != nil {
		return err
	}
	s.mu.Lock()
	if s.d.Committed(t.Ordinal) {
		s.progress.add(&stands.Counts)
	}
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return nil
}

// failed judges a failed attempt by who is to blame.
func (s *session) failed(ctx context.Context, t *plan.Task, w *engine.Worker, d fleet.Delivery,
	err error, started time.Time) {
	why := cause(ctx, err)
	s.mu.Lock()
	verdict, delay := s.d.Failed(t.Ordinal, why)
	s.mu.Unlock()
	if verdict == fleet.Bury && s.phase.Kind != plan.Map {
		verdict = fleet.Stop // without its rows every shard would pass for free of duplicates
	}
	if verdict == fleet.Stop && why == fleet.Transient {
		err = fmt.Errorf("%w, attempt after attempt: %w", store.Environment, err)
	}
	switch verdict {
	case fleet.Stop:
		s.stop(err)
	case fleet.Bury:
		s.c.Log.Error("a task is dead; the run goes on without it", "phase", s.phase.ID,
			"task", t.Key, "what", taskName(t), "error", err,
			"replay", s.c.death(s.phase, t, "", nil).Replay)
		tomb := plan.Result{
			Version: plan.Version, Task: t.Key, Phase: s.phase.ID, Dead: deadCause(err),
		}
		vol := s.vol(w, started)
		vol.Error = err.Error()
		if err := s.commit(ctx, t, tomb, vol); err != nil {
			s.stop(err)
			return
		}
		_ = d.Ack(ctx)
	default:
		if ctx.Err() == nil {
			s.c.Log.Warn("an attempt failed; the task is tried again", "phase", s.phase.ID,
				"task", t.Key, "what", taskName(t), "error", err, "after", delay)
		}
		_ = d.Nak(delay)
	}
}

func cause(ctx context.Context, err error) fleet.Cause {
	switch {
	case ctx.Err() != nil:
		return fleet.Nobody
	case errors.Is(err, ledger.ErrNondeterminism), errors.Is(err, ledger.ErrCorrupt),
		errors.Is(err, ledger.ErrVersion), errors.Is(err, engine.ErrOpen):
		return fleet.Alarm
	case errors.Is(err, store.Environment):
		return fleet.Surrounding
	case errors.Is(err, engine.ErrStore):
		return fleet.Transient
	case errors.Is(err, engine.ErrInput):
		return fleet.Input
	}
	return fleet.Code
}

// deadCause is what a tombstone says: deterministic, without paths of this machine.
func deadCause(err error) string {
	if errors.Is(err, engine.ErrInput) {
		return "input_unreadable"
	}
	return "task_failed"
}

func taskName(t *plan.Task) string {
	if t.Split != nil {
		return fmt.Sprintf("%s[%d:%d]", t.Split.File.Path, t.Split.Start, t.Split.End)
	}
	return fmt.Sprintf("task %d", t.Ordinal)
}
