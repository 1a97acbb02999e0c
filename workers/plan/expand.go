package plan

import (
	"dataprep/stages"
)

// Sealed is one finished task of a phase as its seal lists it.
type Sealed struct {
	Task   Task
	Result Result
}

// Seals holds the sealed tasks of each finished phase, in task order.
type Seals map[int][]Sealed

// rowsPerReduce is about how many rows one hash partition should hold: 2M rows of a 60 B are
// 120 MB on disk, merged in a fraction of it.
const rowsPerReduce = 2 << 20

// Expand lists the tasks of a phase, a pure function of the plan and the seals it depends on.
func (p *Plan) Expand(phase int, seals Seals) []Task {
	f := &p.Phases[phase]
	var tasks []Task
	switch {
	case f.Kind == Reduce:
		tasks = p.expandReduce(f, seals[f.From])
	case f.Kind == Publish:
		tasks = p.expandPublish(f, seals)
	case f.From < 0:
		for i := range p.Splits {
			shard := uint32(i)
			tasks = append(tasks, Task{Shard: shard, Split: &p.Splits[i], Key: p.splitKey(f, shard)})
		}
	default:
		tasks = p.expandMap(f, seals)
	}
	for i := range tasks {
		tasks[i].Phase, tasks[i].Ordinal = phase, i
	}
	return tasks
}

// expandMap makes a task for each shard that has frames, with the verdicts of that shard alone.
func (p *Plan) expandMap(f *Phase, seals Seals) []Task {
	verdicts := slicesByShard(seals[f.Verdicts])
	var tasks []Task
	for _, s := range seals[f.From] {
		out := s.Result.Output(RoleFrames)
		if out == nil {
			continue
		}
		t := Task{Shard: s.Task.Shard, Rows: verdicts[s.Task.Shard]}
		t.Frames = []Ref{{Object: out.Object, SHA256: out.SHA256, Shard: s.Task.Shard}}
		t.Key = p.mapKey(f, t.Frames[0], t.Rows)
		tasks = append(tasks, t)
	}
	return tasks
}

// slicesByShard finds the parts of by-shard rows objects, per shard in task order.
func slicesByShard(sealed []Sealed) map[uint32][]Ref {
	refs := map[uint32][]Ref{}
	for _, s := range sealed {
		out := s.Result.Output(RoleRows)
		if out == nil {
			continue
		}
		for _, sl := range out.Slices {
			refs[sl.Shard] = append(refs[sl.Shard], Ref{
				Object: out.Object, SHA256: out.SHA256, Shard: sl.Shard, Slice: sl.SHA256,
			})
		}
	}
	return refs
}

// expandReduce deals rows out by hash range, by shard or all to one.
func (p *Plan) expandReduce(f *Phase, sealed []Sealed) []Task {
	var all []Ref
	var total int64
	for _, s := range sealed {
		if out := s.Result.Output(RoleRows); out != nil && out.Rows > 0 {
			all = append(all, Ref{Object: out.Object, SHA256: out.SHA256, Shard: s.Task.Shard})
			total += out.Rows
		}
	}
	switch p.Phases[f.From].Spread {
	case stages.ByShard:
		return shardReduces(f, sealed)
	case stages.AllToOne:
		return []Task{{Rows: all, Hi: 4096, Key: reduceKey(f, all, 0, 4096, -1)}}
	}
	parts := int(min(max((total+rowsPerReduce-1)/rowsPerReduce, 1), 4096))
	tasks := make([]Task, 0, parts)
	for i := range parts {
		lo, hi := uint16(i*4096/parts), uint16((i+1)*4096/parts)
		tasks = append(tasks, Task{Rows: all, Lo: lo, Hi: hi, Key: reduceKey(f, all, lo, hi, -1)})
	}
	return tasks
}

func shardReduces(f *Phase, sealed []Sealed) []Task {
	slices := slicesByShard(sealed)
	shards := make([]uint32, 0, len(slices))
	for s := range slices {
		shards = append(shards, s)
	}
	sortShards(shards)
	var tasks []Task
	for _, s := range shards {
		key := reduceKey(f, slices[s], 0, 4096, int64(s))
		tasks = append(tasks, Task{Shard: s, Rows: slices[s], Hi: 4096, Key: key})
	}
	return tasks
}
