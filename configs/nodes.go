package configs

import "dataprep/configs/tree"

// What a pipeline file is read into and complained about with, under the names that stages, planner
// and programs use. Package tree makes them.
type (
	Node        = tree.Node
	Key         = tree.Key
	Pos         = tree.Pos
	Diagnostic  = tree.Diagnostic
	Diagnostics = tree.Diagnostics
)

// The kinds of nodes.
const (
	Null   = tree.Null
	Scalar = tree.Scalar
	List   = tree.List
	Map    = tree.Map
)

// An Error stops a run before it starts, a Warning does not.
const (
	Error   = tree.Error
	Warning = tree.Warning
)

// Nearest returns the name closest to what was written, or "".
func Nearest(written string, names []string) string { return tree.Nearest(written, names) }
