//go:build ignore

package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	first, second    = "pages-00.warc.gz", "pages-01.warc.gz"
	broken, cutShort = "damaged.warc.gz", "truncated.warc.gz"
	wet, rowsFile    = "pages.warc.wet.gz", "docs.jsonl.gz"
)

// archives deals the pages to the four files: plain ones to the two faulty files first.
func (b *builder) archives() error {
	var good, bad []*page
	for _, p := range b.pages {
		if len(bad) < 15 && p.note == "" && !p.fixed && !b.needed(p.url) {
			bad = append(bad, p)
		} else {
			good = append(good, p)
		}
	}
	b.info(first, "1.0", "documentation pages, part 1 of 2")
	for _, p := range good[:len(good)/2] {
		b.response(first, "1.0", p)
	}
	b.info(second, "1.1", "documentation pages, part 2 of 2")
	for _, p := range good[len(good)/2:] {
		b.response(second, "1.1", p)
	}
	if err := b.odd(second, "1.1"); err != nil {
		return err
	}
	b.info(broken, "1.0", "one member in the middle is damaged")
	for _, p := range bad[:9] {
		b.response(broken, "1.0", p)
	}
	b.info(cutShort, "1.0", "the last member is cut")
	for _, p := range bad[9:] {
		b.response(cutShort, "1.0", p)
	}
	b.harm(bad[4].url)
	return nil
}

// needed reports whether the page at url is the original of a copy or part of a text file.
func (b *builder) needed(url string) bool {
	return slices.Contains(wetPages, url) || slices.Contains(jsonPages, url) ||
		slices.ContainsFunc(b.pages, func(p *page) bool {
			return strings.HasSuffix(p.note, "-of: "+url) ||
				strings.Contains(p.note, "-of: "+url+";")
		})
}

// harm flips 16 bytes inside the member of url and cuts the last member of the other file in half.
func (b *builder) harm(url string) {
	for i := range b.rows {
		r := &b.rows[i]
		switch {
		case r.file == broken && r.kind == "response" && r.uri == url:
			at := b.out[broken][r.offset+r.length/2:]
			for k := range 16 {
				at[k] ^= 0xff
			}
			r.note = fmt.Sprintf("damaged: 16 bytes inverted at %d", r.offset+r.length/2)
		case r.file == cutShort && r.offset+r.length == len(b.out[cutShort]):
			r.note = fmt.Sprintf("truncated: %d of %d bytes kept", r.length/2, r.length)
			r.length /= 2
			b.out[cutShort] = b.out[cutShort][:r.offset+r.length]
		}
	}
}

// odd writes the records that are no pages: revisit, metadata, image, style sheet, 301, 404.
func (b *builder) odd(file, version string) error {
	seen := b.find("https://www.postgresql.org/docs/15/wal-reliability.html")
	at, id := dateOf(seen.url), recordID("response", seen.url)
	again := at.Add(24 * time.Hour)
	b.record(row{file: file, kind: "revisit", uri: seen.url, note: "same payload a day later"},
		version, recordID("revisit", seen.url), again.Format(time.RFC3339),
		"application/http; msgtype=response", []string{
			"WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
			"WARC-Refers-To: " + id, "WARC-Refers-To-Target-URI: " + seen.url,
			"WARC-Refers-To-Date: " + at.Format(time.RFC3339),
			"WARC-Payload-Digest: " + digest(seen.body)},
		http("200 OK", again, seen.header, "", "", nil))
	b.record(row{file: file, kind: "metadata", uri: seen.url}, version,
		recordID("metadata", seen.url), at.Format(time.RFC3339), "application/warc-fields",
		[]string{"WARC-Refers-To: " + id}, []byte("fetchTimeMs: 42\r\n"+
			"charset-detected: UTF-8\r\nlanguages-cld2: {\"languages\":[{\"code\":\"en\"}]}\r\n"))
	oldURL, gone := apURL+"en/filters.html", apURL+"en/no-such-page.html"
	for _, x := range []struct{ url, status, ctype, extra, pkg, path, body string }{
		{apURL + "images/favicon.png", "200 OK", "image/png", "", "apache2-doc",
			ap + "images/favicon.png", ""},
		{apURL + "style/css/manual-print.css", "200 OK", "text/css", "", "apache2-doc",
			ap + "style/css/manual-print.css", ""},
		{oldURL, "301 Moved Permanently", plain, "Location: " + apURL + "en/filter.html\r\n", "", "",
			"<html><head><title>Moved</title></head><body><p>This page has <a href=\"" + apURL +
				"en/filter.html\">a new address</a>.</p></body></html>\n"},
		{gone, "404 Not Found", plain, "", "", "", "<html><head><title>Not found</title></head>" +
			"<body><h1>Not found</h1><p>There is no page at this address.</p></body></html>\n"},
	} {
		body, r := []byte(x.body), row{file: file, kind: "response", uri: x.url, note: x.status}
		if x.pkg != "" {
			if body = b.files[x.pkg][x.path]; body == nil {
				return fmt.Errorf("package %s has no file %s", x.pkg, x.path)
			}
			r.note, r.page = "not a page: "+x.ctype, &page{pkg: x.pkg, path: x.path}
		}
		at := dateOf(x.url)
		b.record(r, version, recordID("response", x.url), at.Format(time.RFC3339),
			"application/http; msgtype=response", []string{"WARC-Payload-Digest: " + digest(body)},
			http(x.status, at, x.ctype, "", x.extra, body))
	}
	return nil
}
