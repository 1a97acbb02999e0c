package warc

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func FuzzReader(f *testing.F) {
	records, members := synthetic(3)
	f.Add(members)
	f.Add([]byte(strings.Join(records, "")))
	f.Add(zip(strings.Join(records, "")))
	f.Add([]byte(strings.ReplaceAll(strings.Join(records, ""), "\r", "")))
	f.Add([]byte("WARC/1.0\r\nContent-Length: 99999999999999999999\r\n\r\nWARC/1.0\nWARC-Type: x\n\n"))
	f.Add([]byte("WARC/1.0\nContent-Length: 2\n\nWARC/1.0\nContent-Length:\n\t3\n\n"))
	f.Add(append(zip("WARC/1.0\r\nContent-Length: 50\r\n\r\n", "more"), 0x1f, 0x8b))
	f.Add([]byte("\x1f\x8b\x08\x1c\xff\xff name"))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := whole(data)
		r := NewReader()
		r.Reset(iotest.HalfReader(bytes.NewReader(data)), Range{0, int64(len(data))})
		again, againErr := collect(r)
		if !slices.Equal(all, again) || (err == nil) != (againErr == nil) {
			t.Fatalf("%v, %v; by halves %v, %v", all, err, again, againErr)
		}
		at := int64(0)
		for _, g := range all {
			if g.Offset < at || g.Length < 0 || g.Offset+g.Length > int64(len(data)) {
				t.Fatalf("place %d+%d of %d after %d", g.Offset, g.Length, len(data), at)
			}
			at = g.Offset
		}
		_, _ = Probe(bytes.NewReader(data))
	})
}

func FuzzHTTPHeader(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>"))
	f.Add([]byte("HTTP/1.1 200\nTransfer-Encoding: chunked\nContent-Encoding: gzip\n\n3\nabc\n0\n\n"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nA:\r\n\tb\r\n c\r\n: d\r\n\r\n"))
	f.Add(append([]byte("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"), zip("<p>")...))
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Encoding: br, zstd, deflate\r\n\r\n" + zlibbed("x")))
	f.Fuzz(func(t *testing.T, block []byte) {
		before := slices.Clone(block)
		var h HTTP
		cause := h.Parse(block)
		if !bytes.Equal(block, before) {
			t.Fatal("the block was written to")
		}
		if len(h.Body) > MaxBody || cause != "" && h.Body != nil {
			t.Fatalf("%d bytes, %q", len(h.Body), cause)
		}
	})
}
