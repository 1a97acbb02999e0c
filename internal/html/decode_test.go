package html

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"dataprep/internal/testdata"
)

func encode(t *testing.T, name, text string) []byte {
	t.Helper()
	cs, ok := lookup(name)
	if !ok {
		t.Fatalf("no encoding %s", name)
	}
	if cs.codec == nil {
		return []byte(text)
	}
	b, err := cs.codec.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatalf("encode %s: %v", name, err)
	}
	return b
}

func TestLabelsDecideEveryLanguageAndEncoding(t *testing.T) {
	for _, s := range samples {
		for _, name := range s.encodings {
			page := "<html><head>" + strings.Repeat("<link rel=x href='a>b'>", 60) +
				"<script>var m = '<meta charset=utf-16>'</script>%</head><p>" + s.text
			bare := strings.Replace(page, "%", "", 1)
			meta := strings.Replace(page, "%", `<META CharSet = '`+name+`'>`, 1)
			pragma := strings.Replace(page, "%", `<meta content="text/html; charset=`+
				strings.ToUpper(name)+`" http-equiv="Content-Type">`, 1)
			xml := `<?xml version="1.0" encoding="` + name + `"?>` + bare
			for _, c := range []struct{ page, header string }{
				{bare, " " + strings.ToUpper(name) + "\t"}, {meta, ""}, {pragma, "nonsense"}, {xml, ""},
			} {
				got, label := Decode(nil, encode(t, name, c.page), c.header)
				if string(got) != c.page || label != name {
					t.Errorf("%s in %s (header %q) read as %s: %.300q", s.language, name,
						c.header, label, got)
				}
			}
		}
	}
}

func TestDetectorReadsMostUnlabelledPages(t *testing.T) {
	right, all := 0, 0
	for _, s := range samples {
		for _, name := range s.encodings {
			page := "<title>x</title><style>p{content:'a'}</style><p>" + s.text + "<p>" + s.text
			got, label := Decode(nil, encode(t, name, page), "")
			all++
			if string(got) == page {
				right++
			} else {
				t.Logf("%s in %s read as %s", s.language, name, label)
			}
		}
	}
	t.Logf("%d of %d", right, all)
	if right*100 < all*80 {
		t.Errorf("%d of %d unlabelled pages read right, want 80 %%", right, all)
	}
}

func TestDetectionIsTheSameEveryTime(t *testing.T) {
	for _, s := range samples {
		// A handful of letters is where recognizers tie.
		page := encode(t, s.encodings[0], "<p>"+string([]rune(s.text)[:12]))
		want, label := Decode(nil, page, "")
		for range 20 {
			got, l := Decode(nil, page, "")
			if l != label || !bytes.Equal(got, want) {
				t.Fatalf("%s: %s, then %s", s.language, label, l)
			}
		}
	}
}

func TestChainOrder(t *testing.T) {
	kana := encode(t, "iso-2022-jp", "<p>日本語のページ")
	for _, c := range []struct{ name, page, header, text, label string }{
		{"byte order mark beats the header", "\xEF\xBB\xBFé", "windows-1251", "é", "utf-8"},
		{"UTF-16LE by its mark", "\xFF\xFEa\x00\xE9\x00", "", "aé", "utf-16le"},
		{"UTF-16BE by its mark", "\xFE\xFF\x00a\x00\xE9", "utf-8", "aé", "utf-16be"},
		{"odd UTF-16", "\xFF\xFEa\x00\xE9", "", "a\uFFFD", "utf-16le"},
		{"UTF-16 by the header", "a\x00b\x00", "utf-16", "ab", "utf-16le"},
		{"header beats meta", "<meta charset=koi8-r>\xE9", "windows-1251",
			"<meta charset=koi8-r>й", "windows-1251"},
		{"meta beats utf-8 in the header of what is none", "<meta charset=windows-874><p>\xA1\xD2\xC3",
			"utf-8", "<meta charset=windows-874><p>การ", "windows-874"},
		{"damaged UTF-8 does not ask meta", "<meta charset=koi8-r>" + strings.Repeat("é", 30) + "\xC3 ",
			"utf-8", "<meta charset=koi8-r>" + strings.Repeat("é", 30) + "\uFFFD ", "utf-8"},
		{"valid UTF-8 beats labels", "<meta charset=iso-8859-1>é", "latin1",
			"<meta charset=iso-8859-1>é", "utf-8"},
		{"latin1 is windows-1252", "\x93x\x94", "ISO-8859-1", "“x”", "windows-1252"},
		{"UTF-16 in meta means UTF-8", "<meta charset=utf-16le>x", "",
			"<meta charset=utf-16le>x", "utf-8"},
		{"meta in a comment does not count", "<!-- <meta charset=koi8-r> --><p>x", "",
			"<!-- <meta charset=koi8-r> --><p>x", "utf-8"},
		{"damaged UTF-8 stays UTF-8", strings.Repeat("é", 30) + "\xC3 \xE2\x82", "utf-8",
			strings.Repeat("é", 30) + "\uFFFD \uFFFD", "utf-8"},
		{"replacement labels count as none", "abc", "iso-2022-kr", "abc", "utf-8"},
		{"seven-bit Japanese without label", string(kana), "", "<p>日本語のページ", "iso-2022-jp"},
		{"seven-bit Japanese called UTF-8", string(kana), "utf-8", "<p>日本語のページ",
			"iso-2022-jp"},
		{"nothing to go by", "<p title=\x93>x", "", "<p title=“>x", "windows-1252"},
		{"NUL stays", "a\x00b", "", "a\x00b", "utf-8"},
		{"empty", "", "utf-8", "", "utf-8"},
		{"only a mark", "\xEF\xBB\xBF", "", "", "utf-8"},
	} {
		got, label := Decode(nil, []byte(c.page), c.header)
		if string(got) != c.text || label != c.label {
			t.Errorf("%s: %q as %s, want %q as %s", c.name, got, label, c.text, c.label)
		}
	}
}

func TestDecodeAliasesWhatNeedsNoChange(t *testing.T) {
	for _, c := range []struct{ page, header string }{
		{"plain", "utf-8"}, {"plain", "shift_jis"}, {"é", "latin1"}, {"\xEF\xBB\xBFé", ""},
	} {
		page := []byte(c.page)
		if got, _ := Decode(nil, page, c.header); !aliases(got, page) {
			t.Errorf("%q was copied", page)
		}
	}
	var d Decoder
	page := []byte("<meta charset=windows-1252>\xE9")
	if n := testing.AllocsPerRun(20, func() { d.Decode(page, "") }); n > 8 {
		t.Errorf("%v allocations on a legacy page", n)
	}
}

// Both pages of the benchmarks whose meta says iso-8859-1 over valid UTF-8 are UTF-8: typographic
// quotes come out whole, while the label would give the tell-tale "â€".
func TestUTF8BeatsItsLabelOnRealPages(t *testing.T) {
	dir := testdata.Dir(t, "extraction", "wcxb-dev-sample", "html")
	contradictions := 0
	files, _ := filepath.Glob(filepath.Join(dir, "*.gz"))
	for _, name := range files {
		raw := unzip(t, name)
		cs, ok := declared(raw)
		if !ok || cs.codec == nil || isASCII(raw) {
			continue
		}
		contradictions++
		text, label := Decode(nil, raw, "")
		wrong, _ := decodeAs(nil, raw, cs)
		if label != "utf-8" || bytes.Contains(text, []byte("â€")) ||
			!bytes.Contains(wrong, []byte("â€")) && !bytes.Contains(wrong, []byte("Ã")) &&
				!bytes.Contains(wrong, []byte("Â")) {
			t.Errorf("%s: declared %s, read as %s", filepath.Base(name), cs.name, label)
		}
	}
	t.Logf("%d pages contradict their label", contradictions)
}

func unzip(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func FuzzDecodeIsValidAndScanEnds(f *testing.F) {
	for _, seed := range []string{"", "<", "</", "<!", "<!--", "<!-->", "<meta charset", "\xff\xfe",
		"<a b=\"", "<script></scrip", "<svg><style></svg>", "\x1b$B", "<?xml encoding='", "</p></br>"} {
		f.Add([]byte(seed), "gbk")
		f.Add([]byte(seed+"\x80\xFF"), "")
	}
	f.Fuzz(func(t *testing.T, page []byte, header string) {
		text, label := Decode(nil, page, header)
		if !utf8.Valid(text) || label == "" {
			t.Fatalf("%q as %q", text, label)
		}
		again, _ := Decode(make([]byte, 0, 64), page, header)
		if !bytes.Equal(text, again) {
			t.Fatal("two answers")
		}
		s, total := scanner{page: text}, 0
		for tk := s.next(); tk.kind != tokenEnd; tk = s.next() {
			if total++; total > len(text)+1 {
				t.Fatal("scanner does not advance")
			}
		}
		DefaultLimits().Check(text)
	})
}
