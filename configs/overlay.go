package configs

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"dataprep/configs/tree"
)

const maxSets = 1000

// overlay applies `path=value` expressions in order. Maps merge, everything else is replaced;
// `stages.<id>` addresses an item by its id, `stages.<id>=off` takes it out; a number addresses an
// item of any list.
func overlay(root *Node, sets []string, ds *Diagnostics) *Node {
	if len(sets) == 0 {
		return root
	}
	ds.AddSource(tree.SetFile, sets)
	for i, expr := range sets {
		e := setter{ds: ds, pos: inSet(i+1, 1, utf8.RuneCountInString(expr))}
		if i >= maxSets {
			e.fail(e.pos, "too many --set expressions", "write them into the file")
			break
		}
		if changed := e.apply(root, expr); changed != nil {
			root = changed
		}
	}
	return root
}

func inSet(line, col, n int) Pos {
	return Pos{File: tree.SetFile, Line: line, Col: col, Len: max(1, n)}
}

type setter struct {
	ds    *Diagnostics
	pos   Pos
	value *Node
}

// apply returns nil after reporting why the expression cannot be applied.
func (e *setter) apply(root *Node, expr string) *Node {
	if !utf8.ValidString(expr) || strings.ContainsFunc(expr, func(r rune) bool { return r < ' ' }) {
		e.fail(e.pos, "a --set expression must be one line of UTF-8 text", "")
		return nil
	}
	path, value, ok := strings.Cut(expr, "=")
	if !ok || path == "" {
		e.fail(e.pos, "a --set expression is path=value", "for example stages.minhash.bands=20")
		return nil
	}
	if e.value = e.parse(path, value); e.value == nil {
		return nil
	}
	segs := strings.Split(strings.NewReplacer("[", ".", "]", "").Replace(path), ".")
	col := 1
	var at []Pos
	for _, s := range segs {
		n := utf8.RuneCountInString(s)
		at = append(at, inSet(e.pos.Line, col, n))
		col += n + 1
		if s == "" {
			e.fail(e.pos, "an empty part in path "+tree.Quote(path), "")
			return nil
		}
	}
	return e.put(root, segs, at, nil)
}

// parse reads the value as YAML.
func (e *setter) parse(path, value string) *Node {
	col := utf8.RuneCountInString(path) + 2
	if strings.TrimSpace(value) == "" {
		return &Node{Kind: Null, Pos: inSet(e.pos.Line, col-1, 1)}
	}
	n := tree.ParseValue(value, inSet(e.pos.Line, col, 1), e.ds)
	if n != nil && n.Kind == Null && n.Raw == "" {
		n.Pos = e.pos
	}
	return n
}

func (e *setter) fail(p Pos, msg, hint string) { e.ds.Error("DP125", p, msg, hint) }

// put returns n with the value at the path, or nil after reporting.
func (e *setter) put(n *Node, segs []string, at []Pos, path *tree.Path) *Node {
	if len(segs) == 0 {
		return merge(n, e.value, path)
	}
	name := segs[0]
	switch {
	case n == nil || n.Kind == Null:
		n = &Node{Kind: Map, Pos: at[0], Path: path}
	case n.Kind == List && path.String() == "stages":
		return e.stage(n, segs, at, path)
	case n.Kind == List:
		return e.item(n, segs, at, path)
	case n.Kind == Scalar:
		e.fail(at[0], tree.Quote(path.String())+" is a single value and has no "+tree.Quote(name), "")
		return nil
	}
	child := e.put(n.Get(name), segs[1:], at[1:], path.Key(name))
	if child == nil {
		return nil
	}
	return n.With(Key{Name: name, Pos: at[0], Value: child})
}

func (e *setter) item(n *Node, segs []string, at []Pos, path *tree.Path) *Node {
	i, err := strconv.Atoi(segs[0])
	if err != nil || i < 0 || i >= len(n.Items) {
		for j, it := range n.Items { // inputs have ids
			if id := it.Get("id"); id != nil && id.Raw == segs[0] {
				i, err = j, nil
			}
		}
	}
	if err != nil || i < 0 || i >= len(n.Items) {
		e.fail(at[0], tree.Quote(path.String())+" has no item "+tree.Quote(segs[0]),
			"items count from 0; this list has "+tree.Count(len(n.Items), "item"))
		return nil
	}
	child := e.put(n.Items[i], segs[1:], at[1:], path.Item(i))
	if child == nil {
		return nil
	}
	return n.WithItem(i, child)
}

// merge lays b over a.
func merge(a, b *Node, path *tree.Path) *Node {
	if a == nil || a.Kind != Map || b.Kind != Map {
		return repath(b, path)
	}
	for _, k := range b.Keys {
		k.Value = merge(a.Get(k.Name), k.Value, path.Key(k.Name))
		a = a.With(k)
	}
	return a
}

// repath gives a tree the paths of the place it was put.
func repath(n *Node, path *tree.Path) *Node {
	c := *n
	c.Path = path
	c.Items, c.Keys = nil, nil
	for i, it := range n.Items {
		c.Items = append(c.Items, repath(it, path.Item(i)))
	}
	for _, k := range n.Keys {
		k.Value = repath(k.Value, path.Key(k.Name))
		c.Keys = append(c.Keys, k)
	}
	return &c
}

// stage addresses an item of stages by its id, which is its name unless it says otherwise.
func (e *setter) stage(n *Node, segs []string, at []Pos, path *tree.Path) *Node {
	var ids []string
	for i, it := range n.Items {
		name, id := stageNames(it)
		if id == "" {
			continue
		}
		ids = append(ids, id)
		if id != segs[0] {
			continue
		}
		p := path.Item(i)
		if it.Kind == Scalar {
			it = &Node{Kind: Map, Pos: it.Pos, Path: p, Keys: []Key{{Name: name, Pos: it.Pos,
				Value: &Node{Kind: Null, Pos: it.Pos, Path: p.Key(name)}}}}
		}
		config := it.Get(name)
		if config.Is("off") && len(segs) > 1 { // a parameter switches the stage on
			config = nil
		}
		child := e.put(config, segs[1:], at[1:], p.Key(name))
		if child == nil {
			return nil
		}
		return n.WithItem(i, it.With(Key{Name: name, Pos: at[0], Value: child}))
	}
	e.ds.AddAt(at[0], Diagnostic{Code: "DP125", Message: "no stage with id " + tree.Quote(segs[0]) + " in this pipeline",
		Hint: tree.DidYouMean(segs[0], ids), Allowed: ids})
	return nil
}

// stageNames returns the name and the id of an item of stages, or empty strings.
func stageNames(it *Node) (name, id string) {
	if it.Kind == Scalar {
		return it.Raw, it.Raw
	}
	for _, k := range it.Keys {
		switch k.Name {
		case "id":
			id = k.Value.Raw
		case "when", "keep_dropped":
		default:
			if name == "" {
				name = k.Name
			}
		}
	}
	if id == "" {
		id = name
	}
	return name, id
}
