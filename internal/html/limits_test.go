package html

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dataprep/internal/testdata"
)

func TestHostilePagesAreNamedInMilliseconds(t *testing.T) {
	r := strings.Repeat
	for _, c := range []struct {
		name, page, reason string
	}{
		{"a million open tags", r("<div>", 1e6), "html_bytes"},
		{"open tags", r("<div>", 513), "html_depth"},
		{"open tags in upper case", r("<DIV/>", 513), "html_depth"},
		{"deep but allowed", r("<div>", 512), ""},
		{"unclosed items are siblings", r("<li>x", 40_000), ""},
		{"a table closes what it holds", r("<table><tr><td><div></table>", 600), ""},
		{"one tag of 50,000 attributes", "<p " + r("a=1 ", 50_000) + ">", ""},
		{"one line of 50 MB", r("x", 50<<20), "html_bytes"},
		{"4 MB of less-than", r("<", 4<<20), ""},
		{"unclosed comments", r("<!--", 1<<20), ""},
		{"unclosed quotes", r("<a b='", 600_000), ""},
		{"unclosed scripts", r("<script>", 500_000), ""},
		{"scripts that nearly close", "<script>" + r("</scrip", 500_000), ""},
		{"elements", r("<i>x</i>", 50_001), "html_elements"},
		{"stray end tags under depth", r("<div>", 500) + r("</x>", 1e6), "html_elements"},
		{"paragraphs", r("<p>x", 2_001), "html_paragraphs"},
		{"stray paragraph ends", r("</p>", 2_001), "html_paragraphs"},
		{"tags in a script do not count", "<script>" + r("<p>", 5_000) + "</script>", ""},
		{"tags behind a quoted > count", r("<a x='>'><p>", 2_001), "html_paragraphs"},
		{"an unquoted value hides nothing", `<a href=x=">` + r("<p>", 2_001), "html_paragraphs"},
		{"style in svg is no raw text", "<svg><style>" + r("<p>", 2_001), "html_paragraphs"},
		{"a comment ended by --!>", "<!-- --!>" + r("<p>", 2_001), "html_paragraphs"},
		{"CDATA hides nothing", "<svg><p><![CDATA[>" + r("<p>", 2_001), "html_paragraphs"},
		{"lists in lists", r(r("<ul><li>x", 120)+r("</ul>", 120), 200), "html_depth"},
		{"links under many divs", r("<div>", 400) + r("<a>x</a>", 45_000), "html_depth"},
		{"styles opened again in each block", fonts(400) + r("<div>x</div>", 2_501), "html_elements"},
	} {
		start := time.Now()
		got := DefaultLimits().Check([]byte(c.page))
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s took %v", c.name, took)
		}
		if got.Reason != c.reason {
			t.Errorf("%s: %+v, want %q", c.name, got, c.reason)
		}
		if got.Reason != "" && got.Value <= got.Limit {
			t.Errorf("%s: value within the limit: %+v", c.name, got)
		}
	}
}

func fonts(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("<font size=" + strings.Repeat("+", i) + ">")
	}
	return b.String()
}

func TestZeroLimitsAllowAnything(t *testing.T) {
	if got := (Limits{}).Check([]byte(strings.Repeat("<div><p>", 100_000))); got != (Excess{}) {
		t.Errorf("%+v", got)
	}
}

func TestNoBenchmarkPageExceedsALimit(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(testdata.Dir(t, "extraction"), "*", "html", "*.gz"))
	if len(files) < 421 {
		t.Fatalf("%d pages", len(files))
	}
	for _, name := range files {
		text, _ := Decode(nil, unzip(t, name), "")
		if got := DefaultLimits().Check(text); got.Reason != "" {
			t.Errorf("%s: %+v", filepath.Base(name), got)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	page := []byte(strings.Repeat(`<div class="a b"><p id=x>Some words of text, `+
		`<a href="/y">a link</a>.</p></div>`+"\n", 1_000))
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		DefaultLimits().Check(page)
	}
}
