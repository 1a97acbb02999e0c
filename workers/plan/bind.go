package plan

import (
	"fmt"
	"slices"
	"strings"

	"dataprep/configs"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// Bound is a pipeline file whose every name is found and every config decoded and checked.
type Bound struct {
	Name      string
	Folder    string // where the output goes; never part of a key
	Inputs    []Input
	Ops       []Op
	Sink      stages.Bound
	Decisions stages.Bound
	Expect    []configs.Expect
	Record    configs.Record
	Errors    configs.Errors
	Resources configs.Resources
}

// Bind finds and checks everything a file names. Problems go to ds; the result is usable only when
// ds has no errors.
func Bind(f *configs.File, r *stages.Registry, ds *configs.Diagnostics) *Bound {
	b := &Bound{
		Name: f.Name, Expect: f.Expect, Record: f.Record, Errors: f.Errors, Resources: f.Resources,
	}
	for _, in := range f.Inputs {
		b.bindInput(in, r, ds)
	}
	for i, item := range f.Stages {
		bound, ok := r.Bind(item.Name, item.Config, ds, stages.KindStage, stages.KindExchange)
		if ok {
			b.Ops = append(b.Ops, Op{ID: item.ID, Ordinal: uint16(len(b.Ops)), Bound: bound})
			b.check(len(b.Ops)-1, f.Stages[i].Pos, ds)
		}
	}
	config := merge(f.Output.Config, "path", f.Output.Options)
	if n := f.Root.Get("record").Get("dropped_text"); n != nil && n.Raw != "0" {
		ds.Warn("DP118", n.Pos, "dropped_text is not recorded yet", "the decisions files name every dropped document")
	}
	b.Folder = folder(f.Output.Config)
	b.Sink, _ = r.Bind(f.Output.Kind, config, ds, stages.KindSink)
	b.Decisions, _ = r.Bind("parquet", merge(nil, "path", nil), ds, stages.KindSink)
	return b
}

// folder reads where the output goes from its short or long form.
func folder(n *configs.Node) string {
	switch {
	case n == nil:
		return ""
	case n.Kind == configs.Scalar:
		return n.Raw
	case n.Get("path") != nil:
		return n.Get("path").Raw
	}
	return ""
}

func (b *Bound) bindInput(in configs.Input, r *stages.Registry, ds *configs.Diagnostics) {
	bound, ok := r.Bind(in.Kind, merge(in.Config, "paths", nil), ds, stages.KindSource)
	if !ok {
		return
	}
	if in.Weight != 1 || in.MaxRows != 0 {
		ds.Error("DP118", in.Pos, "weight and max_rows of an input are not supported yet", "remove them")
	}
	b.Inputs = append(b.Inputs, Input{
		Origin: stages.Origin{ID: in.ID, Source: in.Source, Dump: in.Dump}, Source: bound,
	})
}

// merge makes a config map of a short form (a text or a list under the name short) and of the
// options beside it.
func merge(config *configs.Node, short string, options *configs.Node) *configs.Node {
	m := &configs.Node{Kind: configs.Map}
	switch {
	case config == nil || config.Kind == configs.Null:
	case config.Kind == configs.Map:
		c := *config
		m = &c
	default:
		m.Pos, m.Path = config.Pos, config.Path
		m.Keys = append(m.Keys, configs.Key{Name: short, Pos: config.Pos, Value: config})
	}
	if options != nil {
		m.Keys = append(slices.Clone(m.Keys), options.Keys...)
	}
	return m
}

// check holds stage n against the columns that exist before it.
func (b *Bound) check(n int, pos configs.Pos, ds *configs.Diagnostics) {
	op := &b.Ops[n]
	have := b.availableAfter(n - 1)
	for _, c := range append(slices.Clone(op.Bound.Shape.Reads), op.Bound.Shape.Edits...) {
		if !b.has(have, c) {
			ds.Error("DP130", pos, fmt.Sprintf("stage %s needs the column %q (%s), which nothing "+
				"before it writes", op.ID, c.Name, c.Kind), b.whoWrites(c))
		}
	}
	for _, c := range op.Bound.Shape.Writes {
		if doc.Contains(have, c.Name) && !optionalRaw(c) {
			ds.Error("DP131", pos, fmt.Sprintf("stage %s writes the column %q, which exists already",
				op.ID, c.Name), "remove one of the two, or give a stage that rewrites it")
		}
	}
}

func optionalRaw(c doc.Column) bool { return c.Kind == doc.KindSpans }

// has says whether every input reaches this point with the column: what only some inputs bring is
// not there for a stage to rely on.
func (b *Bound) has(have []doc.Column, c doc.Column) bool {
	for _, h := range have {
		if h == c {
			return true
		}
	}
	return false
}

func (b *Bound) whoWrites(c doc.Column) string {
	switch c.Name {
	case doc.Text.Name:
		return "put extract before it"
	case doc.Raw.Name:
		return "only a warc input brings it, and only until extract"
	}
	return ""
}

// availableAfter lists the columns after stage n (-1: after the source) in the order they appear.
func (b *Bound) availableAfter(n int) []doc.Column {
	have := doc.Identity()
	for i := range b.Inputs {
		writes := b.Inputs[i].Source.Shape.Writes
		if i == 0 {
			have = doc.Union(have, writes...)
			continue
		}
		have = slices.DeleteFunc(have, func(c doc.Column) bool {
			return !doc.Contains(doc.Identity(), c.Name) && !slices.Contains(writes, c)
		})
	}
	for i := 0; i <= n && i < len(b.Ops); i++ {
		have = doc.Union(have, b.Ops[i].Bound.Shape.Writes...)
	}
	return have
}

// Published lists the columns of the dataset: the ones everybody knows in their known order, then
// what else the stages wrote, in the order they wrote it.
func (b *Bound) Published() []doc.Column {
	have := b.availableAfter(len(b.Ops) - 1)
	order := []string{
		"id", "text", "url", "date", "dump", "file_path", "source", "record_id", "offset", "length",
		"language", "language_score", "language_script", "token_count", "quality_score",
		"minhash_cluster_id", "minhash_cluster_size", "pii_counts.",
	}
	var cols []doc.Column
	for _, name := range order {
		for _, c := range have {
			if c.Name == name || strings.HasSuffix(name, ".") && strings.HasPrefix(c.Name, name) {
				cols = doc.Union(cols, c)
			}
		}
	}
	for _, c := range have {
		if c.Kind != doc.KindSpans && c.Name != doc.ContentType.Name {
			cols = doc.Union(cols, c)
		}
	}
	return cols
}

// Artifacts visits the artifacts of every config, in order, so that resolving can fill digests in.
func (b *Bound) Artifacts(visit func(*stages.Artifact)) {
	for i := range b.Inputs {
		configs.Artifacts(b.Inputs[i].Source.Config, visit)
	}
	for i := range b.Ops {
		configs.Artifacts(b.Ops[i].Bound.Config, visit)
	}
	configs.Artifacts(b.Sink.Config, visit)
}

// Refresh binds the configs again after their artifacts were resolved, so that what is opened and
// hashed holds the digests.
func (b *Bound) Refresh() {
	for i := range b.Inputs {
		b.Inputs[i].Source = b.Inputs[i].Source.Rebind()
	}
	for i := range b.Ops {
		b.Ops[i].Bound = b.Ops[i].Bound.Rebind()
	}
	b.Sink = b.Sink.Rebind()
}
