package workers

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"dataprep/workers/engine"
	"dataprep/workers/fleet"
	"dataprep/workers/plan"
)

// heartbeat tells the queue that a task moves, and only while it does: a hung one is given to
// another worker, whose commit then stands.
type heartbeat struct {
	count atomic.Int64
	last  atomic.Int64 // unix nanoseconds of the last move
	quit  chan struct{}
}

func newHeartbeat(d fleet.Delivery, every time.Duration) *heartbeat {
	h := &heartbeat{quit: make(chan struct{})}
	h.last.Store(time.Now().UnixNano())
	go func() {
		tick := time.NewTicker(max(every, time.Millisecond))
		defer tick.Stop()
		var last int64
		for {
			select {
			case <-h.quit:
				return
			case <-tick.C:
				if n := h.count.Load(); n != last {
					last = n
					_ = d.Progress()
				}
			}
		}
	}()
	return h
}

func (h *heartbeat) moved() {
	h.count.Add(1)
	h.last.Store(time.Now().UnixNano())
}

// still is how long the task has not moved.
func (h *heartbeat) still() time.Duration {
	return time.Since(time.Unix(0, h.last.Load()))
}

func (h *heartbeat) stop() { close(h.quit) }

// guarded runs a task and turns a panic of the engine itself into an error that blames our code.
func guarded(ctx context.Context, w *engine.Worker, t *plan.Task, alive func(int64)) (
	res plan.Result, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return w.Run(ctx, t, alive)
}
