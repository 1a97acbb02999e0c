//go:build ignore

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"
	"time"
)

// texts writes the WET and the JSONL file; the text is what plainText finds.
func (b *builder) texts() error {
	b.info(wet, "1.0", "text of a few of the pages")
	for _, url := range wetPages {
		p := b.find(url)
		if p == nil {
			return fmt.Errorf("text of unknown page %s", url)
		}
		text := []byte(plainText(string(p.source)))
		b.record(row{file: wet, kind: "conversion", uri: url, page: p}, "1.0",
			recordID("conversion", url), dateOf(url).Format(time.RFC3339), "text/plain",
			[]string{"WARC-Refers-To: " + recordID("response", url),
				"WARC-Block-Digest: " + digest(text),
				"WARC-Identified-Content-Language: " + languages[p.lang]}, text)
	}
	var w bytes.Buffer
	e := json.NewEncoder(&w)
	e.SetEscapeHTML(false)
	for _, url := range jsonPages {
		p := b.find(url)
		if p == nil {
			return fmt.Errorf("text of unknown page %s", url)
		}
		from := w.Len()
		doc := struct {
			ID   string `json:"id"`
			URL  string `json:"url"`
			Text string `json:"text"`
		}{strings.Trim(recordID("row", url), "<>"), url, plainText(string(p.source))}
		if err := e.Encode(doc); err != nil {
			return fmt.Errorf("row for %s: %w", url, err)
		}
		b.rows = append(b.rows, row{rowsFile, from, w.Len() - from, "row", url, "", p})
	}
	b.out[rowsFile] = member(w.Bytes())
	return nil
}

// What plainText removes with its content, turns into a line end, and removes alone.
const (
	unseen = `(?is)<!--.*?-->|<script\b.*?</script\s*>|<style\b.*?</style\s*>|` +
		`<head\b.*?</head\s*>|<noscript\b.*?</noscript\s*>`
	breaking = `(?i)</?(?:address|blockquote|body|br|center|d[dlt]|div|footer|form|h[1-6r]|` +
		`header|li|main|nav|ol|p|pre|section|table|t[dhr]|ul)\b[^>]*>`
	anyTag = `<[!/?a-zA-Z][^>]*>`
)

// plainText keeps all visible text, one line per block: deliberately dumber than the extractor.
func plainText(s string) string {
	s = regexp.MustCompile(unseen).ReplaceAllString(s, " ")
	s = strings.Join(strings.Fields(s), " ")
	s = regexp.MustCompile(breaking).ReplaceAllString(s, "\n")
	s = regexp.MustCompile(anyTag).ReplaceAllString(s, "")
	var lines []string
	for _, l := range strings.Split(html.UnescapeString(s), "\n") {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}
