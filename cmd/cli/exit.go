package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"dataprep/internal/store"
	"dataprep/workers"
	"dataprep/workers/fleet"
	"dataprep/workers/ledger"
)

// Exit codes, as the design page lists them.
const (
	exitDone        = 0
	exitInternal    = 1 // internal error, nondeterminism, corrupt object
	exitUsage       = 2 // usage or configuration; nothing started
	exitDead        = 3 // published, with more dead than errors.tolerate allows
	exitGate        = 5 // expect gate failed; nothing published
	exitEnvironment = 6 // store, disk, permission, queue
	exitNotFound    = 8
	exitRetry       = 75 // temporary: a slot hung, another run holds the output; again later
)

// exitError is an error with its exit code.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// codeOf maps an error to its exit code.
func codeOf(err error) int {
	var e *exitError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &e):
		return e.code
	case errors.Is(err, workers.ErrGate):
		return exitGate
	case errors.Is(err, workers.ErrStalled), errors.Is(err, ledger.ErrHeld):
		return exitRetry
	case errors.Is(err, store.Environment), errors.Is(err, fleet.ErrServer),
		errors.Is(err, fs.ErrPermission):
		return exitEnvironment
	case errors.Is(err, workers.ErrNoInput), errors.Is(err, workers.ErrOpen),
		errors.Is(err, workers.ErrArtifact),
		errors.Is(err, ledger.ErrForeign), errors.Is(err, ledger.ErrVersion):
		return exitUsage
	}
	return exitInternal
}

// hintOf says what to do about an error, when that is known.
func hintOf(err error) string {
	switch {
	case errors.Is(err, ledger.ErrForeign):
		return "give output another folder, or the pipeline the name the folder belongs to"
	case errors.Is(err, workers.ErrGate):
		return "nothing was published; the finished work is kept for the next run"
	case errors.Is(err, store.Environment), errors.Is(err, fleet.ErrServer),
		errors.Is(err, fs.ErrPermission):
		return "make room or give access, then run the same command: it goes on from here"
	case errors.Is(err, ledger.ErrHeld):
		return "wait until it ends or stop that process, then run the same command; or give output " +
			"another folder"
	case errors.Is(err, workers.ErrStalled):
		return "run the same command: it goes on from here"
	case errors.Is(err, ledger.ErrCorrupt):
		return "finished work is damaged: remove .dataprep/work below the output, or the folder of " +
			"resources.scratch, and run the same command: it does everything again"
	case errors.Is(err, ledger.ErrNondeterminism):
		return "please report this with the two commit records: it is a bug in dataprep"
	}
	return ""
}

// report prints an error once and returns its exit code.
func (a *app) report(err error) int {
	code := codeOf(err)
	if err == nil || errors.Is(err, errShown) || errors.Is(err, syscall.EPIPE) {
		return code // who closed the pipe knows
	}
	if a.json {
		body, _ := json.Marshal(map[string]any{"error": err.Error(), "exit": code, "hint": hintOf(err)})
		_, _ = fmt.Fprintln(a.stdout, string(plainJSON(body)))
		return code
	}
	a.say("error: %s", printable(err.Error()))
	if hint := hintOf(err); hint != "" {
		a.say("  hint: %s", hint)
	}
	return code
}
