package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// ErrServer says that the embedded server could not start: the folder, the disk.
var ErrServer = errors.New("embedded queue server")

// Server is a NATS server inside the process: no port, a store folder of its own, gone on Close.
type Server struct {
	srv  *server.Server
	conn *nats.Conn
	dir  string
}

// StartServer starts an embedded server whose store is a fresh folder under parent.
func StartServer(parent string) (*Server, error) {
	dir, err := os.MkdirTemp(parent, "queue-")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrServer, err)
	}
	s := &Server{dir: dir}
	s.srv, err = server.NewServer(&server.Options{
		ServerName: "dataprep", DontListen: true, JetStream: true, StoreDir: dir,
		JetStreamMaxStore: 1 << 30, JetStreamMaxMemory: 64 << 20, SyncAlways: true,
		NoSigs: true, NoLog: true,
	})
	if err != nil {
		return nil, s.fail(err)
	}
	go s.srv.Start()
	if !s.srv.ReadyForConnections(20 * time.Second) {
		return nil, s.fail(fmt.Errorf("not ready; is the disk of %s full or read-only?", dir))
	}
	s.conn, err = nats.Connect("", nats.InProcessServer(s.srv), nats.MaxReconnects(-1))
	if err != nil {
		return nil, s.fail(err)
	}
	return s, nil
}

func (s *Server) fail(err error) error {
	s.Close()
	return fmt.Errorf("%w: %w", ErrServer, err)
}

// Close stops the server and removes its folder: nothing in it is true.
func (s *Server) Close() {
	if s.conn != nil {
		s.conn.Close()
	}
	if s.srv != nil {
		s.srv.Shutdown()
		s.srv.WaitForShutdown()
	}
	_ = os.RemoveAll(s.dir)
}

// Queue opens the work queue of a run, made when missing. slots is how many workers fetch from it.
func (s *Server) Queue(ctx context.Context, run string, slots int, ackWait time.Duration) (
	Queue, error) {
	return openQueue(ctx, s.conn, run, slots, ackWait)
}

// jetQueue is a queue on a JetStream work-queue stream.
type jetQueue struct {
	js       jetstream.JetStream
	consumer jetstream.Consumer
	subject  string
}

func openQueue(ctx context.Context, conn *nats.Conn, run string, slots int,
	ackWait time.Duration) (Queue, error) {
	js, err := jetstream.New(conn)
	if err != nil {
		return nil, fmt.Errorf("open queue: %w", err)
	}
	q := &jetQueue{js: js, subject: "dp." + run + ".task"}
	stream, err := js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: "DP_" + strings.ToUpper(run) + "_TASKS", Subjects: []string{q.subject + ".>"},
		Retention: jetstream.WorkQueuePolicy, Storage: jetstream.FileStorage,
		Discard: jetstream.DiscardNew, MaxMsgs: 20_000, MaxMsgSize: 64 << 10,
		MaxBytes: 256 << 20, Duplicates: 2 * time.Minute,
	})
	if err != nil {
		return nil, fmt.Errorf("open queue: %w", err)
	}
	q.consumer, err = stream.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
		Durable: "workers", AckPolicy: jetstream.AckExplicitPolicy, AckWait: ackWait,
		MaxDeliver: -1, MaxAckPending: 2 * slots, MaxWaiting: max(512, 2*slots),
	})
	if err != nil {
		return nil, fmt.Errorf("open queue: %w", err)
	}
	return q, nil
}

// Publish implements Queue.
func (q *jetQueue) Publish(ctx context.Context, items []Item) error {
	for _, it := range items {
		body, err := json.Marshal(it)
		if err != nil {
			return fmt.Errorf("publish task %s: %w", it.Key, err)
		}
		id := fmt.Sprintf("%s.%d", it.Key, it.N)
		// A phase id holds dots, which would be tokens of the subject.
		subject := q.subject + "." + strings.ReplaceAll(it.Phase, ".", "_")
		if _, err := q.js.Publish(ctx, subject, body, jetstream.WithMsgID(id)); err != nil {
			return fmt.Errorf("publish task %s: %w", it.Key, err)
		}
	}
	return nil
}

// Fetch implements Queue.
func (q *jetQueue) Fetch(ctx context.Context, n int, wait time.Duration) ([]Delivery, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	batch, err := q.consumer.Fetch(n, jetstream.FetchMaxWait(wait))
	if err != nil {
		return nil, fmt.Errorf("fetch tasks: %w", err)
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
	if err := batch.Error(); err != nil && !errors.Is(err, nats.ErrTimeout) &&
		!errors.Is(err, jetstream.ErrNoMessages) && len(got) == 0 {
		return nil, fmt.Errorf("fetch tasks: %w", err)
	}
	return got, nil
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
