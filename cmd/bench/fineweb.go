package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"dataprep/cmd/catalog"
	"dataprep/stages"
	"dataprep/workers"
)

// corpusInfo is what make-corpus writes down about a corpus.
type corpusInfo struct {
	Pages     int64 `json:"pages"`
	WARCBytes int64 `json:"warc_bytes"`
}

// fineweb runs the recipe --repeat times and prints a line for each.
func (s *settings) fineweb(ctx context.Context, stdout, stderr io.Writer) error {
	raw, err := os.ReadFile(filepath.Join(s.corpus, "MANIFEST.json"))
	if err != nil {
		return fmt.Errorf("read the corpus: %w", err)
	}
	var info corpusInfo
	if err := json.Unmarshal(raw, &info); err != nil || info.WARCBytes == 0 {
		return fmt.Errorf("%s is no corpus with a WARC file: %w", s.corpus, err)
	}
	registry, err := stages.NewRegistry(catalog.All()...)
	if err != nil {
		return err
	}
	runtime.GOMAXPROCS(s.cores)
	stop, err := s.profile()
	if err != nil {
		return err
	}
	r := &round{s: s, info: info, registry: registry,
		log: slog.New(slog.NewTextHandler(stderr, nil))}
	for i := range s.repeat {
		runtime.GC() // what the round before left is not this one's work
		debug.FreeOSMemory()
		l, err := r.run(ctx, i == s.repeat-1)
		if err == nil {
			err = json.NewEncoder(stdout).Encode(l)
		}
		if err != nil {
			return errors.Join(err, stop())
		}
	}
	return stop()
}

// round runs the recipe once.
type round struct {
	s        *settings
	info     corpusInfo
	registry *stages.Registry
	log      *slog.Logger
	root     string // of the round before: equal inputs must give equal bytes
}

func (r *round) run(ctx context.Context, last bool) (l *line, err error) {
	work, err := os.MkdirTemp("", "bench-fineweb-")
	if err != nil {
		return nil, fmt.Errorf("make the working folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	in, out := filepath.Join(work, "in"), filepath.Join(work, "out")
	if r.s.keepDir != "" && last {
		out = r.s.keepDir
	}
	if err := r.copies(in); err != nil {
		return nil, err
	}
	clock := &clock{began: time.Now(), cpu: cpuSeconds(), gc: gcSeconds()}
	job, sum, err := r.timed(ctx, recipe(r.s, in, out), clock)
	if err != nil {
		return nil, err
	}
	clock.stop()
	switch {
	case sum.NoOp:
		return nil, fmt.Errorf("%s holds this very run already: nothing was timed", out)
	case sum.DeadTasks > 0:
		return nil, fmt.Errorf("%d tasks are dead", sum.DeadTasks)
	case r.root != "" && r.root != sum.Root:
		return nil, fmt.Errorf("two runs differ: root %s, then %s", r.root, sum.Root)
	}
	r.root = sum.Root
	texts, err := readBack(r.registry, filepath.Join(job.Folder, "data"))
	if err != nil {
		return nil, err
	}
	if texts.rows != sum.Rows || texts.rows != sum.Counts.Kept {
		return nil, fmt.Errorf("%d rows are published, %d kept, %d read back", sum.Rows,
			sum.Counts.Kept, texts.rows)
	}
	return r.s.line(r.info, clock, sum, texts), nil
}

// copies gives every core a file of its own, as the peer does: the same corpus under k names. All
// but one copy of a document are near-duplicates then.
func (r *round) copies(in string) error {
	if err := os.Mkdir(in, 0o777); err != nil {
		return fmt.Errorf("make the input folder: %w", err)
	}
	warc, err := filepath.Abs(filepath.Join(r.s.corpus, "corpus.warc.gz"))
	if err != nil {
		return fmt.Errorf("find the corpus: %w", err)
	}
	for i := range r.s.cores {
		if err := os.Symlink(warc, filepath.Join(in, strconv.Itoa(i)+".warc.gz")); err != nil {
			return fmt.Errorf("name the corpus: %w", err)
		}
	}
	return nil
}

// timed is the whole of what `dataprep run` does: parse, bind, hash the inputs, load lists and
// models, every phase, publish.
func (r *round) timed(ctx context.Context, yaml []byte, c *clock) (
	*workers.Job, *workers.Summary, error) {
	bound, err := bind(yaml, r.registry)
	if err != nil {
		return nil, nil, err
	}
	o := workers.Options{Log: r.log, Build: version(), Watch: c.watch}
	job, err := workers.Prepare(ctx, bound, o)
	if err != nil {
		return nil, nil, err
	}
	sum, err := job.Run(ctx, o)
	return job, sum, err
}
