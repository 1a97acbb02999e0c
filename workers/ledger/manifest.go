package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"dataprep/internal/store"
)

// ManifestKey is where the manifest lies under the output: written last, it publishes the rest.
const ManifestKey = "manifest.json"

// Manifest lists what is published.
type Manifest struct {
	Version    int            `json:"version"`
	Name       string         `json:"name"`
	Run        string         `json:"run"`
	RootSHA256 string         `json:"root_sha256"`
	Rows       int64          `json:"rows"`
	Documents  int64          `json:"documents"`
	Kept       int64          `json:"kept"`
	Born       int64          `json:"born,omitempty"` // documents made of documents
	DeadTasks  int64          `json:"dead_tasks"`
	DeadDocs   int64          `json:"dead_documents"`
	Files      []ManifestFile `json:"files"`
}

// ManifestFile is one published file.
type ManifestFile struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	Rows   int64  `json:"rows,omitempty"`
	SHA256 string `json:"sha256"`
}

// Seal sorts the files and computes the root: SHA-256 over "sha256  path\n" in path order, so that
// `sha256sum` of the published files, sorted by path, gives the same bytes to hash.
func (m *Manifest) Seal() {
	slices.SortFunc(m.Files, func(a, b ManifestFile) int { return strings.Compare(a.Path, b.Path) })
	h := sha256.New()
	for _, f := range m.Files {
		_, _ = io.WriteString(h, f.SHA256+"  "+f.Path+"\n")
	}
	m.RootSHA256 = hex.EncodeToString(h.Sum(nil))
}

// Manifest reads the manifest that stands; nil when nothing is published.
func (l *Ledger) Manifest(ctx context.Context) (*Manifest, error) {
	raw, err := store.ReadAll(ctx, l.Out, ManifestKey)
	if errors.Is(err, store.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var m Manifest
	if err := decode(raw, &m, Version); err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	again := Manifest{Files: slices.Clone(m.Files)}
	if again.Seal(); again.RootSHA256 != m.RootSHA256 {
		return nil, fmt.Errorf("manifest: %w: its root is not that of its files", ErrCorrupt)
	}
	return &m, nil
}

// Whole says whether every file of the manifest is there with its size.
func (l *Ledger) Whole(ctx context.Context, m *Manifest) (bool, error) {
	for _, f := range m.Files {
		info, err := l.Out.Head(ctx, f.Path)
		if errors.Is(err, store.ErrNotExist) || err == nil && info.Size != f.Bytes {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// Publish swaps the manifest by compare-and-set and then removes the shards that it does not list. A
// crash between the two leaves some, which the next publish of the folder removes too, since it goes
// by what lies there and not by what it remembers. A manifest with a file missing is refused, and
// who finds that another one was published meanwhile removes nothing.
func (l *Ledger) Publish(ctx context.Context, m *Manifest) error {
	whole, err := l.Whole(ctx, m)
	if err != nil {
		return err
	}
	if !whole {
		return fmt.Errorf("publish manifest: %w: a file that it lists is missing or cut short; "+
			"run again", ErrCorrupt)
	}
	body, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("encode manifest: %w", err)
	}
	if err := l.swap(ctx, m, append(body, '\n')); err != nil {
		return fmt.Errorf("publish manifest: %w", err)
	}
	return l.clear(ctx, m)
}

// swap replaces whatever manifest stands by this one. A lost reply is resolved by reading; it gives
// up when nothing at all comes through, and tries on while others get theirs in between.
func (l *Ledger) swap(ctx context.Context, m *Manifest, body []byte) error {
	for deaf := 0; deaf < attempts; {
		tag := ""
		info, err := l.Out.Head(ctx, ManifestKey)
		switch {
		case err == nil:
			tag = info.Tag
		case !errors.Is(err, store.ErrNotExist):
			return err
		}
		outcome, err := l.Out.CAS(ctx, ManifestKey, tag, body)
		if err != nil || outcome == store.Created {
			return err
		}
		if outcome == store.Unknown {
			raw, err := store.ReadAll(ctx, l.Out, ManifestKey)
			if err == nil && bytes.Equal(raw, body) {
				return nil
			}
			if err != nil && !errors.Is(err, store.ErrNotExist) {
				return err
			}
			deaf++
		}
	}
	return errDeaf
}

// shardPrefix begins the name of every published shard; what else a user keeps under data/ is his.
const shardPrefix = "data/train-"

// clear deletes the shards that the manifest does not list, as long as it is the one that stands.
func (l *Ledger) clear(ctx context.Context, m *Manifest) error {
	gc, ok := l.Out.(store.Remover)
	if !ok {
		return nil
	}
	now, err := l.Manifest(ctx)
	if err != nil || now == nil || now.RootSHA256 != m.RootSHA256 {
		return err
	}
	listed := map[string]bool{}
	for _, f := range m.Files {
		listed[f.Path] = true
	}
	var old []string
	for e, err := range l.Out.List(ctx, shardPrefix, "") {
		if err != nil {
			return err
		}
		if !listed[e.Key] {
			old = append(old, e.Key)
		}
	}
	for _, key := range old {
		if err := gc.Delete(ctx, key); err != nil {
			return fmt.Errorf("remove old shard: %w", err)
		}
	}
	return nil
}
