package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// kinds of bad and good archives that sessions ask for. Each is the bytes of one WARC file.
var kinds = map[string]func(n int) []byte{
	"good":      goodPages,
	"empty":     func(int) []byte { return nil },
	"notwarc":   func(int) []byte { return bytes.Repeat([]byte("once upon a time\n"), 400) },
	"truncated": func(n int) []byte { b := goodPages(n); return b[:len(b)-len(b)/8] },
	"damaged":   damaged,
	"nothtml":   noHTML,
	"badutf8":   badUTF8,
	"bomb":      bomb,
	"nested":    nested,
	"longurl":   longURL,
	"esc":       hostile,
}

// mkwarc writes an archive: mkwarc kind out [pages].
func mkwarc(abs func(string) string, args []string) (err error) {
	if len(args) < 2 || kinds[args[0]] == nil {
		return errors.New("usage: mkwarc kind out [pages]")
	}
	n := 6
	if len(args) > 2 {
		if n, err = strconv.Atoi(args[2]); err != nil {
			return err
		}
	}
	return os.WriteFile(abs(args[1]), kinds[args[0]](n), 0o666)
}

func member(data []byte) []byte { return memberAt(gzip.DefaultCompression, data) }

func memberAt(level int, data []byte) []byte {
	var w bytes.Buffer
	z, err := gzip.NewWriterLevel(&w, level)
	if err != nil {
		panic(err) // levels are constants
	}
	_, _ = z.Write(data) // a bytes.Buffer does not fail
	_ = z.Close()
	return w.Bytes()
}

// response is one record as a gzip member.
func response(n int, url, contentType string, body []byte) []byte {
	return member(record(n, url, contentType, body))
}

func record(n int, url, contentType string, body []byte) []byte {
	http := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
		contentType, len(body), body)
	return fmt.Appendf(nil, "WARC/1.0\r\nWARC-Type: response\r\n"+
		"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-%012d>\r\n"+
		"WARC-Date: 2026-02-03T04:05:06Z\r\nWARC-Target-URI: %s\r\n"+
		"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n",
		n, url, len(http), http)
}

func html(title, text string) []byte {
	return fmt.Appendf(nil, "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>%s</title>"+
		"</head><body><article><h1>%s</h1>%s</article></body></html>", title, title, text)
}

// prose is a page's worth of plain sentences that differ with n.
func prose(n int) string {
	things := []string{"harbor", "orchard", "lantern", "railway", "library", "mountain", "garden"}
	var b strings.Builder
	for p := range 2 + n%3 {
		b.WriteString("<p>")
		for s := range 4 {
			a, c := things[(n+p)%7], things[(n+3*s+1)%7]
			fmt.Fprintf(&b, "In the year %d the people who lived near the %s had to walk to the %s "+
				"and back again, because there was no other way to bring them what they needed. ",
				1800+n*7+p*3+s, a, c)
		}
		b.WriteString("</p>")
	}
	return b.String()
}

func goodPage(n int) []byte {
	return response(n, fmt.Sprintf("https://example.org/page/%d", n), "text/html; charset=utf-8",
		html(fmt.Sprintf("Page %d", n), prose(n)))
}

func goodPages(n int) (all []byte) {
	for i := range n {
		all = append(all, goodPage(i)...)
	}
	return all
}

// damaged has noise in the middle of its second record.
func damaged(n int) []byte {
	all := goodPage(0)
	second := goodPage(1)
	copy(second[len(second)/2:], "this is no deflate data at all, not at all")
	all = append(all, second...)
	for i := 2; i < n; i++ {
		all = append(all, goodPage(i)...)
	}
	return all
}

func noHTML(int) []byte {
	all := response(1, "https://example.org/a.png", "image/png", []byte("\x89PNG\r\n\x1a\n rest"))
	all = append(all, response(2, "https://example.org/b.json", "application/json",
		[]byte(`{"a": 1}`))...)
	return append(all, goodPage(3)...)
}

func badUTF8(int) []byte {
	text := strings.ReplaceAll(prose(1), "harbor", "har\xff\xfe\x80bor")
	text = strings.ReplaceAll(text, "library", "libr\xc3ary")
	return append(response(1, "https://example.org/\xff\xfe", "text/html; charset=utf-8",
		html("Broken \xf0\x28", text)), goodPage(2)...)
}

// bomb inflates to 48 MiB from some 48 KB.
func bomb(int) []byte {
	body := html("Bomb", strings.Repeat("0", 48<<20))
	return append(response(1, "https://example.org/bomb", "text/html", body), goodPage(2)...)
}

// nested opens a million elements and closes none. It is stored, not deflated: deflated it would be
// a bomb.
func nested(int) []byte {
	page := html("Deep", strings.Repeat("<div>", 1_000_000)+"deep")
	deep := record(1, "https://example.org/deep", "text/html", page)
	return append(memberAt(gzip.NoCompression, deep), goodPage(2)...)
}

// longURL has an address of 64 KB, which no WARC header may hold, and one that just fits.
func longURL(int) []byte {
	url := func(n int) string { return "https://example.org/?" + strings.Repeat("q", n) }
	all := response(1, url(64<<10), "text/html", html("Long", prose(1)))
	all = append(all, response(2, url(60<<10), "text/html", html("Long", prose(2)))...)
	return append(all, goodPage(3)...)
}

// hostile tries to steer a terminal by address, type, title and text.
func hostile(int) []byte {
	esc := "\x1b]0;owned\x07\x1b[31mred\u009b31m\u202eback\x7f"
	return response(1, "https://example.org/"+esc, "text/html; charset=utf-8",
		html("Title "+esc, prose(1)+"<p>And then "+esc+" the end of it was near.</p>"))
}
