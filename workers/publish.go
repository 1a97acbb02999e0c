package workers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"dataprep/configs"
	"dataprep/internal/store"
	"dataprep/workers/ledger"
	"dataprep/workers/plan"
)

// ErrGate says that an expectation of the pipeline file does not hold; nothing is published.
var ErrGate = errors.New("expectation not met")

// Gate holds the counts of a run against what the pipeline file expects of them.
func Gate(expect []configs.Expect, c *plan.Counts) error {
	var failed []error
	for _, e := range expect {
		all := c.Documents + c.Born
		if e.Metric != "kept" || all == 0 {
			continue
		}
		share := float64(c.Kept) / float64(all)
		if (e.Range.Min != nil && share < *e.Range.Min) || (e.Range.Max != nil && share > *e.Range.Max) {
			failed = append(failed, fmt.Errorf("%w: kept is %.2f%% (%d of %d documents), expected %s",
				ErrGate, 100*share, c.Kept, all, e.Range))
		}
	}
	return errors.Join(failed...)
}

// Stats is stats.json: the exact counts behind a dataset, and nothing that differs between runs.
type Stats struct {
	Version int         `json:"version"`
	Name    string      `json:"name"`
	Counts  plan.Counts `json:"counts"`
	Shards  int         `json:"shards"`
	Rows    int64       `json:"rows"`
	Columns []string    `json:"columns"` // of the shards; a struct counts as one
}

// topLevel names the columns as a reader of the shards sees them: members of a struct are one.
func topLevel(columns []string) (names []string) {
	for _, c := range columns {
		group, _, _ := strings.Cut(c, ".")
		if !slices.Contains(names, group) {
			names = append(names, group)
		}
	}
	return names
}

// publish writes what is not a shard and then the manifest.
func (c *Conductor) publish(ctx context.Context, sum *Summary, seals plan.Seals) error {
	m := &ledger.Manifest{
		Version: ledger.Version, Name: c.Plan.Name, Run: c.Plan.Run,
		Documents: sum.Counts.Documents, Born: sum.Counts.Born, Kept: sum.Counts.Kept, DeadDocs: sum.Counts.Dead,
	}
	for _, s := range seals[len(c.Plan.Phases)-1] {
		if s.Result.Dead != "" {
			return fmt.Errorf("publish: %w: %s of phase %s could not be written", ledger.ErrCorrupt,
				s.Task.Part.Kind, s.Result.Phase)
		}
		for _, out := range s.Result.Outputs {
			if out.Role != plan.RoleShard {
				continue
			}
			m.Files = append(m.Files, ledger.ManifestFile{
				Path: out.Object, Bytes: out.Bytes, Rows: out.Rows, SHA256: out.SHA256,
			})
			sum.Shards++
			sum.Rows += out.Rows
			sum.Bytes += out.Bytes
		}
	}
	if sum.Rows != sum.Counts.Kept {
		return fmt.Errorf("publish: %d rows in the shards, %d documents kept", sum.Rows, sum.Counts.Kept)
	}
	m.Rows, m.DeadTasks = sum.Rows, sum.DeadTasks
	stats := Stats{
		Version: plan.Version, Name: c.Plan.Name, Counts: sum.Counts, Shards: sum.Shards,
		Rows: sum.Rows, Columns: topLevel(c.Plan.Lock.Columns),
	}
	body, err := json.MarshalIndent(stats, "", "  ")
	if err != nil {
		return fmt.Errorf("encode stats: %w", err)
	}
	if err := c.file(ctx, m, "stats.json", append(body, '\n')); err != nil {
		return err
	}
	if err := c.file(ctx, m, "pipeline.lock", c.Plan.Lock.Bytes()); err != nil {
		return err
	}
	m.Seal()
	sum.Root = m.RootSHA256
	return c.Ledger.Publish(ctx, m)
}

// file replaces a small published file and lists it.
func (c *Conductor) file(ctx context.Context, m *ledger.Manifest, key string, body []byte) error {
	digest := sha256.Sum256(body)
	m.Files = append(m.Files, ledger.ManifestFile{
		Path: key, Bytes: int64(len(body)), SHA256: hex.EncodeToString(digest[:]),
	})
	return Replace(ctx, c.Ledger.Out, key, body)
}

// Replace makes body stand under key whatever stood there.
func Replace(ctx context.Context, s store.Store, key string, body []byte) error {
	for {
		tag := ""
		info, err := s.Head(ctx, key)
		switch {
		case err == nil:
			if old, err := store.ReadAll(ctx, s, key); err == nil && bytes.Equal(old, body) {
				return nil
			}
			tag = info.Tag
		case !errors.Is(err, store.ErrNotExist):
			return err
		}
		outcome, err := s.CAS(ctx, key, tag, body)
		if err != nil {
			return fmt.Errorf("write %s: %w", key, err)
		}
		if outcome == store.Created {
			return nil
		}
	}
}
