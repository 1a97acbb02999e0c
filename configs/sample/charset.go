//go:build ignore

package main

import (
	"bytes"
	"crypto/sha1"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// The two places where a page can declare its charset; group 1 is the name.
const (
	metaTag = `(?is)<meta\b[^>]*?charset\s*=\s*["']?([a-z0-9_-]+)[^>]*>`
	xmlDecl = `(?is)^\s*<\?xml[^>]*?encoding=["']([a-z0-9_-]+)["'][^>]*\?>\s*`
)

// dress applies fixes and wire, names charsets, and puts the pages in their final order.
func (b *builder) dress() error {
	for _, p := range b.pages {
		p.body, p.charset = p.source, "utf-8"
		if c := charsetIn(metaTag, p.source); c != "none" {
			p.charset = c
		}
	}
	for _, f := range fixes {
		p := b.find(f.url)
		if p == nil {
			return fmt.Errorf("fix for unknown page %s", f.url)
		}
		if err := p.apply(f); err != nil {
			return fmt.Errorf("fix for %s: %w", f.url, err)
		}
	}
	for _, w := range wire {
		p := b.find(w[0])
		if p == nil {
			return fmt.Errorf("coding for unknown page %s", w[0])
		}
		p.coding, p.fixed = w[1], true
		p.note = strings.TrimPrefix(p.note+"; HTTP coding "+w[1], "; ")
	}
	for _, p := range b.pages {
		p.declared = "header=" + charsetIn(`(?i)charset=([a-z0-9_-]+)`, []byte(p.header)) + " page=" +
			charsetIn(metaTag, p.body)
		p.body = send(p.body, p.coding)
	}
	slices.SortFunc(b.pages, func(x, y *page) int {
		i, j := sha1.Sum([]byte(x.url)), sha1.Sum([]byte(y.url))
		return bytes.Compare(i[:], j[:])
	})
	return nil
}

// charsetIn returns what group 1 of pattern finds, in lower case, or "none".
func charsetIn(pattern string, s []byte) string {
	if m := regexp.MustCompile(pattern).FindSubmatch(s); m != nil {
		return strings.ToLower(string(m[1]))
	}
	return "none"
}

// apply changes declaration, bytes and header of a page as f says.
func (p *page) apply(f fix) error {
	s := p.body
	for _, re := range []string{xmlDecl, metaTag} {
		m := regexp.MustCompile(re).FindSubmatchIndex(s)
		switch {
		case m == nil:
		case f.meta == "none":
			s = slices.Concat(s[:m[0]], s[m[1]:])
		default:
			s = slices.Concat(s[:m[2]], []byte(f.meta), s[m[3]:])
		}
	}
	p.header, p.fixed = f.header, true
	note := f.note
	if f.charset != "" {
		enc := charsetNamed(f.charset)
		if enc == nil {
			return fmt.Errorf("unknown charset %q", f.charset)
		}
		t, err := encoding.HTMLEscapeUnsupported(enc.NewEncoder()).Bytes(s)
		if err != nil {
			return fmt.Errorf("encoding as %s: %w", f.charset, err)
		}
		s, p.charset = t, f.charset
		note = strings.TrimSuffix("re-encoded from utf-8 to "+f.charset+"; "+f.note, "; ")
	}
	p.body, p.note = s, strings.TrimPrefix(p.note+"; "+note, "; ")
	return nil
}

func charsetNamed(name string) encoding.Encoding {
	switch name {
	case "iso-8859-1":
		return charmap.ISO8859_1
	case "iso-8859-2":
		return charmap.ISO8859_2
	case "iso-8859-7":
		return charmap.ISO8859_7
	case "iso-8859-9":
		return charmap.ISO8859_9
	case "iso-8859-15":
		return charmap.ISO8859_15
	case "windows-1250":
		return charmap.Windows1250
	case "windows-1251":
		return charmap.Windows1251
	case "windows-1252":
		return charmap.Windows1252
	case "koi8-r":
		return charmap.KOI8R
	case "shift_jis":
		return japanese.ShiftJIS
	case "euc-jp":
		return japanese.EUCJP
	case "gb18030":
		return simplifiedchinese.GB18030
	case "gbk":
		return simplifiedchinese.GBK
	}
	return nil
}

// send puts a payload into its HTTP coding; chunks are 4 KiB.
func send(body []byte, coding string) []byte {
	switch coding {
	case "gzip":
		return member(body)
	case "chunked":
		var w bytes.Buffer
		for c := range slices.Chunk(body, 4096) {
			fmt.Fprintf(&w, "%x\r\n%s\r\n", len(c), c)
		}
		w.WriteString("0\r\n\r\n")
		return w.Bytes()
	}
	return body
}
