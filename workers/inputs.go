package workers

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dataprep/internal/store"
	"dataprep/stages"
	"dataprep/workers/engine"
	"dataprep/workers/plan"
)

// ErrNoInput says that there is nothing to read: a wrong pattern, empty files.
var ErrNoInput = errors.New("no input")

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
