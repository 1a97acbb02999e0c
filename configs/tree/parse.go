// Package tree makes of a YAML file a tree whose values know their places, with references replaced,
// and keeps the list of what is wrong with it.
//
// In: the bytes of a file, look-ups for environment and secrets. Out: Nodes that hold scalars as
// they were written, and Diagnostics that can quote the file.
//
// Invariant: every problem is reported at a file, line and column, all of them at once, and no file
// of 1 MiB takes more than 300 MB or a few seconds.
//
// Refused: anchors, aliases, merge keys, tags, directives, further documents, duplicate keys, tabs
// as indentation, dashes between brackets; files above 1 MiB, 64 levels, 2,000 keys or 270,000
// tokens, and runs that the lexer looks over again and again. These limits are checked on text and
// tokens: the parser is recursive, keeps 300 bytes for each token and the whole path of each value.
//
// The grammar is YAML 1.2's as github.com/goccy/go-yaml parses it; its decoder is not used.
package tree

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Parse turns a file into nodes. It returns nil, with the reasons in ds, if there is no tree.
func Parse(name string, src []byte, ds *Diagnostics) *Node {
	text, ok := load(name, src, ds)
	if !ok {
		return nil
	}
	s := ds.source(name)
	if s.tabs(ds) || s.runs(len(text), ds) {
		return nil
	}
	return buildTree(s, text, ds)
}

// ParseValue parses a value that stands in a source which ds knows, padded so that its places are
// those in the source.
func ParseValue(text string, at Pos, ds *Diagnostics) *Node {
	pad := strings.Repeat("\n", at.Line-1) + strings.Repeat(" ", at.Col-1)
	return buildTree(ds.source(at.File), pad+text, ds)
}

// buildTree parses a text whose places are those of src.
func buildTree(src *source, text string, ds *Diagnostics) *Node {
	file, ok := parseText(src, text, ds)
	if !ok {
		return nil
	}
	var body ast.Node
	for _, doc := range file.Docs {
		if doc.Body != nil {
			body = doc.Body
		}
	}
	if body == nil {
		ds.Error("DP109", Pos{src.name, 1, 1, 1}, "the file is empty",
			"begin with version: 1; configs/quickstart.yaml is a complete example")
		return nil
	}
	b := builder{src: src, ds: ds}
	return b.node(body, nil, Pos{src.name, 1, 1, 1})
}

// parseText guards the foreign lexer and parser: whatever they do with a hostile text, the caller
// gets a diagnostic.
func parseText(src *source, text string, ds *Diagnostics) (file *ast.File, ok bool) {
	line := 1
	defer func() {
		if r := recover(); r != nil {
			file, ok = nil, false
			ds.Error("DP103", Pos{src.name, line, 1, 1}, "the YAML parser gave up on this file",
				"look for unusual punctuation; quoting values helps")
		}
	}()
	toks := lex(text, src)
	if !check(toks, src, ds) {
		return nil, false
	}
	file, err := parser.Parse(toks, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		syntaxError(err, toks, src, ds)
		return nil, false
	}
	return file, true
}

type builder struct {
	src *source
	ds  *Diagnostics
}

// node converts an AST node; key is the place of the key it belongs to, used for empty values.
// The depth is limited by the scanner.
func (b *builder) node(a ast.Node, path *Path, key Pos) *Node {
	switch x := a.(type) {
	case *ast.MappingNode:
		return b.mapping(x, path)
	case *ast.SequenceNode:
		n := &Node{Kind: List, Pos: b.pos(x.Start, ""), Path: path}
		for i, v := range x.Values {
			n.Items = append(n.Items, b.node(v, path.Item(i), b.dash(x, i, n.Pos)))
		}
		return n
	case *ast.LiteralNode:
		return &Node{Kind: Scalar, Raw: x.Value.Value, Quoted: true, Path: path,
			Pos: b.pos(x.Start, x.Start.Value)}
	case *ast.NullNode:
		if x.Token.Type == token.ImplicitNullType {
			return &Node{Kind: Null, Pos: key, Path: path}
		}
		return &Node{Kind: Null, Raw: x.Token.Value, Pos: b.pos(x.Token, x.Token.Value), Path: path}
	case ast.ScalarNode:
		t := x.GetToken()
		quoted := t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType
		return &Node{Kind: Scalar, Raw: t.Value, Quoted: quoted, Pos: b.pos(t, t.Value), Path: path}
	}
	pos := key
	if a != nil && a.GetToken() != nil {
		pos = b.pos(a.GetToken(), "")
	}
	b.ds.Error("DP113", pos, "this YAML construct is not used in pipeline files", "")
	return &Node{Kind: Null, Pos: pos, Path: path, bad: true}
}

func (b *builder) dash(x *ast.SequenceNode, i int, list Pos) Pos {
	if !x.IsFlowStyle && i < len(x.Entries) && x.Entries[i] != nil && x.Entries[i].Start != nil {
		return b.pos(x.Entries[i].Start, "-")
	}
	return list
}

// mapping keeps the first of repeated keys and reports each of the others.
func (b *builder) mapping(x *ast.MappingNode, path *Path) *Node {
	n := &Node{Kind: Map, Path: path}
	if x.IsFlowStyle && x.Start != nil {
		n.Pos = b.pos(x.Start, "{")
	}
	firsts := make(map[string]Pos, len(x.Values))
	for i, v := range x.Values {
		t := v.Key.GetToken()
		pos := b.pos(t, t.Value)
		if i == 0 && n.Pos.Line == 0 {
			n.Pos = pos
		}
		if old, twice := firsts[t.Value]; twice {
			b.ds.Error("DP105", pos, fmt.Sprintf("key %s appears twice", Quote(t.Value)),
				fmt.Sprintf("first at %d:%d; keep one of them", old.Line, old.Col))
			continue
		}
		firsts[t.Value] = pos
		child := b.node(v.Value, path.Key(t.Value), pos)
		n.Keys = append(n.Keys, Key{Name: t.Value, Pos: pos, Value: child})
	}
	return n
}

// pos finds where a token is written. The lexer misplaces plain scalars that go on after an empty
// line, so its answer is checked against the text.
func (b *builder) pos(t *token.Token, raw string) Pos {
	line, col := t.Position.Line, t.Position.Column
	word, _, _ := strings.Cut(raw, " ")
	plain := t.Type != token.SingleQuoteType && t.Type != token.DoubleQuoteType
	if plain && !strings.HasPrefix(b.src.from(line, col), word) {
		if t.Prev != nil {
			line, col = b.after(t.Prev)
		} else {
			line, col = b.after(&token.Token{Position: &token.Position{Line: 1}})
		}
	}
	return Pos{b.src.name, line, col, b.src.tokenLen(line, col, raw)}
}

// after finds the first text behind an indicator such as ":" or "-", past blanks and comments.
func (b *builder) after(t *token.Token) (line, col int) {
	line, col = t.Position.Line, t.Position.Column+1
	for line <= len(b.src.lines) {
		text := b.src.from(line, col)
		rest := strings.TrimLeft(text, " \t")
		if rest != "" && rest[0] != '#' {
			return line, col + len(text) - len(rest)
		}
		line, col = line+1, 1
	}
	return t.Position.Line, t.Position.Column
}
