package configs

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// setFile is the name of the source whose lines are the --set expressions.
const setFile = "--set"

const maxSets = 1000

// overlay applies `path=value` expressions in order. Maps merge, everything else is replaced;
// `stages.<id>` addresses an item by its id, `stages.<id>=off` takes it out; a number addresses an
// item of any list.
func overlay(root *Node, sets []string, ds *Diagnostics) *Node {
	if len(sets) == 0 {
		return root
	}
	src := &source{name: setFile}
	ds.sources = append(ds.sources, src)
	for i, expr := range sets {
		src.lines = append(src.lines, expr)
		e := setter{ds: ds, pos: Pos{setFile, i + 1, 1, max(1, utf8.RuneCountInString(expr))}}
		if i >= maxSets {
			e.fail(e.pos, "too many --set expressions", "write them into the file")
			break
		}
		if changed := e.apply(root, expr, src); changed != nil {
			root = changed
		}
	}
	return root
}

type setter struct {
	ds    *Diagnostics
	pos   Pos
	value *Node
}

// apply returns nil after reporting why the expression cannot be applied.
func (e *setter) apply(root *Node, expr string, src *source) *Node {
	if !utf8.ValidString(expr) || strings.ContainsFunc(expr, func(r rune) bool { return r < ' ' }) {
		e.fail(e.pos, "a --set expression must be one line of UTF-8 text", "")
		return nil
	}
	path, value, ok := strings.Cut(expr, "=")
	if !ok || path == "" {
		e.fail(e.pos, "a --set expression is path=value", "for example stages.minhash.bands=20")
		return nil
	}
	if e.value = e.parse(path, value, src); e.value == nil {
		return nil
	}
	segs := strings.Split(strings.NewReplacer("[", ".", "]", "").Replace(path), ".")
	col := 1
	var at []Pos
	for _, s := range segs {
		n := utf8.RuneCountInString(s)
		at = append(at, Pos{setFile, e.pos.Line, col, max(1, n)})
		col += n + 1
		if s == "" {
			e.fail(e.pos, "an empty part in path "+quote(path), "")
			return nil
		}
	}
	return e.put(root, segs, at, "")
}

// parse reads the value as YAML, padded so that its places are those in the expression.
func (e *setter) parse(path, value string, src *source) *Node {
	col := utf8.RuneCountInString(path) + 2
	if strings.TrimSpace(value) == "" {
		return &Node{Kind: Null, Pos: Pos{setFile, e.pos.Line, col - 1, 1}}
	}
	pad := strings.Repeat("\n", e.pos.Line-1) + strings.Repeat(" ", col-1)
	n := buildTree(src, pad+value, "", e.ds)
	if n != nil && n.Kind == Null && n.Raw == "" {
		n.Pos = e.pos
	}
	return n
}

func (e *setter) fail(p Pos, msg, hint string) { e.ds.Error("DP125", p, msg, hint) }

// put returns n with the value at the path, or nil after reporting.
func (e *setter) put(n *Node, segs []string, at []Pos, path string) *Node {
	if len(segs) == 0 {
		return merge(n, e.value, path)
	}
	name := segs[0]
	switch {
	case n == nil || n.Kind == Null:
		n = &Node{Kind: Map, Pos: at[0], Path: path}
	case n.Kind == List && path == "stages":
		return e.stage(n, segs, at, path)
	case n.Kind == List:
		return e.item(n, segs, at, path)
	case n.Kind == Scalar:
		e.fail(at[0], quote(path)+" is a single value and has no "+quote(name), "")
		return nil
	}
	child := e.put(n.Get(name), segs[1:], at[1:], keyPath(path, name))
	if child == nil {
		return nil
	}
	return n.with(Key{Name: name, Pos: at[0], Value: child})
}

func (e *setter) item(n *Node, segs []string, at []Pos, path string) *Node {
	i, err := strconv.Atoi(segs[0])
	if err != nil || i < 0 || i >= len(n.Items) {
		for j, it := range n.Items { // inputs have ids
			if id := it.Get("id"); id != nil && id.Raw == segs[0] {
				i, err = j, nil
			}
		}
	}
	if err != nil || i < 0 || i >= len(n.Items) {
		e.fail(at[0], quote(path)+" has no item "+quote(segs[0]),
			"items count from 0; this list has "+count(len(n.Items), "item"))
		return nil
	}
	child := e.put(n.Items[i], segs[1:], at[1:], itemPath(path, i))
	if child == nil {
		return nil
	}
	return n.withItem(i, child)
}

// merge lays b over a.
func merge(a, b *Node, path string) *Node {
	if a == nil || a.Kind != Map || b.Kind != Map {
		return repath(b, path)
	}
	for _, k := range b.Keys {
		k.Value = merge(a.Get(k.Name), k.Value, keyPath(path, k.Name))
		a = a.with(k)
	}
	return a
}

// repath gives a tree the paths of the place it was put.
func repath(n *Node, path string) *Node {
	c := *n
	c.Path = path
	c.Items, c.Keys = nil, nil
	for i, it := range n.Items {
		c.Items = append(c.Items, repath(it, itemPath(path, i)))
	}
	for _, k := range n.Keys {
		k.Value = repath(k.Value, keyPath(path, k.Name))
		c.Keys = append(c.Keys, k)
	}
	return &c
}

// stage addresses an item of stages by its id, which is its name unless it says otherwise.
func (e *setter) stage(n *Node, segs []string, at []Pos, path string) *Node {
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
		p := itemPath(path, i)
		if it.Kind == Scalar {
			it = &Node{Kind: Map, Pos: it.Pos, Path: p, Keys: []Key{{Name: name, Pos: it.Pos,
				Value: &Node{Kind: Null, Pos: it.Pos, Path: keyPath(p, name)}}}}
		}
		config := it.Get(name)
		if config.plain("off") && len(segs) > 1 { // a parameter switches the stage on
			config = nil
		}
		child := e.put(config, segs[1:], at[1:], keyPath(p, name))
		if child == nil {
			return nil
		}
		return n.withItem(i, it.with(Key{Name: name, Pos: at[0], Value: child}))
	}
	e.ds.Add(Diagnostic{Code: "DP125", File: setFile, Line: at[0].Line, Col: at[0].Col,
		Len: at[0].Len, Message: "no stage with id " + quote(segs[0]) + " in this pipeline",
		Hint: didYouMean(segs[0], ids), Allowed: ids})
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
