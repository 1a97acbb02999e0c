package configs

import (
	"slices"
	"strconv"
	"strings"

	"dataprep/configs/tree"
)

func (f *frame) stages(n *Node) {
	switch {
	case n.Bad():
		return
	case n.Kind == Map:
		f.ds.Error("DP122", n.Pos, "stages takes a list, because order matters; this is a map",
			"begin each stage with a dash: - "+firstKey(n)+": …")
		return
	case n.Kind != List:
		hint := "begin each stage with a dash"
		if n.Kind == Scalar {
			hint = "write [" + n.Raw + "]"
		}
		f.ds.Error("DP122", n.Pos, "stages takes a list, not "+n.Describe(), hint)
		return
	}
	ids := map[string]Pos{}
	for _, it := range n.Items {
		item, ok := f.stage(it)
		if !ok {
			continue
		}
		if old, twice := ids[item.ID]; twice {
			f.ds.Error("DP124", item.Pos, "two stages have the id "+tree.Quote(item.ID),
				"the other is at line "+strconv.Itoa(old.Line)+"; add id: "+item.Name+
					"_2 beside the name")
			continue
		}
		ids[item.ID] = item.Pos
		f.file.Stages = append(f.file.Stages, item)
	}
}

// stage reads a name, or a map of a name and siblings.
func (f *frame) stage(n *Node) (item StageItem, ok bool) {
	switch {
	case n.Bad():
		return item, false
	case n.Kind == Scalar && n.Secret() == nil:
		config := &Node{Kind: Map, Pos: n.Pos, Path: n.Path}
		item = StageItem{Name: n.Raw, ID: n.Raw, Config: config.Owned("stage " + n.Raw), Pos: n.Pos}
		return item, f.known(item.Name, n.Pos)
	case n.Kind != Map || len(n.Keys) == 0:
		f.ds.Error("DP122", n.Pos, "a stage is a name or a one-key map, not "+n.Describe(),
			"write - name or - name: {parameter: value}")
		return item, false
	}
	ok = true
	for _, k := range n.Keys {
		switch k.Name {
		case "id":
			if item.ID, ok = f.text(k.Value, "id"); ok {
				ok = f.nameLike(k.Value, item.ID, "id", "_-", 64)
			}
		case "when", "keep_dropped", "compat":
			f.later(k.Pos, tree.Quote(k.Name))
		case "use", "with":
			f.later(k.Pos, "a preset ("+tree.Quote(k.Name)+")")
			return item, false
		default:
			if item.Name != "" {
				f.second(item.Name, k)
				ok = false
				continue
			}
			if !f.known(k.Name, k.Pos) {
				ok = false
			}
			item.Name, item.Pos = k.Name, k.Pos
			item.Config = k.Value
		}
	}
	if item.Name == "" {
		f.ds.Error("DP122", n.Pos, "this stage has no name", "write - name: {parameter: value}")
		return item, false
	}
	if item.ID == "" {
		item.ID = item.Name
	}
	return f.config(item, ok)
}

// config makes a map of what stands behind a stage's name; "off" takes the stage out.
func (f *frame) config(item StageItem, ok bool) (StageItem, bool) {
	n := item.Config
	switch {
	case n.Bad():
		ok = false
	case n.Is("off"):
		return item, false
	case n.Kind == Null:
		n = &Node{Kind: Map, Pos: item.Pos, Path: n.Path}
	case n.Kind != Map:
		f.ds.Error("DP122", n.Pos, "stage "+item.Name+" takes a map of parameters, not "+
			n.Describe(), "write {parameter: value}, or off to leave the stage out")
		ok = false
	}
	item.Config = n.Owned("stage " + item.Name)
	return item, ok
}

// second explains two stages in one item: nearly always a dash or an indentation is missing.
func (f *frame) second(name string, k Key) {
	hint := "indent it below " + name + " if it is a parameter, or put a dash before it"
	if slices.Contains(f.opts.Stages, k.Name) {
		hint = "put a dash before it: - " + k.Name
	}
	if near := Nearest(k.Name, []string{"id", "when", "keep_dropped", "compat"}); near != "" &&
		near != k.Name && !slices.Contains(f.opts.Stages, k.Name) && len(k.Name) > 2 {
		hint = "did you mean " + tree.Quote(near) + "?"
	}
	f.ds.Error("DP122", k.Pos, tree.Quote(k.Name)+" stands beside stage "+tree.Quote(name)+
		" in one item", hint)
}

func (f *frame) known(name string, p Pos) bool {
	if len(f.opts.Stages) == 0 || slices.Contains(f.opts.Stages, name) {
		if strings.TrimSpace(name) == "" {
			f.ds.Error("DP122", p, "this stage has no name", "")
			return false
		}
		return true
	}
	if slices.Contains(laterStages[:], name) {
		f.later(p, "stage "+tree.Quote(name))
		return false
	}
	f.ds.AddAt(p, Diagnostic{Code: "DP123", Message: "unknown stage " + tree.Quote(name),
		Hint: tree.DidYouMean(name, f.opts.Stages), Allowed: f.opts.Stages})
	return false
}

func firstKey(n *Node) string {
	if len(n.Keys) == 0 {
		return "name"
	}
	return n.Keys[0].Name
}
