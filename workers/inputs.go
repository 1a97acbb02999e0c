package workers

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"dataprep/internal/store"
	"dataprep/stages"
	"dataprep/workers/engine"
	"dataprep/workers/plan"
)

// ErrNoInput says that there is nothing to read: a wrong pattern, empty files.
var ErrNoInput = errors.New("no input")

// ErrArtifact says that a model, list or key that the pipeline names is not what it should be.
var ErrArtifact = errors.New("artifact")

// ErrOpen says that a stage's config or what it names is of no use; nothing was done.
var ErrOpen = engine.ErrOpen

// Resolver finds and hashes what a pipeline reads. A file is hashed once: Memory remembers.
type Resolver struct {
	Memory   map[string]string // (path, size, time, inode) → SHA-256
	Checksum bool              // hash again what Memory knows
	dirty    bool
}

// Inputs lists the files of every input and cuts them into splits, in order.
func (r *Resolver) Inputs(ctx context.Context, b *plan.Bound) ([]plan.Split, error) {
	var splits []plan.Split
	taken := map[string]string{}
	full := false
	for i := range b.Inputs {
		in := &b.Inputs[i]
		source, err := in.Source.Source(nil)
		if err != nil {
			return nil, err
		}
		files, err := r.files(ctx, in, source)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			name := in.Origin.Source + "\x00" + f.Path
			if other, clash := taken[name]; clash {
				return nil, fmt.Errorf("%w: %s and %s would both be published as file_path %q of "+
					"source %q; give the inputs different source names", ErrNoInput, other, f.URI,
					f.Path, in.Origin.Source)
			}
			taken[name] = f.URI
			full = full || f.Size > 0
			parts, err := source.Splits(f, OpenLocal)
			if err != nil {
				return nil, fmt.Errorf("%w: %s: %w", ErrNoInput, f.URI, err)
			}
			for _, s := range parts {
				splits = append(splits, plan.Split{Input: i, Split: s})
			}
		}
	}
	if !full {
		return nil, fmt.Errorf("%w: every input file is empty", ErrNoInput)
	}
	return splits, nil
}

// files expands the patterns of one input; a file that two patterns match is read once.
func (r *Resolver) files(ctx context.Context, in *plan.Input, source stages.Source) (
	[]stages.File, error) {
	var files []stages.File
	for _, pattern := range source.Patterns() {
		path, found, err := matches(in, pattern)
		if err != nil {
			return nil, err
		}
		root := patternRoot(path)
		for _, p := range found {
			f, err := r.file(ctx, root, p)
			if err != nil {
				return nil, err
			}
			if f.URI != "" && !slices.ContainsFunc(files, func(o stages.File) bool { return o.URI == f.URI }) {
				files = append(files, f)
			}
		}
	}
	slices.SortFunc(files, func(a, b stages.File) int { return strings.Compare(a.Path, b.Path) })
	return files, nil
}

// matches expands one pattern, and says so when there is nothing.
func matches(in *plan.Input, pattern string) (path string, found []string, err error) {
	if path, err = localPath(pattern); err != nil {
		return "", nil, fmt.Errorf("%w: %w", ErrNoInput, err)
	}
	if found, err = filepath.Glob(path); err != nil {
		return "", nil, fmt.Errorf("%w: pattern %q: %w", ErrNoInput, pattern, err)
	}
	if len(found) == 0 {
		if _, err := os.ReadDir(filepath.Dir(patternRoot(path) + "x")); errors.Is(err, fs.ErrPermission) {
			return "", nil, fmt.Errorf("look for %q: %w: %w", pattern, store.Environment, err)
		}
		return "", nil, fmt.Errorf("%w: nothing matches %q of input %q", ErrNoInput, pattern,
			in.Origin.ID)
	}
	return path, found, nil
}

// present checks that every pattern matches something and that not all of it is empty. It reads
// nothing: a slip in a pattern must not leave an output folder that belongs to a name.
func present(b *plan.Bound) error {
	full := false
	for i := range b.Inputs {
		source, err := b.Inputs[i].Source.Source(nil)
		if err != nil {
			return err
		}
		for _, pattern := range source.Patterns() {
			named, found, err := matches(&b.Inputs[i], pattern)
			if err != nil {
				return err
			}
			for _, path := range found {
				st, err := os.Stat(path)
				if err == nil && path == named && st.IsDir() {
					return fmt.Errorf("%w: %q of input %q is a folder; write which of its files, %q",
						ErrNoInput, pattern, b.Inputs[i].Origin.ID, path+"/*")
				}
				full = full || err != nil || !st.IsDir() && st.Size() > 0
			}
		}
	}
	if !full {
		return fmt.Errorf("%w: every input file is empty", ErrNoInput)
	}
	return nil
}

// localPath strips file:// and refuses stores that are not here yet.
func localPath(uri string) (string, error) {
	if rest, ok := strings.CutPrefix(uri, "file://"); ok {
		return rest, nil
	}
	if scheme, _, ok := strings.Cut(uri, "://"); ok {
		return "", fmt.Errorf("%s:// is not supported yet: %q", scheme, uri)
	}
	return uri, nil
}

// patternRoot is the longest folder of a pattern without a wildcard.
func patternRoot(pattern string) string {
	if i := strings.IndexAny(pattern, "*?["); i >= 0 {
		pattern = pattern[:i]
	}
	return pattern[:strings.LastIndexByte(pattern, '/')+1]
}

func (r *Resolver) file(ctx context.Context, root, path string) (stages.File, error) {
	st, err := os.Stat(path)
	if err != nil {
		return stages.File{}, fmt.Errorf("%w: %w", ErrNoInput, err)
	}
	if st.IsDir() {
		return stages.File{}, nil
	}
	if err := regular(path, st); err != nil {
		return stages.File{}, fmt.Errorf("%w: %w", ErrNoInput, err)
	}
	sum, err := r.Digest(ctx, path, st)
	if err != nil {
		return stages.File{}, err
	}
	rel := filepath.ToSlash(strings.TrimPrefix(path, root))
	return stages.File{URI: path, Path: rel, Size: st.Size(), SHA256: sum}, nil
}

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

// regular refuses what has no content of its own, pipes and devices: reading could wait for ever, and
// would not give the same bytes twice.
func regular(path string, st fs.FileInfo) error {
	if st.Mode().IsRegular() {
		return nil
	}
	if st.IsDir() {
		return fmt.Errorf("%s is a folder", path)
	}
	return fmt.Errorf("%s is no regular file", path)
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

// Artifact fills in the digest of an artifact, or holds the file against the one that is written.
func (r *Resolver) Artifact(ctx context.Context, a *stages.Artifact) error {
	if a.URI == "" {
		return nil
	}
	path, err := localPath(a.URI)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrArtifact, err)
	}
	st, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrArtifact, err)
	}
	if err := regular(path, st); err != nil {
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

// OpenLocal opens an input file and refuses one that is not the one planned.
func OpenLocal(f stages.File) (stages.ReadAtCloser, error) {
	file, err := os.Open(f.URI)
	if err != nil {
		return nil, fmt.Errorf("open input: %w: %w", store.Environment, err)
	}
	st, err := file.Stat()
	if err != nil {
		err = fmt.Errorf("look at input: %w: %w", store.Environment, err)
	}
	if err == nil && st.Size() != f.Size {
		err = fmt.Errorf("input %s changed since the plan: %d bytes, %d then; run again: %w",
			f.Path, st.Size(), f.Size, store.Environment)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return inputFile{file}, nil
}

// inputFile tells a disk that fails, which passes, from a file that cannot be read, which never will.
type inputFile struct{ *os.File }

// ReadAt implements io.ReaderAt.
func (f inputFile) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.File.ReadAt(p, off)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%w: %w", store.Environment, err)
	}
	return n, err
}

// Artifacts opens artifacts by digest for the stages.
type Artifacts struct{}

// Open implements stages.Env. What it returns fails at its end when the content is not the one
// that the lock names.
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
