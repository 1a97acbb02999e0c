package html

// Limits bounds the shape of a page by counts, never by time, so that every machine refuses the
// same pages. A zero field means no limit.
type Limits struct {
	Bytes      int // of decoded text
	Elements   int // start tags, and end tags that cost a tree builder as much
	Paragraphs int // p elements
	Depth      int // elements open at once, those that close themselves left out; at most 512
	Nesting    int // sum of the depths of all elements
}

// DefaultLimits are what the library behind maincontent survives in about two seconds a page: it
// is quadratic in paragraphs and walks every subtree of lists and divs again, and x/net/html
// refuses more than 512 open elements. The largest of the 421 benchmark pages have 1.5 MB, 9,090
// elements, 1,541 paragraphs (the next 374), depth 48 and nesting 112,320. Measured on one core:
// paragraphs of 300 B: 2,000 0.3 s, 10,000 3.2 s; 2,000 of 2 KB 1.3 s; list items nested 120 deep:
// 4,000 (just inside) 2.1 s, 24,000 14 s; 45,000 links under 400 divs 18 s.
func DefaultLimits() Limits {
	return Limits{Bytes: 4 << 20, Elements: 50_000, Paragraphs: 2_000, Depth: maxDepth,
		Nesting: 500_000}
}

const maxDepth = 512

// Excess names the first limit that a page exceeds. Reason is "" when it exceeds none. Value is
// where counting stopped, so just above Limit, except for bytes.
type Excess struct {
	Reason string // html_bytes, html_elements, html_paragraphs or html_depth
	Value  int
	Limit  int
}

// Check scans a decoded page once and stops at the first limit exceeded. It counts tags as a
// tree builder would open elements, without building anything. What it cannot know (foster
// parenting, implied ends) errs towards fewer, so the tree builder's own limits still stand.
func (l Limits) Check(page []byte) Excess {
	if l.Bytes > 0 && len(page) > l.Bytes {
		return Excess{"html_bytes", len(page), l.Bytes}
	}
	s, c := scanner{page: page}, counter{}
	for t := s.next(); t.kind != tokenEnd; t = s.next() {
		switch t.kind {
		case tokenStart:
			c.start(t)
		case tokenClose:
			c.end(t)
		default:
			continue
		}
		switch {
		case l.Elements > 0 && c.elements > l.Elements:
			return Excess{"html_elements", c.elements, l.Elements}
		case l.Elements > 0 && c.copies > copiesPerElement*l.Elements:
			return Excess{"html_elements", c.copies, copiesPerElement * l.Elements}
		case l.Elements > 0 && c.strays > l.Elements:
			return Excess{"html_elements", c.strays, l.Elements}
		case l.Paragraphs > 0 && c.paragraphs > l.Paragraphs:
			return Excess{"html_paragraphs", c.paragraphs, l.Paragraphs}
		case l.Depth > 0 && c.open > min(l.Depth, maxDepth):
			return Excess{"html_depth", c.open, min(l.Depth, maxDepth)}
		case l.Nesting > 0 && c.nesting > l.Nesting:
			return Excess{"html_depth", c.nesting, l.Nesting}
		}
	}
	return Excess{}
}

// copiesPerElement times the element limit bounds formatting elements left open, which a tree
// builder opens again in every block that follows: 400 unclosed <font> and 50,000 blocks would
// be 20 million elements.
const copiesPerElement = 20

// counter follows the elements that are open.
type counter struct {
	elements, paragraphs, copies int
	nesting                      int
	strays                       int // end tags that end nothing; each costs a walk
	inParagraph                  bool
	open                         int // of stack; more are counted but not held
	stack                        [maxDepth]uint64
	styles                       int // of style, the formatting elements never closed
	style                        [maxDepth]struct{ name, whole uint64 }
}

func (c *counter) start(t token) {
	c.elements++
	c.copies += c.styles
	c.nesting += c.open
	switch kindOf(t.name) {
	case elementParagraph:
		c.paragraphs++
		c.inParagraph = true
	case elementFormat:
		c.openStyle(hash(t.name), hash(t.body))
	case elementNested:
		if c.open < maxDepth {
			c.stack[c.open] = hash(t.name)
		}
		c.open++
	}
}

func (c *counter) end(t token) {
	switch kindOf(t.name) {
	case elementParagraph:
		if !c.inParagraph { // a stray </p> becomes an empty paragraph
			c.elements++
			c.paragraphs++
		}
		c.inParagraph = false
	case elementFormat:
		c.closeStyle(hash(t.name))
	case elementNested:
		c.close(hash(t.name), string(t.name) == "table")
	default:
		if string(t.name) == "br" { // </br> becomes <br>
			c.elements++
		}
	}
}

// close pops up to the element name. Only </table> reaches out of a table.
func (c *counter) close(name uint64, table bool) {
	barrier := hash([]byte("table"))
	for i := min(c.open, maxDepth) - 1; i >= 0; i-- {
		if c.stack[i] == name {
			c.open = i
			return
		}
		if !table && c.stack[i] == barrier {
			break
		}
	}
	c.strays++
}

// openStyle notes a formatting element. A tree builder keeps three of a kind.
func (c *counter) openStyle(name, attrs uint64) {
	whole, same := name*31+attrs, 0
	for i := range c.styles {
		if c.style[i].whole == whole {
			same++
		}
	}
	if same < 3 && c.styles < len(c.style) {
		c.style[c.styles].name, c.style[c.styles].whole = name, whole
		c.styles++
	}
}

func (c *counter) closeStyle(name uint64) {
	for i := c.styles - 1; i >= 0; i-- {
		if c.style[i].name == name {
			copy(c.style[i:c.styles-1], c.style[i+1:c.styles])
			c.styles--
			return
		}
	}
	c.strays++
}

// elementKind is what opening an element does to the counts.
type elementKind uint8

const (
	elementNested    elementKind = iota // stays open until its end tag
	elementParagraph                    // p
	elementFormat                       // opened again in later blocks until its end tag
	elementOther                        // void, or closed by what follows
)

func kindOf(name []byte) elementKind {
	switch string(name) {
	case "p":
		return elementParagraph
	case "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong",
		"tt", "u":
		return elementFormat
	case "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "image",
		"img", "input", "link", "meta", "param", "source", "track", "wbr",
		"html", "head", "body", "caption", "colgroup", "tbody", "thead", "tfoot", "tr", "td",
		"th", "li", "dt", "dd", "option", "optgroup", "rb", "rt", "rtc", "rp", "button",
		"h1", "h2", "h3", "h4", "h5", "h6",
		"path", "circle", "rect", "line", "polygon", "polyline", "ellipse", "use", "stop":
		return elementOther
	}
	return elementNested
}

// hash is FNV-1a.
func hash(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}
