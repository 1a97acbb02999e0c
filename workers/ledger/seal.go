package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"dataprep/internal/store"
	"dataprep/workers/plan"
)

// Seal lists the verdicts of a finished phase in task order.
type Seal struct {
	Version int         `json:"version"`
	Phase   string      `json:"phase"`
	Code    string      `json:"code"`
	Tasks   []SealEntry `json:"tasks"`
}

// SealEntry names the commit that stands for a task.
type SealEntry struct {
	Task      string `json:"task"`
	DetSHA256 string `json:"det_sha256"`
}

func sealKey(f *plan.Phase, tasks []plan.Task) string {
	return "s/" + f.ID + "/" + plan.SealKey(tasks) + ".json"
}

// Sealed returns the phase's results when its seal exists, each read through its commit and held
// against the seal's digest; nil when the phase is not sealed.
func (l *Ledger) Sealed(ctx context.Context, f *plan.Phase, tasks []plan.Task) ([]plan.Sealed, error) {
	raw, err := store.ReadAll(ctx, l.Work, sealKey(f, tasks))
	if errors.Is(err, store.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var s Seal
	if err := decode(raw, &s, Version); err != nil {
		return nil, fmt.Errorf("seal of %s: %w", f.ID, err)
	}
	if len(s.Tasks) != len(tasks) {
		return nil, fmt.Errorf("seal of %s: %w: lists %d tasks of %d",
			f.ID, ErrCorrupt, len(s.Tasks), len(tasks))
	}
	sealed, records, err := l.collect(ctx, f, tasks)
	if err != nil {
		return nil, err
	}
	for i, e := range s.Tasks {
		if records[i] == nil && f.Kind == plan.Publish {
			return nil, nil // its file was removed since: the phase is open again
		}
		if e.Task != tasks[i].Key || records[i] == nil || e.DetSHA256 != records[i].DetSHA256 {
			return nil, fmt.Errorf("seal of %s: %w: entry %d", f.ID, ErrCorrupt, i)
		}
	}
	return sealed, nil
}

// Seal writes the seal of a phase whose tasks are all committed and returns their results.
func (l *Ledger) Seal(ctx context.Context, f *plan.Phase, tasks []plan.Task) ([]plan.Sealed, error) {
	sealed, records, err := l.collect(ctx, f, tasks)
	if err != nil {
		return nil, err
	}
	s := Seal{Version: Version, Phase: f.ID, Code: f.Code}
	for i, r := range records {
		if r == nil {
			return nil, fmt.Errorf("seal %s: task %s is not committed", f.ID, tasks[i].Key)
		}
		s.Tasks = append(s.Tasks, SealEntry{tasks[i].Key, r.DetSHA256})
	}
	body, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encode seal of %s: %w", f.ID, err)
	}
	if err := l.seal(ctx, sealKey(f, tasks), body, s.Tasks); err != nil {
		return nil, fmt.Errorf("seal %s: %w", f.ID, err)
	}
	return sealed, nil
}

// seal creates a seal and reads it back when another stands or the reply was lost. Commits do not
// change, so a seal of the same tasks that lists other verdicts is no seal of ours.
func (l *Ledger) seal(ctx context.Context, key string, body []byte, entries []SealEntry) error {
	for range attempts {
		outcome, err := l.Work.Create(ctx, key, store.Bytes(body))
		if err != nil || outcome == store.Created {
			return err
		}
		raw, err := store.ReadAll(ctx, l.Work, key)
		if errors.Is(err, store.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		var s Seal
		if err := decode(raw, &s, Version); err != nil {
			return err
		}
		if !slices.Equal(s.Tasks, entries) {
			return fmt.Errorf("%w: another seal of the same tasks stands", ErrCorrupt)
		}
		return nil
	}
	return errDeaf
}

func (l *Ledger) collect(ctx context.Context, f *plan.Phase, tasks []plan.Task) (
	[]plan.Sealed, []*Record, error) {
	sealed := make([]plan.Sealed, len(tasks))
	records := make([]*Record, len(tasks))
	for i := range tasks {
		r, err := l.Lookup(ctx, f, tasks[i].Key)
		if err != nil {
			return nil, nil, err
		}
		if r == nil {
			continue
		}
		res, err := r.Result()
		if err != nil {
			return nil, nil, err
		}
		sealed[i], records[i] = plan.Sealed{Task: tasks[i], Result: res}, r
	}
	return sealed, records, nil
}
