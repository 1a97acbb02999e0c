// Package ledger is what is true: commits, seals, the manifest, an output's owner and its holders.
//
// In: results of tasks. Out: objects that are created once and never changed. Each task key has one
// commit key for which finished and dead verdicts compete; the first stands for ever. Readers go
// from seal to commit to object and never list. The deterministic half of a record has the same
// bytes from any worker, and two different ones under one key are an alarm that stops the run.
// The package knows stores and results, no engine, no queue.
package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"dataprep/internal/store"
	"dataprep/workers/plan"
)

// Version is the version of every object the ledger writes.
const Version = 1

// attempts is how often a conditional write is repeated when its reply is lost and nothing is found
// afterwards. A store that never answers is not going to.
const attempts = 5

// Errors a caller acts upon.
var (
	// ErrNondeterminism says that two workers gave different results for one task key.
	ErrNondeterminism = errors.New("nondeterminism")
	// ErrCorrupt says that an object does not hold what its record promises.
	ErrCorrupt = errors.New("corrupt object")
	// ErrVersion says that an object was written by a newer program.
	ErrVersion = errors.New("written by a newer version of dataprep")
)

// errDeaf says that the replies to several writes in a row were lost and none of them arrived.
var errDeaf = fmt.Errorf("%w to answer", store.Environment)

// Ledger reads and writes the truth of one output.
type Ledger struct {
	Work store.Store // frames, rows, commits, seals
	Out  store.Store // published files, run folders, manifest
}

// Vol is the volatile half of a commit record: who did it and what it cost. It never enters a seal.
type Vol struct {
	Worker   string  `json:"worker"`
	Build    string  `json:"build"`
	Started  string  `json:"started"`
	Seconds  float64 `json:"seconds"`
	Delivery int     `json:"delivery"`
	Error    string  `json:"error,omitempty"` // of a tombstone: what the last attempt said
}

// Record is a commit record.
type Record struct {
	Version   int             `json:"version"`
	DetSHA256 string          `json:"det_sha256"`
	Det       json.RawMessage `json:"det"`
	Vol       Vol             `json:"vol"`
}

// Result decodes the deterministic half.
func (r *Record) Result() (plan.Result, error) {
	var res plan.Result
	if err := decode(r.Det, &res, plan.Version); err != nil {
		return res, fmt.Errorf("commit record: %w", err)
	}
	return res, nil
}

func commitKey(f *plan.Phase, task string) string {
	return "c/" + f.ID + "/" + f.Code + "/" + task + ".json"
}

// Lookup returns the commit record of a task, or nil when there is none. A publish task whose files
// a later publish of the same folder removed counts as not done: it writes the same bytes again and
// finds its own record.
func (l *Ledger) Lookup(ctx context.Context, f *plan.Phase, task string) (*Record, error) {
	r, err := l.read(ctx, f, task)
	if err != nil || r == nil || f.Kind != plan.Publish {
		return r, err
	}
	res, err := r.Result()
	if err != nil {
		return nil, fmt.Errorf("commit of %s: %w", task, err)
	}
	for i := range res.Outputs {
		there, err := l.stands(ctx, res.Outputs[i].Object, res.Outputs[i].Bytes)
		if err != nil || !there {
			return nil, err
		}
	}
	return r, nil
}

// stands says whether a published file is there; one of another size is corrupt.
func (l *Ledger) stands(ctx context.Context, key string, size int64) (bool, error) {
	info, err := l.Out.Head(ctx, key)
	switch {
	case errors.Is(err, store.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case info.Size != size:
		return false, fmt.Errorf("%w: %s has %d bytes, its record says %d",
			ErrCorrupt, key, info.Size, size)
	}
	return true, nil
}

// read returns the record under a task's key and holds it against its own digest.
func (l *Ledger) read(ctx context.Context, f *plan.Phase, task string) (*Record, error) {
	raw, err := store.ReadAll(ctx, l.Work, commitKey(f, task))
	if errors.Is(err, store.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var r Record
	if err := decode(raw, &r, Version); err != nil {
		return nil, fmt.Errorf("commit of %s: %w", task, err)
	}
	if digest(r.Det) != r.DetSHA256 {
		return nil, fmt.Errorf("commit of %s: %w: digest of det", task, ErrCorrupt)
	}
	res, err := r.Result()
	if err != nil {
		return nil, fmt.Errorf("commit of %s: %w", task, err)
	}
	if res.Task != task {
		return nil, fmt.Errorf("commit of %s: %w: it is of task %s", task, ErrCorrupt, res.Task)
	}
	return &r, nil
}

// Commit makes res the verdict of its task, unless another stands already: then that one is
// returned. A lost reply is resolved by reading.
func (l *Ledger) Commit(ctx context.Context, f *plan.Phase, res plan.Result, vol Vol) (*Record, error) {
	det, err := json.Marshal(res)
	if err != nil {
		return nil, fmt.Errorf("encode commit of %s: %w", res.Task, err)
	}
	mine := &Record{Version: Version, DetSHA256: digest(det), Det: det, Vol: vol}
	body, err := json.Marshal(mine)
	if err != nil {
		return nil, fmt.Errorf("encode commit of %s: %w", res.Task, err)
	}
	for range attempts {
		outcome, err := l.Work.Create(ctx, commitKey(f, res.Task), store.Bytes(body))
		if err != nil {
			return nil, fmt.Errorf("commit %s: %w", res.Task, err)
		}
		if outcome == store.Created {
			return mine, nil
		}
		stands, err := l.read(ctx, f, res.Task)
		if err != nil {
			return nil, err
		}
		if stands != nil {
			return stands, l.agree(res, mine, stands)
		}
		if outcome == store.Exists {
			return nil, fmt.Errorf("commit %s: %w: exists and cannot be read", res.Task, ErrCorrupt)
		}
	}
	return nil, fmt.Errorf("commit %s: %w", res.Task, errDeaf)
}

// agree raises the alarm when two finished results differ. A tombstone competes lawfully.
func (l *Ledger) agree(res plan.Result, mine, stands *Record) error {
	if stands.DetSHA256 == mine.DetSHA256 {
		return nil
	}
	other, err := stands.Result()
	if err != nil {
		return err
	}
	if other.Dead != "" || res.Dead != "" {
		return nil
	}
	return fmt.Errorf("%w: task %s of phase %s has two results: %s by %s, %s by %s",
		ErrNondeterminism, res.Task, res.Phase, stands.DetSHA256[:12], stands.Vol.Worker,
		mine.DetSHA256[:12], mine.Vol.Worker)
}

func digest(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// decode reads a versioned JSON object, the version first: a newer one may have any other shape.
func decode(raw []byte, into any, newest int) error {
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if head.Version > newest {
		return fmt.Errorf("%w (version %d, this one reads %d)", ErrVersion, head.Version, newest)
	}
	if head.Version < 1 {
		return fmt.Errorf("%w: it has no version", ErrCorrupt)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return nil
}
