// Package fleet hands tasks to workers and hears from them. It dispatches and decides nothing:
// what is done is in the ledger, and every message may be lost, doubled or late.
//
// In: items that name a task by phase, ordinal and key. Out: deliveries of the same to whoever
// fetches. The embedded server and a cluster run the same code. Dispatch, the bookkeeping of one
// phase, is a plain state machine without clock, goroutine or network, so that a test can drive it
// through any order of events. The package never sees a document or an object.
package fleet

import (
	"context"
	"time"
)

// Item names a task in at most a few hundred bytes.
type Item struct {
	Version int    `json:"v"`
	Run     string `json:"run"`
	Phase   string `json:"phase"`
	Ordinal int    `json:"ordinal"`
	Key     string `json:"key"`
	N       int    `json:"n"` // how often it was published: a new message each time
}

// ItemVersion is the version of Item.
const ItemVersion = 1

// Delivery is an item in the hands of a worker.
type Delivery interface {
	Item() Item
	// Progress tells the queue that the task moves; it is called only when it does.
	Progress() error
	// Ack removes the item; it proves nothing and may be lost.
	Ack(ctx context.Context) error
	// Nak gives the item back, to be delivered again after delay.
	Nak(delay time.Duration) error
}

// Reviver is a queue that can be thrown away and made anew, empty: for one that takes messages
// without an error and delivers none, as a server does whose folder was deleted under it.
type Reviver interface {
	Revive(ctx context.Context) error
}

// Queue is a work queue. An item is delivered at least once while the queue lives.
type Queue interface {
	Publish(ctx context.Context, items []Item) error
	// Fetch waits for up to n deliveries; none within wait is not an error.
	Fetch(ctx context.Context, n int, wait time.Duration) ([]Delivery, error)
	Close() error
}
