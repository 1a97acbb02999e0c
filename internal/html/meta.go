package html

import "bytes"

// prescanWindow is how far a page is searched for its own charset label. WHATWG asks for 1,024
// bytes; real pages put the tag behind preloads and scripts, and browsers look on there too.
const prescanWindow = 16 << 10

// declared returns the encoding a page names itself, in <meta charset>, <meta http-equiv> or an
// XML declaration. A UTF-16 label that can be read as ASCII is wrong and means UTF-8.
func declared(page []byte) (charset, bool) {
	s := scanner{page: page[:min(len(page), prescanWindow)]}
	for {
		t := s.next()
		switch {
		case t.kind == tokenEnd:
			return xmlEncoding(page)
		case t.kind != tokenStart || string(t.name) != "meta":
			continue
		}
		if label := metaLabel(t.body); len(label) > 0 {
			if cs, ok := readable(label); ok {
				return cs, true
			}
		}
	}
}

// readable resolves a label that stands in the page's own bytes.
func readable(label []byte) (charset, bool) {
	if len(label) > longestLabel {
		return charset{}, false
	}
	cs, ok := lookup(string(label))
	if ok && (cs.name == "utf-16le" || cs.name == "utf-16be") {
		return utf8Charset, true
	}
	return cs, ok
}

// metaLabel returns the charset label of one meta tag's attributes, nil for none.
func metaLabel(attrs []byte) []byte {
	var label, content []byte
	pragma := false
	for i := 0; ; {
		a, ok := nextAttr(attrs, i)
		if !ok {
			break
		}
		i = a.next
		switch {
		case bytes.EqualFold(a.name, []byte("charset")) && label == nil:
			label = a.value
		case bytes.EqualFold(a.name, []byte("content")) && content == nil:
			content = a.value
		case bytes.EqualFold(a.name, []byte("http-equiv")):
			pragma = bytes.EqualFold(bytes.TrimSpace(a.value), []byte("content-type"))
		}
	}
	if label == nil && pragma {
		label = ContentCharset(content)
	}
	return bytes.TrimSpace(label)
}

// ContentCharset returns the charset parameter of a Content-Type value, nil for none. It is as
// lenient as browsers: any text before "charset", blanks around '=', quotes that never close.
func ContentCharset(value []byte) []byte {
	const word = "charset"
	for i := 0; i+len(word) <= len(value); i++ {
		if !bytes.EqualFold(value[i:i+len(word)], []byte(word)) {
			continue
		}
		j := skipSpace(value, i+len(word))
		if j >= len(value) || value[j] != '=' {
			continue
		}
		rest := value[skipSpace(value, j+1):]
		if len(rest) > 0 && (rest[0] == '"' || rest[0] == '\'') {
			rest, _, _ = bytes.Cut(rest[1:], rest[:1])
			return bytes.TrimSpace(rest)
		}
		for n, c := range rest {
			if isSpace(c) || c == ';' || c == ',' {
				return rest[:n]
			}
		}
		return rest
	}
	return nil
}

// xmlEncoding reads encoding="…" from an XML declaration at the very start.
func xmlEncoding(page []byte) (charset, bool) {
	page = bytes.TrimLeft(page[:min(len(page), 1024)], " \t\r\n\f")
	if !bytes.HasPrefix(page, []byte("<?xml")) {
		return charset{}, false
	}
	head, _, ok := bytes.Cut(page, []byte(">"))
	if !ok {
		return charset{}, false
	}
	_, rest, ok := bytes.Cut(head, []byte("encoding"))
	if !ok {
		return charset{}, false
	}
	i := skipSpace(rest, 0)
	if i >= len(rest) || rest[i] != '=' {
		return charset{}, false
	}
	rest = rest[skipSpace(rest, i+1):]
	if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
		return charset{}, false
	}
	label, _, _ := bytes.Cut(rest[1:], rest[:1])
	return readable(label)
}
