package workers_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"dataprep/internal/store"
	"dataprep/stages/doc"
	"dataprep/workers"
	"dataprep/workers/engine"
	"dataprep/workers/ledger"
	"dataprep/workers/plan"
)

// decision is a row of the decisions files, as another program reads it.
type decision struct {
	ID          string   `parquet:"id,optional"`
	FilePath    string   `parquet:"file_path,optional"`
	Offset      int64    `parquet:"offset,optional"`
	Length      int64    `parquet:"length,optional"`
	Outcome     string   `parquet:"outcome,optional"`
	Stage       string   `parquet:"stage,optional"`
	Reason      string   `parquet:"reason,optional"`
	Value       *float32 `parquet:"value,optional"`
	Limit       *float32 `parquet:"limit,optional"`
	DuplicateOf string   `parquet:"duplicate_of,optional"`
	Shard       *int64   `parquet:"shard,optional"`
	Row         *int64   `parquet:"row,optional"`
}

func table[T any](t *testing.T, pattern string) (rows []T) {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		t.Fatalf("nothing matches %s: %v", pattern, err)
	}
	slices.Sort(found)
	for _, path := range found {
		part, err := parquet.ReadFile[T](path)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, part...)
	}
	return rows
}

func decisions(t *testing.T, y *toy, run string) []decision {
	t.Helper()
	return table[decision](t, filepath.Join(y.out, ".dataprep/runs", run, "decisions", "*"))
}

// documents lists "file:offset" of every document of a toy input, in order.
func documents(t *testing.T, in string) (places []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(in, "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		for line := range bytes.Lines(raw) {
			if len(bytes.TrimSpace(line)) > 0 {
				places = append(places, fmt.Sprintf("%s:%d", filepath.Base(f), at))
			}
			at += len(line)
		}
	}
	return places
}

// files is name and digest of every published data file.
func files(t *testing.T, y *toy) string {
	t.Helper()
	s, err := store.NewLocal(y.out)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for e, err := range s.List(t.Context(), "data/", "") {
		if err != nil {
			t.Fatal(err)
		}
		sum, err := store.Digest(t.Context(), s, e.Key)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintln(&b, e.Key, sum)
	}
	return b.String()
}

func appendLine(t *testing.T, in, file, line string) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(in, file), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintln(f, line); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestEveryDocumentHasOneDecisionAndKeptOnesStandWhereItSays(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 4)
	appendLine(t, in, "f01.txt", "a line that says PANIC among good ones")
	for _, shadow := range []string{"0%", "30%", "100%"} {
		y := newToy(t, in)
		y.inMemory()
		y.set = []string{"record.shadow=" + shadow, "resources.batch_rows=5"}
		sum := y.must()
		if sum.Shards < 3 {
			t.Fatalf("%d shards show nothing", sum.Shards)
		}
		rows := decisions(t, y, sum.Run)
		var places []string
		for _, d := range rows {
			places = append(places, fmt.Sprintf("%s:%d", d.FilePath, d.Offset))
		}
		if want := documents(t, in); !slices.Equal(places, want) {
			t.Fatalf("%d decisions of %d documents, or in another order", len(places), len(want))
		}
		checkOutcomes(t, y, rows, sum)
	}
}

func checkOutcomes(t *testing.T, y *toy, rows []decision, sum *workers.Summary) {
	t.Helper()
	outcomes := map[string]int64{}
	byID := map[string]*decision{}
	for i := range rows {
		outcomes[rows[i].Outcome]++
		byID[rows[i].ID] = &rows[i]
	}
	c := &sum.Counts
	if outcomes["kept"] != c.Kept || outcomes["dropped"] != c.Dropped || outcomes["dead"] != c.Dead ||
		len(byID) != len(rows) || c.Dead != 1 {
		t.Errorf("outcomes %v of %d ids, counts %d kept, %d dropped, %d dead",
			outcomes, len(byID), c.Kept, c.Dropped, c.Dead)
	}
	shards := map[int64][]struct {
		ID string `parquet:"id,optional"`
	}{}
	order := map[string]int{}
	for i, op := range y.bound().Ops {
		order[op.ID] = i
	}
	duplicates := 0
	for _, d := range rows {
		if (d.Outcome == "kept") != (d.Shard != nil) || (d.Outcome == "kept") != (d.Reason == "") {
			t.Fatalf("%+v", d)
		}
		if d.Outcome == "kept" {
			if shards[*d.Shard] == nil {
				shards[*d.Shard] = table[struct {
					ID string `parquet:"id,optional"`
				}](t, filepath.Join(y.out, "data", fmt.Sprintf("train-%05d-*", *d.Shard)))
			}
			if s := shards[*d.Shard]; *d.Row >= int64(len(s)) || s[*d.Row].ID != d.ID {
				t.Fatalf("row %d of shard %d is not %s", *d.Row, *d.Shard, d.ID)
			}
		}
		if d.DuplicateOf == "" {
			continue
		}
		duplicates++
		survivor := byID[d.DuplicateOf]
		if survivor == nil || survivor.ID == d.ID {
			t.Fatalf("%+v stands for nothing", d)
		}
		if survivor.Outcome != "kept" && order[survivor.Stage] <= order[d.Stage] {
			t.Errorf("%+v was kept for %+v", survivor, d)
		}
	}
	if duplicates < 20 {
		t.Errorf("%d duplicates show nothing", duplicates)
	}
}

// TestShadowSampleDoesNotChangePublishedRows: ghosts travel through the rewriting stage and both
// exchanges, and nothing of them reaches a shard, a count or the rows of an exchange.
func TestShadowSampleDoesNotChangePublishedRows(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 4)
	want, counts, rows := "", "", ""
	for _, shadow := range []string{"0%", "25%", "100%"} {
		y := newToy(t, in)
		m := y.inMemory()
		y.set = []string{"record.shadow=" + shadow}
		sum := y.must()
		if want == "" {
			want, counts, rows = files(t, y), fmt.Sprintf("%+v", sum.Counts), emitted(t, m)
		}
		if got := files(t, y); got != want {
			t.Errorf("shadow %s: published\n%s, want\n%s", shadow, got, want)
		}
		if got := fmt.Sprintf("%+v", sum.Counts); got != counts {
			t.Errorf("shadow %s: counts\n%s, want\n%s", shadow, got, counts)
		}
		if got := emitted(t, m); got != rows {
			t.Errorf("shadow %s: exchanged rows %s, want %s", shadow, got, rows)
		}
	}
}

// emitted lists the digests of all rows objects of a work store.
func emitted(t *testing.T, m *store.Mem) string {
	t.Helper()
	var names []string
	for e, err := range m.List(t.Context(), "o/", "") {
		if err != nil {
			t.Fatal(err)
		}
		if _, name, _ := strings.Cut(e.Key[2:], "/"); strings.HasPrefix(name, "rows-") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// judgement is a row of the judgements of the shadow sample.
type judgement struct {
	ID     string   `parquet:"id,optional"`
	Stage  string   `parquet:"stage,optional"`
	Reason string   `parquet:"reason,optional"`
	Pass   int64    `parquet:"pass,optional"`
	Value  *float32 `parquet:"value,optional"`
	Limit  *float32 `parquet:"limit,optional"`
}

// TestAGhostIsJudgedByEveryStage: with all documents in the sample, what the first filter drops is
// measured by the third stage too, two phases later, and the numbers do not depend on the batches.
func TestAGhostIsJudgedByEveryStage(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 2)
	want := ""
	for _, rows := range []int{1, 7, 4096} {
		y := newToy(t, in)
		y.inMemory()
		y.set = []string{"record.shadow=100%", fmt.Sprintf("resources.batch_rows=%d", rows)}
		sum := y.must()
		list := table[judgement](t, filepath.Join(y.out, ".dataprep/runs", sum.Run, "judgements", "*"))
		var b strings.Builder
		seen := map[string]int64{}
		for _, j := range list {
			_, _ = fmt.Fprintln(&b, j.ID, j.Stage, j.Reason, j.Pass)
			seen[j.Stage]++
		}
		if n := sum.Counts.Documents; seen["long"] != n || seen["longer"] != n {
			t.Errorf("%v judgements of %d documents", seen, n)
		}
		if want == "" {
			want = b.String()
		}
		if b.String() != want {
			t.Errorf("batches of %d rows give other judgements", rows)
		}
	}
}

// TestAPanicIsTheSameInEveryBatch: in a filter and in an exchange's apply, on live rows and on
// ghosts, wherever the batches are cut.
func TestAPanicIsTheSameInEveryBatch(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 2)
	for i, line := range []string{
		"PANIC at once", "this line makes a PANIC of a good length", "a PANIC in APPLY of the gate here",
		"an APPLY of the gate that goes wrong", "short APPLY",
	} {
		appendLine(t, in, fmt.Sprintf("f%02d.txt", i%2), line)
	}
	want := ""
	for _, rows := range []int{1, 2, 5, 4096} {
		y := newToy(t, in)
		y.inMemory()
		y.text = strings.Replace(toyPipeline, "  - exact_dedup", "  - gate\n  - exact_dedup", 1)
		y.set = []string{"record.shadow=50%", fmt.Sprintf("resources.batch_rows=%d", rows)}
		y.hooks.apply = func(b *doc.Batch) {
			for i := range b.Rows() {
				if bytes.Contains(doc.Text.Of(b).At(i), []byte("APPLY")) {
					panic("apply")
				}
			}
		}
		sum := y.must()
		got := sum.Root + fmt.Sprint(sum.Counts.Dead)
		for _, d := range decisions(t, y, sum.Run) {
			got += fmt.Sprintln(d.ID, d.Outcome, d.Stage, d.Reason)
		}
		if want == "" {
			want = got
		}
		if got != want || sum.Counts.Dead != 4 {
			t.Errorf("batches of %d rows: %d dead, or another result", rows, sum.Counts.Dead)
		}
	}
}

func TestAStageThatPanicsOnEveryDocumentEndsWithNothingKept(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 2)
	y := trapped(t, in)
	y.set = []string{"resources.batch_rows=16", "record.shadow=50%"}
	y.hooks.process = func(b *doc.Batch) error {
		for range b.Rows() {
			panic("always")
		}
		return nil
	}
	j, sum, err := y.run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if sum.Counts.Kept != 0 || sum.Counts.Dead == 0 || !workers.Overdue(j.Bound.Errors, sum) {
		t.Errorf("%+v", sum.Counts)
	}
}

func TestCodeThatFailsEverywhereStopsTheRun(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 3)
	broken := errors.New("broken")
	ways := map[string]func(*hooks){
		"a stage's error":        func(h *hooks) { h.process = func(*doc.Batch) error { return broken } },
		"a panic before any row": func(h *hooks) { h.process = func(*doc.Batch) error { panic(1) } },
		"a panic in emit":        func(h *hooks) { h.emit = func(*doc.Batch) { panic(2) } },
		"a panic before apply's": func(h *hooks) { h.apply = func(*doc.Batch) { panic(3) } },
	}
	for name, set := range ways {
		y := trapped(t, in)
		y.text = strings.Replace(y.text, "  - exact_dedup", "  - gate\n  - exact_dedup", 1)
		set(&y.hooks)
		before := openFiles(t)
		began := time.Now()
		_, _, err := y.run(t.Context())
		if err == nil || errors.Is(err, store.Environment) || errors.Is(err, ledger.ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: it took %s", name, took)
		}
		unpublished(t, y)
		if now := openFiles(t); now > before {
			t.Errorf("%s: %d files are open, %d before", name, now, before)
		}
	}
}

// TestATaskThatDiesLateTakesItsDocumentsAlong: what it should have kept is dead in the counts, and
// the rest is published.
func TestATaskThatDiesLateTakesItsDocumentsAlong(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 3)
	appendLine(t, in, "f01.txt", "this POISON stands in the last split of the second file")
	for _, shadow := range []string{"0%", "100%"} {
		y := newToy(t, in)
		y.inMemory()
		y.text = strings.Replace(toyPipeline, "  - shout", "  - trap\n  - shout", 1)
		y.set = []string{"record.shadow=" + shadow}
		y.hooks.process = func(b *doc.Batch) error {
			for i := range b.Rows() {
				if bytes.Contains(doc.Text.Of(b).At(i), []byte("POISON")) {
					return errors.New("poisoned")
				}
			}
			return nil
		}
		j, sum, err := y.run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if sum.DeadTasks != 1 || sum.Counts.Dead < 2 || sum.Counts.Kept == 0 ||
			!workers.Overdue(j.Bound.Errors, sum) {
			t.Errorf("%d dead tasks, %+v", sum.DeadTasks, sum.Counts)
		}
		if what, ok := sum.Counts.Conserved(); !ok {
			t.Errorf("%s do not add up: %+v", what, sum.Counts)
		}
		outcomes, dead := map[string]int64{}, int64(0)
		for _, d := range decisions(t, y, sum.Run) {
			outcomes[d.Outcome]++
			if d.Reason == "dead_task" && d.Outcome == "dead" && d.ID != "" && d.FilePath == "f01.txt" {
				dead++
			}
		}
		c := &sum.Counts
		if outcomes["kept"] != c.Kept || outcomes["dropped"] != c.Dropped || dead != c.Dead ||
			c.Documents != c.Kept+c.Dropped+dead {
			t.Errorf("decisions say %v, %d of a dead task; counts %+v", outcomes, dead, c)
		}
	}
}

// TestAReduceThatFailsStopsTheRun: without its rows every document would pass for no duplicate.
func TestAReduceThatFailsStopsTheRun(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 2)
	y := trapped(t, in)
	y.text = strings.Replace(y.text, "  - exact_dedup", "  - gate\n  - exact_dedup", 1)
	y.hooks.reduce = func() error { return errors.New("broken reduce") }
	if _, sum, err := y.run(t.Context()); err == nil {
		t.Errorf("published %+v", sum)
	}
	unpublished(t, y)
	y.hooks.reduce = nil
	if sum := y.must(); sum.DeadTasks != 0 {
		t.Errorf("%d dead tasks", sum.DeadTasks)
	}
}

// attempts runs every task of the read phase and returns the errors.
func attempts(ctx context.Context, j *workers.Job, c *workers.Conductor) (failed []error) {
	w := c.Engine.NewWorker("test")
	for _, task := range j.Plan.Expand(0, plan.Seals{}) {
		err := func() (err error) {
			defer func() {
				if v := recover(); v != nil {
					err = fmt.Errorf("panic: %v", v)
				}
			}()
			_, err = w.Run(ctx, &task, func(int64) {})
			return err
		}()
		failed = append(failed, err)
	}
	return failed
}

func TestNoAttemptLeavesADraftOrAnOpenFileBehind(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 2)
	if err := os.WriteFile(filepath.Join(in, "x.txt"), []byte("BROKEN\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	full := store.Fault{Op: store.OpCreate, Prefix: "o/", To: -1, Kind: store.NoSpace}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	cases := map[string]struct {
		ctx   context.Context
		fault []store.Fault
		hooks hooks
	}{
		"good":             {},
		"store is full":    {fault: []store.Fault{full}},
		"cancelled":        {ctx: cancelled},
		"a stage's error":  {hooks: hooks{process: func(*doc.Batch) error { return errors.New("no") }}},
		"a stage's panic":  {hooks: hooks{process: func(*doc.Batch) error { panic("no") }}},
		"a panic in emit":  {hooks: hooks{emit: func(*doc.Batch) { panic("no") }}},
		"every row's dead": {hooks: hooks{process: everyRow}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			y := trapped(t, in)
			y.text = strings.Replace(y.text, "  - exact_dedup", "  - gate\n  - exact_dedup", 1)
			y.hooks = c.hooks
			y.swap = func(l *ledger.Ledger) { l.Work = store.NewFaulty(store.NewMem(), c.fault...) }
			scratch := t.TempDir()
			j, conductor := y.conductor(scratch)
			before := openFiles(t)
			ctx := c.ctx
			if ctx == nil {
				ctx = t.Context()
			}
			for i, err := range attempts(ctx, j, conductor) {
				if good := name == "good" || name == "every row's dead"; (err == nil) != good &&
					!errors.Is(err, engine.ErrInput) {
					t.Errorf("task %d: %v", i, err)
				}
			}
			if left, err := os.ReadDir(scratch); err != nil || len(left) != 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
			if now := openFiles(t); now > before {
				t.Errorf("%d files are open, %d before", now, before)
			}
		})
	}
}

func everyRow(b *doc.Batch) error {
	for range b.Rows() {
		panic("always")
	}
	return nil
}

// TestATaskGivesTheSameResultFromEveryWorker runs each read task on workers that have done other
// tasks before, and in parallel.
func TestATaskGivesTheSameResultFromEveryWorker(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 3)
	y := newToy(t, in)
	y.inMemory()
	j, c := y.conductor(t.TempDir())
	tasks := j.Plan.Expand(0, plan.Seals{})
	results := make([]string, len(tasks))
	var mu sync.Mutex
	var wg sync.WaitGroup
	for n := range 3 {
		w := c.Engine.NewWorker(fmt.Sprint(n))
		wg.Go(func() {
			for k := range tasks {
				i := (k*(n+1) + n) % len(tasks)
				res, err := w.Run(t.Context(), &tasks[i], func(int64) {})
				got := fmt.Sprintf("%+v", res)
				mu.Lock()
				if results[i] == "" {
					results[i] = got
				}
				if err != nil || got != results[i] {
					t.Errorf("task %d: %v, %s, want %s", i, err, got, results[i])
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}
