package extract

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dataprep/internal/warc"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// page is what a source hands on of a response.
type page struct{ body, contentType string }

// bench runs the stage over batches of pages.
type bench struct {
	t     testing.TB
	shape stages.Shape
	stage stages.Stage
	batch *doc.Batch
}

func start(t testing.TB, change func(*Extract)) *bench {
	t.Helper()
	s := extract()
	c := s.Default
	if change != nil {
		change(&c)
	}
	maker, err := s.Open(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	shape := s.Describe(c)
	schema := doc.Union(shape.Reads, shape.Writes...)
	return &bench{t, shape, maker(), doc.New(schema, doc.DefaultLimits())}
}

func (x *bench) fill(pages []page, shadow bool) {
	b := x.batch
	b.Reset(0)
	for k, p := range pages {
		i := b.Add(uint32(k))
		doc.Raw.Of(b).Append(i, []byte(p.body))
		doc.ContentType.Of(b).SetString(i, p.contentType)
		if shadow {
			b.MarkShadow(i)
		}
	}
	b.Close()
}

func (x *bench) process() {
	x.t.Helper()
	x.batch.Begin(0, x.shape.Writes)
	if err := x.stage.Process(x.batch); err != nil {
		x.t.Fatal(err)
	}
	x.batch.Commit()
}

// run returns a line per page: its verdict and its text.
func (x *bench) run(pages []page, size int) (out []string) {
	x.t.Helper()
	for first := 0; first < len(pages); first += size {
		x.fill(pages[first:min(first+size, len(pages))], false)
		x.process()
		for i := range x.batch.Len() {
			out = append(out, fmt.Sprintf("%+v %q", x.batch.Verdict(i), doc.Text.Of(x.batch).At(i)))
		}
	}
	return out
}

func (x *bench) one(p page) (doc.Verdict, string) {
	x.fill([]page{p}, false)
	x.process()
	return x.batch.Verdict(0), string(doc.Text.Of(x.batch).At(0))
}

// samples returns every n-th page of the sample archives of the repository.
func samples(t testing.TB, n int) (pages []page) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "..", "configs", "sample", "pages-*.warc.gz"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no sample archives: %v", err)
	}
	seen := 0
	for _, name := range names {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r := warc.NewReader(warc.Response)
		r.Reset(bytes.NewReader(file), warc.Range{End: int64(len(file))})
		var h warc.HTTP
		for {
			rec, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if rec.Skip != "" || h.Parse(rec.Body) != "" {
				continue
			}
			if seen++; seen%n == 0 {
				pages = append(pages, page{string(h.Body), string(h.Header("content-type"))})
			}
		}
	}
	return pages
}

func article(n int) string {
	return "<html><body><article><h1>Boats</h1>" + strings.Repeat("<p>The boats that we saw from "+
		"the hill were going back to their harbor before it got dark.</p>", n) +
		"</article></body></html>"
}

func TestMainTextIsExtracted(t *testing.T) {
	v, text := start(t, nil).one(page{"<nav><a href=/>Home</a></nav>" + article(4), "text/html"})
	if v.Reason != "" || !strings.Contains(text, "their harbor") || strings.Contains(text, "Home") {
		t.Errorf("%+v, text %q", v, text)
	}
}

func TestHeaderDecidesTheCharset(t *testing.T) {
	body := strings.ReplaceAll(article(4), "harbor", "gr\xfc\xdfe")
	for _, header := range []string{"text/html; charset=iso-8859-1", "text/html;charset=\"latin1\""} {
		if _, text := start(t, nil).one(page{body, header}); !strings.Contains(text, "grüße") {
			t.Errorf("%s: %q", header, text)
		}
	}
	_, text := start(t, nil).one(page{body, "text/html; charset=windows-1251"})
	if !strings.Contains(text, "grьЯe") {
		t.Errorf("another charset in the header gives %q", text)
	}
}

func TestEachLimitHasItsReason(t *testing.T) {
	deep := strings.Repeat("<div>", 300)
	for _, c := range []struct {
		reason doc.Reason
		page   string
		change func(*Extract)
	}{
		{maxHTMLBytes, article(100), func(c *Extract) { c.MaxHTMLBytes = 5000 }},
		{maxElements, article(100), func(c *Extract) { c.MaxElements = 50 }},
		{maxParagraphs, article(100), func(c *Extract) { c.MaxParagraphs = 99 }},
		{maxDepth, deep + article(2), func(c *Extract) { c.MaxDepth = 200 }},
		{maxDepth, strings.Repeat("<div>", 2000), nil},
		{nesting, deep + strings.Repeat("<i></i>", 4000), nil},
		{noMainContent, "<html></html>", nil},
		{noMainContent, "", nil},
	} {
		x := start(t, c.change)
		if !slices.Contains(x.shape.Reasons, c.reason) {
			t.Errorf("%s is not declared", c.reason)
		}
		v, text := x.one(page{c.page, "text/html"})
		if v.Reason != c.reason || text != "" || v.Dead {
			t.Errorf("%.40q: %+v, want %s", c.page, v, c.reason)
		}
		if c.reason != noMainContent && (!v.Measured || v.Value <= v.Limit) {
			t.Errorf("%s: %+v is not above its limit", c.reason, v)
		}
	}
	x := start(t, func(c *Extract) { c.MaxParagraphs = 100 })
	if v, _ := x.one(page{article(100), ""}); v.Reason != "" {
		t.Errorf("a page on the limit: %+v", v)
	}
}

func TestShadowRowsGoOnWithEmptyText(t *testing.T) {
	x := start(t, func(c *Extract) { c.MaxParagraphs = 99 })
	x.fill([]page{{article(100), ""}, {article(5), ""}, {"", ""}}, true)
	x.process()
	texts := doc.Text.Of(x.batch)
	for i, want := range []doc.State{doc.Ghost, doc.Live, doc.Ghost} {
		if got := x.batch.State(i); got != want || !texts.Has(i) {
			t.Errorf("row %d: state %d, want %d; has a text: %v", i, got, want, texts.Has(i))
		}
		if empty := len(texts.At(i)) == 0; empty == (want == doc.Live) {
			t.Errorf("row %d: text %q", i, texts.At(i))
		}
	}
}

func hostile() []page {
	junk := []string{
		"", "\x00", "<", "<!", "<![CDATA[", "\xff\xfe", "\xff\xfe\x00\xd8", "<p>\x00\x00", "</p></p>",
		"<html><body>" + strings.Repeat("x", 5<<20), strings.Repeat("<a", 1<<16),
		strings.Repeat("&#x110000;", 1000), "<script>" + strings.Repeat("<!--", 1000),
		"<table>" + strings.Repeat("<tr><td>", 200), strings.Repeat("<b>", 400) + "<p>a<p>b",
		"<p>" + strings.Repeat("line ", 200_000) + "</p>", article(3) + "\x00\xc3\x28",
	}
	var pages []page
	for _, s := range junk {
		for _, header := range []string{"", "text/html; charset=utf-16", "; charset=\x00;;"} {
			pages = append(pages, page{s, header})
		}
	}
	return pages
}

func TestHostilePagesAreJudgedAndNeverFail(t *testing.T) {
	pages := hostile()
	x := start(t, nil)
	for i, row := range x.run(pages, len(pages)) {
		if strings.Contains(row, `\x00`) || strings.Contains(row, "Dead:true") {
			t.Errorf("%.40q: %.200s", pages[i].body, row)
		}
	}
}

func TestCutOfBatchesDoesNotChangeTexts(t *testing.T) {
	pages := append(samples(t, 10), hostile()[:27]...)
	x := start(t, nil)
	want := x.run(pages, len(pages))
	for _, size := range []int{1, 7} {
		for k, got := range x.run(pages, size) {
			if got != want[k] {
				t.Fatalf("page %d in batches of %d: %.300s\nall at once: %.300s", k, size, got, want[k])
			}
		}
	}
}

// TestPagesGiveTheSameBytesTwentyTimes guards against maps and caches of the foreign library: each
// round uses fresh and used workers, forward and backward.
func TestPagesGiveTheSameBytesTwentyTimes(t *testing.T) {
	every, rounds := 1, 20
	if testing.Short() {
		every, rounds = 24, 5
	}
	for _, mode := range []string{"balanced", "precision"} {
		change := func(c *Extract) { c.Mode = mode }
		pages := samples(t, every)
		if mode == "precision" {
			pages = pages[:len(pages)/12] // as slow again; the default mode is what must hold
		}
		x := start(t, change)
		want := x.run(pages, 16)
		texts := 0
		for _, row := range want {
			if !strings.Contains(row, "no_main_content") {
				texts++
			}
		}
		for round := 1; round < rounds; round++ {
			if round%5 == 0 {
				x = start(t, change)
			}
			for k := range pages {
				at := k
				if round%2 == 1 {
					at = len(pages) - 1 - k
				}
				v, text := x.one(pages[at])
				if got := fmt.Sprintf("%+v %q", v, text); got != want[at] {
					t.Fatalf("%s, page %d, round %d: %.300s\nfirst: %.300s", mode, at, round, got, want[at])
				}
			}
		}
		t.Logf("%s: %d pages, %d with a text, %d times", mode, len(pages), texts, rounds)
		if texts*2 < len(pages) {
			t.Errorf("%s: only %d of %d pages have a text", mode, texts, len(pages))
		}
	}
}
