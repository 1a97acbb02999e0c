package tree

import (
	"errors"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/token"
)

// A syntaxRule puts a message of the parser into words that say what to do.
type syntaxRule struct{ match, message, hint string }

var syntaxRules = [...]syntaxRule{
	{"mapping value is not allowed", `a second ": " where a value stands`,
		`quote a value that holds ": ", or check the indentation of the next line`},
	{"',' or '}' must be specified", "this {…} is not closed where it should be",
		"separate entries with commas, close with }, quote values that hold , { } [ ]"},
	{"',' or ']' must be specified", "this […] is not closed where it should be",
		"separate items with commas, close with ], quote values that hold , { } [ ]"},
	{"sequence end token", "this [ is never closed", "add ]"},
	{"could not find flow mapping end", "this { is never closed", "add }"},
	{"could not find flow map content", "this { is never closed", "add }"},
	{"corresponding to", "a closing bracket without an opening one", "delete it or quote the value"},
	{"end character of single-quoted", "this ' is never closed",
		`close the quote; write '' for an apostrophe inside one`},
	{"end character of double-quoted", `this " is never closed`, `close the quote`},
	{"is a reserved character", "a value cannot begin with this character", "quote the value"},
	{"unknown escape character", "an unknown escape in double quotes",
		`write \\ for a backslash, or use single quotes`},
	{"block sequence entries are not allowed", "a list item cannot stand here",
		`begin the list on the next line, or write [a, b]`},
	{"pre-defined", "text after the end of a value", "put the whole value in one pair of quotes"},
	{"value is not allowed in this context", "this does not belong to what is above it",
		"align it with its neighbors; lists and keys do not mix at one level"},
	{"non-map value is specified", "a key was expected here", `write "key: value"`},
	{"unexpected key name", "a key was expected here", `write "key: value"`},
	{"unexpected map key", "this key does not belong here", "align it with its neighbors"},
	{"invalid key for this map", "a list or map cannot be a key", "quote it, or turn it around"},
	{"implicit line break", "a key must stand on one line", `write "key: value"`},
	{"unexpected scalar value", "a value is missing or misplaced here",
		"delete a comma, or quote the value"},
	{"expected sequence element", "an item is missing between commas", "delete one comma"},
	{"tab character", "a tab between values", "use a space"},
	{"cannot start any token", "a character that cannot begin a value", "quote the value"},
}

// syntaxError reports the parser's one error at its place.
func syntaxError(err error, toks token.Tokens, src *source, ds *Diagnostics) {
	var y yaml.Error
	if !errors.As(err, &y) || y.GetToken() == nil || y.GetToken().Position == nil {
		ds.Error("DP103", Pos{src.name, 1, 1, 1}, "the YAML is malformed", "")
		return
	}
	t := y.GetToken()
	p := Pos{src.name, t.Position.Line, max(1, t.Position.Column), 1}
	p = src.skipBlank(p)
	msg := y.GetMessage()
	if strings.Contains(msg, "invalid header option") {
		comparison(p, src, ds)
		return
	}
	if q, ok := src.foreign(p.Line); ok {
		ds.Error("DP103", q, "a character that only looks like a space or a quote",
			"replace it by the plain one")
		return
	}
	if open := unclosed(toks, t); open != nil && strings.Contains(msg, "must be specified") {
		q := Pos{src.name, open.Position.Line, open.Position.Column, 1}
		ds.Error("DP103", q, "this "+open.Value+" is not closed before line "+
			strconv.Itoa(p.Line), "close it; quote values that hold , { } [ ]")
		return
	}
	for _, r := range syntaxRules {
		if strings.Contains(msg, r.match) {
			ds.Error("DP103", p, r.message, r.hint)
			return
		}
	}
	ds.Error("DP103", p, msg, "")
}

// unclosed finds the innermost bracket open at a token, if it stands on an earlier line.
func unclosed(toks token.Tokens, at *token.Token) *token.Token {
	var open []*token.Token
	for _, t := range toks {
		if t == at || t.Position.Offset >= at.Position.Offset {
			break
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			open = append(open, t)
		case token.SequenceEndType, token.MappingEndType:
			open = open[:max(0, len(open)-1)]
		}
	}
	if n := len(open); n > 0 && open[n-1].Position.Line < at.Position.Line {
		return open[n-1]
	}
	return nil
}

// foreign finds a no-break space, a typographic quote or the like on a line.
func (s *source) foreign(line int) (Pos, bool) {
	col := 0
	for _, r := range s.from(line, 1) {
		col++
		if strings.ContainsRune("\u00a0\u2007\u200b\u202f\u3000“”‘’„", r) {
			return Pos{s.name, line, col, 1}, true
		}
	}
	return Pos{}, false
}

// skipBlank moves a place on blanks to the text behind them on its line.
func (s *source) skipBlank(p Pos) Pos {
	text := s.from(p.Line, p.Col)
	if rest := strings.TrimLeft(text, " "); rest != "" {
		p.Col += len(text) - len(rest)
	}
	return p
}

// comparison explains `kept: >= 5%`, which YAML reads as the header of a block of text.
func comparison(p Pos, src *source, ds *Diagnostics) {
	text := strings.TrimSpace(src.from(p.Line, p.Col))
	text, _, _ = strings.Cut(text, " #")
	p.Len = max(1, len([]rune(text)))
	hint := "quote the value"
	if r := RangeFor(text); r != "" {
		hint = "write a range: " + r
	}
	ds.Error("DP103", p, "a value cannot begin with > or | unless a block of text follows", hint)
}

// RangeFor turns a comparison into a range, or returns "".
func RangeFor(text string) string {
	for _, op := range [...]string{">=", ">", "≥"} {
		if v, ok := strings.CutPrefix(text, op); ok && strings.TrimSpace(v) != "" {
			return strings.TrimSpace(v) + ".."
		}
	}
	for _, op := range [...]string{"<=", "<", "≤"} {
		if v, ok := strings.CutPrefix(text, op); ok && strings.TrimSpace(v) != "" {
			return ".." + strings.TrimSpace(v)
		}
	}
	return ""
}
