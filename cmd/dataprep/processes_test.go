package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long a session waits for what must come; nothing is waited for that need not.
const patience = time.Minute

// processes are the programs that a session has started and that run beside it, by name. Scripts
// run in turn, so there is one set of them.
type processes map[string]*process

type process struct {
	cmd            *exec.Cmd
	stdout, stderr string // files
	done           chan error
}

// commands are what sessions do with processes:
//
//	starts name command args…  runs a program beside the session
//	awaits n pattern           waits until n files match a pattern
//	signals name INT|TERM|KILL sends a signal
//	says name regexp           waits until stderr matches
//	ends name code             waits for the end; as in a shell, a killed one has 128 + the signal
func (p processes) commands() map[string]func(*testscript.TestScript, bool, []string) {
	all := map[string]func(*testscript.TestScript, bool, []string){}
	for name, c := range map[string]struct {
		args int
		do   func(*testscript.TestScript, []string)
	}{
		"starts": {2, p.starts}, "awaits": {2, awaits}, "signals": {2, p.signals},
		"says": {2, p.says}, "ends": {2, p.ends},
	} {
		all[name] = func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) < c.args {
				ts.Fatalf("%s is used in another way", name)
			}
			c.do(ts, args)
		}
	}
	return all
}

func (p processes) get(ts *testscript.TestScript, name string) *process {
	if p[name] == nil {
		ts.Fatalf("no process %s was started", name)
	}
	return p[name]
}

func (p processes) starts(ts *testscript.TestScript, args []string) {
	name := args[0]
	run := &process{
		cmd: exec.Command(args[1], args[2:]...), stdout: ts.MkAbs(name + ".stdout"),
		stderr: ts.MkAbs(name + ".stderr"), done: make(chan error, 1),
	}
	stdout, err := os.Create(run.stdout)
	ts.Check(err)
	stderr, err := os.Create(run.stderr)
	ts.Check(err)
	run.cmd.Dir, run.cmd.Stdout, run.cmd.Stderr = ts.MkAbs("."), stdout, stderr
	err = run.cmd.Start()
	_, _ = stdout.Close(), stderr.Close() // the process has its own
	ts.Check(err)
	go func() { run.done <- run.cmd.Wait() }()
	p[name] = run
	ts.Defer(func() {
		_ = run.cmd.Process.Kill()
		delete(p, name)
	})
}

// until waits for a condition.
func until(ts *testscript.TestScript, what string, holds func() bool) {
	for end := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("%s: not within %s", what, patience)
		}
	}
}

func awaits(ts *testscript.TestScript, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	until(ts, args[0]+" of "+args[1], func() bool {
		found, err := filepath.Glob(ts.MkAbs(args[1]))
		ts.Check(err)
		return len(found) >= n
	})
}

func (p processes) signals(ts *testscript.TestScript, args []string) {
	s, ok := map[string]syscall.Signal{
		"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL,
	}[args[1]]
	if !ok {
		ts.Fatalf("no signal %s", args[1])
	}
	ts.Check(p.get(ts, args[0]).cmd.Process.Signal(s))
}

func (p processes) says(ts *testscript.TestScript, args []string) {
	run, want := p.get(ts, args[0]), regexp.MustCompile(args[1])
	until(ts, args[0]+" says "+args[1], func() bool {
		return want.MatchString(ts.ReadFile(run.stderr))
	})
}

func (p processes) ends(ts *testscript.TestScript, args []string) {
	run := p.get(ts, args[0])
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	select {
	case err = <-run.done:
	case <-time.After(patience):
		ts.Fatalf("%s does not end\n%s", args[0], ts.ReadFile(run.stderr))
	}
	stdout, stderr := ts.ReadFile(run.stdout), ts.ReadFile(run.stderr)
	_, _ = ts.Stdout().Write([]byte(stdout))
	_, _ = ts.Stderr().Write([]byte(stderr))
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
		if s, ok := exit.Sys().(syscall.WaitStatus); ok && s.Signaled() {
			code = 128 + int(s.Signal())
		}
	} else {
		ts.Check(err)
	}
	if code != want {
		ts.Fatalf("%s ended with %d, want %d\n%s%s", args[0], code, want, stdout, stderr)
	}
}
