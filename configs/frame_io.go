package configs

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"dataprep/configs/tree"
)

// inputSiblings are the keys that stand beside a source's kind.
type inputSiblings struct {
	ID      string  `yaml:"id"`
	Dump    string  `yaml:"dump"`
	Source  string  `yaml:"source"`
	Weight  float64 `yaml:"weight" min:"0"`
	MaxRows int64   `yaml:"max_rows" min:"1"`
}

func (f *frame) inputs(n *Node) {
	items := []*Node{n}
	switch {
	case n.Bad():
		return
	case n.Kind == List:
		items = n.Items
		if len(items) == 0 {
			f.ds.Error("DP109", n.Pos, "input has no sources", "add {warc: [data/*.warc.gz]}")
		}
	case n.Kind != Map:
		f.noKind(n, "input", f.opts.Sources)
		return
	}
	ids := map[string]Pos{}
	for _, it := range items {
		in, ok := f.input(it)
		if in.Kind == "" {
			continue
		}
		if old, twice := ids[in.ID]; twice {
			f.ds.Error("DP124", in.Pos, "two inputs have the id "+tree.Quote(in.ID),
				"the other is at line "+strconv.Itoa(old.Line)+"; add id: to one of them")
			continue
		}
		ids[in.ID] = in.Pos
		if ok {
			f.file.Inputs = append(f.file.Inputs, in)
		}
	}
}

func (f *frame) noKind(n *Node, what string, kinds []string) {
	hint := "write " + kinds[0] + ": …"
	if n.Kind == Scalar {
		hint = "write {" + kinds[0] + ": " + n.Raw + "}"
	}
	f.ds.AddAt(n.Pos, Diagnostic{Code: "DP121", Message: what + " takes a map with a kind, not " +
		n.Describe(), Hint: hint, Allowed: kinds})
}

func (f *frame) input(n *Node) (Input, bool) {
	if n.Bad() {
		return Input{}, false
	}
	if n.Kind != Map {
		f.noKind(n, "input", f.opts.Sources)
		return Input{}, false
	}
	if found := firstOf(n, laterInputs[:]); found != nil && !slices.Contains(f.opts.Sources, found.Name) {
		f.later(found.Pos, "input "+tree.Quote(found.Name))
		return Input{}, false
	}
	kind, rest := f.split(n, "input", f.opts.Sources, names(fieldsOf(reflect.TypeFor[inputSiblings]())))
	side := inputSiblings{Weight: 1}
	ok := Decode(rest.Owned("input"), &side, f.ds)
	if kind == nil || !f.hasValue(kind, "data/*") {
		return Input{}, false
	}
	if id := rest.Get("id"); id != nil && ok {
		ok = f.nameLike(id, side.ID, "id", "._-", 64)
	}
	if side.ID == "" {
		side.ID = kind.Name
	}
	return Input{ID: side.ID, Kind: kind.Name, Pos: kind.Pos,
		Config: kind.Value.Owned("input " + kind.Name), Dump: side.Dump, Source: side.Source,
		Weight: side.Weight, MaxRows: side.MaxRows}, ok
}

// split takes the one key that names a kind out of a map. A key that is neither a kind nor a
// sibling is reported here, and left out of the rest.
func (f *frame) split(n *Node, what string, kinds, siblings []string) (kind *Key, rest *Node) {
	c := *n
	rest, c.Keys = &c, nil
	for i, k := range n.Keys {
		switch {
		case slices.Contains(kinds, k.Name):
			if kind != nil {
				f.ds.AddAt(k.Pos, Diagnostic{Code: "DP121", Message: what + " has two kinds: " +
					tree.Quote(kind.Name) + " and " + tree.Quote(k.Name), Hint: twoKinds(what)})
				continue
			}
			kind = &n.Keys[i]
		case siblings == nil || slices.Contains(siblings, k.Name):
			c.Keys = append(c.Keys, k)
		default:
			allowed := append(slices.Clone(kinds), siblings...)
			f.ds.AddAt(k.Pos, Diagnostic{Code: "DP104", Message: "unknown key " + tree.Quote(k.Name) +
				" of " + what, Hint: tree.DidYouMean(k.Name, allowed), Allowed: allowed})
			if slices.Contains(kinds, Nearest(k.Name, allowed)) {
				kind = &Key{} // a slip of the kind, reported
			}
		}
	}
	if kind == nil {
		p := n.Pos
		f.ds.AddAt(p, Diagnostic{Code: "DP121", Message: what + " names no kind",
			Hint: "add one of " + strings.Join(kinds, ", "), Allowed: kinds})
	}
	if kind != nil && kind.Name == "" {
		kind = nil
	}
	return kind, rest
}

// firstOf returns the first key of a map that is one of the names.
func firstOf(n *Node, names []string) *Key {
	for i := range n.Keys {
		if slices.Contains(names, n.Keys[i].Name) {
			return &n.Keys[i]
		}
	}
	return nil
}

func (f *frame) hasValue(kind *Key, example string) bool {
	if kind.Value.Kind != Null || kind.Value.Bad() {
		return true
	}
	f.ds.Error("DP109", kind.Pos, kind.Name+" has no value", "write "+kind.Name+": "+example)
	return false
}

func twoKinds(what string) string {
	if what == "input" {
		return "write a list: one item for each source"
	}
	return "a pipeline writes one output"
}

func (f *frame) output(n *Node) {
	if n.Bad() {
		return
	}
	if n.Kind != Map {
		f.noKind(n, "output", f.opts.Sinks)
		return
	}
	kind, rest := f.split(f.without(n, laterOutput[:]), "output", f.opts.Sinks, nil)
	if kind == nil {
		return
	}
	f.hasValue(kind, "out/name")
	f.file.Output = Output{Kind: kind.Name, Config: kind.Value.Owned("output " + kind.Name),
		Options: rest.Owned("output"), Pos: kind.Pos}
}
