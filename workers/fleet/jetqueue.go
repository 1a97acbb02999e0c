package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// ErrLost says that the queue failed and was opened anew, maybe empty: its content must be swept.
var ErrLost = errors.New("the queue failed and was opened anew")

// jetQueue is a queue on a JetStream work-queue stream. A failed call makes the stream anew.
type jetQueue struct {
	dial    func() (*nats.Conn, error)
	stream  jetstream.StreamConfig
	pulls   jetstream.ConsumerConfig
	subject string

	mu  sync.Mutex
	now *attached
}

// attached is the stream as it was last opened.
type attached struct {
	conn     *nats.Conn
	js       jetstream.JetStream
	consumer jetstream.Consumer
}

func openQueue(ctx context.Context, dial func() (*nats.Conn, error), run string, slots int,
	ackWait time.Duration) (Queue, error) {
	q := &jetQueue{dial: dial, subject: "dp." + run + ".task"}
	q.stream = jetstream.StreamConfig{
		Name: "DP_" + strings.ToUpper(run) + "_TASKS", Subjects: []string{q.subject + ".>"},
		Retention: jetstream.WorkQueuePolicy, Storage: jetstream.FileStorage,
		Discard: jetstream.DiscardNew, MaxMsgs: 20_000, MaxMsgSize: 64 << 10,
		MaxBytes: 256 << 20, Duplicates: 2 * time.Minute,
	}
	q.pulls = jetstream.ConsumerConfig{
		Durable: "workers", AckPolicy: jetstream.AckExplicitPolicy, AckWait: ackWait,
		MaxDeliver: -1, MaxAckPending: 2 * slots, MaxWaiting: max(512, 2*slots),
	}
	return q, q.attach(ctx)
}

// attach opens the stream and its consumer, made when missing.
func (q *jetQueue) attach(ctx context.Context) error {
	conn, err := q.dial()
	if err != nil {
		return fmt.Errorf("open queue: %w", err)
	}
	a := &attached{conn: conn}
	if a.js, err = jetstream.New(conn); err != nil {
		return fmt.Errorf("open queue: %w", err)
	}
	stream, err := a.js.CreateOrUpdateStream(ctx, q.stream)
	if err != nil {
		return fmt.Errorf("open queue: %w", err)
	}
	if a.consumer, err = stream.CreateOrUpdateConsumer(ctx, q.pulls); err != nil {
		return fmt.Errorf("open queue: %w", err)
	}
	q.now = a
	return nil
}

func (q *jetQueue) current() *attached {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.now
}

// failed answers for a call that failed on a: unless somebody did so meanwhile, the stream is made
// anew, which changes nothing where it still stands.
func (q *jetQueue) failed(ctx context.Context, a *attached, err error) error {
	if ctx.Err() != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.now == a {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		if again := q.attach(ctx); again != nil {
			return errors.Join(err, again)
		}
	}
	return fmt.Errorf("%w: %w", ErrLost, err)
}

// Publish implements Queue.
func (q *jetQueue) Publish(ctx context.Context, items []Item) error {
	if len(items) == 0 {
		return nil
	}
	a := q.current()
	if !a.conn.IsConnected() {
		return q.failed(ctx, a, fmt.Errorf("publish tasks: %w", nats.ErrDisconnected))
	}
	for _, it := range items {
		body, err := json.Marshal(it)
		if err != nil {
			return fmt.Errorf("publish task %s: %w", it.Key, err)
		}
		id := fmt.Sprintf("%s.%d", it.Key, it.N)
		// A phase id holds dots, which would be tokens of the subject.
		subject := q.subject + "." + strings.ReplaceAll(it.Phase, ".", "_")
		if _, err := a.js.Publish(ctx, subject, body, jetstream.WithMsgID(id)); err != nil {
			return q.failed(ctx, a, fmt.Errorf("publish task %s: %w", it.Key, err))
		}
	}
	return nil
}

// Fetch implements Queue.
func (q *jetQueue) Fetch(ctx context.Context, n int, wait time.Duration) ([]Delivery, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	a := q.current()
	if !a.conn.IsConnected() { // a pull into the void would only time out
		return nil, q.failed(ctx, a, fmt.Errorf("fetch tasks: %w", nats.ErrDisconnected))
	}
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	batch, err := a.consumer.Fetch(n, jetstream.FetchContext(waiting))
	if err != nil {
		return nil, q.failed(ctx, a, fmt.Errorf("fetch tasks: %w", err))
	}
	var got []Delivery
	for msg := range batch.Messages() {
		var it Item
		if err := json.Unmarshal(msg.Data(), &it); err != nil {
			_ = msg.Term() // nobody can ever read it; the sweep publishes the task anew
			continue
		}
		got = append(got, &jetDelivery{it, msg})
	}
	err = batch.Error()
	if len(got) > 0 {
		return got, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if nothing(err) && !a.conn.IsConnected() {
		err = nats.ErrDisconnected
	}
	if err != nil && !nothing(err) {
		return nil, q.failed(ctx, a, fmt.Errorf("fetch tasks: %w", err))
	}
	return nil, nil
}

// nothing says whether a fetch ended only because no message came in time.
func nothing(err error) bool {
	return errors.Is(err, nats.ErrTimeout) || errors.Is(err, jetstream.ErrNoMessages) ||
		errors.Is(err, context.DeadlineExceeded)
}

// Close implements Queue. The stream stays: another coordinator may go on with it.
func (q *jetQueue) Close() error { return nil }

type jetDelivery struct {
	item Item
	msg  jetstream.Msg
}

func (d *jetDelivery) Item() Item                    { return d.item }
func (d *jetDelivery) Progress() error               { return d.msg.InProgress() }
func (d *jetDelivery) Nak(delay time.Duration) error { return d.msg.NakWithDelay(delay) }

// Ack waits for the server's word for two seconds at most; a lost one costs a look-up.
func (d *jetDelivery) Ack(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return d.msg.DoubleAck(ctx)
}
