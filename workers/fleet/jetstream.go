package fleet

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// ErrServer says that the embedded server could not start: the folder, the disk.
var ErrServer = errors.New("embedded queue server")

// startWait is how long a server may take to start; it takes milliseconds, more on a busy disk.
const startWait = 20 * time.Second

// Server is a NATS server inside the process: no port, a store folder of its own, gone on Close.
// Should it die, the next one who needs it starts another: nothing in it is true.
type Server struct {
	parent string

	mu     sync.Mutex
	closed bool
	srv    *server.Server
	conn   *nats.Conn
	dir    string
}

// StartServer starts an embedded server whose store is a fresh folder under parent.
func StartServer(parent string) (*Server, error) {
	s := &Server{parent: parent}
	_, err := s.connection()
	return s, err
}

// connection returns the connection to the running server, started when there is none.
func (s *Server) connection() (*nats.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, fmt.Errorf("%w: closed", ErrServer)
	}
	if s.srv != nil && s.srv.Running() && s.conn != nil && s.conn.IsConnected() {
		return s.conn, nil
	}
	s.stop()
	if err := s.start(); err != nil {
		s.stop()
		return nil, fmt.Errorf("%w: %w", ErrServer, err)
	}
	return s.conn, nil
}

// start makes the folder, which the server itself would only log about, and waits until it serves.
func (s *Server) start() (err error) {
	if s.dir, err = os.MkdirTemp(s.parent, "queue-"); err != nil {
		return err
	}
	if err := probe(s.dir); err != nil {
		return err
	}
	s.srv, err = server.NewServer(&server.Options{
		ServerName: "dataprep", DontListen: true, JetStream: true, StoreDir: s.dir,
		JetStreamMaxStore: 1 << 30, JetStreamMaxMemory: 64 << 20, SyncAlways: true,
		NoSigs: true, NoLog: true,
	})
	if err != nil {
		return err
	}
	if err := serve(s.srv); err != nil {
		return fmt.Errorf("%w; is the disk of %s full or read-only?", err, s.dir)
	}
	s.conn, err = nats.Connect("", nats.InProcessServer(s.srv), nats.MaxReconnects(-1))
	return err
}

// serve starts a server. One that fails returns from Start without a word and is never ready.
func serve(srv *server.Server) error {
	started := make(chan struct{})
	go func() {
		srv.Start()
		close(started)
	}()
	select {
	case <-started:
	case <-time.After(startWait):
		return fmt.Errorf("not started after %s", startWait)
	}
	if !srv.JetStreamEnabled() || !srv.ReadyForConnections(time.Second) {
		return errors.New("not ready")
	}
	return nil
}

// probe writes to the folder: a full or read-only disk shows at once.
func probe(dir string) error {
	f, err := os.Create(filepath.Join(dir, "probe"))
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, 4096))
	if serr := f.Sync(); err == nil {
		err = serr
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	_ = os.Remove(f.Name())
	return err
}

// stop ends the server that runs and removes its folder.
func (s *Server) stop() {
	if s.conn != nil {
		s.conn.Close()
	}
	if s.srv != nil {
		s.srv.Shutdown()
		s.srv.WaitForShutdown()
	}
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
	}
	s.conn, s.srv, s.dir = nil, nil, ""
}

// discard stops the server; the next who needs one starts another.
func (s *Server) discard() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop()
}

// Crash ends the server and all it holds without a word, for tests of those who use one: the next
// call to a queue of it starts another.
func (s *Server) Crash() {
	s.mu.Lock()
	srv := s.srv
	s.mu.Unlock()
	if srv != nil {
		srv.Shutdown()
		srv.WaitForShutdown()
	}
}

// Close stops the server and removes its folder.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.stop()
}

// Queue opens the work queue of a run, made when missing. slots is how many workers fetch from it.
func (s *Server) Queue(ctx context.Context, run string, slots int, ackWait time.Duration) (
	Queue, error) {
	return openQueue(ctx, s.connection, s.discard, run, slots, ackWait)
}
