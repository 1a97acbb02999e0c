package workers

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"dataprep/internal/store"
	"dataprep/workers/engine"
	"dataprep/workers/fleet"
	"dataprep/workers/ledger"
	"dataprep/workers/plan"
)

// phase runs the tasks of a phase that are not committed yet; ran is how many that were.
func (c *Conductor) phase(ctx context.Context, f *plan.Phase, tasks []plan.Task, p Progress) (
	ran int, err error) {
	d, err := c.dispatch(ctx, f, tasks, &p)
	if err != nil {
		return 0, err
	}
	before := d.Open()
	d.Unit = c.Unit
	s := &session{c: c, phase: f, d: d, progress: p, wake: make(chan struct{}, 1),
		slots: min(c.Slots, max(before, 1)), beats: map[*heartbeat]string{}}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s.stop = cancel
	var wg sync.WaitGroup
	for i := range s.slots {
		w := c.Engine.NewWorker(fmt.Sprintf("slot-%d", i))
		wg.Go(func() { s.serve(ctx, w) })
	}
	err = s.coordinate(ctx)
	cancel(err)
	if hung := s.drain(&wg); hung != nil && err == nil {
		c.Log.Warn("a slot hangs; its task is committed by another, the run goes on", "error", hung)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return before - d.Open(), err
}

// drain waits for the slots, which stop at the end of a batch. A hung goroutine cannot be waited
// for: what it works on is not needed any more, or left to the next process.
func (s *session) drain(wg *sync.WaitGroup) error {
	done := make(chan struct{})
	go func() {
		wg.Wait()
		close(done)
	}()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return nil
		case <-tick.C:
			if err := s.stalled(s.c.AckWait); err != nil {
				return err
			}
		}
	}
}

// ErrStalled says that a slot hangs: the process must end, and the next one goes on.
var ErrStalled = errors.New("a task does not move")

// stalled looks for a slot that has not moved for longer than limit.
func (s *session) stalled(limit time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for h, what := range s.beats {
		if still := h.still(); limit > 0 && still > limit {
			return fmt.Errorf("%w: %s, for %s", ErrStalled, what, still.Round(time.Second))
		}
	}
	return nil
}

// session is one phase under way; mu guards what is below it.
type session struct {
	c     *Conductor
	phase *plan.Phase
	slots int
	stop  context.CancelCauseFunc
	wake  chan struct{} // something was committed
	live  atomic.Int64  // documents read by tasks under way

	mu       sync.Mutex
	d        *fleet.Dispatch
	progress Progress
	swept    time.Time
	lost     bool                  // the queue failed: what was in it may be gone
	arrived  int                   // deliveries so far
	heard    int                   // of them, at the last sweep
	vain     int                   // sweeps in a row after which nothing was delivered
	beats    map[*heartbeat]string // attempts under way and what they work on
}

// window is how many items are kept in the queue: enough for a large fleet, few enough to re-order.
const window = 1000

// coordinate keeps the queue filled until every task is committed.
func (s *session) coordinate(ctx context.Context) error {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	s.swept = time.Now()
	for {
		s.mu.Lock()
		open := s.d.Open()
		items := s.due()
		p := s.progress
		s.mu.Unlock()
		p.Documents += s.live.Load()
		s.c.watch(p)
		if open == 0 {
			return nil
		}
		if err := s.c.Queue.Publish(ctx, items); err != nil && ctx.Err() == nil {
			s.c.Log.Warn("the queue refuses tasks; they are published again", "error", err)
			s.shaken()
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-s.wake:
		case <-tick.C:
			if err := s.stalled(s.c.Stall); err != nil {
				return err
			}
			s.revive(ctx)
		}
	}
}

// due lists what to publish now; mu is held. A sweep waits until a slot is idle: while all are busy
// nothing is missing, and every sweep doubles messages that are only waiting for their turn.
func (s *session) due() (items []fleet.Item) {
	idle := s.d.Flying() < s.slots && time.Since(s.swept) >= s.c.Sweep
	if s.lost || idle {
		items = s.d.Sweep()
		if s.vain++; s.arrived != s.heard || len(items) == 0 || s.lost {
			s.vain = 0
		}
		s.lost, s.heard, s.swept = false, s.arrived, time.Now()
	}
	return append(items, s.d.Refill(window)...)
}

// maxVain is how many sweeps in a row may go unheard before the queue is taken for dead.
const maxVain = 3

// revive replaces a queue that takes everything and delivers nothing.
func (s *session) revive(ctx context.Context) {
	s.mu.Lock()
	dead := s.vain >= maxVain
	if dead {
		s.vain, s.lost = 0, true
	}
	s.mu.Unlock()
	if q, ok := s.c.Queue.(fleet.Reviver); ok && dead {
		s.c.Log.Warn("the queue delivers nothing; it is made anew", "phase", s.phase.ID)
		if err := q.Revive(ctx); err != nil && ctx.Err() == nil {
			s.c.Log.Warn("the queue cannot be made anew; it is tried again", "error", err)
		}
	}
}

// shaken books that the queue failed.
func (s *session) shaken() {
	s.mu.Lock()
	s.lost = true
	s.mu.Unlock()
}

// serve is a worker slot: it fetches one task at a time until the phase is over.
func (s *session) serve(ctx context.Context, w *engine.Worker) {
	for ctx.Err() == nil {
		got, err := s.c.Queue.Fetch(ctx, 1, 2*time.Second)
		if err != nil {
			// No server, no stream: the queue makes them anew, and a sweep fills them.
			s.shaken()
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
			continue
		}
		for _, d := range got {
			s.attempt(ctx, w, d)
		}
	}
}

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
	res, err := guarded(ctx, w, t, func(documents int64) {
		s.live.Add(documents - seen)
		seen = documents
		beat.moved()
	})
	beat.stop()
	s.mu.Lock()
	delete(s.beats, beat)
	s.mu.Unlock()
	s.live.Add(-seen)
	if err == nil {
		err = s.commit(ctx, t, res, w.Name, started)
	}
	if err == nil {
		_ = d.Ack(ctx)
		return
	}
	s.failed(ctx, t, w, d, err, started)
}

func (s *session) commit(ctx context.Context, t *plan.Task, res plan.Result, worker string,
	started time.Time) error {
	rec, err := s.c.Ledger.Commit(ctx, s.phase, res, ledger.Vol{
		Worker: worker, Build: s.c.Build, Started: started.UTC().Format(time.RFC3339),
		Seconds: time.Since(started).Seconds(),
	})
	if err != nil {
		return fmt.Errorf("%w: %w", engine.ErrStore, err)
	}
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
			"task", t.Key, "what", taskName(t), "error", err)
		tomb := plan.Result{
			Version: plan.Version, Task: t.Key, Phase: s.phase.ID, Dead: deadCause(err),
		}
		if err := s.commit(ctx, t, tomb, w.Name, started); err != nil {
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
		errors.Is(err, ledger.ErrVersion):
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
	return "code"
}

func taskName(t *plan.Task) string {
	if t.Split != nil {
		return fmt.Sprintf("%s[%d:%d]", t.Split.File.Path, t.Split.Start, t.Split.End)
	}
	return fmt.Sprintf("task %d", t.Ordinal)
}
