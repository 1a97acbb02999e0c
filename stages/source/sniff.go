package source

import "bytes"

// sniffDepth is how far behind an XML declaration a page's root element is looked for.
const sniffDepth = 1024

// unknown are the content types that say nothing (WHATWG MIME Sniffing §7).
var unknown = [...]string{"", "unknown/unknown", "application/unknown", "*/*"}

// htmlTags begin a page according to WHATWG MIME Sniffing §7.1, each followed by a space or ">".
var htmlTags = [...]string{
	"<!doctype html", "<html", "<head", "<script", "<iframe", "<h1", "<div", "<font", "<table",
	"<a", "<style", "<title", "<b", "<body", "<br", "<p", "<!--",
}

// isUnknown says whether a media type says nothing.
func isUnknown(media []byte) bool {
	for _, u := range unknown {
		if bytes.EqualFold(media, []byte(u)) {
			return true
		}
	}
	return false
}

// sniffHTML says whether a body begins like a page: with one of the tags browsers look for, or with
// an XML declaration that an html element follows soon.
func sniffHTML(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	b = bytes.TrimLeft(b, " \t\r\n\f")
	if hasTag(b, "<?xml") {
		head := b[:min(len(b), sniffDepth)]
		for len(head) > 0 {
			i := bytes.IndexByte(head[1:], '<')
			if i < 0 {
				return false
			}
			head = head[i+1:]
			if hasTag(head, "<html") || hasTag(head, "<!doctype html") {
				return true
			}
		}
		return false
	}
	for _, tag := range htmlTags {
		if hasTag(b, tag) {
			return true
		}
	}
	return false
}

// hasTag says whether b begins with tag, which is in lower case, and ends there. A comment needs
// no end.
func hasTag(b []byte, tag string) bool {
	n := len(tag)
	if len(b) < n || !bytes.EqualFold(b[:n], []byte(tag)) {
		return false
	}
	if tag == "<!--" {
		return true
	}
	return len(b) > n && (b[n] == '>' || bytes.IndexByte([]byte(" \t\r\n\f"), b[n]) >= 0)
}
