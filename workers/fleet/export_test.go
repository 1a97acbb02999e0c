package fleet

import (
	"context"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Folder is where the server that runs keeps its store.
func (s *Server) Folder() string { return s.dir }

// Connection returns the connection to the server, started when it is gone.
func (s *Server) Connection() (*nats.Conn, error) { return s.connection() }

// ServeIn starts a server whose store folder is dir, whatever is there.
func ServeIn(dir string) error {
	srv, err := server.NewServer(&server.Options{
		ServerName: "dataprep", DontListen: true, JetStream: true, StoreDir: dir,
		NoSigs: true, NoLog: true,
	})
	if err != nil {
		return err
	}
	defer srv.Shutdown()
	return serve(srv)
}

// DeleteStreams removes every stream behind a queue's back.
func DeleteStreams(ctx context.Context, q Queue) (names []string, err error) {
	js, err := jetstream.New(q.(*jetQueue).current().conn)
	if err != nil {
		return nil, err
	}
	for name := range js.StreamNames(ctx).Name() {
		names = append(names, name)
		if err := js.DeleteStream(ctx, name); err != nil {
			return names, err
		}
	}
	return names, nil
}

// Inject puts a message of any body into the queue's stream.
func Inject(ctx context.Context, q Queue, body []byte) error {
	j := q.(*jetQueue)
	_, err := j.current().js.Publish(ctx, j.subject+".x", body)
	return err
}
