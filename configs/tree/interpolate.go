package tree

import (
	"strings"
	"unicode/utf8"
)

const (
	maxGrown  = 100_000 // nodes that references may add
	maxExpand = 4 << 20 // bytes of text that references may add
)

// Lookups are where references read. The zero value knows no environment and no secrets.
type Lookups struct {
	// Env looks a variable up for ${env:NAME} and ${secret:env:NAME}; os.LookupEnv fits.
	Env func(name string) (string, bool)
	// ReadSecret returns the content of a file for ${secret:file:PATH}; os.ReadFile fits. One
	// newline at the end is cut off.
	ReadSecret func(path string) ([]byte, error)
}

// An interpolator replaces references scalar by scalar on the parsed tree, so that no value can
// change the structure of the file.
type interpolator struct {
	from  Lookups
	ds    *Diagnostics
	vars  *Node
	names []string // of the variables
	done  map[string]*Node
	chain []string // variables being worked out
	nodes int      // budgets left: vars may multiply each other
	bytes int
	big   bool // a budget ran out and was reported
}

// Interpolate returns the tree without references. Each failure is reported at its own place, and
// the value it stands in is marked, so that the decoder keeps silent about it.
func Interpolate(root *Node, from Lookups, ds *Diagnostics) *Node {
	p := &interpolator{from: from, ds: ds, done: map[string]*Node{}, nodes: maxGrown,
		bytes: maxExpand}
	if v := root.Get("vars"); v != nil && v.Kind == Map {
		p.vars = v
		for _, k := range v.Keys {
			p.names = append(p.names, k.Name)
		}
		for _, k := range v.Keys {
			if !isName(k.Name) {
				ds.Error("DP120", k.Pos, Quote(k.Name)+" cannot name a variable",
					"use letters, digits and _")
				continue
			}
			p.variable(k.Name)
		}
	} else if v != nil && v.Kind != Null {
		ds.Error("DP106", v.Pos, "vars must be a map of names and values, not "+v.Describe(), "")
	}
	return p.tree(root)
}

// variable returns the finished value of a variable, or nil if it is undefined.
func (p *interpolator) variable(name string) *Node {
	if n, ok := p.done[name]; ok {
		return n
	}
	k := p.vars.Key(name)
	if k == nil {
		return nil
	}
	p.chain = append(p.chain, name)
	n := p.tree(k.Value)
	p.chain = p.chain[:len(p.chain)-1]
	p.done[name] = n
	return n
}

// tree returns n with its references replaced; what has none is shared.
func (p *interpolator) tree(n *Node) *Node {
	switch n.Kind {
	case Scalar:
		if n.bad || n.secret != nil || !strings.Contains(n.Raw, "${") {
			return n
		}
		return p.scalar(n)
	case List:
		out := n
		for i, it := range n.Items {
			if m := p.tree(it); m != it {
				if out == n {
					out = n.WithItem(i, m)
				}
				out.Items[i] = m
			}
		}
		return out
	case Map:
		out := n
		for i, k := range n.Keys {
			if strings.Contains(k.Name, "${") {
				p.ds.Error("DP116", k.Pos, "references are not replaced in keys", "write the key out")
			}
			m := k.Value
			if n == p.vars && isName(k.Name) && len(p.chain) == 0 {
				m = p.variable(k.Name)
			} else {
				m = p.tree(m)
			}
			if m != k.Value {
				if out == n {
					out = n.With(k)
				}
				out.Keys[i].Value = m
			}
		}
		return out
	}
	return n
}

func (p *interpolator) scalar(n *Node) *Node {
	segs, bad := splitRefs(n.Raw)
	find := finder{src: p.ds.source(n.Pos.File), node: n, line: n.Pos.Line}
	if bad != nil {
		p.ds.Error("DP116", find.next(bad.text), bad.message, bad.hint)
		return broken(n)
	}
	if len(segs) == 1 && segs[0].ref != nil {
		v := p.value(segs[0], find.next(segs[0].text))
		if v == nil {
			return broken(n)
		}
		p.bytes -= v.textBytes()
		if v = v.rebase(n.Path, n.Pos, &p.nodes); v == nil || p.bytes < 0 {
			return p.tooBig(n)
		}
		return v
	}
	return p.mixed(n, segs, &find)
}

// mixed joins text and references into one scalar.
func (p *interpolator) mixed(n *Node, segs []segment, find *finder) *Node {
	var b strings.Builder
	ok, hidden := true, false
	for _, s := range segs {
		text := s.text
		if s.ref != nil {
			pos := find.next(s.text)
			v := p.value(s, pos)
			if v != nil && v.Kind != Scalar {
				p.ds.Error("DP106", pos, Quote(s.text)+" is "+v.Describe()+
					"; only text can be part of a text", "let it be the whole value")
				v = nil
			}
			if v == nil || v.bad {
				ok = false
				continue
			}
			text = v.Raw
			if v.secret != nil {
				text, hidden = *v.secret, true
			}
		}
		if p.bytes -= len(text); p.bytes < 0 {
			return p.tooBig(n)
		}
		b.WriteString(text)
	}
	if !ok {
		return broken(n)
	}
	c := *n
	c.Raw = b.String()
	if hidden {
		value := c.Raw
		c.Raw, c.secret = HiddenText, &value
	}
	return &c
}

func broken(n *Node) *Node {
	c := *n
	c.bad = true
	return &c
}

func (p *interpolator) tooBig(n *Node) *Node {
	if p.big {
		return broken(n)
	}
	p.big = true
	p.ds.Error("DP116", n.Pos, "the references of this file grow without measure",
		"a variable that repeats variables multiplies; write less of it out")
	return broken(n)
}

// A finder gives each reference of a scalar its place in the source, in order.
type finder struct {
	src  *source
	node *Node
	line int
	col  int // where to go on, 0 before the first
}

func (f *finder) next(text string) Pos {
	p := f.node.Pos
	if f.src == nil {
		return p
	}
	if f.col == 0 {
		f.col = p.Col
	}
	budget := 16 << 10 // a reference spelled with escapes is nowhere to be found
	for line, col := f.line, f.col; line <= len(f.src.lines) && budget > 0; line, col = line+1, 1 {
		rest := f.src.from(line, col)
		rest = rest[:min(len(rest), budget)]
		budget -= len(rest) + 1
		i := strings.Index(rest, text)
		for i > 0 && rest[i-1] == '$' { // $${ is an escape
			j := strings.Index(rest[i+1:], text)
			if j < 0 {
				i = -1
				break
			}
			i += j + 1
		}
		if i < 0 {
			continue
		}
		n := utf8.RuneCountInString(text)
		col += utf8.RuneCountInString(rest[:i])
		f.line, f.col = line, col+n
		return Pos{p.File, line, col, n}
	}
	return p
}
