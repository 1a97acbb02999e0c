package fleet_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"dataprep/workers/fleet"
)

func start(t *testing.T) *fleet.Server {
	t.Helper()
	s, err := fleet.StartServer(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func open(t *testing.T, s *fleet.Server, slots int, ackWait time.Duration) fleet.Queue {
	t.Helper()
	q, err := s.Queue(t.Context(), "run", slots, ackWait)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func item(i, n int) fleet.Item {
	return fleet.Item{Version: 1, Run: "run", Phase: "1-minhash.apply", Ordinal: i,
		Key: fmt.Sprintf("key%d", i), N: n}
}

func publish(t *testing.T, q fleet.Queue, items ...fleet.Item) {
	t.Helper()
	if err := q.Publish(t.Context(), items); err != nil {
		t.Fatal(err)
	}
}

// fetch waits for up to n deliveries and fails the test on an error.
func fetch(t *testing.T, q fleet.Queue, n int, wait time.Duration) []fleet.Delivery {
	t.Helper()
	got, err := q.Fetch(t.Context(), n, wait)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// one waits up to five seconds for a delivery.
func one(t *testing.T, q fleet.Queue) fleet.Delivery {
	t.Helper()
	got := fetch(t, q, 1, 5*time.Second)
	if len(got) != 1 {
		t.Fatal("nothing was delivered")
	}
	return got[0]
}

// settled waits until no more goroutines run than before; some end a moment after Close.
func settled(t *testing.T, before int) {
	t.Helper()
	var now int
	for range 100 {
		if now = runtime.NumGoroutine(); now <= before {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines, %d before\n%s", now, before, stacks[:runtime.Stack(stacks, true)])
}

func TestAClosedServerLeavesNoGoroutineAndNoFolder(t *testing.T) {
	before, parent := runtime.NumGoroutine(), t.TempDir()
	for range 3 {
		s, err := fleet.StartServer(parent)
		if err != nil {
			t.Fatal(err)
		}
		q, err := s.Queue(t.Context(), "run", 1, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		publish(t, q, item(0, 1))
		one(t, q)
		s.Close()
		if _, err := q.Fetch(t.Context(), 1, time.Second); !errors.Is(err, fleet.ErrServer) {
			t.Errorf("a fetch from a closed server: %v", err)
		}
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	settled(t, before)
}

func TestAnUnackedItemComesAgainAfterAckWait(t *testing.T) {
	q := open(t, start(t), 2, 300*time.Millisecond)
	publish(t, q, item(7, 1))
	first, began := one(t, q), time.Now()
	again := one(t, q)
	if again.Item() != item(7, 1) || time.Since(began) < 250*time.Millisecond {
		t.Errorf("%+v again after %s", again.Item(), time.Since(began))
	}
	// The late ack of the first holder removes it for all, and the second's succeeds too.
	for _, d := range []fleet.Delivery{first, again} {
		if err := d.Ack(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if got := fetch(t, q, 1, 500*time.Millisecond); len(got) != 0 {
		t.Errorf("an acked item came again: %+v", got[0].Item())
	}
}

func TestProgressKeepsAnItem(t *testing.T) {
	q := open(t, start(t), 2, 300*time.Millisecond)
	publish(t, q, item(0, 1))
	d := one(t, q)
	for range 5 {
		if got := fetch(t, q, 1, 150*time.Millisecond); len(got) != 0 {
			t.Fatal("an item that moves was given to another")
		}
		if err := d.Progress(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestANakComesAgainAfterItsDelay(t *testing.T) {
	q := open(t, start(t), 2, 200*time.Millisecond)
	publish(t, q, item(0, 1))
	began := time.Now()
	if err := one(t, q).Nak(600 * time.Millisecond); err != nil { // longer than AckWait
		t.Fatal(err)
	}
	d := one(t, q)
	if took := time.Since(began); took < 550*time.Millisecond {
		t.Errorf("came again after %s", took)
	}
	began = time.Now()
	if err := d.Nak(0); err != nil {
		t.Fatal(err)
	}
	if one(t, q); time.Since(began) > 150*time.Millisecond {
		t.Errorf("a Nak without delay took %s", time.Since(began))
	}
}

func TestTheSameMessageIsDroppedAndASweptOneIsNot(t *testing.T) {
	q := open(t, start(t), 8, time.Minute)
	publish(t, q, item(0, 1), item(0, 1))
	if got := fetch(t, q, 4, 300*time.Millisecond); len(got) != 1 {
		t.Fatalf("%d deliveries of one message", len(got))
	} else if err := got[0].Ack(t.Context()); err != nil {
		t.Fatal(err)
	}
	publish(t, q, item(0, 2))
	if got := one(t, q).Item(); got != item(0, 2) {
		t.Errorf("got %+v", got)
	}
}

func TestTwoServersInOneProcessKnowNothingOfEachOther(t *testing.T) {
	a, b := open(t, start(t), 1, time.Minute), open(t, start(t), 1, time.Minute)
	publish(t, a, item(1, 1))
	if got := fetch(t, b, 1, 200*time.Millisecond); len(got) != 0 {
		t.Fatal("the other server delivers our item")
	}
	if got := one(t, a).Item(); got != item(1, 1) {
		t.Errorf("got %+v", got)
	}
}

func TestAServerThatCannotStoreFailsAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for _, parent := range []string{file, filepath.Join(file, "below"), "/proc/self"} {
		if _, err := fleet.StartServer(parent); !errors.Is(err, fleet.ErrServer) {
			t.Errorf("%s: %v", parent, err)
		}
	}
	// What shows only once it starts: the store's own folder cannot be made.
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "jetstream"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := fleet.ServeIn(dir); err == nil {
		t.Error("a server without a store started")
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %s to say so", took)
	}
}

func TestAnUnreadableMessageIsThrownAwayAndBlocksNothing(t *testing.T) {
	q := open(t, start(t), 1, time.Minute)
	for range 5 {
		if err := fleet.Inject(t.Context(), q, []byte("{")); err != nil {
			t.Fatal(err)
		}
	}
	publish(t, q, item(0, 1))
	for range 20 {
		if got := fetch(t, q, 1, time.Second); len(got) == 1 {
			return
		}
	}
	t.Error("the item behind it was never delivered")
}

// again publishes until the queue takes it, as a conductor does.
func again(t *testing.T, q fleet.Queue, n int) {
	t.Helper()
	for range 20 {
		err := q.Publish(t.Context(), []fleet.Item{item(0, n)})
		if err == nil {
			return
		}
		if !errors.Is(err, fleet.ErrLost) {
			t.Logf("publish: %v", err)
		}
		n++
	}
	t.Fatal("the queue never came back")
}

func TestALostQueueIsMadeAnew(t *testing.T) {
	ways := map[string]func(t *testing.T, s *fleet.Server, q fleet.Queue){
		"stream deleted": func(t *testing.T, _ *fleet.Server, q fleet.Queue) {
			if names, err := fleet.DeleteStreams(t.Context(), q); err != nil || len(names) != 1 {
				t.Fatalf("deleted %v: %v", names, err)
			}
		},
		"server crashed": func(_ *testing.T, s *fleet.Server, _ fleet.Queue) {
			s.Crash()
			time.Sleep(100 * time.Millisecond) // the connection hears of it a moment later
		},
		"connection cut": func(t *testing.T, s *fleet.Server, _ fleet.Queue) {
			conn, err := s.Connection()
			if err != nil {
				t.Fatal(err)
			}
			conn.Close()
		},
	}
	for name, lose := range ways {
		t.Run(name+", then published to", func(t *testing.T) {
			s := start(t)
			q := open(t, s, 1, time.Minute)
			publish(t, q, item(5, 1))
			lose(t, s, q)
			again(t, q, 1)
			if got := one(t, q).Item(); got.Key != item(0, 1).Key && got.Key != item(5, 1).Key {
				t.Errorf("got %+v", got)
			}
		})
		t.Run(name+", then fetched from", func(t *testing.T) {
			s := start(t)
			q := open(t, s, 1, time.Minute)
			lose(t, s, q)
			if _, err := q.Fetch(t.Context(), 1, 5*time.Second); !errors.Is(err, fleet.ErrLost) {
				t.Fatalf("the loss is not told: %v", err)
			}
			publish(t, q, item(0, 2))
			one(t, q)
		})
	}
}

func TestAFetchUnderWayHearsThatTheStreamIsGone(t *testing.T) {
	q := open(t, start(t), 1, time.Minute)
	failed := make(chan error, 1)
	go func() {
		_, err := q.Fetch(context.Background(), 1, 5*time.Second)
		failed <- err
	}()
	time.Sleep(50 * time.Millisecond)
	if _, err := fleet.DeleteStreams(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-failed: // ErrLost, unless the server is still deleting: then the next call does it
		if err == nil {
			t.Error("the loss is not told")
		}
		again(t, q, 1)
	case <-time.After(3 * time.Second):
		t.Error("it waits on")
	}
}

func TestACancelledFetchReturnsAtOnceAndTakesNothingAlong(t *testing.T) {
	q := open(t, start(t), 1, time.Minute)
	for n := range 60 {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(2*time.Millisecond, cancel)
		go func() {
			time.Sleep(time.Duration(n) * 50 * time.Microsecond)
			_ = q.Publish(context.Background(), []fleet.Item{item(n, 1)})
		}()
		began := time.Now()
		got, err := q.Fetch(ctx, 1, 10*time.Second)
		if took := time.Since(began); took > time.Second {
			t.Fatalf("it took %s", took)
		}
		if len(got) == 0 {
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("got %v", err)
			}
			got = []fleet.Delivery{one(t, q)} // though the message may have gone to the one before
		}
		if err := got[0].Ack(t.Context()); err != nil || got[0].Item() != item(n, 1) {
			t.Fatalf("%+v, %v", got[0].Item(), err)
		}
	}
}

// TestThreeThousandItemsFlowThrough also pins the speed of publishing: every message is synced, and
// a full window must not hold the conductor up for long.
func TestThreeThousandItemsFlowThrough(t *testing.T) {
	const all, window = 3000, 1000
	s := start(t)
	q := open(t, s, 4, time.Minute)
	d := fleet.NewDispatch("run", "1-minhash.apply", tasks(all), func(int) bool { return false })
	var spent time.Duration
	for d.Open() > 0 {
		began := time.Now()
		publish(t, q, d.Refill(window)...)
		spent += time.Since(began)
		for _, got := range fetch(t, q, 8, 5*time.Second) {
			task := d.Task(got.Item())
			if task == nil {
				t.Fatalf("a stale item %+v", got.Item())
			}
			if d.Taken(task.Ordinal) {
				d.Committed(task.Ordinal)
			}
			if err := got.Ack(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Logf("published %d in %s", all, spent)
	if spent > 15*time.Second {
		t.Errorf("publishing %d items took %s", all, spent)
	}
}
