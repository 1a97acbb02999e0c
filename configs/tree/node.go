package tree

import "strconv"

// Kind tells what a Node is.
type Kind uint8

// The kinds of nodes.
const (
	Null Kind = iota
	Scalar
	List
	Map
)

// Pos is a place in a source: line and column count from 1, the column and Len in runes. File is
// the name given to Parse, or "--set", whose line n is the n-th expression.
type Pos struct {
	File           string
	Line, Col, Len int
}

// Key is one entry of a map, in the order of the file.
type Key struct {
	Name  string
	Pos   Pos
	Value *Node
}

// Node is one value of the parsed file. Trees are never written after they are built: overlays
// and interpolation return new ones that share what did not change.
type Node struct {
	Kind Kind
	// Raw is a scalar's text: as written when plain, unescaped when quoted; "***" for secrets.
	Raw string
	// Quoted is true for quoted and block scalars, which are always strings.
	Quoted bool
	Items  []*Node
	Keys   []Key
	Pos    Pos
	Path   *Path

	owner  string  // how messages call this map: "stage minhash"
	secret *string // the value behind "***"
	bad    bool    // already reported: whoever meets it says nothing more
}

// Get returns the value of a key of a map, or nil.
func (n *Node) Get(name string) *Node {
	if k := n.Key(name); k != nil {
		return k.Value
	}
	return nil
}

// Key returns a key of a map with its place, or nil.
func (n *Node) Key(name string) *Key {
	if n == nil {
		return nil
	}
	for i := range n.Keys {
		if n.Keys[i].Name == name {
			return &n.Keys[i]
		}
	}
	return nil
}

// Origin says where a value came from: "pipeline.yaml:12", "--set", or "default" for a nil Node.
func (n *Node) Origin() string {
	switch {
	case n == nil:
		return "default"
	case n.Pos.File == SetFile:
		return SetFile
	}
	return n.Pos.File + ":" + strconv.Itoa(n.Pos.Line)
}

// Describe names the node in a message: `"abc"`, `a list`.
func (n *Node) Describe() string {
	switch {
	case n.Kind == List:
		return "a list"
	case n.Kind == Map:
		return "a map"
	case n.Kind == Null:
		return "empty"
	case n.secret != nil:
		return "a secret"
	}
	return Quote(n.Raw)
}

// Secret returns the value behind "***", or nil.
func (n *Node) Secret() *string { return n.secret }

// Bad reports whether the value was complained about already: say nothing more.
func (n *Node) Bad() bool { return n.bad }

// Owner is how messages call this map, such as "stage minhash"; it may be empty.
func (n *Node) Owner() string { return n.owner }

// Owned returns a copy that messages call by another name.
func (n *Node) Owned(owner string) *Node {
	c := *n
	c.owner = owner
	return &c
}

// textBytes is the length of a scalar's text, be it secret.
func (n *Node) textBytes() int {
	if n.secret != nil {
		return len(*n.secret)
	}
	return len(n.Raw)
}

// Is reports whether n is exactly this unquoted word.
func (n *Node) Is(word string) bool {
	return n != nil && n.Kind == Scalar && !n.Quoted && n.secret == nil && n.Raw == word
}

// rebase copies a tree to another path and place, as a reference to a variable does.
func (n *Node) rebase(path *Path, pos Pos, budget *int) *Node {
	*budget--
	if *budget < 0 {
		return nil
	}
	c := *n
	c.Path, c.Pos, c.Items, c.Keys = path, pos, nil, nil
	for i, it := range n.Items {
		m := it.rebase(path.Item(i), pos, budget)
		if m == nil {
			return nil
		}
		c.Items = append(c.Items, m)
	}
	for _, k := range n.Keys {
		m := k.Value.rebase(path.Key(k.Name), pos, budget)
		if m == nil {
			return nil
		}
		c.Keys = append(c.Keys, Key{Name: k.Name, Pos: pos, Value: m})
	}
	return &c
}

// With returns a copy of map n in which the key has another value, added last if it is new.
func (n *Node) With(k Key) *Node {
	c := *n
	c.Keys = make([]Key, 0, len(n.Keys)+1)
	found := false
	for _, old := range n.Keys {
		if old.Name == k.Name {
			old.Value, found = k.Value, true
		}
		c.Keys = append(c.Keys, old)
	}
	if !found {
		c.Keys = append(c.Keys, k)
	}
	return &c
}

// WithItem returns a copy of list n in which item i is another node.
func (n *Node) WithItem(i int, item *Node) *Node {
	c := *n
	c.Items = append([]*Node(nil), n.Items...)
	c.Items[i] = item
	return &c
}
