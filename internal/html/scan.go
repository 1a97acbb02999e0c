package html

import "bytes"

// tokenKind says what a token is. Declarations of every sort count as comments.
type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenText
	tokenRaw // the inside of script, style and their like
	tokenStart
	tokenClose
	tokenComment
)

// token is one piece of a page; its slices alias the page.
type token struct {
	kind tokenKind
	name []byte // lower case, tags only, valid until the next token
	body []byte // the text, or what stands between a tag's name and its '>'
}

// longestName bounds the part of a tag name that is compared; no known element is longer.
const longestName = 16

// scanner cuts a page into tokens in one pass that never goes back, so that an unclosed comment,
// quote or script costs what is left of the page once. It follows the WHATWG tokenizer except for
// escapes inside script, where it may see more tags than a browser would, never fewer.
type scanner struct {
	page    []byte
	pos     int
	raw     []byte // the element whose raw text comes next, nil for none
	foreign [2]int // open svg and math elements, inside which nothing is raw text
	nameBuf [longestName]byte
	rawBuf  [longestName]byte
}

// next returns the next token, tokenEnd for ever after the last.
func (s *scanner) next() token {
	if s.raw != nil {
		if t := s.rawText(); len(t.body) > 0 {
			return t
		}
	}
	start := s.pos
	for s.pos < len(s.page) {
		i := bytes.IndexByte(s.page[s.pos:], '<')
		if i < 0 {
			s.pos = len(s.page)
			break
		}
		s.pos += i
		if s.opensMarkup(s.pos) {
			break
		}
		s.pos++
	}
	if s.pos > start {
		return token{kind: tokenText, body: s.page[start:s.pos]}
	}
	if s.pos >= len(s.page) {
		return token{}
	}
	return s.markup()
}

// opensMarkup reports whether the '<' at i begins anything but text.
func (s *scanner) opensMarkup(i int) bool {
	if i+1 >= len(s.page) {
		return false
	}
	switch c := s.page[i+1]; {
	case c == '!' || c == '?':
		return true
	case c == '/':
		return i+2 < len(s.page)
	default:
		return isLetter(c)
	}
}

// markup reads the tag, comment or declaration at s.pos.
func (s *scanner) markup() token {
	rest := s.page[s.pos:]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		return s.comment()
	case rest[1] == '!' || rest[1] == '?' || rest[1] == '/' && !isLetter(rest[2]):
		return s.declaration()
	}
	kind, from := tokenStart, s.pos+1
	if rest[1] == '/' {
		kind, from = tokenClose, s.pos+2
	}
	end := from
	for end < len(s.page) && !isSpace(s.page[end]) && s.page[end] != '/' && s.page[end] != '>' {
		end++
	}
	name := lower(s.nameBuf[:0], s.page[from:end])
	for s.pos = end; ; {
		a, ok := nextAttr(s.page, s.pos)
		s.pos = a.next
		if !ok {
			break
		}
	}
	t := token{kind: kind, name: name, body: s.page[end:s.pos]}
	s.pos = min(s.pos+1, len(s.page))
	s.follow(t)
	return t
}

// follow notes what a tag changes for the tokens after it.
func (s *scanner) follow(t token) {
	switch string(t.name) {
	case "svg", "math":
		n := &s.foreign[0]
		if t.name[0] == 'm' {
			n = &s.foreign[1]
		}
		if t.kind == tokenClose {
			*n = max(*n-1, 0)
		} else if !bytes.HasSuffix(t.body, []byte("/")) {
			*n++
		}
	case "script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes",
		"noscript", "plaintext":
		if t.kind == tokenStart && !s.foreignOpen() {
			s.raw = append(s.rawBuf[:0], t.name...)
		}
	}
}

func (s *scanner) foreignOpen() bool { return s.foreign[0]+s.foreign[1] > 0 }

// rawText reads up to the end tag of s.raw, or to the end of the page.
func (s *scanner) rawText() token {
	name, start := s.raw, s.pos
	s.raw = nil
	for string(name) != "plaintext" {
		i := bytes.Index(s.page[s.pos:], []byte("</"))
		if i < 0 {
			break
		}
		s.pos += i + 2
		if endsRaw(s.page[s.pos:], name) {
			s.pos -= 2
			return token{kind: tokenRaw, body: s.page[start:s.pos]}
		}
	}
	s.pos = len(s.page)
	return token{kind: tokenRaw, body: s.page[start:]}
}

// endsRaw reports whether rest begins with name and something that ends a tag name.
func endsRaw(rest, name []byte) bool {
	if len(rest) <= len(name) {
		return false
	}
	for i, c := range name {
		if toLower(rest[i]) != c {
			return false
		}
	}
	c := rest[len(name)]
	return isSpace(c) || c == '/' || c == '>'
}

// comment reads "<!--" up to "-->" or "--!>"; "<!-->" and "<!--->" are whole comments.
func (s *scanner) comment() token {
	start, i := s.pos, s.pos+2
	for {
		n := bytes.Index(s.page[i:], []byte("--"))
		if n < 0 {
			s.pos = len(s.page)
			break
		}
		i += n
		rest := s.page[i+2:]
		if bytes.HasPrefix(rest, []byte(">")) || bytes.HasPrefix(rest, []byte("!>")) && i > start+2 {
			s.pos = i + 2 + bytes.IndexByte(rest, '>') + 1
			break
		}
		i++
	}
	return token{kind: tokenComment, body: s.page[start:s.pos]}
}

// declaration reads a doctype, a processing instruction, CDATA or a broken end tag up to '>'.
func (s *scanner) declaration() token {
	start := s.pos
	s.pos = len(s.page)
	if n := bytes.IndexByte(s.page[start+2:], '>'); n >= 0 {
		s.pos = start + 2 + n + 1
	}
	return token{kind: tokenComment, body: s.page[start:s.pos]}
}

// attribute is one attribute of a tag: slices of the page, and where to go on.
type attribute struct {
	name, value []byte
	next        int
}

// nextAttr reads the attribute at or after page[i]. Without one it reports false and next is the
// index of the tag's '>', or len(page) when the tag never ends.
func nextAttr(page []byte, i int) (attribute, bool) {
	for i < len(page) && (isSpace(page[i]) || page[i] == '/') {
		i++
	}
	if i >= len(page) || page[i] == '>' {
		return attribute{next: i}, false
	}
	start := i
	for i++; i < len(page) && !isSpace(page[i]) && page[i] != '/' && page[i] != '>' &&
		page[i] != '='; {
		i++
	}
	a := attribute{name: page[start:i], next: i}
	i = skipSpace(page, i)
	if i >= len(page) || page[i] != '=' {
		return a, true
	}
	i = skipSpace(page, i+1)
	if i >= len(page) || page[i] == '>' {
		a.next = i
		return a, true
	}
	if q := page[i]; q == '"' || q == '\'' {
		n := bytes.IndexByte(page[i+1:], q)
		if n < 0 {
			a.value, a.next = page[i+1:], len(page)
			return a, true
		}
		a.value, a.next = page[i+1:i+1+n], i+n+2
		return a, true
	}
	start = i
	for i < len(page) && !isSpace(page[i]) && page[i] != '>' {
		i++
	}
	a.value, a.next = page[start:i], i
	return a, true
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	return i
}

// lower appends the first longestName bytes of s to dst in ASCII lower case.
func lower(dst, s []byte) []byte {
	for _, c := range s[:min(len(s), longestName)] {
		dst = append(dst, toLower(c))
	}
	return dst
}

func toLower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func isLetter(c byte) bool { return 'a' <= toLower(c) && toLower(c) <= 'z' }

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }
