package pretok

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// pieces cuts text with the scanner under test and fails when a piece is empty.
func pieces(t testing.TB, c *Classes, text string) []string {
	t.Helper()
	var out []string
	for i := 0; i < len(text); {
		end := c.Next([]byte(text), i)
		if end <= i || end > len(text) {
			t.Fatalf("piece of %q at %d ends at %d", text, i, end)
		}
		out = append(out, text[i:end])
		i = end
	}
	return out
}

func TestPiecesFollowThePatternOfGPT2(t *testing.T) {
	c := NewClasses()
	for _, test := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"Hello, world 42!", []string{"Hello", ",", " world", " 42", "!"}},
		{"don't we'll I've you're I'd", []string{
			"don", "'t", " we", "'ll", " I", "'ve", " you", "'re", " I", "'d"}},
		{"DON'T 'S", []string{"DON", "'", "T", " '", "S"}},
		{"'s's !'s", []string{"'s", "'s", " !'", "s"}},
		{"'lx'v'", []string{"'", "lx", "'", "v", "'"}},
		{"'tis 'll", []string{"'t", "is", " '", "ll"}},
		{"a  b", []string{"a", " ", " b"}},
		{"a \n b", []string{"a", " \n", " b"}},
		{"a\n\nb", []string{"a", "\n", "\n", "b"}},
		{"a\nb", []string{"a", "\n", "b"}},
		{"a \n", []string{"a", " \n"}},
		{" ", []string{" "}},
		{"   ", []string{"   "}},
		{"a\u00a0b", []string{"a", "\u00a0", "b"}},
		{"a\u00a0 b", []string{"a", "\u00a0", " b"}},
		{"a \u00a0b", []string{"a", " ", "\u00a0", "b"}},
		{"a\u0085\ufeffb", []string{"a", "\u0085", "\ufeff", "b"}},
		{"a\u001cb", []string{"a", "\u001c", "b"}},
		{"e\u0301a", []string{"e", "\u0301", "a"}},
		{"x²½ Ⅷ", []string{"x", "²½", " Ⅷ"}},
		{"\u1c89\U000105c0 \U00010d40", []string{"\u1c89\U000105c0", " \U00010d40"}},
		{"a\xff\xfe! \xe2\x82", []string{"a", "\xff\xfe!", " \xe2\x82"}},
	} {
		if got := pieces(t, c, test.text); !slices.Equal(got, test.want) {
			t.Errorf("%q: pieces %q, want %q", test.text, got, test.want)
		}
	}
}

// twin cuts the slow way: regular expressions for all but the lookahead. They know the classes of
// the standard library only.
type twin struct{ word, blank *regexp.Regexp }

func newTwin() twin {
	const s = `\t-\r \x{85}\p{Z}`
	return twin{
		word: regexp.MustCompile(
			`^(?:'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^` + s + `\p{L}\p{N}]+)`),
		blank: regexp.MustCompile(`^[` + s + `]+`),
	}
}

func (w twin) pieces(text string) []string {
	var out []string
	for len(text) > 0 {
		n := len(w.word.FindString(text))
		if n == 0 {
			n = len(w.blank.FindString(text))
			if _, last := utf8.DecodeLastRuneInString(text[:n]); n < len(text) && n > last {
				n -= last
			}
		}
		out = append(out, text[:n])
		text = text[n:]
	}
	return out
}

func FuzzScannerCutsLikeRegularExpressions(f *testing.F) {
	for _, seed := range []string{
		"it's 3 o'clock\r\n\r\n  you'll'd", "日本語 テキスト、です。\u3000\u3000x", "a\u2028 b\u0085\xff c",
		"  \t x'rex'vé 'LL", "مرحبا ١٢٣ नमस्ते", "👩‍👩‍👧 \u200b\ufeff", "\xf0\x9f '\xf0s ",
	} {
		f.Add(seed)
	}
	c, w := NewClasses(), newTwin()
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsFunc(text, isNewer) {
			t.Skip("newer than the twin's tables")
		}
		if got, want := pieces(t, c, text), w.pieces(text); !slices.Equal(got, want) {
			t.Errorf("%q: pieces %q, want %q", text, got, want)
		}
	})
}

func isNewer(r rune) bool {
	for _, s := range newer {
		if s.lo <= r && r <= s.hi {
			return true
		}
	}
	return false
}

func TestReplacingInvalidBytesDoesNotMoveCuts(t *testing.T) {
	c := NewClasses()
	for _, text := range []string{"a\xffb", "a \xe2\x82 c", "\xf0\x9f\x98 '\xc3s", " \xff\xff1"} {
		replaced := strings.ToValidUTF8(text, "\ufffd")
		var want []string
		for _, p := range pieces(t, c, text) {
			want = append(want, strings.ToValidUTF8(p, "\ufffd"))
		}
		if got := pieces(t, c, replaced); !slices.Equal(got, want) {
			t.Errorf("%q: pieces %q, want %q", replaced, got, want)
		}
	}
}

func TestLongRunsTakeLinearTime(t *testing.T) {
	c := NewClasses()
	for _, unit := range []string{"a", " ", " \n", "  x", "'s", "\u0301", "日", "\xff", "1 "} {
		text := bytes.Repeat([]byte(unit), 1<<20/len(unit))
		begin := time.Now()
		for i := 0; i < len(text); {
			i = c.Next(text, i)
		}
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("1 MB of %q takes %v", unit, took)
		}
	}
}
