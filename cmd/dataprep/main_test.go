package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"dataprep/cmd/catalog"
	"dataprep/cmd/cli"
	"dataprep/stages"

	"github.com/rogpeppe/go-internal/testscript"
)

// The test binary is also the program: under the name dataprep it runs the real main function in a
// process of its own, so that signals, kills and closed pipes are real ones; under dataprep-toy with
// the stages of toys_test.go too.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"dataprep": main, "dataprep-toy": toyMain,
	})
}

// inTurn runs scripts one after the other: what they run in this process needs its folder.
type inTurn struct{ *testing.T }

func (t inTurn) Parallel()     {}
func (t inTurn) Verbose() bool { return testing.Verbose() }

func (t inTurn) Run(name string, f func(testscript.T)) {
	t.T.Run(name, func(t *testing.T) { f(inTurn{t}) })
}

// TestScripts runs the sessions of testdata/script; the first line of each says what it guards.
func TestScripts(t *testing.T) {
	commands := processes{}.commands()
	maps.Copy(commands, map[string]func(ts *testscript.TestScript, neg bool, args []string){
		"exits": exits,
		"mkwarc": func(ts *testscript.TestScript, _ bool, args []string) {
			ts.Check(mkwarc(ts.MkAbs, args))
		},
		"smalldisk": smallDisk,
		"harmless":  harmless,
		"mortal":    mortal,
	})
	testscript.RunT(inTurn{t}, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "root":
				return os.Geteuid() == 0, nil
			case "mount":
				return canMount(), nil
			}
			return false, fmt.Errorf("no condition %q", cond)
		},
		Cmds: commands,
	})
}

// exits runs a command and holds its exit code against the first argument. The program itself runs
// in this process, which is ten times cheaper than starting one; dataprep-toy is the program with a
// stage more.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code command args…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	switch args[1] {
	case "dataprep":
		code = here(ts, catalog.All(), args[2:])
	case "dataprep-toy":
		code = here(ts, append(catalog.All(), toys()), args[2:])
	default:
		err = ts.Exec(args[1], args[2:]...)
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Check(err)
		} else {
			code = exit.ExitCode()
		}
	}
	if code != want {
		ts.Fatalf("%q exited with %d, want %d", args[1:], code, want)
	}
}

// here runs the program in this process and in the script's folder.
func here(ts *testscript.TestScript, entries [][]stages.Entry, args []string) int {
	back, err := os.Getwd()
	ts.Check(err)
	ts.Check(os.Chdir(ts.MkAbs(".")))
	code := cli.Main(entries, args, ts.Stdout(), ts.Stderr())
	ts.Check(os.Chdir(back))
	return code
}

// mortal runs a program that permissions stop, though root started it, and holds its exit code
// against the first argument.
func mortal(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: mortal code command args…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	c := exec.Command(args[1], args[2:]...)
	c.Dir, c.Stdout, c.Stderr = ts.MkAbs("."), ts.Stdout(), ts.Stderr()
	ts.Check(startMortal(c))
	_ = c.Wait()
	if code := c.ProcessState.ExitCode(); code != want {
		ts.Fatalf("%q exited with %d, want %d", args[1:], code, want)
	}
}

// harmless fails when what the last command printed holds a byte that could steer a terminal.
func harmless(ts *testscript.TestScript, _ bool, _ []string) {
	for _, name := range []string{"stdout", "stderr"} {
		text := ts.ReadFile(name)
		for i, r := range text {
			if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 ||
				r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
				ts.Fatalf("%s holds %U at %d: %q", name, r, i, text[max(0, i-40):i+1])
			}
		}
	}
}

// canMount says whether this process may mount file systems of its own.
func canMount() bool {
	dir, err := os.MkdirTemp("", "mount")
	if err != nil {
		return false
	}
	defer func() { _ = os.Remove(dir) }()
	if exec.Command("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", dir).Run() != nil {
		return false
	}
	return exec.Command("umount", dir).Run() == nil
}

// smallDisk mounts a file system of a given size on a new folder, or changes its size.
func smallDisk(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: smalldisk dir size")
	}
	dir := ts.MkAbs(args[0])
	if _, err := os.Stat(dir); err == nil {
		ts.Check(exec.Command("mount", "-o", "remount,size="+args[1], dir).Run())
		return
	}
	ts.Check(os.MkdirAll(dir, 0o777))
	ts.Check(exec.Command("mount", "-t", "tmpfs", "-o", "size="+args[1], "tmpfs", dir).Run())
	ts.Defer(func() { _ = exec.Command("umount", "-l", dir).Run() })
}

// program returns the path of the test binary under the name dataprep.
func program(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("dataprep")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// sample copies the sample and the quickstart into a fresh folder, as a clone would hold them.
func sample(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	files, err := filepath.Glob("../../configs/sample/*.warc.gz")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sample: %v", err)
	}
	for _, f := range append(files, "../../configs/quickstart.yaml") {
		rel, err := filepath.Rel("../..", f)
		if err != nil {
			t.Fatal(err)
		}
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, rel)
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, body, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
