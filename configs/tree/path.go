package tree

import (
	"slices"
	"strconv"
	"strings"
)

// Path is the way from the root to a node; nil is the root's own. It is a chain of steps and no
// text, so that many values below one long key share it.
type Path struct {
	up   *Path
	key  string
	item int // of a list, if there is no key
}

// Key returns the path of the value of a key of a map.
func (p *Path) Key(name string) *Path { return &Path{up: p, key: name, item: -1} }

// Item returns the path of an item of a list.
func (p *Path) Item(i int) *Path { return &Path{up: p, item: i} }

// String writes a path as `stages[3].minhash.bands`.
func (p *Path) String() string {
	var steps []*Path
	for ; p != nil; p = p.up {
		steps = append(steps, p)
	}
	slices.Reverse(steps)
	var b strings.Builder
	for i, s := range steps {
		switch {
		case s.item >= 0:
			b.WriteString("[" + strconv.Itoa(s.item) + "]")
		case i > 0:
			b.WriteString("." + s.key)
		default:
			b.WriteString(s.key)
		}
	}
	return b.String()
}
