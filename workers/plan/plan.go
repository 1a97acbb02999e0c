// Package plan turns a checked pipeline and its sealed inputs into tasks, purely.
//
// In: bound stages, the lock of the inputs, and the seals of finished phases. Out: Plan, Phase and
// Task values that say what to read, what to do with it and under which content key the result is
// committed. Nothing here opens a file, asks a clock or knows how many workers there are: the same
// lock and seals give the same tasks on every machine. The package owns Plan, Task and Result, the
// only words that coordinator and workers exchange.
package plan

import (
	"dataprep/configs"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// Version is the version of everything this package serializes.
const Version = 1

// Kind is what the tasks of a phase do.
type Kind string

// The kinds of phases.
const (
	Map     Kind = "map"     // batches through a chain of stages
	Reduce  Kind = "reduce"  // rows of one partition through a reduce
	Publish Kind = "publish" // frames into shards, decisions into the run folder
)

// Op is one configured stage in its place.
type Op struct {
	ID      string // unique in the pipeline; the stage's name unless the file says otherwise
	Ordinal uint16 // place among the pipeline's stages
	Bound   stages.Bound
}

// Input is one entry of the pipeline's input list with its reader.
type Input struct {
	Origin stages.Origin
	Source stages.Bound
}

// Split is one unit of reading: a range of a file of an input. Its index is the shard ordinal.
type Split struct {
	Input int
	stages.Split
}

// Phase is a set of tasks that may run side by side; it starts when its inputs are sealed.
type Phase struct {
	ID   string
	Kind Kind
	From int // phase whose frames (map, publish) or rows (reduce) are read; -1 reads splits

	Apply    *Op // map: the exchange whose verdicts come first
	Verdicts int // map: phase whose rows are the verdicts
	Chain    []Op
	Emit     *Op // map: the exchange whose rows are written last

	Op   *Op // reduce: the exchange
	Step int // reduce: which of its Reduces

	Carries []doc.Column  // map: columns of the frames written; publish: columns of the shards
	Spread  stages.Spread // how the rows this phase writes are dealt to the next; 0 writes none
	Code    string        // digest of everything in the phase that decides bytes
}

// Plan is a compiled pipeline.
type Plan struct {
	Name   string
	Lock   Lock
	Run    string // content-derived id of the run
	Inputs []Input
	Splits []Split
	Ops    []Op // all stages in pipeline order
	Phases []Phase
	Sink   stages.Bound
	// Decisions is the sink of decisions files: Parquet, whatever is published.
	Decisions  stages.Bound
	ShardBytes int64 // where the sink cuts shards
	Record     configs.Record
	Columns    []doc.Column // published columns
}

// StageName returns the id of the stage with that ordinal, for decisions and reports.
func (p *Plan) StageName(ordinal uint16) string {
	if int(ordinal) < len(p.Ops) {
		return p.Ops[ordinal].ID
	}
	return "engine"
}

// Ref names one immutable object a task reads.
type Ref struct {
	Object string // key in the work store
	SHA256 string
	Shard  uint32 // ordinal that readers add to its rows
	Slice  string // digest of the slice read, when the task reads one shard's rows of it
	From   int    // publish: first and one past the last block read; To 0 reads the whole object
	To     int
}

// Task is one unit of work. Its key is a digest of its code and input contents, so that the same
// work is never done twice and a repeated task writes the same names.
type Task struct {
	Key     string
	Phase   int
	Ordinal int

	Shard   uint32 // map: the shard
	Split   *Split // map from a source
	Frames  []Ref  // map: one; publish: in order
	Rows    []Ref  // reduce: all; map: the verdict slices
	Lo, Hi  uint16 // reduce by hash: range of 12-bit key prefixes, Hi exclusive
	Dropped []Ref  // publish decisions: what earlier phases dropped; texts: samples of it
	Judged  []Ref  // publish decisions: the judgements of the shadow sample
	Buried  []Ref  // publish decisions: frames that went into dead tasks
	Part    Part   // publish
}

// Part is the place of a published file among its kind.
type Part struct {
	Kind   string // "shard", "decisions" or "dropped_text"
	N, Of  int
	Places []Place // decisions: where the kept rows of each shard went
	Shards [2]uint32
}

// Place says where a run of kept rows was published.
type Place struct {
	Shard int   // number of the published shard
	Row   int64 // row of the first
	Rows  int64
}

// Result is what a finished task says about itself. It becomes the deterministic half of the commit
// record: the same bytes from any worker.
type Result struct {
	Version int      `json:"version"`
	Task    string   `json:"task"`
	Phase   string   `json:"phase"`
	Dead    string   `json:"dead,omitempty"` // cause, when this is a tombstone
	Outputs []Output `json:"outputs"`
	Counts  Counts   `json:"counts"`
}

// The roles of outputs.
const (
	RoleFrames    = "frames"
	RoleRows      = "rows"
	RoleDropped   = "dropped"
	RoleJudged    = "judgements"
	RoleTexts     = "dropped_text"
	RoleShard     = "shard"
	RoleDecisions = "decisions"
)

// Output is one object a task wrote.
type Output struct {
	Role   string  `json:"role"`
	Object string  `json:"object"` // key in the work store; published files: path under the output
	Bytes  int64   `json:"bytes"`
	Rows   int64   `json:"rows"`
	SHA256 string  `json:"sha256"`
	Blocks []Block `json:"blocks,omitempty"`
	Slices []Slice `json:"slices,omitempty"`
}

// Block is one record batch of a frames object: its live rows and their published bytes.
type Block struct {
	Rows  int64 `json:"rows"`
	Bytes int64 `json:"bytes"`
}

// Slice is one shard's part of a rows object that is dealt out by shard.
type Slice struct {
	Shard  uint32 `json:"shard"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// Output returns the output of a role, or nil.
func (r *Result) Output(role string) *Output {
	for i := range r.Outputs {
		if r.Outputs[i].Role == role {
			return &r.Outputs[i]
		}
	}
	return nil
}
