package plan

import (
	"fmt"
	"slices"

	"dataprep/configs"
	"dataprep/stages"
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
	for _, item := range f.Stages {
		bound, ok := find(r, item.Name, item.Config, item.Pos, ds, stages.KindStage, stages.KindExchange)
		if ok {
			b.Ops = append(b.Ops, Op{ID: item.ID, Ordinal: uint16(len(b.Ops)), Bound: bound})
		}
	}
	if complete(f, b) {
		b.checkColumns(f, ds)
	}
	config := merge(f.Output.Config, "path", f.Output.Options)
	b.Folder = folder(f.Output.Config)
	twice(f.Output, ds)
	if f.Output.Kind != "" {
		b.Sink, _ = find(r, f.Output.Kind, config, f.Output.Pos, ds, stages.KindSink)
	}
	b.Decisions, _ = find(r, "parquet", merge(nil, "path", nil), f.Output.Pos, ds, stages.KindSink)
	return b
}

// find is Registry.Bind with a word about names that the registry does not hold: whoever parsed the
// file without a list of names has let them through.
func find(r *stages.Registry, name string, config *configs.Node, pos configs.Pos,
	ds *configs.Diagnostics, kinds ...stages.Kind) (stages.Bound, bool) {
	known := r.Names(kinds...)
	if slices.Contains(known, name) {
		return r.Bind(name, config, ds, kinds...)
	}
	d := configs.Diagnostic{
		Code: "DP123", Message: fmt.Sprintf("unknown %s %q", kinds[0], name), Allowed: known,
		File: pos.File, Line: pos.Line, Col: pos.Col, Len: pos.Len,
	}
	if near := configs.Nearest(name, known); near != "" {
		d.Hint = fmt.Sprintf("did you mean %q?", near)
	}
	ds.Add(d)
	return stages.Bound{}, false
}

// twice reports an option that stands both in the sink's map and beside it.
func twice(out configs.Output, ds *configs.Diagnostics) {
	if out.Config == nil || out.Options == nil {
		return
	}
	for _, k := range out.Options.Keys {
		if out.Config.Get(k.Name) != nil {
			ds.Error("DP105", k.Pos, fmt.Sprintf("%q stands twice: here and inside %s", k.Name,
				out.Kind), "remove one of the two")
		}
	}
}

// complete says whether everything that the file names was bound. Where something was not, what it
// would have written is unknown, and complaints about columns would only hide the real problem.
func complete(f *configs.File, b *Bound) bool {
	inputs, items := f.Root.Get("input"), f.Root.Get("stages")
	want := 1
	if inputs != nil && inputs.Kind == configs.List {
		want = len(inputs.Items)
	}
	if len(b.Inputs) != want || len(b.Ops) != len(f.Stages) {
		return false
	}
	if items == nil {
		return true
	}
	on := 0
	for _, it := range items.Items {
		if !off(it) {
			on++
		}
	}
	return on == len(b.Ops)
}

// off says whether an item of stages is switched off.
func off(item *configs.Node) bool {
	return slices.ContainsFunc(item.Keys, func(k configs.Key) bool {
		return k.Value != nil && k.Value.Kind == configs.Scalar && !k.Value.Quoted &&
			k.Value.Raw == "off"
	})
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
	bound, ok := find(r, in.Kind, merge(in.Config, "paths", nil), in.Pos, ds, stages.KindSource)
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
