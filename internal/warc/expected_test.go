package warc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dataprep/internal/testdata"
)

// oddities are the files where a robust reader yields something else than the counts of the table,
// or skips something. Each follows from the note in the table's last column.
var oddities = map[string]struct{ types, skips string }{
	"edge/ia-gowarc-corrupted-mid-record.warc.gz.open":     {skips: "garbage[1219,1253)"},
	"edge/ia-gowarc-corrupted-trailing-bytes.warc.gz.open": {skips: "garbage[2362,2417)"},
	"edge/netarchivesuite-valid-warcfile-upper-lower-case.warc": {
		types: "warcinfo:1,response:4",
	},
	// The response is two bytes longer than it says; the request behind it is whole.
	"edge/warcio-example-trunc.warc": {
		types: "warcinfo:2,response:1,request:1", skips: "garbage[2560,2566)",
	},
}

func TestEveryFileReadsAsExpected(t *testing.T) {
	table, err := os.ReadFile(filepath.Join(testdata.Dir(t, "warc"), "EXPECTED.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	files := shared(t)
	lines := strings.Split(strings.TrimSpace(string(table)), "\n")[1:]
	if len(lines) != len(files) {
		t.Errorf("%d lines for %d files", len(lines), len(files))
	}
	for _, line := range lines {
		col := strings.Split(line, "\t")
		t.Run(col[0], func(t *testing.T) {
			data := files[col[0]]
			if n, size := members(data); fmt.Sprint(n) != col[1] || fmt.Sprint(size) != col[2] {
				t.Errorf("%d members of %d bytes, want %s of %s", n, size, col[1], col[2])
			}
			all, err := whole(data)
			if strings.Contains(col[0], ".arc") {
				if !errors.Is(err, ErrARC) || len(all) != 0 {
					t.Fatalf("ARC gives %v, %v", all, err)
				}
				return
			}
			odd, want := oddities[col[0]], col[3]
			if odd.types != "" {
				want = odd.types
			}
			if err != nil || countsOf(readable(all)) != ordered(want) || skips(all) != odd.skips {
				t.Fatalf("%s, skips %q, %v; want %s, skips %q",
					countsOf(readable(all)), skips(all), err, ordered(want), odd.skips)
			}
		})
	}
}

// members counts the intact gzip members at the front of data and the bytes they hold.
func members(data []byte) (n int, size int64) {
	var m member
	m.reset(bytes.NewReader(data), 0)
	p := make([]byte, chunk)
	for m.open() == nil {
		var err error
		for err == nil {
			_, err = m.read(p)
		}
		if err != io.EOF {
			break
		}
		n, size = n+1, size+m.out
	}
	if n == 0 {
		size = int64(len(data))
	}
	return n, size
}

func countsOf(all []got) string {
	var n [typeCount]int
	for _, g := range all {
		n[g.Type]++
	}
	return listed(n)
}

func ordered(counts string) string {
	var n [typeCount]int
	for c := range strings.SplitSeq(counts, ",") {
		name, num, _ := strings.Cut(c, ":")
		if num != "" {
			_, _ = fmt.Sscan(num, &n[parseType([]byte(strings.ToLower(name)))])
		}
	}
	return listed(n)
}

func listed(n [typeCount]int) string {
	var s []string
	for t, k := range n {
		if k > 0 {
			s = append(s, fmt.Sprintf("%v:%d", Type(t), k))
		}
	}
	return strings.Join(s, ",")
}

// The lengths of this file are those before a tool rewrote its line ends, some in characters.
func TestRewrittenLineEndsKeepTheWholeText(t *testing.T) {
	data := shared(t)["cc/sample.warc.txt"]
	r := NewReader(Conversion)
	r.Reset(bytes.NewReader(data), Range{0, int64(len(data))})
	rest := data
	for range 4 {
		rec, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if rec.Skip == Warcinfo.Cause() {
			continue
		}
		i := bytes.Index(rest, rec.Body)
		if i < 2 || string(rest[i-2:i]) != "\n\n" {
			t.Fatalf("%s begins elsewhere: %q", rec.URI, rec.Body)
		}
		rest = rest[i+len(rec.Body):]
		next := bytes.TrimLeft(rest, "\n")
		if len(rec.Body) == 0 || len(next) > 0 && !isRecordHead(next) {
			t.Errorf("%s ends before %.40q", rec.URI, next)
		}
	}
}
