// Command bench runs a task of the peers' benchmark folder on our code.
//
// In: the folder of a corpus that make-corpus built, and where the peers' environment lies. Out:
// one JSON line per run, with the keys the peers' scripts print, so that run-peers can put our
// command into its interleaved rounds. The input of a run is byte for byte that of the peer, the
// models and lists are the peer's own files, and what is timed is what its script times.
//
// Invariant: nothing is left out of our run to make it faster than what a user gets. The decisions
// files, the shadow sample, hashing of every input and the durable commits are inside the time,
// though no peer does the like. It refuses to run without the lists: an empty list is quick.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"dataprep/workers"
)

const synopsis = `bench fineweb CORPUS [--cores N] [--repeat R]

prints one JSON line per run. Build it, then let run-peers call it:

  ../shared/bench/run-peers --only fineweb --add 'ours=bin/bench fineweb {corpus} --cores {cores}'

`

func main() {
	workers.LimitMemory()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 || args[0] != "fineweb" {
		_, _ = io.WriteString(stderr, synopsis)
		return errors.New("name a task: fineweb")
	}
	s, err := parse(args[1:], stderr)
	if err != nil {
		return err
	}
	return s.fineweb(ctx, stdout, stderr)
}
