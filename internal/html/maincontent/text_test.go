package maincontent

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// textOf parses body markup as the library would hand it over and writes it.
func textOf(t *testing.T, markup string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader("<body>" + markup))
	if err != nil {
		t.Fatal(err)
	}
	var w writer
	w.content(doc.LastChild.LastChild)
	return string(w.out)
}

func TestLinesFollowTheReferenceShape(t *testing.T) {
	for _, c := range []struct{ name, markup, want string }{
		{"paragraphs", "<h1>Title</h1><p>One <b>bold</b> word.</p><p>Two</p>",
			"Title\nOne bold word.\nTwo"},
		{"source line ends are blanks", "<p>a\n  b\u00a0c</p>", "a b c"},
		{"items", "<ul><li>plain</li><li>Foo<b>bold</b>rest</li><li></li></ul>",
			"- plain\n- Foo bold rest"},
		{"nested items", "<ul><li>outer<ul><li>inner</li></ul>tail</li></ul>",
			"- outer\n- inner\ntail"},
		{"definitions", "<dl><dt>term</dt><dd>what</dd></dl>", "- term\n- what"},
		{"breaks", "<p>a<br>b<br><br>c</p>", "a\nb\nc"},
		{"tables", "<table><tr><td>c1</td><td>c2</td></tr><tr><td><p>d1</p></td>" +
			"<td>d2<b>x</b>y</td></tr></table><p>end</p>", "c1 | c2 |\nd1 | d2 x y |\nend"},
		{"guessed blanks", "<blockquote>see<i>this</i>, (<b>that</b>) H<sub>2</sub>O</blockquote>",
			"see this, (that) H2O"},
		{"no guess in paragraphs", "<p><b>T</b>he end</p>", "The end"},
		{"code keeps its lines", "<code>x = 1\n  y = 2</code><p>use <code>y</code> here</p>",
			"x = 1\ny = 2\nuse y here"},
		{"controls go, joiners stay", "<p>a\u0007b\uFEFFc\u200dd</p>", "abc\u200dd"},
		{"entities once", "<p>&amp;lt;</p>", "&lt;"},
	} {
		if got := textOf(t, c.markup); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestComposedFormDoesNotReachIntoDst(t *testing.T) {
	e := New(Balanced)
	page := "<article>" + strings.Repeat("<p>\u0301caf e\u0301 in a long enough line of text.</p>", 12)
	got, err := e.Extract([]byte("e"), []byte(page))
	if err != nil || !strings.HasPrefix(string(got), "e\u0301caf é in") {
		t.Errorf("%q, %v", got[:min(len(got), 40)], err)
	}
}
