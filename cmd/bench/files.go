package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// lists are the files of the URL filter.
type lists struct{ domains, urls, words, subwords, soft string }

// find fills in what the command line left open: datatrove's lists from the peers' environment and
// the language model from the shared folder beside the checkout.
func (s *settings) find() (err error) {
	if s.lid == "" {
		if s.lid, err = model(); err != nil {
			return err
		}
	}
	l := &s.lists
	if l.domains != "" && l.urls != "" && l.words != "" && l.subwords != "" && l.soft != "" {
		return nil
	}
	cache, err := cacheDir()
	if err != nil {
		return err
	}
	assets, err := one(filepath.Join(cache,
		"peers/lib/python3*/site-packages/datatrove/assets"), "datatrove's lists")
	if err != nil {
		return fmt.Errorf("%w; run setup-peers, or name every list by its flag", err)
	}
	if l.domains == "" || l.urls == "" {
		archive, err := one(filepath.Join(assets, "url_filterblacklists*.tar.gz"),
			"datatrove's archive of URL lists")
		if err != nil {
			return err
		}
		into := filepath.Join(cache, "url-lists", strings.TrimSuffix(filepath.Base(archive), ".tar.gz"))
		if err := unpack(archive, into, "domains", "urls"); err != nil {
			return err
		}
		l.domains = or(l.domains, filepath.Join(into, "domains"))
		l.urls = or(l.urls, filepath.Join(into, "urls"))
	}
	l.words = or(l.words, filepath.Join(assets, "banned_words.txt"))
	l.subwords = or(l.subwords, filepath.Join(assets, "banned_subwords.txt"))
	l.soft = or(l.soft, filepath.Join(assets, "soft_banned_words.txt"))
	return nil
}

func or(given, found string) string {
	if given != "" {
		return given
	}
	return found
}

// cacheDir is where the peers' scripts keep environments and corpora.
func cacheDir() (string, error) {
	if dir := os.Getenv("DATAPREP_BENCH_CACHE"); dir != "" {
		return dir, nil
	}
	dir := os.Getenv("XDG_CACHE_HOME")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("find the benchmark cache: %w", err)
		}
		dir = filepath.Join(home, ".cache")
	}
	return filepath.Join(dir, "dataprep-bench"), nil
}

// one expands a pattern that means a single file or folder.
func one(pattern, what string) (string, error) {
	found, err := filepath.Glob(pattern)
	if err != nil {
		return "", fmt.Errorf("look for %s: %w", what, err)
	}
	if len(found) != 1 {
		return "", fmt.Errorf("%d files match %s, where %s should be", len(found), pattern, what)
	}
	return found[0], nil
}

// model looks for the language model from the working folder and from where this program lies.
func model() (string, error) {
	starts := []string{"."}
	if exe, err := os.Executable(); err == nil {
		starts = append(starts, filepath.Join(filepath.Dir(exe), ".."))
	}
	for _, s := range starts {
		path := filepath.Join(s, "..", "shared", "data", "langid", "lid.176.ftz")
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no lid.176.ftz in the shared folder; name it with --lid")
}

// unpack writes the named members of a .tar.gz into a folder, once and for all: the peer, too,
// unpacks when it first runs, outside the time. Members of other names are passed over.
func unpack(archive, into string, names ...string) error {
	there := 0
	for _, n := range names {
		if _, err := os.Stat(filepath.Join(into, n)); err == nil {
			there++
		}
	}
	if there == len(names) {
		return nil
	}
	if err := os.MkdirAll(into, 0o777); err != nil {
		return fmt.Errorf("make the folder of URL lists: %w", err)
	}
	f, err := os.Open(archive)
	if err != nil {
		return fmt.Errorf("open the archive of URL lists: %w", err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("read %s: %w", archive, err)
	}
	missing := map[string]bool{}
	for _, n := range names {
		missing[n] = true
	}
	for t := tar.NewReader(z); len(missing) > 0; {
		h, err := t.Next()
		if err == io.EOF {
			return fmt.Errorf("%s lacks some of %v", archive, names)
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", archive, err)
		}
		if !missing[h.Name] || h.Typeflag != tar.TypeReg {
			continue
		}
		delete(missing, h.Name)
		if err := write(filepath.Join(into, h.Name), t); err != nil {
			return fmt.Errorf("unpack %s of %s: %w", h.Name, archive, err)
		}
	}
	return nil
}

// write makes a file that is whole or not there.
func write(path string, r io.Reader) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
