package plan

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
)

// placed is one kept row: block and row of its shard's frames.
type placed struct {
	shard uint32
	row   int64
}

// kept makes frames of random blocks: live rows and bytes, blocks of ghosts alone, shards that died
// and shards in which nothing is left.
func kept(r *rand.Rand, shards int) (sealed []Sealed) {
	for s := range shards {
		res := Result{Version: Version, Task: fmt.Sprint(s)}
		if r.IntN(8) > 0 {
			out := Output{Role: RoleFrames, Object: fmt.Sprint("frames", s), SHA256: digestOf(fmt.Sprint(s))}
			for range r.IntN(6) {
				b := Block{Rows: int64(r.IntN(4))}
				b.Bytes = b.Rows * int64(r.IntN(300))
				out.Blocks, out.Rows = append(out.Blocks, b), out.Rows+b.Rows
			}
			res.Outputs = append(res.Outputs, out)
		} else {
			res.Dead = "unreadable"
		}
		sealed = append(sealed, Sealed{Task{Shard: uint32(s), Key: res.Task}, res})
	}
	return sealed
}

func filters(t *testing.T, shards int) *Plan {
	t.Helper()
	b := mustBind(t, "version: 1\nname: toy\ninput: {lines: [a]}\nstages: [long]\n"+
		"output: {parquet: out, shard_size: 1000B}\n")
	return compile(t, b, splitsOf(b, (shards+1)/2)[:shards])
}

func TestEveryKeptRowIsPublishedOnceInOrderAndItsPlaceIsRight(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 7))
		n := 1 + r.IntN(40)
		p := filters(t, n)
		sealed := kept(r, n)
		tasks := p.Expand(1, Seals{0: sealed})
		published := walk(t, tasks, sealed)
		var want []placed
		for _, s := range sealed {
			if out := s.Result.Output(RoleFrames); out != nil {
				for row := range out.Rows {
					want = append(want, placed{s.Task.Shard, row})
				}
			}
		}
		var got []placed
		for _, shard := range published {
			got = append(got, shard...)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: %d rows published, %d kept, or in another order", seed, len(got), len(want))
		}
		checkPlaces(t, tasks, published)
	}
}

// walk lists the rows of each published shard by the block ranges of its task, and holds its size
// against the limit.
func walk(t *testing.T, tasks []Task, sealed []Sealed) (shards [][]placed) {
	t.Helper()
	for _, task := range tasks {
		if task.Part.Kind != PartShard {
			continue
		}
		var rows []placed
		var bytes, last int64
		for _, ref := range task.Frames {
			out := sealed[ref.Shard].Result.Output(RoleFrames)
			if ref.Object != out.Object || ref.To <= ref.From {
				t.Fatalf("a shard reads %+v", ref)
			}
			at := int64(0)
			for k, b := range out.Blocks {
				if k >= ref.From && k < ref.To {
					for row := range b.Rows {
						rows = append(rows, placed{ref.Shard, at + row})
					}
					bytes, last = bytes+b.Bytes, b.Bytes
				}
				at += b.Rows
			}
		}
		full, early := bytes >= 1000, bytes-last >= 1000
		if task.Part.N+1 < task.Part.Of && !full || early {
			t.Errorf("shard %d of %d holds %d bytes, %d of them in its last block",
				task.Part.N, task.Part.Of, bytes, last)
		}
		if task.Part.N != len(shards) {
			t.Errorf("shard %d is called %d", len(shards), task.Part.N)
		}
		shards = append(shards, rows)
	}
	if len(shards) == 0 || len(shards) > 1 && len(shards[len(shards)-1]) == 0 {
		t.Errorf("%d shards, the last with nothing in it", len(shards))
	}
	return shards
}

// checkPlaces lets every decisions task hand the kept rows of its shards out to their places, and
// looks whether the rows that lie there are they.
func checkPlaces(t *testing.T, tasks []Task, published [][]placed) {
	t.Helper()
	seen := 0
	for _, task := range tasks {
		if task.Part.Kind != PartDecisions {
			continue
		}
		var mine []placed
		for _, pl := range task.Part.Places {
			mine = append(mine, published[pl.Shard][pl.Row:pl.Row+pl.Rows]...)
			if pl.Rows == 0 {
				t.Error("an empty place")
			}
		}
		for k, row := range mine {
			if row.shard < task.Part.Shards[0] || row.shard >= task.Part.Shards[1] {
				t.Errorf("a row of shard %d among those of %v", row.shard, task.Part.Shards)
			}
			if k > 0 && (row.shard < mine[k-1].shard || row.shard == mine[k-1].shard && row.row != mine[k-1].row+1) {
				t.Errorf("row %+v after %+v", row, mine[k-1])
			}
		}
		seen += len(mine)
	}
	for _, rows := range published {
		seen -= len(rows)
	}
	if seen != 0 {
		t.Errorf("%d rows have no place, or two", -seen)
	}
}

func TestAnEmptyResultIsOneEmptyShard(t *testing.T) {
	p := filters(t, 2)
	ghosts := Sealed{Task{Shard: 1}, Result{Outputs: []Output{{
		Role: RoleFrames, Object: "ghosts", Blocks: []Block{{}, {}},
	}}}}
	for name, sealed := range map[string][]Sealed{
		"no tasks": {}, "a dead task": {{Task{}, Result{Dead: "x"}}}, "ghosts alone": {ghosts},
	} {
		tasks := p.Expand(1, Seals{0: sealed})
		if len(tasks) != 3 || tasks[0].Part.Kind != PartShard || tasks[0].Part.Of != 1 ||
			tasks[1].Part.Kind != PartDecisions || len(tasks[1].Part.Places) != 0 {
			t.Errorf("%s: %+v", name, tasks)
		}
	}
}

func TestDecisionsCoverEveryInputShardOnce(t *testing.T) {
	for _, n := range []int{1, 63, 64, 65, 200} {
		p := filters(t, n)
		var next uint32
		for _, task := range p.Expand(1, Seals{0: kept(rand.New(rand.NewPCG(1, 1)), n)}) {
			if task.Part.Kind != PartDecisions {
				continue
			}
			if task.Part.Shards[0] != next || task.Part.Shards[1] > next+shardsPerDecisions {
				t.Errorf("%d shards: %v after %d", n, task.Part.Shards, next)
			}
			for _, ref := range task.Frames {
				if ref.Shard < task.Part.Shards[0] || ref.Shard >= task.Part.Shards[1] {
					t.Errorf("%d shards: reads frames of shard %d", n, ref.Shard)
				}
			}
			next = task.Part.Shards[1]
		}
		if int(next) != n {
			t.Errorf("%d shards: decisions end at %d", n, next)
		}
	}
}

func TestDecisionsReadWhatEveryMapPhaseDropped(t *testing.T) {
	b := mustBind(t, full)
	p := compile(t, b, splitsOf(b, 2))
	_, tasks := seal(p, simple)
	last := tasks[len(tasks)-1]
	dec := last[len(last)-2]
	if dec.Part.Kind != PartDecisions || len(dec.Dropped) != 3*4 || len(dec.Frames) != 4 {
		t.Errorf("%d dropped objects of 3 map phases, %d frames", len(dec.Dropped), len(dec.Frames))
	}
}

func TestDroppedTextsAreSampledByOneTaskWhenAskedFor(t *testing.T) {
	for _, n := range []int{0, 5} {
		b := mustBind(t, full)
		b.Record.DroppedText = n
		p := compile(t, b, splitsOf(b, 2))
		_, tasks := seal(p, func(f *Phase, task *Task) Result {
			r := simple(f, task)
			if f.Kind == Map {
				r.Outputs = append(r.Outputs, Output{Role: RoleTexts, Object: "t-" + task.Key})
			}
			return r
		})
		found := 0
		for _, task := range tasks[len(tasks)-1] {
			if task.Part.Kind == PartTexts {
				found++
				if len(task.Dropped) != 3*4 {
					t.Errorf("it reads %d samples of 3 map phases", len(task.Dropped))
				}
			}
		}
		if (found == 1) != (n > 0) || found > 1 {
			t.Errorf("dropped_text %d: %d tasks", n, found)
		}
	}
}
