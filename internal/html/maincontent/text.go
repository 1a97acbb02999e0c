package maincontent

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// writer turns the extracted tree into lines. Blanks and line ends are held back until text
// follows, so that no line is empty or ends in a blank.
type writer struct {
	out    []byte
	line   int  // where the current line starts in out
	space  bool // a blank is due before the next text
	breaks bool // a line end is due before the next text
	item   bool // "- " is due before the next text
	cells  int  // open table cells: no line ends inside
}

func (w *writer) reset() { *w = writer{out: w.out[:0]} }

// shape is how an element stands in its surroundings.
type shape uint8

const (
	shapeInline shape = iota
	shapeBlock
	shapeBreak
	shapeItem
	shapeCell
)

func shapeOf(n *html.Node) shape {
	switch n.Data {
	case "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "tr",
		"blockquote", "pre", "details", "div", "section", "article", "main", "body":
		return shapeBlock
	case "br", "hr", "lb":
		return shapeBreak
	case "li", "dd", "dt":
		return shapeItem
	case "td", "th":
		return shapeCell
	case "code", "q", "summary": // inline in a sentence, a block of its own beside paragraphs
		if n.Parent != nil && n.Parent.Data == "body" {
			return shapeBlock
		}
	}
	return shapeInline
}

// content writes the library's body element.
func (w *writer) content(body *html.Node) { w.children(body, false, false) }

// children writes what is inside n. Trimmed says that the library has cut the blanks around
// inline elements here and they have to be guessed; verbatim keeps line ends, for code.
func (w *writer) children(n *html.Node, trimmed, verbatim bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			if trimmed && c.PrevSibling != nil && c.PrevSibling.Type == html.ElementNode {
				w.guessBlank(c.Data, c.PrevSibling)
			}
			w.string(c.Data, verbatim)
			continue
		}
		if c.Type == html.ElementNode {
			w.element(c, trimmed, verbatim)
		}
	}
}

func (w *writer) element(n *html.Node, trimmed, verbatim bool) {
	if n.Data == "code" {
		verbatim = true
	}
	switch shapeOf(n) {
	case shapeBreak:
		w.newline()
	case shapeInline:
		if trimmed && n.FirstChild != nil {
			w.guessBlank(n.FirstChild.Data, n)
		}
		w.children(n, trimmed, verbatim)
	case shapeBlock:
		w.newline()
		// Only a paragraph of the body keeps its blanks.
		w.children(n, trimmed || n.Data != "p" && n.Data != "body", verbatim)
		w.newline()
	case shapeItem:
		w.newline()
		w.item = true
		w.children(n, true, verbatim)
		w.item = false
		w.newline()
	case shapeCell:
		w.cells++
		w.children(n, true, verbatim)
		w.cells--
		w.space = true
		if w.cells == 0 {
			w.string("| ", false)
		}
	}
}

func (w *writer) newline() {
	if w.cells > 0 {
		w.space = true
		return
	}
	w.breaks = true
}

// guessBlank puts a blank between text and an inline element unless the next rune closes
// something or the last one opened it, or the element is an index or exponent.
func (w *writer) guessBlank(next string, inline *html.Node) {
	if inline.Data == "sub" || inline.Data == "sup" {
		return
	}
	r, _ := utf8.DecodeRuneInString(next)
	last, _ := utf8.DecodeLastRune(w.out)
	switch r {
	case '.', ',', ';', ':', '!', '?', ')', ']', '}', '’', '”', '»', '…', '%':
		return
	}
	switch last {
	case '(', '[', '{', '‘', '“', '«', '/', '-', '$', '€', '#', '@':
		return
	}
	w.space = true
}

// string writes text with blanks folded and controls left out.
func (w *writer) string(s string, verbatim bool) {
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf && r > ' ' && r != 0x7f:
			w.due()
			w.out = append(w.out, byte(r))
		case r == '\n' && verbatim || r == '\u2028' || r == '\u2029':
			w.newline()
		case unicode.IsSpace(r):
			w.space = true
		case unicode.IsControl(r) || r == '\uFEFF':
		default:
			w.due()
			w.out = utf8.AppendRune(w.out, r)
		}
	}
}

// due writes what was held back.
func (w *writer) due() {
	switch {
	case w.breaks && len(w.out) > w.line:
		w.out = append(w.out, '\n')
		w.line = len(w.out)
	case w.space && len(w.out) > w.line:
		w.out = append(w.out, ' ')
	}
	w.breaks, w.space = false, false
	if w.item {
		w.out = append(w.out, "- "...)
		w.item = false
	}
}
