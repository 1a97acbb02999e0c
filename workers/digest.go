package workers

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"dataprep/internal/store"
)

// patient reads until somebody says stop: hashing a large file takes minutes.
type patient struct {
	ctx context.Context
	src io.Reader
}

func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.src.Read(b)
}

// Digest returns a local file's SHA-256.
func (r *Resolver) Digest(ctx context.Context, path string, st fs.FileInfo) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("look up %s: %w", path, err)
	}
	inode := uint64(0)
	if sys, ok := st.Sys().(*syscall.Stat_t); ok {
		inode = sys.Ino
	}
	key := fmt.Sprintf("%s\x00%d\x00%d\x00%d", abs, st.Size(), st.ModTime().UnixNano(), inode)
	if sum := r.Memory[key]; sum != "" && !r.Checksum {
		return sum, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoInput, err)
	}
	h := sha256.New()
	_, err = io.Copy(h, patient{ctx, f})
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return "", fmt.Errorf("hash %s: %w", path, err)
	}
	sum := hex.EncodeToString(h.Sum(nil))
	if r.Memory == nil {
		r.Memory = map[string]string{}
	}
	r.Memory[key], r.dirty = sum, true
	return sum, nil
}

const memoryKey = ".dataprep/inputs"

// Recall reads what an output remembers of its inputs; a damaged memory is an empty one.
func (r *Resolver) Recall(ctx context.Context, s store.Store) {
	raw, err := store.ReadAll(ctx, s, memoryKey)
	if err != nil {
		return
	}
	r.Memory = map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var kv [2]string
		if json.Unmarshal(lines.Bytes(), &kv) == nil {
			r.Memory[kv[0]] = kv[1]
		}
	}
}

// Remember writes the memory down when it grew.
func (r *Resolver) Remember(ctx context.Context, s store.Store) error {
	if !r.dirty {
		return nil
	}
	keys := make([]string, 0, len(r.Memory))
	for k := range r.Memory {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var b bytes.Buffer
	for _, k := range keys {
		line, err := json.Marshal([2]string{k, r.Memory[k]})
		if err != nil {
			return fmt.Errorf("encode the memory of inputs: %w", err)
		}
		b.Write(append(line, '\n'))
	}
	return Replace(ctx, s, memoryKey, b.Bytes())
}
