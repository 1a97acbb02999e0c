// Package cli is the command line: one file per verb, flags in, words and exit codes out.
//
// In: the catalog, arguments, two streams. Out: results on stdout, everything else on stderr, an
// exit code. It parses, wires and prints; what is computed is computed elsewhere. Off a terminal
// there is no color and no redraw, and with --json every verb prints one JSON document on stdout.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"dataprep/stages"
	"dataprep/workers"

	"github.com/spf13/cobra"
)

// app is what the verbs share.
type app struct {
	registry *stages.Registry
	stdout   io.Writer
	stderr   *console
	json     bool
	log      *slog.Logger
	signal   os.Signal // that ended the run
}

// Main runs the program and returns its exit code.
func Main(catalog [][]stages.Entry, args []string, stdout, stderr io.Writer) int {
	workers.LimitMemory()
	registry, err := stages.NewRegistry(catalog...)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "error:", err)
		return exitInternal
	}
	screen := &console{out: stderr}
	a := &app{
		registry: registry, stdout: stdout, stderr: screen,
		log: slog.New(&lineLog{out: screen}),
	}
	ctx, stop := a.interruptible()
	defer stop()
	root := a.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(screen)
	err = root.ExecuteContext(ctx)
	if ctx.Err() != nil && a.signal != nil && err != nil {
		a.say("interrupted: finished tasks are kept, the same command goes on from here")
		return 128 + int(a.signal.(syscall.Signal))
	}
	return a.report(err)
}

// interruptible cancels on the first signal, for a clean drain, and ends the process on the second.
// A closed pipe is an error of its writer: a run does not die because nobody reads its progress.
func (a *app) interruptible() (context.Context, func()) {
	signal.Ignore(syscall.SIGPIPE)
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	quit := make(chan struct{})
	go func() {
		select {
		case s := <-signals:
			a.signal = s
			cancel()
			// A stderr that nobody reads must not keep the second signal waiting.
			go a.say("stopping; a second signal ends at once")
		case <-quit:
			return
		}
		select {
		case s := <-signals:
			os.Exit(128 + int(s.(syscall.Signal)))
		case <-quit:
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(quit)
		cancel()
	}
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "dataprep",
		Short: "Turn web archives into training datasets: the same bytes every run, nothing lost",
		Long: "dataprep streams web archives through cleaning, deduplication, PII masking, quality\n" +
			"scoring and tokenization into Parquet shards, and can say why any document was kept\n" +
			"or dropped.",
		SilenceUsage: true, SilenceErrors: true,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.PersistentFlags().BoolVar(&a.json, "json", false, "print one JSON document on stdout")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage("%s\n       see %s --help", err, c.CommandPath())
	})
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SuggestionsMinimumDistance = 2
	root.AddCommand(a.runCommand(), a.validateCommand(), a.planCommand(), a.inspectCommand(),
		a.versionCommand())
	return root
}

// noArgs refuses words that are no command, with exit code 2.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := ""
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf("; did you mean %q?", near[0])
	}
	return usage("unknown command %s%s", quoted(args[0]), hint)
}

// oneFile takes exactly one file argument.
func oneFile(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usage("%s takes one %s, got %d arguments", c.CommandPath(), what, len(args))
		}
		return nil
	}
}

// say prints one line for people on stderr.
func (a *app) say(format string, args ...any) {
	_, _ = fmt.Fprintf(a.stderr, format+"\n", args...)
}

// print writes a result; a closed or full stdout is the surroundings' fault, not silence.
func (a *app) print(format string, args ...any) error {
	if _, err := fmt.Fprintf(a.stdout, format, args...); err != nil {
		return &exitError{exitEnvironment, fmt.Errorf("write the result: %w", err)}
	}
	return nil
}

var errShown = errors.New("already shown")
