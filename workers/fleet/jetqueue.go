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
	discard func() // what dial connects to, so that the next dial makes another
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
	life     context.Context // ends with the attachment, and ends its pulls
	end      context.CancelFunc
}

func openQueue(ctx context.Context, dial func() (*nats.Conn, error), discard func(), run string,
	slots int, ackWait time.Duration) (Queue, error) {
	q := &jetQueue{dial: dial, discard: discard, subject: "dp." + run + ".task"}
	q.stream = jetstream.StreamConfig{
		Name: "DP_" + strings.ToUpper(run) + "_TASKS", Subjects: []string{q.subject + ".>"},
		Retention: jetstream.WorkQueuePolicy, Storage: jetstream.FileStorage,
		Discard: jetstream.DiscardNew, MaxMsgs: 20_000, MaxMsgSize: 64 << 10,
		MaxBytes: 256 << 20, Duplicates: 2 * time.Minute,
	}
	q.pulls = jetstream.ConsumerConfig{
		Durable: "workers", AckPolicy: jetstream.AckExplicitPolicy, AckWait: ackWait,
		MaxDeliver: -1, MaxAckPending: 2 * slots, MaxWaiting: max(512, 16*slots),
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
	if q.now != nil {
		q.now.end()
	}
	a.life, a.end = context.WithCancel(context.Background())
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
	if q.now != a {
		return fmt.Errorf("%w: %w", ErrLost, err)
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if again := q.attach(ctx); again != nil {
		q.discard() // it answers, but makes no stream: its folder is gone, or its disk
		if again = q.attach(ctx); again != nil {
			return errors.Join(err, again)
		}
	}
	return fmt.Errorf("%w: %w", ErrLost, err)
}

// Revive implements Reviver.
func (q *jetQueue) Revive(ctx context.Context) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.discard()
	return q.attach(ctx)
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
		if err := a.publish(ctx, subject, body, id); err != nil {
			return q.failed(ctx, a, fmt.Errorf("publish task %s: %w", it.Key, err))
		}
	}
	return nil
}

// publish stores one message. A server that does not answer soon will not.
func (a *attached) publish(ctx context.Context, subject string, body []byte, id string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_, err := a.js.Publish(ctx, subject, body, jetstream.WithMsgID(id))
	return err
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
	waiting, cancel := context.WithTimeout(a.life, wait)
	batch, err := a.consumer.Fetch(n, jetstream.FetchContext(waiting))
	if err != nil {
		cancel()
		return nil, q.failed(ctx, a, fmt.Errorf("fetch tasks: %w", err))
	}
	got, whole := receive(ctx, batch)
	if whole {
		cancel()
	} else {
		go giveBack(batch, cancel)
	}
	if len(got) > 0 {
		return got, nil
	}
	if !whole {
		return nil, ctx.Err()
	}
	err = batch.Error()
	if nothing(err) && !a.conn.IsConnected() {
		err = nats.ErrDisconnected
	}
	if err != nil && !nothing(err) {
		return nil, q.failed(ctx, a, fmt.Errorf("fetch tasks: %w", err))
	}
	return nil, nil
}

// receive gathers what a pull brings; whole is false when ctx ended before it did.
func receive(ctx context.Context, batch jetstream.MessageBatch) (got []Delivery, whole bool) {
	for {
		select {
		case msg, more := <-batch.Messages():
			if !more {
				return got, true
			}
			var it Item
			if err := json.Unmarshal(msg.Data(), &it); err != nil {
				_ = msg.Term() // nobody can ever read it; the sweep publishes the task anew
				continue
			}
			got = append(got, &jetDelivery{it, msg})
		case <-ctx.Done():
			return got, false
		}
	}
}

// giveBack waits for the end of a pull that nobody waits for any more. The server still answers it,
// and a message that went to nobody would be missing until AckWait has passed.
func giveBack(batch jetstream.MessageBatch, done func()) {
	defer done()
	for msg := range batch.Messages() {
		_ = msg.Nak()
	}
}

// nothing says whether a fetch ended only because no message came in time.
func nothing(err error) bool {
	return errors.Is(err, nats.ErrTimeout) || errors.Is(err, jetstream.ErrNoMessages) ||
		errors.Is(err, context.DeadlineExceeded)
}

// Close implements Queue. The stream stays: another coordinator may go on with it.
func (q *jetQueue) Close() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.now.end()
	return nil
}

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
