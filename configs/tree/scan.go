package tree

import (
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/token"
)

// prescan walks the lexer's tokens once. The lexer is linear; the parser behind it is recursive,
// and quadratic in keys and empty items, so nothing reaches it that has not passed here.
type prescan struct {
	src   *source
	ds    *Diagnostics
	nest  nesting
	size  sizes
	begun bool
	ok    bool
}

// check reports every refused feature it meets, and false if the parser must not run.
func check(toks token.Tokens, src *source, ds *Diagnostics) bool {
	s := prescan{src: src, ds: ds, ok: true}
	return s.walk(toks) == len(toks) && s.ok
}

// hopeless reports whether check will stop in the first half of these tokens, far enough from their
// end for it not to matter what follows.
func hopeless(toks token.Tokens, src *source) bool {
	s := prescan{src: src, ds: &Diagnostics{}}
	return s.walk(toks) < len(toks)/2
}

// walk returns the index of the token at which going on is pointless, or the number of tokens.
func (s *prescan) walk(toks token.Tokens) int {
	for i, t := range toks {
		s.size.tokens++
		s.size.paths += s.nest.path
		if t.Type != token.CommentType && !s.one(t, toks[i+1:]) || !s.small(t) {
			return i
		}
	}
	return len(toks)
}

// one returns false when going on is pointless.
func (s *prescan) one(t *token.Token, rest token.Tokens) bool {
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		s.nest.bracket(t.Type)
		s.unquoted(t)
		s.bareKey(rest)
	case token.SequenceEndType, token.MappingEndType:
		s.nest.close()
	case token.SequenceEntryType:
		s.dash(t, rest)
	case token.MappingValueType:
		s.size.keys++
		s.nest.key(t)
	case token.CollectEntryType:
		s.bareKey(rest)
	default:
		if !s.document(t, rest) {
			return false
		}
		s.refused(t)
	}
	s.begun = true
	return !s.ds.full()
}

// dash refuses a dash between brackets: the parser takes each for one more level of nesting.
func (s *prescan) dash(t *token.Token, rest token.Tokens) {
	if s.nest.flow > 0 {
		s.report("DP103", t, 1, "a list item with a dash cannot stand inside {…} or […]",
			"separate items with commas: [a, b], or quote the dash")
		return
	}
	s.nest.block(t.Position.Column)
	if emptyItem(t, rest) {
		s.size.keys++ // as costly to the parser as a key
	}
}

// document allows one document, with or without a "---" before it.
func (s *prescan) document(t *token.Token, rest token.Tokens) bool {
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
func (s *prescan) refused(t *token.Token) {
	switch t.Type {
	case token.AnchorType, token.AliasType, token.TagType, token.MergeKeyType, token.MappingKeyType:
	default:
		return
	}
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
func (s *prescan) unquoted(t *token.Token) {
	prev := t.Prev
	if t.Type != token.MappingStartType || s.nest.flow < 2 || prev == nil ||
		prev.Type != token.StringType || !strings.HasSuffix(prev.Value, "$") {
		return
	}
	line, col := t.Position.Line, t.Position.Column-1
	text := s.src.from(line, col)
	if !strings.HasPrefix(text, "${") {
		return
	}
	n := strings.IndexByte(cut(text, maxWord), '}') + 1
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

// A name or reference longer than this is shown as the beginning it is.
const maxWord = 200

// plainTail holds what may follow a reference within the same plain scalar.
const plainTail = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-*?@%+=~"

// word is the text from t to the next blank or flow indicator.
func (s *prescan) word(t *token.Token) string {
	text := cut(s.src.from(t.Position.Line, t.Position.Column), maxWord)
	switch i := strings.IndexAny(text, " \t,]}"); {
	case i > 0:
		return text[:i]
	case i == 0 || text == "": // the lexer misplaces the second of two tags
		return t.Value
	}
	return text
}

func (s *prescan) report(code string, t *token.Token, n int, msg, hint string) {
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
func (s *prescan) bareKey(rest token.Tokens) {
	if s.nest.inner() != token.MappingStartType {
		return
	}
	key := first(rest)
	if key == nil || key.Type == token.MappingEndType {
		return
	}
	for t := key.Next; t != nil; t = t.Next {
		if t.Type != token.CommentType {
			if t.Type == token.CollectEntryType || t.Type == token.MappingEndType {
				s.size.keys++
			}
			return
		}
	}
}
