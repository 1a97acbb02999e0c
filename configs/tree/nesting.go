package tree

import "github.com/goccy/go-yaml/token"

// A level is a collection that is open where the scanner stands.
type level struct {
	bracket token.Type // 0 for a block collection
	col     int        // where a block collection stands
	key     int        // bytes of the key whose value comes next, 0 in a list
}

// nesting is the way from the root to where the scanner stands. Brackets stand inside of block
// collections, never around them.
type nesting struct {
	levels []level
	flow   int // how many of the levels are brackets
	path   int // bytes of the path to the next value, as the parser writes it out
}

// What a level adds to a path beside the key: a point and quotes, or an index in brackets.
const levelBytes = 8

func (n *nesting) push(l level) {
	n.levels = append(n.levels, l)
	n.path += levelBytes
}

func (n *nesting) pop() {
	last := len(n.levels) - 1
	n.path -= levelBytes + n.levels[last].key
	n.levels = n.levels[:last]
}

func (n *nesting) bracket(t token.Type) {
	n.push(level{bracket: t})
	n.flow++
}

func (n *nesting) close() {
	if n.flow > 0 {
		n.pop()
		n.flow--
	}
}

// inner is the bracket that was opened last and is still open, or 0.
func (n *nesting) inner() token.Type {
	if n.flow == 0 {
		return 0
	}
	return n.levels[len(n.levels)-1].bracket
}

// block notes a block collection that begins or goes on at a column.
func (n *nesting) block(col int) {
	for len(n.levels) > 0 && n.levels[len(n.levels)-1].col > col {
		n.pop()
	}
	if last := len(n.levels) - 1; last < 0 || n.levels[last].col < col {
		n.push(level{col: col})
	}
}

// key notes a key by the colon behind it. One that began on another line opens no level that could
// be left again; its bytes count to the end of the file.
func (n *nesting) key(colon *token.Token) {
	key := colon.Prev
	if key == nil {
		return
	}
	bytes := len(key.Value)
	switch {
	case n.flow == 0 && key.Position.Line != colon.Position.Line:
		n.path += bytes + levelBytes
		return
	case n.flow == 0:
		n.block(key.Position.Column)
	}
	last := &n.levels[len(n.levels)-1]
	n.path += bytes - last.key
	last.key = bytes
}
