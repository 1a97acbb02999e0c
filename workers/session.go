package workers

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"dataprep/workers/engine"
	"dataprep/workers/fleet"
	"dataprep/workers/plan"
)

// phase runs the tasks of a phase that are not committed yet; ran is how many it ran itself.
func (c *Conductor) phase(ctx context.Context, f *plan.Phase, tasks []plan.Task, p Progress) (
	ran int, err error) {
	d, err := c.dispatch(ctx, f, tasks, &p)
	if err != nil {
		return 0, err
	}
	d.Unit = c.Unit
	s := &session{c: c, phase: f, d: d, progress: p, wake: make(chan struct{}, 1),
		slots: min(c.Slots, max(d.Open(), 1)), beats: map[*heartbeat]string{}, ran: map[int]bool{}}
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
	return len(s.ran), err
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
	ran      map[int]bool // tasks that this process has done; others may have done some too
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
