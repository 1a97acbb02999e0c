package source

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"dataprep/internal/warc"
	"dataprep/stages"
	"dataprep/stages/doc"
)

var (
	pageColumns = WARC{}.describe().Writes
	wetColumns  = WET{}.describe().Writes
)

func TestSampleHasTheCountsOfItsReadme(t *testing.T) {
	pages, texts := newWARC(WARC{}), newWET(WET{})
	for _, c := range []struct {
		file      string
		source    stages.Source
		columns   []doc.Column
		documents int
		skipped   string
		lost      int
	}{
		{"pages-00.warc.gz", pages, pageColumns, 138, "type_request:20 type_warcinfo:1 ", 0},
		{"pages-01.warc.gz", pages, pageColumns, 139,
			"http_status:2 not_html:2 type_metadata:1 type_request:21 type_revisit:1 " +
				"type_warcinfo:1 ", 0},
		{"damaged.warc.gz", pages, pageColumns, 8, "damaged_member:1 type_warcinfo:1 ", 1},
		{"truncated.warc.gz", pages, pageColumns, 5,
			"truncated:1 type_request:1 type_warcinfo:1 ", 1},
		{"pages.warc.wet.gz", texts, wetColumns, 8, "type_warcinfo:1 ", 0},
	} {
		data := sample(t, c.file)
		all := mustReadAll(t, c.source, c.columns, c.file, data)
		if len(all.rows) != c.documents || skipped(all.tally) != c.skipped ||
			len(all.tally.Lost) != c.lost || all.tally.Bytes != int64(len(data)) {
			t.Errorf("%s: %d documents, skipped %q, tally %+v", c.file, len(all.rows),
				skipped(all.tally), all.tally)
		}
		for _, l := range all.tally.Lost {
			if l.Path != c.file || l.From <= 0 || l.To <= l.From || l.Cause == "" {
				t.Errorf("%s: lost %+v", c.file, l)
			}
		}
	}
}

// manifest maps "file offset" to the line's columns.
func manifest(t *testing.T) map[string][]string {
	lines := map[string][]string{}
	for line := range strings.Lines(string(sample(t, "MANIFEST.tsv"))) {
		c := strings.Split(strings.TrimSpace(line), "\t")
		lines[c[0]+" "+c[1]] = c
	}
	return lines
}

func TestPlacesAndAddressesAreThoseOfTheManifest(t *testing.T) {
	want := manifest(t)
	for file, s := range map[string]stages.Source{
		"pages-00.warc.gz": newWARC(WARC{}), "pages-01.warc.gz": newWARC(WARC{}),
		"pages.warc.wet.gz": newWET(WET{}), "docs.jsonl.gz": newJSONL(JSONL{Names: defaultNames()}),
	} {
		columns := pageColumns
		if !strings.Contains(file, "pages-0") {
			columns = wetColumns
		}
		for _, r := range mustReadAll(t, s, columns, file, sample(t, file)).rows {
			m := want[fmt.Sprintf("%s %d", file, r.Offset)]
			if m == nil || m[2] != fmt.Sprint(r.Length) || m[4] != r.URL {
				t.Errorf("%s: document at %d+%d of %s, the manifest says %v",
					file, r.Offset, r.Length, r.URL, m)
			}
			if r.ID == "" || r.Dump != "CC-1" || r.Source != "src" || r.Path != file ||
				r.Extra != "" {
				t.Errorf("%s: identity %+v", file, r)
			}
		}
	}
}

func TestEveryArchiveBalances(t *testing.T) {
	files := archivesOf(t)
	if len(files) < 36 {
		t.Errorf("only %d archives", len(files))
	}
	documents := 0
	for name, data := range files {
		for _, c := range []struct {
			s       *archives
			columns []doc.Column
		}{{newWARC(WARC{}), pageColumns}, {newWET(WET{}), wetColumns}} {
			first, err := readAll(t, c.s, c.columns, name, data, limits[0])
			if strings.Contains(name, ".arc") {
				if !errors.Is(err, warc.ErrARC) || !strings.Contains(err.Error(), name) {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			documents += len(first.rows)
			for _, l := range limits[1:] {
				again, err := readAll(t, c.s, c.columns, name, data, l)
				if err != nil || !slices.Equal(again.rows, first.rows) ||
					skipped(again.tally) != skipped(first.tally) {
					t.Errorf("%s: batches of %d rows change it: %v", name, l.Rows, err)
				}
			}
			if first.tally.Bytes != int64(len(data)) {
				t.Errorf("%s: %d bytes read of %d", name, first.tally.Bytes, len(data))
			}
			checkLocate(t, c.s, c.columns, name, data, first.rows)
		}
	}
	if documents < 290+8 {
		t.Errorf("only %d documents", documents)
	}
}

func TestSplitsOfArchivesDoNotChangeDocuments(t *testing.T) {
	for name, data := range archivesOf(t) {
		if strings.Contains(name, ".arc") {
			continue
		}
		s := newWARC(WARC{})
		all := mustReadAll(t, s, pageColumns, name, data)
		for _, step := range []int64{int64(len(data))/3 + 1, 9973} {
			s.step = step
			cut := mustReadAll(t, s, pageColumns, name, data)
			if !slices.Equal(cut.rows, all.rows) || skipped(cut.tally) != skipped(all.tally) ||
				cut.tally.Bytes != all.tally.Bytes {
				t.Errorf("%s in splits of %d: %d documents, skipped %s; whole: %d, %s", name, step,
					len(cut.rows), skipped(cut.tally), len(all.rows), skipped(all.tally))
			}
		}
	}
}

// response is a WARC response record; kind may be another content type of the record.
func response(kind, block string) string {
	return fmt.Sprintf("WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x>\r\n"+
		"WARC-Target-URI: http://a.example/\xff\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"+
		"%s\r\n\r\n", kind, len(block), block)
}

func TestPagesAreChosenByStatusAndType(t *testing.T) {
	const web = "application/http; msgtype=response"
	for _, c := range []struct{ kind, block, want string }{
		{web, "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=x\r\n\r\nhi", "hi"},
		{web, "HTTP/1.1 200 OK\r\nContent-Type: application/XHTML+xml\r\n\r\nhi", "hi"},
		{web, "HTTP/1.1 200 OK\r\n\r\n \n<!DOCTYPE html>hi", " \n<!DOCTYPE html>hi"},
		{web, "HTTP/1.1 200 OK\r\nContent-Type: */*\r\n\r\n<p>hi", "<p>hi"},
		{web, "HTTP/1.1 200 OK\r\n\r\nhi", "not_html:1 "},
		{web, "HTTP/1.1 200 OK\r\n\r\n<?xml version='1.0'?>\n<rss>", "not_html:1 "},
		{web, "HTTP/1.1 200 OK\r\n\r\n<?xml version='1.0'?>\n<html x>",
			"<?xml version='1.0'?>\n<html x>"},
		{web, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n<html>", "not_html:1 "},
		{web, "HTTP/1.1 404 No\r\nContent-Type: text/html\r\n\r\n<html>", "http_status:1 "},
		{web, "gopher", "bad_http:1 "},
		{"text/dns", "20260101\na.example. 300 IN A 192.0.2.1", "not_html:1 "},
	} {
		all := mustReadAll(t, newWARC(WARC{}), pageColumns, "f", []byte(response(c.kind, c.block)))
		got := skipped(all.tally)
		if len(all.rows) == 1 {
			got = all.rows[0].Raw
			if all.rows[0].URL != "http://a.example/\uFFFD" {
				t.Errorf("url %q", all.rows[0].URL)
			}
		}
		if got != c.want {
			t.Errorf("%q gives %q, want %q", c.block, got, c.want)
		}
	}
}

func TestIdentifiedTypeOverrulesTheServer(t *testing.T) {
	page := response("application/http", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhi")
	page = strings.Replace(page, "WARC-Type: response",
		"WARC-Type: response\r\nWARC-Identified-Payload-Type: text/html", 1)
	all := mustReadAll(t, newWARC(WARC{}), pageColumns, "f", []byte(page))
	if len(all.rows) != 1 || all.rows[0].Media != "text/plain" {
		t.Errorf("%+v, skipped %s", all.rows, skipped(all.tally))
	}
}

func TestTextsOfConversionsAreValidUTF8(t *testing.T) {
	rec := func(media, body string) string {
		return fmt.Sprintf("WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <urn:x>\r\n"+
			"Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", media, len(body), body)
	}
	data := rec("text/plain", "a\xff\xe2\x82b ü") + rec("image/png", "x")
	all := mustReadAll(t, newWET(WET{}), wetColumns, "f", []byte(data))
	if len(all.rows) != 1 || all.rows[0].Text != "a\uFFFD\uFFFD\uFFFDb ü" ||
		skipped(all.tally) != "not_text:1 " || all.rows[0].HasURL {
		t.Errorf("%+v, skipped %s", all.rows, skipped(all.tally))
	}
}

func TestBadArchivesAreRefusedWithTheirName(t *testing.T) {
	s := newWARC(WARC{})
	if _, err := s.Open(stages.Split{File: stages.File{URI: "no", Path: "no.gz"}}, origin,
		opener(nil)); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "no.gz") {
		t.Errorf("missing file: %v", err)
	}
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write([]byte("no records at all"))
	_ = w.Close()
	for name, data := range map[string][]byte{
		"text": []byte("just some text\n"), "gz": zipped.Bytes(), "page": []byte("<html>")} {
		for _, step := range []int64{4, 1 << 20} {
			s.step = step
			_, err := readAll(t, s, pageColumns, name, data, doc.DefaultLimits())
			if !errors.Is(err, warc.ErrNotWARC) || !strings.Contains(err.Error(), name) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	_, err := readAll(t, s, pageColumns, "z", []byte("\x28\xb5\x2f\xfd...."), doc.DefaultLimits())
	if !errors.Is(err, warc.ErrCompression) {
		t.Errorf("zstd: %v", err)
	}
}

func TestEmptyFilesHaveNoDocuments(t *testing.T) {
	names := Names{Text: "text"}
	for name, s := range map[string]stages.Source{
		"warc": newWARC(WARC{}), "wet": newWET(WET{}), "jsonl": newJSONL(JSONL{Names: names}),
		"parquet": newParquet(Parquet{Names: names}),
	} {
		columns := doc.Union(slices.Clone(pageColumns), wetColumns...)
		all := mustReadAll(t, s, columns, name, nil)
		if len(all.rows) != 0 || all.tally.Records != 0 {
			t.Errorf("%s: %+v", name, all)
		}
	}
}

func TestFailingDisksAreErrorsAndNotDamage(t *testing.T) {
	broken := errors.New("disk on fire")
	for name, s := range map[string]stages.Source{
		"pages-00.warc.gz": newWARC(WARC{}),
		"docs.jsonl.gz":    newJSONL(JSONL{Names: defaultNames()}),
	} {
		data := sample(t, name)
		open := func(stages.File) (stages.ReadAtCloser, error) {
			return failing{memory{bytes.NewReader(data)}, int64(len(data)) / 2, broken}, nil
		}
		f := stages.File{Path: name, Size: int64(len(data))}
		r, err := s.Open(stages.Split{File: f, End: f.Size}, origin, open)
		if err == nil {
			columns := doc.Union(slices.Clone(pageColumns), wetColumns...)
			_, err = read(t, r, columns, doc.DefaultLimits())
		}
		if !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// failing cannot be read behind a place.
type failing struct {
	memory
	limit int64
	err   error
}

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.limit {
		return 0, f.err
	}
	return f.memory.ReadAt(p, off)
}

func TestReadingDoesNotAllocatePerDocument(t *testing.T) {
	once := sample(t, "pages-00.warc.gz")
	s := newWARC(WARC{})
	b := doc.New(pageColumns, doc.Limits{Rows: 16, Bytes: 8 << 20})
	allocs := func(data []byte) float64 {
		f := stages.File{URI: "mem", Path: "f", Size: int64(len(data))}
		open := opener(map[string][]byte{"mem": data})
		return testing.AllocsPerRun(2, func() {
			r, err := s.Open(stages.Split{File: f, End: f.Size}, origin, open)
			for err == nil {
				b.Reset(0)
				err = r.Next(b)
			}
		})
	}
	few, many := allocs(once), allocs(bytes.Repeat(once, 5))
	if more := (many - few) / (4 * 138); more > 0.1 {
		t.Errorf("%.2f allocations per document: %v for one file, %v for five", more, few, many)
	}
}
