package workers

import (
	"fmt"

	"dataprep/configs"
	"dataprep/stages"
	"dataprep/workers/plan"
)

// CheckFiles reports at their places the models, lists and keys of a pipeline that are not there.
// Those of inputs and outputs, which have none yet, are left to the run.
func CheckFiles(b *plan.Bound, f *configs.File, ds *configs.Diagnostics) {
	for i := range b.Ops {
		item := &f.Stages[i]
		configs.Artifacts(b.Ops[i].Bound.Config, func(a *stages.Artifact) {
			if a.URI == "" {
				return
			}
			if _, _, err := artifactFile(a); err != nil {
				ds.Error("DP129", place(item, a.URI), fmt.Sprintf("stage %s: %v", item.ID, err),
					"paths are relative to the working directory")
			}
		})
	}
}

// CheckStages opens every stage of a pipeline, loads its models and lists, and reports at its place
// what of it cannot be used.
func CheckStages(b *plan.Bound, f *configs.File, ds *configs.Diagnostics) {
	for i := range b.Ops {
		var err error
		if op := &b.Ops[i]; op.Bound.Kind == stages.KindExchange {
			_, err = op.Bound.Exchange(Artifacts{})
		} else {
			_, err = op.Bound.Stage(Artifacts{})
		}
		if err == nil {
			continue
		}
		item := &f.Stages[i]
		at := item.Pos
		configs.Artifacts(b.Ops[i].Bound.Config, func(a *stages.Artifact) {
			if a.URI != "" && at == item.Pos {
				at = place(item, a.URI)
			}
		})
		ds.Error("DP129", at, fmt.Sprintf("stage %s %v: %v", item.ID, ErrOpen, err), "")
	}
}

// place is where a stage's parameters say a text, or the stage where none does.
func place(item *configs.StageItem, text string) configs.Pos {
	if n := find(item.Config, text); n != nil {
		return n.Pos
	}
	return item.Pos
}

func find(n *configs.Node, text string) *configs.Node {
	if n == nil || n.Kind == configs.Scalar && n.Raw == text {
		return n
	}
	for i := range n.Keys {
		if at := find(n.Keys[i].Value, text); at != nil {
			return at
		}
	}
	for _, it := range n.Items {
		if at := find(it, text); at != nil {
			return at
		}
	}
	return nil
}
