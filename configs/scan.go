package configs

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/token"
)

const (
	maxDepth = 64
	maxKeys  = 2000
)

// scanner walks the lexer's tokens once. The lexer is linear; the parser behind it is recursive,
// and quadratic in keys and empty items, so nothing reaches it that has not passed here.
type scanner struct {
	src   *source
	ds    *Diagnostics
	flow  []token.Type // open brackets
	block []int        // columns of the open block collections
	keys  int
	begun bool
	ok    bool
}

// check reports every refused feature it meets, and false if the parser must not run.
func check(toks token.Tokens, src *source, ds *Diagnostics) bool {
	s := scanner{src: src, ds: ds, ok: true}
	for i, t := range toks {
		if t.Type == token.CommentType {
			continue
		}
		if !s.one(t, toks[i+1:]) {
			return false
		}
	}
	return s.ok
}

// one returns false when going on is pointless.
func (s *scanner) one(t *token.Token, rest token.Tokens) bool {
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		s.flow = append(s.flow, t.Type)
		s.unquoted(t)
		s.bareKey(rest)
	case token.SequenceEndType, token.MappingEndType:
		s.flow = s.flow[:max(0, len(s.flow)-1)]
	case token.SequenceEntryType:
		s.open(t.Position.Column)
		if emptyItem(t, rest) {
			s.keys++ // as costly to the parser as a key
		}
	case token.MappingValueType:
		s.keys++
		if len(s.flow) == 0 && t.Prev != nil && t.Prev.Position.Line == t.Position.Line {
			s.open(t.Prev.Position.Column)
		}
	case token.CollectEntryType:
		s.bareKey(rest)
	default:
		if !s.document(t, rest) {
			return false
		}
		s.refused(t)
	}
	s.begun = true
	return s.small(t) && len(s.ds.list) < maxKept
}

// open notes a block collection that begins at a column.
func (s *scanner) open(col int) {
	if len(s.flow) > 0 {
		return
	}
	for len(s.block) > 0 && s.block[len(s.block)-1] > col {
		s.block = s.block[:len(s.block)-1]
	}
	if n := len(s.block); n == 0 || s.block[n-1] < col {
		s.block = append(s.block, col)
	}
}

func (s *scanner) small(t *token.Token) bool {
	switch {
	case len(s.flow)+len(s.block) > maxDepth:
		s.report("DP114", t, 1, fmt.Sprintf("nested deeper than %d levels", maxDepth),
			"pipeline files need five or six")
	case s.keys > maxKeys:
		s.report("DP114", t, 1, fmt.Sprintf("more than %d keys", maxKeys),
			"long lists belong in a file of their own, read by a stage")
	default:
		return true
	}
	return false
}

// document allows one document, with or without a "---" before it.
func (s *scanner) document(t *token.Token, rest token.Tokens) bool {
	switch {
	case t.Type == token.DocumentHeaderType && s.begun,
		t.Type == token.DocumentEndType && first(rest) != nil:
		s.report("DP113", t, 3, "a second document begins here",
			"one file holds one pipeline: keep the first document, move the rest")
		return false
	case t.Type == token.DirectiveType:
		s.report("DP113", t, 1, "YAML directives are not used",
			"delete the line, or quote a value that begins with %")
		return false
	}
	return true
}

// refused reports the features that make a value depend on other places.
func (s *scanner) refused(t *token.Token) {
	word := s.word(t)
	n := utf8.RuneCountInString(word)
	switch t.Type {
	case token.AnchorType:
		s.report("DP113", t, n, "anchors (&name) are not used",
			`put shared values under vars: and write ${name}, or quote the text: "`+word+`"`)
	case token.AliasType:
		hint := `write ${name} for a value from vars:`
		if strings.ContainsAny(word[1:], "*./?") || word == "*" {
			hint = `quote a pattern that begins with *: "` + word + `"`
		}
		s.report("DP113", t, n, "aliases (*name) are not used", hint)
	case token.TagType:
		s.report("DP113", t, n, "tags (!name) are not used",
			"delete the tag, or quote a text that begins with !")
	case token.MergeKeyType:
		s.report("DP113", t, 2, "merge keys (<<) are not used",
			"write the keys out, or put shared values under vars: and write ${name}")
	case token.MappingKeyType:
		s.report("DP113", t, 1, "keys written with ? are not used", `write "key: value"`)
	}
}

// unquoted recognizes ${ inside a flow collection, where YAML takes the brace for a map of its own.
func (s *scanner) unquoted(t *token.Token) {
	prev := t.Prev
	if t.Type != token.MappingStartType || len(s.flow) < 2 || prev == nil ||
		prev.Type != token.StringType || !strings.HasSuffix(prev.Value, "$") {
		return
	}
	line, col := t.Position.Line, t.Position.Column-1
	text := s.src.from(line, col)
	if !strings.HasPrefix(text, "${") {
		return
	}
	n := strings.IndexByte(text, '}') + 1
	if n == 0 {
		n = 2
	}
	start := s.src.from(prev.Position.Line, prev.Position.Column)
	whole := start[:max(0, len(start)-len(text))] + text[:n]
	if tail := text[n:]; n > 2 {
		whole += tail[:len(tail)-len(strings.TrimLeft(tail, plainTail))]
	}
	s.ok = false
	s.ds.Error("DP101", Pos{s.src.name, line, col, utf8.RuneCountInString(text[:n])},
		"${…} inside {…} or […] must be quoted", `write "`+whole+`"`)
}

// plainTail holds what may follow a reference within the same plain scalar.
const plainTail = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-*?@%+=~"

// word is the text from t to the next blank or flow indicator.
func (s *scanner) word(t *token.Token) string {
	text := s.src.from(t.Position.Line, t.Position.Column)
	switch i := strings.IndexAny(text, " \t,]}"); {
	case i > 0:
		return text[:i]
	case i == 0 || text == "": // the lexer misplaces the second of two tags
		return t.Value
	}
	return text
}

func (s *scanner) report(code string, t *token.Token, n int, msg, hint string) {
	s.ok = false
	s.ds.Error(code, Pos{s.src.name, t.Position.Line, t.Position.Column, n}, msg, hint)
}

func first(rest token.Tokens) *token.Token {
	for _, t := range rest {
		if t.Type != token.CommentType {
			return t
		}
	}
	return nil
}

// emptyItem reports whether nothing follows a dash.
func emptyItem(t *token.Token, rest token.Tokens) bool {
	next := first(rest)
	return next == nil ||
		next.Position.Line > t.Position.Line && next.Position.Column <= t.Position.Column
}

// bareKey counts a key without a value, as in {a, b}.
func (s *scanner) bareKey(rest token.Tokens) {
	if n := len(s.flow); n == 0 || s.flow[n-1] != token.MappingStartType {
		return
	}
	key := first(rest)
	if key == nil || key.Type == token.MappingEndType {
		return
	}
	for t := key.Next; t != nil; t = t.Next {
		if t.Type != token.CommentType {
			if t.Type == token.CollectEntryType || t.Type == token.MappingEndType {
				s.keys++
			}
			return
		}
	}
}
