package warc

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"dataprep/internal/testdata"
)

// got is a record with everything copied out of the reader's buffers.
type got struct {
	Type           Type
	Skip           Cause
	Offset, Length int64
	Index          int
	ID, URI, Date  string
	BodyLen        int
	BodySum        uint32
}

func copyOf(r *Record) got {
	return got{
		r.Type, r.Skip, r.Offset, r.Length, r.Index, string(r.ID), string(r.URI), string(r.Date),
		len(r.Body), crc32.ChecksumIEEE(r.Body),
	}
}

func collect(r *Reader) (all []got, err error) {
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, copyOf(rec))
	}
}

func whole(data []byte) ([]got, error) {
	r := NewReader()
	r.Reset(bytes.NewReader(data), Range{0, int64(len(data))})
	return collect(r)
}

func mustWhole(t testing.TB, data []byte) []got {
	t.Helper()
	all, err := whole(data)
	if err != nil {
		t.Fatalf("read whole: %v", err)
	}
	return all
}

func readable(all []got) (ok []got) {
	for _, g := range all {
		if g.Skip == "" {
			ok = append(ok, g)
		}
	}
	return ok
}

func skips(all []got) string {
	var b strings.Builder
	for _, g := range all {
		if g.Skip != "" {
			fmt.Fprintf(&b, "%s[%d,%d) ", g.Skip, g.Offset, g.Offset+g.Length)
		}
	}
	return strings.TrimSpace(b.String())
}

// record returns one WARC record with CRLF line ends.
func record(kind, id, uri, body string) string {
	return fmt.Sprintf("WARC/1.0\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:%s>\r\n"+
		"WARC-Target-URI: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", kind, id, uri, len(body), body)
}

func zip(parts ...string) []byte {
	var b bytes.Buffer
	for _, p := range parts {
		w, _ := gzip.NewWriterLevel(&b, 6)
		_, _ = io.WriteString(w, p)
		_ = w.Close()
	}
	return b.Bytes()
}

// noise returns n bytes of text that does not compress to nothing, the same for the same seed.
func noise(seed uint64, n int) string {
	b := make([]byte, n)
	for i := range b {
		seed = seed*6364136223846793005 + 1442695040888963407
		b[i] = "etaoin shrdlucmfwypvbgkjq,.\nETAOINSHRDLU<>/= 0123456789abcdefghi"[seed>>58]
	}
	return string(b)
}

// synthetic returns n records of growing and shrinking size, and each as its own gzip member.
func synthetic(n int) (records []string, members []byte) {
	for i := range n {
		body := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + noise(uint64(i), i*37%2900)
		records = append(records, record("response", fmt.Sprint("rec-", i), "http://a.example/", body))
	}
	return records, zip(records...)
}

// shared returns every data file by its path below the folder.
func shared(t testing.TB) map[string][]byte {
	dir := testdata.Dir(t, "warc")
	files := map[string][]byte{}
	paths, _ := filepath.Glob(filepath.Join(dir, "*", "*"))
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		name, _ := filepath.Rel(dir, p)
		files[filepath.ToSlash(name)] = b
	}
	return files
}
