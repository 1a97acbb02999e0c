package ledger

import (
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
	if err := decode(raw, &m, &m.Version); err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
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

// Publish swaps the manifest by compare-and-set and then removes what only the old one listed. A
// crash between the two leaves unlisted files, which the next publish of the folder removes too,
// since it goes by what the run wrote and not by what it remembers.
func (l *Ledger) Publish(ctx context.Context, m *Manifest) error {
	body, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("encode manifest: %w", err)
	}
	body = append(body, '\n')
	for {
		tag := ""
		info, err := l.Out.Head(ctx, ManifestKey)
		switch {
		case err == nil:
			tag = info.Tag
		case !errors.Is(err, store.ErrNotExist):
			return err
		}
		outcome, err := l.Out.CAS(ctx, ManifestKey, tag, body)
		if err != nil {
			return fmt.Errorf("publish manifest: %w", err)
		}
		if outcome == store.Created {
			return l.removeUnlisted(ctx, m)
		}
		now, err := l.Manifest(ctx)
		if err != nil {
			return err
		}
		if now != nil && now.RootSHA256 == m.RootSHA256 {
			return l.removeUnlisted(ctx, m)
		}
	}
}

// removeUnlisted deletes published-looking files that the manifest does not list.
func (l *Ledger) removeUnlisted(ctx context.Context, m *Manifest) error {
	gc, ok := l.Out.(store.Remover)
	if !ok {
		return nil
	}
	listed := map[string]bool{}
	for _, f := range m.Files {
		listed[f.Path] = true
	}
	for e, err := range l.Out.List(ctx, "data/", "") {
		if err != nil {
			return err
		}
		if !listed[e.Key] {
			if err := gc.Delete(ctx, e.Key); err != nil {
				return fmt.Errorf("remove old shard: %w", err)
			}
		}
	}
	return nil
}
