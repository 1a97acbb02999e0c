package warc

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"dataprep/internal/testdata"
)

func BenchmarkReader(b *testing.B) {
	data, err := os.ReadFile(filepath.Join(testdata.Dir(b, "warc"), "crawl", "sample-0001.warc.gz"))
	if err != nil {
		b.Fatal(err)
	}
	_, size := members(data)
	b.SetBytes(size)
	b.ReportAllocs()
	var src bytes.Reader
	var h HTTP
	r := NewReader(Response)
	for b.Loop() {
		src.Reset(data)
		r.Reset(&src, Range{0, int64(len(data))})
		for {
			rec, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			if rec.Skip == "" {
				h.Parse(rec.Body)
			}
		}
	}
}
