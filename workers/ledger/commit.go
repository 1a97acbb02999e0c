// Package ledger is what is true: commit records, seals, the manifest and who owns an output.
//
// In: results of tasks. Out: objects that are created once and never changed. Each task key has one
// commit key for which finished and dead verdicts compete; the first stands for ever. Readers go
// from seal to commit to object and never list. The deterministic half of a record has the same
// bytes from any worker, and two different ones under one key are an alarm that stops the run.
// The package knows stores and results, no engine, no queue.
package ledger

import (
	"bytes"
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

// Errors a caller acts upon.
var (
	// ErrNondeterminism says that two workers gave different results for one task key.
	ErrNondeterminism = errors.New("nondeterminism")
	// ErrCorrupt says that an object does not hold what its record promises.
	ErrCorrupt = errors.New("corrupt object")
	// ErrVersion says that an object was written by a newer program.
	ErrVersion = errors.New("written by a newer version of dataprep")
)

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
	if err := json.Unmarshal(r.Det, &res); err != nil {
		return res, fmt.Errorf("%w: commit record: %w", ErrCorrupt, err)
	}
	return res, nil
}

func commitKey(f *plan.Phase, task string) string {
	return "c/" + f.ID + "/" + f.Code + "/" + task + ".json"
}

// Lookup returns the commit record of a task, or nil when there is none.
func (l *Ledger) Lookup(ctx context.Context, f *plan.Phase, task string) (*Record, error) {
	raw, err := store.ReadAll(ctx, l.Work, commitKey(f, task))
	if errors.Is(err, store.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var r Record
	if err := decode(raw, &r, &r.Version); err != nil {
		return nil, fmt.Errorf("commit of %s: %w", task, err)
	}
	if digest(r.Det) != r.DetSHA256 {
		return nil, fmt.Errorf("commit of %s: %w: digest of det", task, ErrCorrupt)
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
	outcome, err := l.Work.Create(ctx, commitKey(f, res.Task), store.Bytes(body))
	if err != nil {
		return nil, fmt.Errorf("commit %s: %w", res.Task, err)
	}
	if outcome == store.Created {
		return mine, nil
	}
	stands, err := l.Lookup(ctx, f, res.Task)
	if err != nil {
		return nil, err
	}
	if stands == nil {
		if outcome == store.Unknown { // the write never arrived
			return l.Commit(ctx, f, res, vol)
		}
		return nil, fmt.Errorf("commit %s: %w: exists and cannot be read", res.Task, ErrCorrupt)
	}
	return stands, l.agree(res, mine, stands)
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

// decode reads a versioned JSON object and refuses newer versions.
func decode(raw []byte, into any, version *int) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if *version > Version {
		return fmt.Errorf("%w (version %d, this one reads %d)", ErrVersion, *version, Version)
	}
	return nil
}
