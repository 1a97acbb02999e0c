package maincontent

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// prune brings the tree into the state in which the library's own cleaning leaves it, so that its
// four copies of the tree and its searches for authors and licences have less to walk, and in one
// fixed order, where the library follows map order. What it does in place:
//   - a figure around a table becomes a div;
//   - elements of unwrapped are replaced by their children;
//   - elements of dropped go with their content and with the text up to the next element, which
//     is how the library removes them;
//   - comments go.
//
// Then the synthetic head is hung in.
func prune(doc, head *html.Node) {
	detach(head) // a page on which the library panicked may have left it
	figures(doc)
	unwrap(doc)
	drop(doc)
	for n := doc.FirstChild; n != nil; n = n.NextSibling {
		if n.Type == html.ElementNode && n.DataAtom == atom.Html {
			n.InsertBefore(head, n.FirstChild)
			break
		}
	}
}

func detach(n *html.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
}

// dropClaims removes data blocks such as JSON-LD, of which the library would follow map order.
func dropClaims(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.ElementNode && c.Data == "script" && attr(c, "type") != "" {
			n.RemoveChild(c)
		} else {
			dropClaims(c)
		}
		c = next
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// measure holds the tree against the hard limits.
func measure(doc *html.Node) error {
	elements, paragraphs := 0, 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		elements++
		if n.DataAtom == atom.P {
			paragraphs++
		}
	}
	switch {
	case elements > MaxTreeElements:
		return ErrElements
	case paragraphs > MaxTreeParagraphs:
		return ErrParagraphs
	}
	return nil
}

// figures renames each figure that holds a table.
func figures(n *html.Node) (hasTable bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if figures(c) || c.Type == html.ElementNode && c.Data == "table" {
			hasTable = true
		}
	}
	if hasTable && n.Type == html.ElementNode && n.Data == "figure" {
		n.Data = "div"
	}
	return hasTable
}

// unwrap replaces elements by their children, everywhere under n.
func unwrap(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.ElementNode && unwrapped(c.Data) {
			first := c.FirstChild
			for k := first; k != nil; k = c.FirstChild {
				c.RemoveChild(k)
				n.InsertBefore(k, c)
			}
			n.RemoveChild(c)
			if first != nil {
				next = first
			}
		} else {
			unwrap(c)
		}
		c = next
	}
}

// drop removes comments, and dropped elements with the text that follows them. Text ends at the
// next element, dropped or not.
func drop(n *html.Node) {
	tail := false
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch c.Type {
		case html.CommentNode:
			n.RemoveChild(c)
		case html.TextNode:
			if tail {
				n.RemoveChild(c)
			}
		case html.ElementNode:
			if tail = dropped(c.Data); tail {
				n.RemoveChild(c)
			} else {
				drop(c)
			}
		}
		c = next
	}
}

// unwrapped lists the library's tags to strip.
func unwrapped(tag string) bool {
	switch tag {
	case "abbr", "acronym", "address", "bdi", "bdo", "big", "cite", "data", "dfn", "font",
		"hgroup", "img", "ins", "mark", "meta", "ruby", "small", "template",
		"tbody", "tfoot", "thead":
		return true
	}
	return false
}

// dropped lists the library's tags to clean.
func dropped(tag string) bool {
	switch tag {
	case "aside", "embed", "footer", "form", "head", "iframe", "menu", "object", "script",
		"applet", "audio", "canvas", "figure", "map", "picture", "svg", "video",
		"area", "blink", "button", "datalist", "dialog", "frame", "frameset", "fieldset",
		"link", "input", "label", "legend", "marquee", "math", "menuitem", "nav",
		"noscript", "optgroup", "option", "output", "param", "progress", "rp", "rt", "rtc",
		"select", "source", "style", "track", "textarea", "time", "use":
		return true
	}
	return false
}

// rescued is the article body that the synthetic head claims. The library believes such claims
// only when it has given up on the tree and they are over 100 letters long, so a result of this
// text means that it had. Greek, because a script of one language ends its language detection.
const rescued = "ωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωω" +
	"ωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωω" +
	"ωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωωω"

// answers makes the head that keeps the library from searching the page: an OpenGraph property
// for each field it wants, a category in JSON-LD, and a licence link. The library reads it before
// it removes heads.
func answers() *html.Node {
	head := element("head")
	for _, property := range [...]string{"og:title", "og:description", "og:site_name",
		"og:author", "og:type", "og:image", "og:url", "og:article:tag"} {
		content := "No One"
		if property == "og:image" || property == "og:url" {
			content = "https://page.invalid/"
		}
		head.AppendChild(element("meta", "property", property, "content", content))
	}
	json := element("script", "type", "application/ld+json")
	json.AppendChild(&html.Node{Type: html.TextNode,
		Data: `{"@type":"Article","articleSection":"None","articleBody":"` + rescued + `"}`})
	head.AppendChild(json)
	link := element("a", "rel", "license", "href", "/")
	link.AppendChild(&html.Node{Type: html.TextNode, Data: "None"})
	head.AppendChild(link)
	return head
}

// element makes an element with attributes given as key, value, key, value.
func element(tag string, attrs ...string) *html.Node {
	n := &html.Node{Type: html.ElementNode, Data: tag, DataAtom: atom.Lookup([]byte(tag))}
	for i := 0; i+1 < len(attrs); i += 2 {
		n.Attr = append(n.Attr, html.Attribute{Key: attrs[i], Val: attrs[i+1]})
	}
	return n
}
