package workers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"dataprep/internal/store"
	"dataprep/stages"
)

// ErrArtifact says that a model, list or key that the pipeline names is not what it should be.
var ErrArtifact = errors.New("artifact")

// artifactFile finds the file of an artifact.
func artifactFile(a *stages.Artifact) (string, fs.FileInfo, error) {
	path, err := localPath(a.URI)
	if err != nil {
		return "", nil, err
	}
	st, err := os.Stat(path)
	if err != nil {
		return "", nil, err
	}
	return path, st, regular(path, st)
}

// Artifact fills in the digest of an artifact, or holds the file against the one that is written.
func (r *Resolver) Artifact(ctx context.Context, a *stages.Artifact) error {
	if a.URI == "" {
		return nil
	}
	path, st, err := artifactFile(a)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrArtifact, err)
	}
	sum, err := r.Digest(ctx, path, st)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrArtifact, err)
	}
	if a.SHA256 != "" && a.SHA256 != sum {
		return fmt.Errorf("%w: %s has SHA-256 %s, the pipeline says %s", ErrArtifact, a.URI, sum, a.SHA256)
	}
	a.SHA256 = sum
	return nil
}

// Artifacts opens artifacts by digest for the stages.
type Artifacts struct{}

// Open implements stages.Env. It fails when the content is not the one that the lock names.
func (Artifacts) Open(a stages.Artifact) (io.ReadCloser, error) {
	path, err := localPath(a.URI)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open artifact: %w", err)
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("read artifact %s: %w", a.URI, err)
	}
	if sum := hex.EncodeToString(h.Sum(nil)); a.SHA256 != "" && sum != a.SHA256 {
		_ = f.Close()
		return nil, fmt.Errorf("artifact %s changed since the plan; run again: %w",
			a.URI, store.Environment)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("read artifact %s: %w", a.URI, err)
	}
	return f, nil
}
