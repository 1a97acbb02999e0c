package maincontent

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/markusmobius/go-trafilatura"
	xhtml "golang.org/x/net/html"

	"dataprep/internal/html"
)

func extractAll(t testing.TB, e *Extractor, pages []page) []string {
	texts := make([]string, len(pages))
	for i, p := range pages {
		text, err := e.Extract(nil, p.html)
		if err != nil {
			t.Errorf("%s: %v", p.id, err)
		}
		texts[i] = string(text)
	}
	return texts
}

func TestArticleScoreIsAboveTheFloor(t *testing.T) {
	t.Parallel()
	pages := articles(t)
	modes := map[Mode]float64{Balanced: 0.96, Precision: 0.95}
	for _, mode := range []Mode{Balanced, Precision} {
		if testing.Short() && mode == Precision {
			continue
		}
		f1, precision, recall := articleScore(pages, extractAll(t, New(mode), pages))
		t.Logf("mode %d: F1 %.4f precision %.4f recall %.4f on %d pages", mode, f1, precision,
			recall, len(pages))
		if f1 < modes[mode] {
			t.Errorf("mode %d: F1 %.4f, floor %.2f", mode, f1, modes[mode])
		}
	}
}

func TestWebPageScoreIsAboveTheFloor(t *testing.T) {
	t.Parallel()
	pages := webPages(t)
	f1, byKind := webScore(pages, extractAll(t, New(Balanced), pages))
	t.Logf("F1 %.4f on %d pages: %v", f1, len(pages), byKind)
	if f1 < 0.685 {
		t.Errorf("F1 %.4f, floor 0.685", f1)
	}
}

// The tree is cleaned before the library sees it, and its metadata is answered from a synthetic
// head. Neither may change a byte of what the library finds.
func TestPruningDoesNotChangeTheText(t *testing.T) {
	t.Parallel()
	e, step := New(Balanced), 1
	if testing.Short() {
		step = 6
	}
	pages := append(articles(t), webPages(t)...)
	gaveUp := 0
	for i := 0; i < len(pages); i += step {
		p := pages[i]
		plain, err := e.parse(p.html)
		if err != nil {
			t.Fatal(err)
		}
		want, wantErr := trafilatura.ExtractDocument(plain, e.fast)
		pruned, _ := e.parse(p.html)
		prune(pruned, e.head)
		got, gotErr := trafilatura.ExtractDocument(pruned, e.fast)
		detach(e.head)
		switch {
		case (wantErr == nil) != (gotErr == nil):
			t.Errorf("%s: %v, plain %v", p.id, gotErr, wantErr)
		case gotErr != nil:
		case got.ContentText == rescued:
			gaveUp++
		case render(got.ContentNode) != render(want.ContentNode):
			t.Errorf("%s: another text than the plain call", p.id)
		}
	}
	t.Logf("%d pages are done again with fallback", gaveUp)
}

func render(n *xhtml.Node) string {
	var b bytes.Buffer
	if err := xhtml.Render(&b, n); err != nil {
		return err.Error()
	}
	return b.String()
}

func TestEveryPageGivesTheSameBytesTwentyTimes(t *testing.T) {
	t.Parallel()
	var pages []page
	for _, p := range append(webPages(t), articles(t)...) {
		if len(p.html) < 60_000 && len(pages) < 30 {
			pages = append(pages, p)
		}
	}
	want := extractAll(t, New(Balanced), pages)
	runs := 20
	if testing.Short() {
		runs = 4
	}
	var group sync.WaitGroup
	for worker := range 2 { // two at once, in opposite orders, one extractor each
		group.Go(func() {
			e := New(Balanced)
			var buf []byte
			for i := range runs / 2 * len(pages) {
				k := i % len(pages)
				if worker == 1 {
					k = len(pages) - 1 - k
				}
				var err error
				buf, err = e.Extract(buf[:0], pages[k].html)
				if err != nil || string(buf) != want[k] {
					t.Errorf("%s: another text in run %d (%v)", pages[k].id, i, err)
				}
			}
		})
	}
	group.Wait()
}

func TestPrecisionIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	pages := webPages(t)[:8]
	e := New(Precision)
	want := extractAll(t, e, pages)
	for range 3 {
		for i, text := range extractAll(t, e, pages) {
			if text != want[i] {
				t.Errorf("%s: another text", pages[i].id)
			}
		}
	}
}

func TestTextIsCleanLines(t *testing.T) {
	t.Parallel()
	pages := webPages(t)[:60]
	for i, text := range extractAll(t, New(Balanced), pages) {
		for _, line := range strings.Split(text, "\n") {
			if text != "" && (line == "" || line != strings.TrimSpace(line) ||
				strings.Contains(line, "  ") || strings.ContainsAny(line, "\x00\r\t\u00a0")) {
				t.Errorf("%s: line %q", pages[i].id, line)
			}
		}
		if !utf8.ValidString(text) {
			t.Errorf("%s: not UTF-8", pages[i].id)
		}
	}
}

func TestHostilePagesEndInTextOrANamedError(t *testing.T) {
	t.Parallel()
	r := strings.Repeat
	words := r("Some words of running text, ", 12)
	for _, c := range []struct {
		name, page string
		want       error
	}{
		{"empty", "", nil},
		{"NULs", r("\x00", 1<<16), nil},
		{"NULs in text", "<article>" + r("<p>"+words+"\x00</p>", 9), nil},
		{"broken UTF-8", "<article>" + r("<p>"+words+"\xff</p>", 9), nil},
		{"a million open tags", r("<div>", 1e6), ErrDepth},
		{"too deep behind the estimate", r("<b>", 600), ErrDepth},
		{"50,000 attributes", "<p " + r("a=1 ", 50_000) + ">" + words, nil},
		{"one long word", "<p>" + r("x", 1<<20), nil},
		{"deep JSON", `<script type="application/ld+json">` + r(`{"a":`, 20_000), nil},
		{"many elements", r("<i>x</i>", MaxTreeElements), ErrElements},
		{"many paragraphs", r("<p>x", MaxTreeParagraphs+1), ErrParagraphs},
		{"frames", "<frameset><frame></frameset>", nil},
		{"a template", "<template><p>" + words, nil},
		{"a table in a figure", "<figure><table><tr><td>" + words + "</table></figure>", nil},
	} {
		e := New(Balanced)
		text, err := e.Extract([]byte("kept"), []byte(c.page))
		if !errors.Is(err, c.want) || !bytes.HasPrefix(text, []byte("kept")) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
		if bytes.ContainsRune(text, 0) || bytes.Contains(text, []byte(rescued)) {
			t.Errorf("%s: %.200q", c.name, text)
		}
		if got, err := e.Extract(nil, []byte("<article><p>"+words+"</p><p>"+words)); err != nil ||
			!strings.Contains(string(got), "running text") {
			t.Errorf("after %s: %q, %v", c.name, got, err)
		}
	}
}

func TestAPanicBecomesAnError(t *testing.T) {
	e := New(Balanced)
	e.fast.Config = nil // harmless: the library then takes its defaults
	e.head = nil        // not harmless
	if _, err := e.Extract(nil, []byte("<p>x")); !errors.Is(err, ErrPanic) {
		t.Errorf("%v", err)
	}
}

// Another version of either module gives other text; the constants belong to a stage's revision.
func TestVersionsAreThoseOfGoMod(t *testing.T) {
	mod, err := os.ReadFile(filepath.Join("..", "..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"github.com/markusmobius/go-trafilatura " + TrafilaturaVersion,
		"golang.org/x/net " + ParserVersion} {
		if !strings.Contains(string(mod), "\t"+line) && !strings.Contains(string(mod), " "+line) {
			t.Errorf("go.mod does not have %s", line)
		}
	}
}

func BenchmarkExtract(b *testing.B) {
	var pages []page
	size := 0
	for _, p := range append(articles(b), webPages(b)...) {
		if len(p.html) > 8_000 && len(p.html) < 28_000 {
			pages = append(pages, p)
			size += len(p.html)
		}
	}
	for _, mode := range []Mode{Balanced, Precision} {
		b.Run(fmt.Sprintf("mode=%d", mode), func(b *testing.B) {
			e, i := New(mode), 0
			var buf []byte
			b.SetBytes(int64(size / len(pages)))
			for b.Loop() {
				p := pages[i%len(pages)].html
				text, _ := html.Decode(nil, p, "")
				html.DefaultLimits().Check(text)
				buf, _ = e.Extract(buf[:0], text)
				i++
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
			b.ReportMetric(float64(len(pages)), "pages")
		})
	}
}
