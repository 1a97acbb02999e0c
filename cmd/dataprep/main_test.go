package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"dataprep/cmd/catalog"
	"dataprep/cmd/cli"

	"github.com/rogpeppe/go-internal/testscript"
)

// The test binary is also the program: under the name dataprep it runs the real main function in a
// process of its own, so that signals, kills and closed pipes are real ones.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"dataprep": main,
		"dataprep-toy": func() {
			os.Exit(cli.Main(append(catalog.All(), toys()), os.Args[1:], os.Stdout, os.Stderr))
		},
		"mkwarc": func() { os.Exit(mkwarc(os.Args[1:])) },
	})
}

// TestScripts runs the sessions of testdata/script; the first line of each says what it guards.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
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
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":     exits,
			"smalldisk": smallDisk,
			"harmless":  harmless,
		},
	})
}

// exits runs a command and holds its exit code against the first argument.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code command args…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if code != want {
		ts.Fatalf("%s %q exited with %d, want %d\n%s%s", args[1], args[2:], code, want,
			ts.ReadFile("stdout"), ts.ReadFile("stderr"))
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
