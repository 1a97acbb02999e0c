//go:build ignore

package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"
)

// member compresses one gzip member without time or name, so that bytes repeat.
func member(data []byte) []byte {
	var w bytes.Buffer
	z, err := gzip.NewWriterLevel(&w, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(data)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		panic(err) // a bytes.Buffer does not fail and the level is a constant
	}
	return w.Bytes()
}

// recordID derives the record id from kind and address, in the form of a version 5 UUID.
func recordID(kind, uri string) string {
	h := sha1.Sum([]byte(kind + "\x00" + uri))
	h[6], h[8] = h[6]&0x0f|0x50, h[8]&0x3f|0x80
	return fmt.Sprintf("<urn:uuid:%x-%x-%x-%x-%x>", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// dateOf gives each address its own second of one fixed day.
func dateOf(uri string) time.Time {
	h := sha1.Sum([]byte(uri))
	at := time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC)
	return at.Add(time.Duration(binary.BigEndian.Uint32(h[:])%86400) * time.Second)
}

func digest(b []byte) string {
	h := sha1.Sum(b)
	return "sha1:" + base32.StdEncoding.EncodeToString(h[:])
}

// record appends one WARC record as one gzip member; fields come after the fixed ones, in order.
func (b *builder) record(r row, version, id, date, ctype string, fields []string, block []byte) {
	h := []string{"WARC/" + version, "WARC-Type: " + r.kind, "WARC-Date: " + date,
		"WARC-Record-ID: " + id}
	if r.uri != "" {
		h = append(h, "WARC-Target-URI: "+r.uri)
	}
	h = append(append(h, fields...), "Content-Type: "+ctype,
		fmt.Sprintf("Content-Length: %d", len(block)), "", "")
	z := member(slices.Concat([]byte(strings.Join(h, "\r\n")), block, []byte("\r\n\r\n")))
	r.offset, r.length = len(b.out[r.file]), len(z)
	b.out[r.file] = append(b.out[r.file], z...)
	b.rows = append(b.rows, r)
}

func (b *builder) info(file, version, text string) {
	block := "software: dataprep configs/sample/build.go\r\nformat: WARC File Format " + version +
		"\r\nisPartOf: dataprep-sample\r\ndescription: " + text + "\r\n"
	b.record(row{file: file, kind: "warcinfo"}, version, recordID("warcinfo", file),
		"2026-01-10T00:00:00Z", "application/warc-fields", []string{"WARC-Filename: " + file},
		[]byte(block))
}

// http frames a payload as a response message.
func http(status string, at time.Time, ctype, coding, extra string, body []byte) []byte {
	h := "HTTP/1.1 " + status + "\r\nDate: " + at.Format(time.RFC1123Z[:25]) + " GMT\r\n" + extra +
		"Content-Type: " + ctype + "\r\n"
	switch coding {
	case "gzip":
		h += "Content-Encoding: gzip\r\n"
	case "chunked":
		h += "Transfer-Encoding: chunked\r\n"
	}
	if coding != "chunked" {
		h += fmt.Sprintf("Content-Length: %d\r\n", len(body))
	}
	return append([]byte(h+"\r\n"), body...)
}

// response writes a page; one page in eight also has its request, before it as in Common Crawl.
func (b *builder) response(file, version string, p *page) {
	at, id := dateOf(p.url), recordID("response", p.url)
	date := at.Format(time.RFC3339)
	if h := sha1.Sum([]byte(p.url)); h[19]%8 == 0 {
		host, path, _ := strings.Cut(strings.SplitN(p.url, "://", 2)[1], "/")
		block := "GET /" + path + " HTTP/1.1\r\nHost: " + host +
			"\r\nAccept: text/html\r\nUser-Agent: dataprep-sample\r\n\r\n"
		b.record(row{file: file, kind: "request", uri: p.url}, version, recordID("request", p.url),
			date, "application/http; msgtype=request", []string{"WARC-Concurrent-To: " + id},
			[]byte(block))
	}
	fields := []string{"WARC-Identified-Payload-Type: text/html"}
	if p.coding != "chunked" { // tools disagree on the digest of a chunked payload
		fields = append(fields, "WARC-Payload-Digest: "+digest(p.body))
	}
	b.record(row{file: file, kind: "response", uri: p.url, note: p.note, page: p}, version, id,
		date, "application/http; msgtype=response", fields,
		http("200 OK", at, p.header, p.coding, "", p.body))
}
