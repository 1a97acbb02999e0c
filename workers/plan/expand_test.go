package plan

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"dataprep/stages"
)

func toJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestExpandIsPure(t *testing.T) {
	b := mustBind(t, full)
	p := compile(t, b, splitsOf(b, 3))
	seals, tasks := seal(p, simple)
	before := toJSON(t, seals)
	again := compile(t, mustBind(t, full), splitsOf(b, 3))
	for i := range p.Phases {
		for _, q := range []*Plan{p, again} {
			if got := q.Expand(i, seals); !reflect.DeepEqual(got, tasks[i]) {
				t.Errorf("phase %s expands to something else", p.Phases[i].ID)
			}
		}
		for k, task := range tasks[i] {
			if task.Phase != i || task.Ordinal != k {
				t.Errorf("phase %d: task %d thinks it is %d of %d", i, k, task.Ordinal, task.Phase)
			}
		}
	}
	if toJSON(t, seals) != before {
		t.Error("expanding changed the seals")
	}
}

func TestTasksOfAPhaseHaveDifferentKeys(t *testing.T) {
	b := mustBind(t, full)
	p := compile(t, b, splitsOf(b, 3))
	// Every shard comes out the same, as shards do in which nothing is kept.
	same := func(f *Phase, task *Task) Result {
		r := simple(f, task)
		for i := range r.Outputs {
			r.Outputs[i].SHA256 = digestOf("the same")
			for k := range r.Outputs[i].Slices {
				r.Outputs[i].Slices[k].SHA256 = digestOf("the same slice")
			}
		}
		return r
	}
	for _, w := range []work{simple, same} {
		_, tasks := seal(p, w)
		all := map[string]string{}
		for i, keys := range keysOf(tasks) {
			for k, key := range keys {
				if other := all[key]; other != "" {
					t.Errorf("task %d of %s has the key of task %s", k, p.Phases[i].ID, other)
				}
				all[key] = fmt.Sprintf("%d of %s", k, p.Phases[i].ID)
				if len(key) != 26 {
					t.Errorf("key %q", key)
				}
			}
		}
	}
}

func TestAMapReadsItsOwnFramesAndVerdictsAlone(t *testing.T) {
	b := mustBind(t, full)
	p := compile(t, b, splitsOf(b, 2))
	seals, tasks := seal(p, simple)
	for i := range p.Phases {
		f := &p.Phases[i]
		if f.Kind != Map || f.From < 0 {
			continue
		}
		if len(tasks[i]) != 4 {
			t.Fatalf("%d tasks of %s", len(tasks[i]), f.ID)
		}
		for k, task := range tasks[i] {
			frames := seals[f.From][k].Result.Output(RoleFrames)
			if len(task.Frames) != 1 || task.Frames[0].Object != frames.Object || task.Shard != uint32(k) {
				t.Errorf("%s: task %d reads %+v", f.ID, k, task.Frames)
			}
			if len(task.Rows) != len(seals[f.Verdicts]) {
				t.Errorf("%s: task %d reads %d slices of %d", f.ID, k, len(task.Rows), len(seals[f.Verdicts]))
			}
			for n, ref := range task.Rows {
				out := seals[f.Verdicts][n].Result.Output(RoleRows)
				if ref.Shard != task.Shard || ref.Object != out.Object || ref.Slice != out.Slices[k].SHA256 {
					t.Errorf("%s: task %d reads %+v", f.ID, k, ref)
				}
			}
		}
	}
}

func TestDeadTasksAreSkippedByThoseThatWouldReadThem(t *testing.T) {
	b := mustBind(t, full)
	p := compile(t, b, splitsOf(b, 3))
	_, alive := seal(p, simple)
	victim := alive[0][2].Key
	seals, tasks := seal(p, func(f *Phase, task *Task) Result {
		if task.Key == victim {
			return Result{Version: Version, Task: task.Key, Phase: f.ID, Dead: "unreadable"}
		}
		return simple(f, task)
	})
	for i := 1; i < len(tasks); i++ {
		f := &p.Phases[i]
		for _, task := range tasks[i] {
			refs := slices.Concat(task.Frames, task.Dropped)
			if f.Kind == Reduce && f.From == 0 {
				refs = append(refs, task.Rows...)
				if len(task.Rows) != 5 {
					t.Errorf("%s reads %d rows objects", f.ID, len(task.Rows))
				}
			}
			if f.Kind == Map && task.Shard == 2 {
				t.Errorf("%s: the dead shard has a task", f.ID)
			}
			for _, r := range refs {
				if r.Shard == 2 {
					t.Errorf("%s: something of the dead shard is read: %+v", f.ID, r)
				}
			}
		}
	}
	// All of them dead: every phase is still there, and there is one empty shard.
	_, tasks = seal(p, func(f *Phase, task *Task) Result {
		if f.From < 0 {
			return Result{Version: Version, Task: task.Key, Phase: f.ID, Dead: "unreadable"}
		}
		return simple(f, task)
	})
	last := tasks[len(tasks)-1]
	if len(tasks[2])+len(tasks[6]) != 0 || len(last) != 3 || last[0].Part.Kind != PartShard || len(last[0].Frames) != 0 {
		t.Errorf("%d tasks, last %+v", len(last), last)
	}
	if len(seals[0]) != 6 {
		t.Errorf("%d sealed", len(seals[0]))
	}
}

func TestReducesCoverAllPrefixesOnceWhateverTheNumberOfRows(t *testing.T) {
	b := mustBind(t, full)
	p := compile(t, b, splitsOf(b, 1))
	for rows, want := range map[int64]int{
		0: 1, 1: 1, rowsPerReduce: 1, rowsPerReduce + 2: 2, 3 * rowsPerReduce: 3, 100 * rowsPerReduce: 100,
		1 << 40: 4096,
	} {
		seals := Seals{0: {}}
		for k, task := range p.Expand(0, nil) {
			r := simple(&p.Phases[0], &task)
			r.Output(RoleRows).Rows = rows / 2
			if k > 1 {
				r.Output(RoleRows).Rows = 0
			}
			seals[0] = append(seals[0], Sealed{task, r})
		}
		tasks := p.Expand(1, seals)
		if rows > 1 && len(tasks) != want {
			t.Errorf("%d rows: %d reduces, want %d", rows, len(tasks), want)
		}
		next := uint16(0)
		for _, task := range tasks {
			if task.Lo != next || task.Hi <= task.Lo || len(task.Rows) != len(tasks[0].Rows) {
				t.Fatalf("%d rows: from %d to %d after %d", rows, task.Lo, task.Hi, next)
			}
			next = task.Hi
		}
		if next != 4096 {
			t.Errorf("%d rows: the last prefix is %d", rows, next)
		}
		if rows == 0 && len(tasks[0].Rows) != 0 {
			t.Error("empty rows objects are read")
		}
	}
}

func TestAllToOneIsOneTaskAndByShardIsOnePerShard(t *testing.T) {
	b := mustBind(t, full)
	p := compile(t, b, splitsOf(b, 2))
	_, tasks := seal(p, simple)
	byID := map[string][]Task{}
	for i := range p.Phases {
		byID[p.Phases[i].ID] = tasks[i]
	}
	one := byID["4-near.clusters"]
	if len(one) != 1 || one[0].Lo != 0 || one[0].Hi != 4096 || len(one[0].Rows) != len(byID["3-near.edges"]) {
		t.Errorf("%+v", one)
	}
	own := byID["5-near.sizes"]
	if len(own) != 4 {
		t.Fatalf("%d tasks by shard", len(own))
	}
	for k, task := range own {
		if task.Shard != uint32(k) || len(task.Rows) != 1 || task.Rows[0].Shard != task.Shard || task.Hi != 4096 {
			t.Errorf("task %d: %+v", k, task)
		}
	}
}

func TestRowsDealtByShardCarryTheirShardInTheKey(t *testing.T) {
	b := mustBind(t, `version: 1
name: toy
input: {lines: [a]}
stages: [local]
output: {parquet: out}
`)
	all := splitsOf(b, 2)
	p, q := compile(t, b, all), compile(t, b, all[1:])
	if p.Phases[0].Spread != stages.ByShard {
		t.Fatal("the map does not deal by shard")
	}
	if p.Expand(0, nil)[1].Key == q.Expand(0, nil)[0].Key {
		t.Error("rows keyed by whole addresses are taken for those of another shard")
	}
}
