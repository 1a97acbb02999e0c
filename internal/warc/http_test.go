package warc

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

func coded(open func(io.Writer) io.WriteCloser, s string) string {
	var b bytes.Buffer
	w := open(&b)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return b.String()
}

func rawDeflate(s string) string {
	return coded(func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 6); return f }, s)
}
func zlibbed(s string) string {
	return coded(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }, s)
}
func brotlied(s string) string {
	return coded(func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) }, s)
}
func zstded(s string) string {
	return coded(func(w io.Writer) io.WriteCloser { e, _ := zstd.NewWriter(w); return e }, s)
}

func TestStatusLinesAreReadLeniently(t *testing.T) {
	for line, want := range map[string]int{
		"HTTP/1.1 200 OK": 200, "HTTP/1.0 404": 404, "http/1.1  301 Moved": 301, "HTTP/2 204": 204,
		"HTTP 200 fine": 200, "HTTP/1.1\t500 x": 500,
		"HTTP/1.1": 0, "HTTP/1.1 OK": 0, "HTTP/1.1 2000 x": 0, "HTTP/1.1 099": 0, "<html>": 0, "": 0,
	} {
		var h HTTP
		cause := h.Parse([]byte(line + "\r\n\r\nbody"))
		if h.Status != want || (cause == BadHTTP) != (want == 0) {
			t.Errorf("%q: %d, %q", line, h.Status, cause)
		}
	}
}

func TestHeadersAreReadLeniently(t *testing.T) {
	for _, c := range []struct{ head, name, value, body string }{
		{"X-A: 1\r\nX-B: 2\r\n\r\n", "x-b", "2", "body"},
		{"X-A: 1\nX-B: 2\n\n", "x-b", "2", "body"},
		{"X-A: 1\r\n\t and\r\n more\r\nX-B: 2\r\n\r\n", "x-a", "1 and more", "body"},
		{"X-A:\r\n folded\r\n\r\n", "x-a", "folded", "body"},
		{"no colon\r\nX-A : 1\r\n\r\n", "x-a", "1", "body"},
		{"X-A: 1\r\nX-A: 2\r\n\r\n", "x-a", "1", "body"},
		{"X-A: 1\r\n<html>", "x-a", "1", "<html>body"},
		{"\r\n", "x-a", "", "body"},
		{"x-a:1", "x-a", "1body", ""},
	} {
		block := []byte("HTTP/1.1 200 OK\r\n" + c.head + "body")
		before := string(block)
		var h HTTP
		cause := h.Parse(block)
		if v := string(h.Header(c.name)); cause != "" || v != c.value || string(h.Body) != c.body {
			t.Errorf("%q: %q, %q, %q", c.head, v, h.Body, cause)
		}
		if string(block) != before {
			t.Errorf("%q: the block was written to", c.head)
		}
	}
}

func TestContentTypeGivesMediaTypeAndCharset(t *testing.T) {
	for v, want := range map[string]string{
		"text/html":                               "text/html|",
		"Text/HTML; Charset=UTF-8":                "text/html|UTF-8",
		"text/html;charset=\"iso-8859-1\" ; x=y":  "text/html|iso-8859-1",
		"text/html; boundary=a; charset='koi8-r'": "text/html|koi8-r",
		"": "|", ";;charset": "|", "charset=utf-8": "charset=utf-8|",
	} {
		var h HTTP
		h.Parse([]byte("HTTP/1.1 200 OK\r\nContent-Type: " + v + "\r\n\r\n"))
		if s := string(h.MediaType) + "|" + string(h.Charset); s != want {
			t.Errorf("%q: %q, want %q", v, s, want)
		}
	}
}

func TestCodingsAreUndoneWhereTheyWereApplied(t *testing.T) {
	page := "<html><p>" + noise(7, 3000) + "</html>"
	chunks := "4\r\n<htm\r\n2;x=y\r\nl>\r\n0\r\n\r\n"
	gz := string(zip(page))
	for _, c := range []struct {
		name, head, body, want string
		cut                    bool
	}{
		{"plain", "X: y", page, page, false},
		{"gzip", "Content-Encoding: gzip", gz, page, false},
		{"x-gzip", "Content-Encoding: x-GZIP", gz, page, false},
		{"gzip claimed", "Content-Encoding: gzip", page, page, false},
		{"gzip cut", "Content-Encoding: gzip", gz[:len(gz)-20], "", true},
		{"zlib", "Content-Encoding: deflate", zlibbed(page), page, false},
		{"raw deflate", "Content-Encoding: deflate", rawDeflate(page), page, false},
		{"deflate claimed", "Content-Encoding: deflate", page, page, false},
		{"br", "Content-Encoding: br", brotlied(page), page, false},
		{"br claimed", "Content-Encoding: br", page, page, false},
		{"short br claimed", "Content-Encoding: br", "<p>hello", "<p>hello", false},
		{"short br", "Content-Encoding: br", brotlied("<p>hello"), "<p>hello", false},
		{"zstd", "Content-Encoding: zstd", zstded(page), page, false},
		{"zstd claimed", "Content-Encoding: zstd", page, page, false},
		{"two", "Content-Encoding: gzip, br", brotlied(gz), page, false},
		{"two fields", "Content-Encoding: gzip\r\nContent-Encoding: br", brotlied(gz), page, false},
		{"identity", "Content-Encoding: identity", page, page, false},
		{"renamed", "X-Crawl-Content-Encoding: gzip", gz, gz, false},
		{"chunked", "Transfer-Encoding: chunked", chunks, "<html>", false},
		{"chunked LF", "Transfer-Encoding: Chunked", strings.ReplaceAll(chunks, "\r", ""),
			"<html>", false},
		{"chunks of gzip", "Transfer-Encoding: gzip, chunked",
			fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(gz), gz), page, false},
		{"chunks said twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
			"7\r\n3\r\nab\r\n\r\n0\r\n\r\n", "3\r\nab\r\n", false},
		{"transfer identity", "Transfer-Encoding: identity", page, page, false},
		{"chunked without end", "Transfer-Encoding: chunked", "4\r\n<htm\r\n", "<htm", true},
		{"chunked cut", "Transfer-Encoding: chunked", "9\r\n<htm", "<htm", true},
		{"chunked claimed", "Transfer-Encoding: chunked", page, page, false},
		{"wrong sizes", "Transfer-Encoding: chunked", "2\r\n<htm\r\n0\r\n\r\n",
			"2\r\n<htm\r\n0\r\n\r\n", false},
		{"empty", "Transfer-Encoding: chunked\r\nContent-Encoding: gzip", "", "", false},
	} {
		var h HTTP
		cause := h.Parse([]byte("HTTP/1.1 200 OK\r\n" + c.head + "\r\n\r\n" + c.body))
		same := string(h.Body) == c.want
		if c.want == "" && c.cut {
			same = len(h.Body) > 0 && strings.HasPrefix(page, string(h.Body))
		}
		if cause != "" || !same || h.Cut != c.cut {
			t.Errorf("%s: %.40q of %d bytes, cut %v, %q", c.name, h.Body, len(h.Body), h.Cut, cause)
		}
	}
}

func TestEncodedBombsAreStopped(t *testing.T) {
	zeros := strings.Repeat("\x00", 40<<20)
	text := strings.Repeat(noise(3, 4000)+"\x00", 5000)
	var h HTTP
	for coding, f := range map[string]func(string) string{
		"gzip": func(s string) string { return string(zip(s)) }, "deflate": zlibbed, "br": brotlied,
		"zstd": zstded,
	} {
		head := "HTTP/1.1 200 OK\r\nContent-Encoding: " + coding + "\r\n\r\n"
		if cause := h.Parse([]byte(head + f(zeros))); cause != GzipBomb || h.Body != nil {
			t.Errorf("%s of zeros: %q", coding, cause)
		}
		if cause := h.Parse([]byte(head + f(text))); cause != GzipBomb && cause != TooLarge {
			t.Errorf("%s of text: %q", coding, cause)
		}
	}
	if n := cap(h.coded[0]) + cap(h.coded[1]); n > 2*(MaxBody+chunk) {
		t.Errorf("%d bytes kept", n)
	}
}

func TestEarlierResponsesLeaveNoTrace(t *testing.T) {
	page := "<p>" + noise(5, 900)
	var used HTTP
	for coding, f := range map[string]func(string) string{
		"gzip": func(s string) string { return string(zip(s)) }, "deflate": zlibbed, "br": brotlied,
		"zstd": zstded,
	} {
		whole := f(page)
		broken := []byte(whole)
		broken[len(broken)/2] ^= 0xff
		for _, body := range []string{
			whole, f(strings.Repeat("\x00", 2<<20)), whole, string(broken), whole,
			whole[:len(whole)/2], whole, whole + strings.Repeat("trailing", 9000), whole, "",
			"<p>raw", whole,
		} {
			block := []byte("HTTP/1.1 200 OK\r\nContent-Encoding: " + coding + "\r\n\r\n" + body)
			var fresh HTTP
			a, b := fresh.Parse(block), used.Parse(block)
			if a != b || !bytes.Equal(fresh.Body, used.Body) || fresh.Cut != used.Cut {
				t.Errorf("%s of %d bytes: %q, fresh %q", coding, len(body), used.Body, fresh.Body)
			}
		}
	}
}

func TestRealResponsesDecode(t *testing.T) {
	want := map[string]string{ // a phrase of the page
		"edge/warcio-example-iana.org-chunked.warc":   "Internet Assigned Numbers Authority",
		"edge/warcio-example-wrong-chunks.warc.gz":    "Example Domain",
		"edge/warcio-example.warc.gz":                 "Example Domain",
		"edge/warcio-example-bad-non-chunked.warc.gz": "Example Domain",
		"edge/ia-gowarc-good.warc.gz.open":            "Synthetic Test Content",
		"cc/whirlwind.warc.gz":                        "</html>",
		"cc/cc.warc.gz":                               "</html>",
		"crawl/sample-0000.warc.gz":                   "<",
		"crawl/sample-0001.warc.gz":                   "<",
	}
	for name, data := range shared(t) {
		r := NewReader(Response)
		r.Reset(bytes.NewReader(data), Range{0, int64(len(data))})
		var h HTTP
		for {
			rec, err := r.Next()
			if err != nil {
				break
			}
			if rec.Skip != "" || want[name] == "" {
				continue
			}
			cause := h.Parse(rec.Body)
			if cause != "" || h.MediaType == nil {
				t.Errorf("%s, %s: %q", name, rec.URI, cause)
			}
			if h.Status == 200 && string(h.MediaType) == "text/html" &&
				!bytes.Contains(h.Body, []byte(want[name])) {
				t.Errorf("%s, %s: %.60q", name, rec.URI, h.Body)
			}
		}
	}
}
