package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// mostPerSlot is the memory one worker slot may take on the sample.
const mostPerSlot = 300 << 20

// attempt is one run of the program over the sample.
type attempt struct {
	dir  string   // the clone
	out  string   // relative to it, or absolute
	bin  string   // the program
	args []string // further ones
}

func (a attempt) command(ctx context.Context) *exec.Cmd {
	args := append([]string{"run", "configs/quickstart.yaml", "--set", "output.parquet=" + a.out},
		a.args...)
	c := exec.CommandContext(ctx, a.bin, args...)
	c.Dir = a.dir
	return c
}

func (a attempt) folder() string {
	if filepath.IsAbs(a.out) {
		return a.out
	}
	return filepath.Join(a.dir, a.out)
}

// finish runs to the end and returns the root and the peak memory in bytes, 0 where it is unknown.
func (a attempt) finish(t *testing.T) (root string, peak int64) {
	t.Helper()
	c := a.command(t.Context())
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- c.Wait() }()
	err := error(nil)
	for running := true; running; {
		peak = max(peak, highWater(c.Process.Pid))
		select {
		case err = <-done:
			running = false
		case <-time.After(10 * time.Millisecond):
		}
	}
	if err != nil {
		t.Fatalf("%v: %v\n%s%s", c.Args, err, stdout.String(), stderr.String())
	}
	m := regexp.MustCompile(`root ([0-9a-f]{64})`).FindStringSubmatch(stdout.String())
	if m == nil {
		t.Fatalf("no root in:\n%s", stdout.String())
	}
	return m[1], peak
}

// highWater reads the peak memory of a living process. What wait(2) returns is of no use: it begins
// with the peak of the process that started this one.
func highWater(pid int) int64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(raw), "VmHWM:")
	var kb int64
	_, _ = fmt.Sscan(rest, &kb)
	return kb << 10
}

// kill runs and sends SIGKILL some time after the process has made a number of commits; finished
// says that it was too late.
func (a attempt) kill(t *testing.T, commits int, after time.Duration) (finished bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context()) // its end is SIGKILL
	defer cancel()
	c := a.command(ctx)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- c.Wait() }()
	want := a.commits(t) + commits
	for commits > 0 && a.commits(t) < want && len(done) == 0 {
		time.Sleep(2 * time.Millisecond)
	}
	select {
	case err := <-done:
		if err != nil {
			t.Fatalf("a run failed by itself: %v", err)
		}
		return true
	case <-time.After(after):
	}
	cancel()
	return <-done == nil
}

// survive kills n runs, at random times and a little after random commits in turn, sometimes wipes
// the queue, and then finishes.
func (a attempt) survive(t *testing.T, n int, seed uint64) string {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	for i := range n {
		commits, after := 0, time.Duration(50+random.IntN(1950))*time.Millisecond
		if i%3 > 0 {
			commits, after = 1+random.IntN(5), time.Duration(random.IntN(30))*time.Millisecond
		}
		finished := a.kill(t, commits, after)
		t.Logf("kill %d, %v after %d commits: finished %v, %d commits in all", i, after, commits,
			finished, a.commits(t))
		switch {
		case finished: // begin again, or the rest of the kills would meet a no-op
			if err := os.RemoveAll(a.folder()); err != nil {
				t.Fatal(err)
			}
		case i%2 == 1: // the queue may vanish at any moment
			if err := os.RemoveAll(filepath.Join(a.folder(), ".dataprep/tmp")); err != nil {
				t.Fatal(err)
			}
		}
	}
	root, _ := a.finish(t)
	left, err := filepath.Glob(filepath.Join(a.folder(), ".dataprep/tmp/*"))
	if err != nil || len(left) > 0 {
		t.Errorf("killed runs left %v behind (%v)", left, err)
	}
	return root
}

func (a attempt) commits(t *testing.T) int {
	found, err := filepath.Glob(filepath.Join(a.folder(), ".dataprep/work/c/*/*/*.json"))
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}

func rows(n int) []string { return []string{"--set", fmt.Sprintf("resources.batch_rows=%d", n)} }

// TestTheSampleGivesOneRootHoweverItIsRun is the short form of the soak below: two clones, slots,
// batch sizes, kinds of paths and three kills; and it judges what was published.
func TestTheSampleGivesOneRootHoweverItIsRun(t *testing.T) {
	bin := program(t)
	first := attempt{sample(t), "out/quickstart", bin, append(rows(64), "--workers", "1")}
	want, peak := first.finish(t)
	t.Logf("1 slot: peak %d MB", peak>>20)
	if peak > mostPerSlot {
		t.Errorf("one slot took %d MB, %d are allowed", peak>>20, mostPerSlot>>20)
	}
	judge(t, first.folder())

	started := time.Now()
	if root, _ := first.finish(t); root != want {
		t.Errorf("the no-op says root %s", root)
	}
	if took := time.Since(started); took > time.Second {
		t.Errorf("a finished run took %v to say so", took)
	}

	second := attempt{sample(t), filepath.Join(t.TempDir(), "elsewhere"), bin,
		append(rows(4096), "--workers", "4")}
	root, peak := second.finish(t)
	t.Logf("4 slots: peak %d MB", peak>>20)
	if root != want || peak > 4*mostPerSlot {
		t.Errorf("4 slots, 4096 rows, another folder: root %s, want %s; %d MB", root, want, peak>>20)
	}
	third := attempt{sample(t), "out/killed", bin, []string{"--workers", "2"}}
	if root := third.survive(t, 3, 7); root != want {
		t.Errorf("after three kills: root %s, want %s", root, want)
	}
	judge(t, third.folder())
}

// TestSoak is the long form, with the built binary: every pairing of slots and batch sizes, and ten
// kills. It takes minutes and runs with DATAPREP_SOAK=1.
func TestSoak(t *testing.T) {
	if os.Getenv("DATAPREP_SOAK") == "" {
		t.Skip("set DATAPREP_SOAK=1 to run the soak")
	}
	bin := filepath.Join(t.TempDir(), "dataprep")
	build := exec.Command("go", "build", "-trimpath", "-o", bin, "dataprep/cmd/dataprep")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	dir := sample(t)
	want := ""
	for _, slots := range []int{1, 2, 4} {
		for _, n := range []int{64, 4096} {
			a := attempt{sample(t), "out/quickstart", bin,
				append(rows(n), "--workers", fmt.Sprint(slots))}
			if slots == 2 {
				a.out = filepath.Join(t.TempDir(), "absolute")
			}
			root, peak := a.finish(t)
			t.Logf("%d slots, %d rows: root %.12s, peak %d MB", slots, n, root, peak>>20)
			if want == "" {
				want = root
			}
			if root != want || peak > int64(slots)*mostPerSlot {
				t.Errorf("%d slots, %d rows: root %s, want %s; peak %d MB", slots, n, root, want,
					peak>>20)
			}
			judge(t, a.folder())
		}
	}
	for seed := range uint64(3) {
		a := attempt{dir, fmt.Sprintf("out/killed-%d", seed), bin,
			append(rows(64), "--workers", fmt.Sprint(1<<seed))}
		if root := a.survive(t, 10, seed); root != want {
			t.Errorf("ten kills, seed %d: root %s, want %s", seed, root, want)
		}
		judge(t, a.folder())
	}
}

// TestAnInterruptedRunExitsWith130AndGoesOn sends SIGINT to a real process in the middle of a run.
func TestAnInterruptedRunExitsWith130AndGoesOn(t *testing.T) {
	a := attempt{sample(t), "out/quickstart", program(t), []string{"--workers", "1"}}
	c := a.command(t.Context())
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for range 2000 {
		if a.commits(t) > 0 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if err := c.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	if code := c.ProcessState.ExitCode(); code != 130 {
		t.Fatalf("exit code %d\n%s", code, stderr.String())
	}
	if !strings.Contains(stderr.String(), "the same command goes on from here") {
		t.Errorf("it says %q", stderr.String())
	}
	before := a.commits(t)
	if _, err := os.Stat(filepath.Join(a.folder(), "manifest.json")); err == nil || before == 0 {
		t.Fatalf("the signal did not come in the middle: %d commits", before)
	}
	c = a.command(t.Context())
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(\d+) of (\d+) tasks run`).FindStringSubmatch(string(out))
	if m == nil || m[1] == m[2] {
		t.Errorf("the second run did everything again: %s", out)
	}
}

// TestAClosedPipeIsExitCode6AndNoNoise closes the reading end before anything is written.
func TestAClosedPipeIsExitCode6AndNoNoise(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Close()
	c := exec.CommandContext(t.Context(), program(t), "version")
	var stderr bytes.Buffer
	c.Stdout, c.Stderr = w, &stderr
	_ = c.Run()
	if code := c.ProcessState.ExitCode(); code != 6 || stderr.Len() > 0 {
		t.Errorf("exit code %d, stderr %q", code, stderr.String())
	}
}
