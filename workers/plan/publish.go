package plan

import "slices"

// The kinds of published parts.
const (
	PartShard     = "shard"
	PartDecisions = "decisions"
	PartTexts     = "dropped_text"
)

// shardsPerDecisions is how many input shards share one decisions file.
const shardsPerDecisions = 64

func sortShards(s []uint32) { slices.Sort(s) }

// expandPublish cuts the kept rows into shards at block bounds, by sealed counts alone, and makes
// the tasks that write the decisions of every input document.
func (p *Plan) expandPublish(f *Phase, seals Seals) []Task {
	cuts := p.cutShards(seals[f.From])
	tasks := make([]Task, 0, len(cuts))
	for i, refs := range cuts {
		t := Task{Frames: refs, Part: Part{Kind: PartShard, N: i, Of: len(cuts)}}
		t.Key = p.publishKey(f, &t)
		tasks = append(tasks, t)
	}
	tasks = append(tasks, p.expandDecisions(f, seals, cuts)...)
	if p.Record.DroppedText > 0 {
		tasks = append(tasks, p.expandTexts(f, seals))
	}
	return tasks
}

// expandTexts makes the task that samples the dropped texts of the run.
func (p *Plan) expandTexts(f *Phase, seals Seals) Task {
	t := Task{Part: Part{Kind: PartTexts, Of: 1}}
	for phase := range p.Phases {
		for _, s := range seals[phase] {
			if out := s.Result.Output(RoleTexts); out != nil && p.Phases[phase].Kind == Map {
				t.Dropped = append(t.Dropped, frameRef(s, out, 0, len(out.Blocks)))
			}
		}
	}
	t.Key = p.publishKey(f, &t)
	return t
}

// cutShards walks the blocks in order and closes a shard at the first block bound at or past the
// sink's shard size. There is always one shard, so that an empty result still has a schema.
func (p *Plan) cutShards(sealed []Sealed) [][]Ref {
	size := p.ShardBytes
	var cuts [][]Ref
	var cur []Ref
	var bytes, rows int64
	for _, s := range sealed {
		out := s.Result.Output(RoleFrames)
		if out == nil {
			continue
		}
		from := 0
		for i, b := range out.Blocks {
			bytes, rows = bytes+b.Bytes, rows+b.Rows
			if rows > 0 && bytes >= size {
				cur = append(cur, frameRef(s, out, from, i+1))
				cuts, cur, bytes, rows, from = append(cuts, cur), nil, 0, 0, i+1
			}
		}
		if from < len(out.Blocks) {
			cur = append(cur, frameRef(s, out, from, len(out.Blocks)))
		}
	}
	if rows > 0 || len(cuts) == 0 {
		cuts = append(cuts, cur)
	}
	return cuts
}

func frameRef(s Sealed, out *Output, from, to int) Ref {
	return Ref{Object: out.Object, SHA256: out.SHA256, Shard: s.Task.Shard, From: from, To: to}
}

// expandDecisions groups input shards; each task knows where the kept rows of its shards went.
func (p *Plan) expandDecisions(f *Phase, seals Seals, cuts [][]Ref) []Task {
	places := placesByShard(cuts, seals[f.From])
	groups := (len(p.Splits) + shardsPerDecisions - 1) / shardsPerDecisions
	var tasks []Task
	for g := range groups {
		lo := uint32(g * shardsPerDecisions)
		hi := min(lo+shardsPerDecisions, uint32(len(p.Splits)))
		t := Task{Part: Part{Kind: PartDecisions, N: g, Of: groups, Shards: [2]uint32{lo, hi}}}
		for phase := range p.Phases {
			for _, s := range seals[phase] {
				if p.Phases[phase].Kind != Map || s.Task.Shard < lo || s.Task.Shard >= hi {
					continue
				}
				t.addRefs(s, phase == f.From)
				if from := p.Phases[phase].From; s.Result.Dead != "" && from >= 0 {
					t.bury(s.Task.Shard, seals[from])
				}
				if phase == f.From {
					t.Part.Places = append(t.Part.Places, places[s.Task.Shard]...)
				}
			}
		}
		t.Key = p.publishKey(f, &t)
		tasks = append(tasks, t)
	}
	return tasks
}

func (t *Task) addRefs(s Sealed, last bool) {
	ref := func(out *Output) Ref {
		return Ref{
			Object: out.Object, SHA256: out.SHA256, Shard: s.Task.Shard, To: len(out.Blocks),
		}
	}
	if out := s.Result.Output(RoleDropped); out != nil {
		t.Dropped = append(t.Dropped, ref(out))
	}
	if out := s.Result.Output(RoleJudged); out != nil {
		t.Judged = append(t.Judged, ref(out))
	}
	if out := s.Result.Output(RoleFrames); out != nil && last {
		t.Frames = append(t.Frames, ref(out))
	}
}

// bury adds what went into a dead task of a shard: the frames of the phase before.
func (t *Task) bury(shard uint32, from []Sealed) {
	for _, s := range from {
		if out := s.Result.Output(RoleFrames); out != nil && s.Task.Shard == shard {
			t.Buried = append(t.Buried, frameRef(s, out, 0, len(out.Blocks)))
		}
	}
}

// placesByShard says, per input shard, in which published shard and row its kept rows begin.
func placesByShard(cuts [][]Ref, sealed []Sealed) map[uint32][]Place {
	blocks := map[uint32][]Block{}
	for _, s := range sealed {
		if out := s.Result.Output(RoleFrames); out != nil {
			blocks[s.Task.Shard] = out.Blocks
		}
	}
	places := map[uint32][]Place{}
	for shard, refs := range cuts {
		var row int64
		for _, r := range refs {
			var rows int64
			for _, b := range blocks[r.Shard][r.From:r.To] {
				rows += b.Rows
			}
			if rows > 0 {
				places[r.Shard] = append(places[r.Shard], Place{Shard: shard, Row: row, Rows: rows})
				row += rows
			}
		}
	}
	return places
}
