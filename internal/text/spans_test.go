package text

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	uax "github.com/clipperhouse/uax29/v2/words"
)

// checkSpans fails unless spans are ordered, inside data, apart, and between valid runes.
func checkSpans(t *testing.T, data []byte, spans *Spans) {
	t.Helper()
	if len(spans.Start) != len(spans.End) {
		t.Fatalf("%d starts, %d ends", len(spans.Start), len(spans.End))
	}
	last, valid := 0, utf8.Valid(data)
	for i := range spans.Len() {
		start, end := int(spans.Start[i]), int(spans.End[i])
		if start < last || end < start || end > len(data) {
			t.Fatalf("span %d is [%d, %d) after %d in %d bytes", i, start, end, last, len(data))
		}
		if valid && !(atRune(data, start) && atRune(data, end)) {
			t.Fatalf("span %d cuts a character: [%d, %d)", i, start, end)
		}
		last = end
	}
}

func atRune(data []byte, at int) bool { return at == len(data) || utf8.RuneStart(data[at]) }

func texts(data []byte, spans *Spans) []string {
	list := []string{}
	for i := range spans.Len() {
		list = append(list, string(spans.At(data, i)))
	}
	return list
}

func TestSplittersEqualPython(t *testing.T) {
	cases := []struct {
		text               string
		lines, lfs, fields []string
	}{
		{"", []string{}, []string{""}, []string{}},
		{"\n", []string{""}, []string{"", ""}, []string{}},
		{"a", []string{"a"}, []string{"a"}, []string{"a"}},
		{"a\n", []string{"a"}, []string{"a", ""}, []string{"a"}},
		{"a\r", []string{"a"}, []string{"a\r"}, []string{"a"}},
		{"a\r\nb", []string{"a", "b"}, []string{"a\r", "b"}, []string{"a", "b"}},
		{"a\n\rb", []string{"a", "", "b"}, []string{"a", "\rb"}, []string{"a", "b"}},
		{"\r\r\n", []string{"", ""}, []string{"\r\r", ""}, []string{}},
		{"a\vb\fc\x1cd\x1de\x1ef\u0085g\u2028h\u2029i\x1fj",
			[]string{"a", "b", "c", "d", "e", "f", "g", "h", "i\x1fj"},
			[]string{"a\vb\fc\x1cd\x1de\x1ef\u0085g\u2028h\u2029i\x1fj"},
			[]string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}},
		{"¢\xc2\xe2\x80 \xff", []string{"¢\xc2\xe2\x80 \xff"}, []string{"¢\xc2\xe2\x80 \xff"},
			[]string{"¢\xc2\xe2\x80", "\xff"}},
	}
	var spans Spans
	for _, c := range cases {
		data := []byte(c.text)
		SplitLines(&spans, data)
		if got := texts(data, &spans); !slices.Equal(got, c.lines) {
			t.Errorf("SplitLines(%q) = %q, want %q", c.text, got, c.lines)
		}
		SplitLF(&spans, data)
		if got := texts(data, &spans); !slices.Equal(got, c.lfs) {
			t.Errorf("SplitLF(%q) = %q, want %q", c.text, got, c.lfs)
		}
		Fields(&spans, data)
		if got := texts(data, &spans); !slices.Equal(got, c.fields) {
			t.Errorf("Fields(%q) = %q, want %q", c.text, got, c.fields)
		}
	}
}

func TestTrimSpaceTakesPythonWhiteSpaceOnly(t *testing.T) {
	for in, want := range map[string]string{
		"": "", " \t\x1c\x1f\u0085\u00a0\u2003\u3000": "", "\u200ba\u200b": "\u200ba\u200b",
		"\u2028 a b\x1d": "a b", "\ufeffa": "\ufeffa", " \xe2\x80": "\xe2\x80", " \x85 ": "\x85",
	} {
		if got := string(TrimSpace([]byte(in))); got != want {
			t.Errorf("TrimSpace(%q) = %q, want %q", in, got, want)
		}
		if blank := IsBlank([]byte(in)); blank != (want == "") {
			t.Errorf("IsBlank(%q) = %v", in, blank)
		}
	}
}

func TestWordsDropWhiteSpaceAndKeepTheRest(t *testing.T) {
	var spans Spans
	for in, want := range map[string][]string{
		"":                      {},
		" \n\r\n\x1c\u00a0":     {},
		"Don't stop-me now... ": {"Don't", "stop", "-", "me", "now", ".", ".", "."},
		"1,234.56 a.b 1.a a,b":  {"1,234.56", "a.b", "1", ".", "a", "a", ",", "b"},
		"x_1 a:b 1:2":           {"x_1", "a:b", "1", ":", "2"},
		"it’s “café”":           {"it’s", "“", "café", "”"},
		"世界 서울":                 {"世", "界", "서울"},
		"a\xffb \xe2\x80":       {"a", "\xff", "b", "\xe2", "\x80"},
		"a \xe2A\xf0":           {"a", "\xe2", "A", "\xf0"},
		"a  \u0301b":            {"a", "  \u0301", "b"},
	} {
		data := []byte(in)
		Words(&spans, data)
		if got := texts(data, &spans); !slices.Equal(got, want) {
			t.Errorf("Words(%q) = %q, want %q", in, got, want)
		}
	}
}

// wordsByLibrary is Words without the ASCII path.
func wordsByLibrary(dst *Spans, data []byte) {
	dst.Reset()
	bad := nextInvalid(data, 0)
	for pos := 0; pos < len(data); {
		if pos == bad {
			dst.Append(pos, pos+1)
			pos++
			bad = nextInvalid(data, pos)
			continue
		}
		width, _, _ := uax.SplitFunc(data[pos:bad], true)
		if !IsBlank(data[pos : pos+width]) {
			dst.Append(pos, pos+width)
		}
		pos += width
	}
}

func FuzzWords(f *testing.F) {
	for _, seed := range []string{"", "a.b'c:d,e;f_1.2,3;4:5", "é’s a\u0301 \u0301. \u200d🏳️‍🌈",
		"\xe2\x80", "a \xf0A\xe2", "\r\n\x1c\u2028\u2029\u0085", "א\"א' カナ_1 🇩🇪🇫🇷🇮", "1.\u0301a"} {
		f.Add([]byte(seed))
	}
	var got, want, sentences Spans
	f.Fuzz(func(t *testing.T, data []byte) {
		Words(&got, data)
		checkSpans(t, data, &got)
		wordsByLibrary(&want, data)
		if !slices.Equal(got.Start, want.Start) || !slices.Equal(got.End, want.End) {
			t.Fatalf("Words(%q) = %q, the library has %q", data, texts(data, &got),
				texts(data, &want))
		}
		Sentences(&sentences, data, &got)
		checkSpans(t, data, &sentences)
		if n := CountSentences(data, &got); n != sentences.Len() || n < 1 {
			t.Fatalf("%d sentences counted, %d found", n, sentences.Len())
		}
		if joined := texts(data, &sentences); !bytes.Equal(join(joined), data) {
			t.Fatalf("sentences %q do not tile %q", joined, data)
		}
	})
}

func join(parts []string) []byte {
	var all []byte
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

func FuzzSplitLines(f *testing.F) {
	for _, seed := range []string{"", "\r\n\r", "a\u2028\u2029\u0085b\xe2\x80", "\xc2", " \xa8\n"} {
		f.Add([]byte(seed))
	}
	var spans Spans
	f.Fuzz(func(t *testing.T, data []byte) {
		SplitLines(&spans, data)
		checkSpans(t, data, &spans)
		if n := RuneCount(data); n != utf8.RuneCount(data) {
			t.Fatalf("%d characters in %q", n, data)
		}
		if len(data) > 0 && spans.Len() == 0 {
			t.Fatalf("no line in %q", data)
		}
		Fields(&spans, data)
		checkSpans(t, data, &spans)
		SplitLF(&spans, data)
		checkSpans(t, data, &spans)
		if spans.Len() != bytes.Count(data, []byte("\n"))+1 {
			t.Fatalf("%d pieces of %q", spans.Len(), data)
		}
	})
}

// Quadratic code would need days for these; the bound is far above what a busy machine takes.
func TestHostileTextsTakeLinearTime(t *testing.T) {
	const size, small = 50 << 20, 8 << 20
	mark := []byte("\u0301")
	for name, data := range map[string][]byte{
		"marks":          append([]byte("a"), bytes.Repeat(mark, size/2)...),
		"marks on stop":  append([]byte("a."), bytes.Repeat(mark, small/2)...),
		"marks on space": append([]byte(" "), bytes.Repeat(mark, small/2)...),
		"joiners":        bytes.Repeat([]byte("a\u0301.\u0301"), small/6),
		"sigmas":         bytes.Repeat([]byte("Σ."+strings.Repeat("\u0301", 1<<20)), small>>21),
		"spacing marks":  bytes.Repeat([]byte("\u302e\u1715"), small/6),
		"cut leads":      bytes.Repeat([]byte{0xF0}, small),
		"stops":          bytes.Repeat([]byte("."), small),
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() {
				t.Skip("50 MB texts")
			}
			var words, sentences Spans
			var simplifier Simplifier
			start := time.Now()
			Words(&words, data)
			Sentences(&sentences, data, &words)
			SplitLines(&sentences, data)
			Fields(&sentences, data)
			simplifier.Simplify(data)
			if took := time.Since(start); took > time.Minute {
				t.Errorf("took %v", took)
			} else {
				t.Logf("took %v, %d words", took, words.Len())
			}
		})
	}
}
