// Gen writes what the config structs already say: the pipeline file's JSON schema for editors and
// one reference page for every source, stage and sink.
//
// In: the catalog, and the doc comments of its config structs, read from the source tree of this
// module. Out: configs/pipeline.schema.json and docs/stages/*.md, the same bytes every time. With
// -check nothing is written: files that differ are listed and the exit code is 1.
//
// Invariant: an option is described in one place, its struct field. A struct or field without a
// comment fails the generation, as does an entry for which no example can be made.
//
// The schema is JSON Schema 2020-12 in the subset that draft-07 readers share. A stage item is
// if/then/else over its type, since editors then name the misspelt stage instead of refusing all.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	check := flag.Bool("check", false, "compare instead of write; exit 1 when files differ")
	flag.Parse()
	drifted, err := run(*check)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	case *check && len(drifted) > 0:
		fmt.Fprintln(os.Stderr, "these files are not what `go run ./cmd/gen` writes:")
		for _, name := range drifted {
			fmt.Fprintln(os.Stderr, "  "+name)
		}
		os.Exit(1)
	}
}

// run generates all files, and writes those that differ unless it only checks.
func run(check bool) (drifted []string, err error) {
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	files, err := generate(root)
	if err != nil {
		return nil, err
	}
	if drifted, err = drift(root, files); err != nil || check {
		return drifted, err
	}
	return drifted, write(root, files, drifted)
}

// moduleRoot is the nearest folder upward that holds go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the source tree: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("find the source tree: no go.mod here or above")
		}
		dir = parent
	}
}

// file is a generated file; its name is relative to the root, with slashes.
type file struct {
	name    string
	content []byte
}

// drift lists the files that differ, and pages of what the catalog no longer has.
func drift(root string, files []file) ([]string, error) {
	var names []string
	known := map[string]bool{}
	for _, f := range files {
		known[f.name] = true
		old, err := os.ReadFile(filepath.Join(root, f.name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("compare: %w", err)
		}
		if err != nil || !bytes.Equal(old, f.content) {
			names = append(names, f.name)
		}
	}
	pages, err := filepath.Glob(filepath.Join(root, pageFolder, "*.md"))
	if err != nil {
		return nil, fmt.Errorf("compare: %w", err)
	}
	for _, p := range pages {
		name := pageFolder + "/" + filepath.Base(p)
		if !known[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// write brings the drifted files up to date. A stale page is removed only if it was generated.
func write(root string, files []file, drifted []string) error {
	for _, name := range drifted {
		path := filepath.Join(root, name)
		i := slices.IndexFunc(files, func(f file) bool { return f.name == name })
		if i >= 0 {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return fmt.Errorf("write %s: %w", name, err)
			}
			if err := os.WriteFile(path, files[i].content, 0o644); err != nil {
				return fmt.Errorf("write %s: %w", name, err)
			}
			continue
		}
		old, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("remove %s: %w", name, err)
		}
		if !strings.HasPrefix(string(old), pageMark) {
			return fmt.Errorf("%s was written by hand: pages here are generated", name)
		}
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("remove %s: %w", name, err)
		}
	}
	return nil
}
