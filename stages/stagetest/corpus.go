package stagetest

import (
	"fmt"
	"html"
	"strings"

	"dataprep/stages/doc"
)

// documents is what the laws are tried on: prose that everybody keeps, and of each kind that some
// filter drops or rewrites a little.
func documents() []document {
	var all []document
	add := func(label, text string) *document {
		all = append(all, newDocument(len(all), label, text))
		return &all[len(all)-1]
	}
	for i, p := range english {
		add(fmt.Sprintf("English prose %d", i), p+"\n\n"+english[(i+3)%len(english)]+"\n\n"+
			english[(i+5)%len(english)])
	}
	add("English twice", english[0]+"\n\n"+english[3]+"\n\n"+english[5])
	add("English nearly twice", english[0]+"\n\n"+english[3]+"\n\n"+english[5]+" So it goes.")
	add("English in one line", strings.Join(english[:], " "))
	for i, p := range foreign {
		add(fmt.Sprintf("foreign prose %d", i), p+"\n"+p[:len(p)/2]).
			strings[doc.Language.Name] = [...]string{"de", "de", "fr", "es", "ru", "zh", "ar"}[i]
	}
	for i, p := range scraps {
		add(fmt.Sprintf("scrap %d", i), p)
	}
	for i, p := range oddities {
		add(fmt.Sprintf("oddity %d", i), p)
	}
	for i, u := range addresses {
		add(fmt.Sprintf("address %d", i), english[i%len(english)]).strings[doc.URL.Name] = u
	}
	add("without text", "").null[doc.Text.Name] = true
	add("without address", english[1]).null[doc.URL.Name] = true
	add("without language", english[2]).null[doc.Language.Name] = true
	add("without page", english[4]).null[doc.Raw.Name] = true
	for i, p := range pages {
		d := add(fmt.Sprintf("page %d", i), "")
		d.raw = p
		d.strings[doc.ContentType.Name] = contentTypes[i%len(contentTypes)]
	}
	return all
}

// page wraps a text as a web page with the usual furniture around it.
func page(title, text string) string {
	var b strings.Builder
	b.WriteString("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
	b.WriteString(html.EscapeString(title))
	b.WriteString("</title><style>p{margin:0}</style></head><body><nav><ul><li><a href=\"/\">Home" +
		"</a></li><li><a href=\"/news\">News</a></li></ul></nav><main><article><h1>")
	b.WriteString(html.EscapeString(title))
	b.WriteString("</h1>\n")
	for _, p := range strings.Split(text, "\n\n") {
		b.WriteString("<p>" + html.EscapeString(p) + "</p>\n")
	}
	b.WriteString("</article></main><aside>Read next: ten more stories</aside><footer>Copyright, " +
		"all rights reserved</footer><script>var x = \"<p>no text</p>\";</script></body></html>")
	return b.String()
}

// hostile lists bad documents. Those called big are of n bytes, the others much shorter; the list
// is the same for every n.
func hostile(n int) []document {
	few := n / 64
	var all []document
	for _, h := range []struct{ label, text string }{
		{"empty", ""},
		{"big: one letter", repeat("a", n)},
		{"big: a line of words", repeat("some words of this line never end ", n)},
		{"big: short lines", repeat("ab cd\n", n/8)},
		{"NUL", repeat("\x00", few)},
		{"bytes that are no UTF-8", repeat("\xff\xfe\xc0\x80 word \xed\xa0\x80", few)},
		{"cut characters", repeat("\xe2\x82 \xf0\x9f\x98", few)},
		{"spaces", repeat(" ", few)},
		{"line feeds", repeat("\n", few)},
		{"CRLF", repeat("a line\r\n", few)},
		{"CR", repeat("a line\r", few)},
		{"byte order marks", repeat("\ufeff", few)},
		{"combining marks", "a" + repeat("\u0301", few)},
		{"joined emoji", repeat("👩\u200d", few)},
		{"growing when lowered", repeat("\u0130\u023a", few)},
		{"letters without spaces", repeat("漢字", few)},
		{"digits", repeat("4", few)},
		{"punctuation", repeat("{[(<", few)},
		{"at signs", repeat("a@a.", few)},
		{"dotted numbers", repeat("1.", few)},
		{"colons", repeat("a:", few)},
		{"number groups", repeat("4111 1111-", few)},
		{"bullets", repeat("- \n", few)},
		{"ellipses", repeat("... ", few)},
		{"separators", repeat("\u2028\u2029\u0085\v\f\x1c", few)},
		{"apostrophes", repeat("'s't're've", few)},
	} {
		d := newDocument(len(all), h.label, h.text)
		d.strings[doc.URL.Name] = h.text
		d.raw = h.text
		all = append(all, d)
	}
	for _, h := range []struct{ label, page string }{
		{"nested elements", repeat("<div>", few)},
		{"nested tables", repeat("<table><tr><td>", few)},
		{"unclosed inline elements", repeat("<b><i><a href=x>w", few)},
		{"attributes", "<p " + repeat("a=1 ", few) + ">text"},
		{"an open comment", "<p>text<!--" + repeat("- ", few)},
		{"an open script", "<p>text<script>" + repeat("</scrip", few)},
		{"character references", repeat("&amp;&#x0;&#1114112;&lt", few)},
		{"lists", repeat("<ul><li>x", few)},
	} {
		d := newDocument(len(all), h.label, h.page)
		d.raw = h.page
		all = append(all, d)
	}
	return all
}
