package configs

// File is a pipeline file: a typed frame around settings that only stages, sources and sinks can
// read. Values that had errors are zero; see Parse.
type File struct {
	Path      string // as given to Parse
	Version   int
	Name      string
	Inputs    []Input
	Stages    []StageItem
	Output    Output
	Expect    []Expect
	Record    Record
	Errors    Errors
	Resources Resources
	// Root is the whole tree after overlays and interpolation.
	Root *Node
}

// Input is one source.
type Input struct {
	// ID names the input, its kind by default; ids differ.
	ID     string
	Kind   string // warc, jsonl, …
	Config *Node  // the value of the kind's key: a text, a list or a map
	// Dump and Source become columns of the documents.
	Dump, Source string
	Weight       float64 // 1 by default
	MaxRows      int64   // 0 means all
	Pos          Pos
}

// StageItem is one entry of stages, in order; those switched off are left out.
type StageItem struct {
	Name string
	ID   string // the name by default; ids differ
	// Config is never nil: an empty map stands for a stage without parameters.
	Config *Node
	Pos    Pos // of the name
}

// Output is the sink.
type Output struct {
	Kind   string // parquet, jsonl
	Config *Node  // the value of the kind's key
	// Options is a map of the other keys, such as shard_size.
	Options *Node
	Pos     Pos
}

// Expect is a gate that the run's statistics must pass before anything is published.
type Expect struct {
	Metric string // kept
	Range  Range
	Pos    Pos
}
