package text

import (
	"bytes"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Expected values come from CPython 3.11 running the reference's steps, and from its golden texts.
func TestSimplifyEqualsTheReferenceOnEdges(t *testing.T) {
	var simplifier Simplifier
	for in, want := range map[string]string{
		"": "", " \n": "", "!?": "",
		"The quick brown fox jumps over the lazy dog, doesn't it?": "the quick brown fox " +
			"jumps over the lazy dog doesn t it",
		"Price: $1,234.56 on 2024-01-02 — café naïve ①½ 三 10%.": "price 0 0 on 0 0 0 cafe " +
			"naive ①½ 三 0",
		"1,2,3": "0 0", "1,a": "0 a", "1.": "0", "١٫٢": "0", "12٣4": "0",
		"\u0301 abc": "abc", "a \u0301 b": "a  b", "a \u0301": "a",
		"x\u302e\U0001d165\u0e31\u302ey":      "x\U0001d165\u302e\u302ey",
		"x\u302e\u0301\U0001d165 \U0001d165":  "x\U0001d165\u302e \U0001d165",
		"x\u302e\U0001d165 y\u302e\U0001d165": "x\U0001d165\u302e y\U0001d165\u302e",
		"x\u302e\u0901\U0001d165":             "x\u302e\U0001d165",
		"\u1fef|\u037e\u0387":                 "` ;\u00b7",
		"각 가\u11a8":                           "\u1100\u1161\u11a8 \u1100\u1161\u11a8",
		"ΟΔΟΣ İK":                             "οδος ik",
		"a\xffB\xe2\x80":                      "a\xffb\xe2\x80",
	} {
		if got := string(simplifier.Simplify([]byte(in))); got != want {
			t.Errorf("Simplify(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzSimplify(f *testing.F) {
	for _, seed := range []string{"Ǆ ①½ 三 1,2.3", "x\u302e\u0301\U0001d165", "각ΣİK\u2028",
		"\xe2\x80a"} {
		f.Add([]byte(seed))
	}
	var simplifier Simplifier
	f.Fuzz(func(t *testing.T, data []byte) {
		got := bytes.Clone(simplifier.Simplify(data))
		if !utf8.Valid(data) || len(data) > 30 {
			return // the norm package breaks longer runs of marks
		}
		if want := slowSimplify(data); !bytes.Equal(got, want) {
			t.Fatalf("Simplify(%q) = %q, want %q", data, got, want)
		}
	})
}

// slowSimplify takes the reference's steps one after the other.
func slowSimplify(data []byte) []byte {
	var spans Spans
	var numbers []byte
	lower := AppendLower(nil, data)
	for i := 0; i < len(lower); {
		r, width := utf8.DecodeRune(lower[i:])
		if IsDecimal(r) {
			numbers = append(numbers, '0')
			i = skipNumber(lower, i)
			continue
		}
		numbers = utf8.AppendRune(numbers, r)
		i += width
	}
	spaced := bytes.Map(func(r rune) rune {
		if IsPunctuation(r) {
			return ' '
		}
		return r
	}, numbers)
	Fields(&spans, spaced)
	var fields [][]byte
	for i := range spans.Len() {
		fields = append(fields, spans.At(spaced, i))
	}
	return TrimSpace(bytes.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.Bytes(bytes.Join(fields, []byte(" ")))))
}

func TestSteadyStateDoesNotAllocate(t *testing.T) {
	data := []byte("Œuvre “naïve”, 1,234.5 各 한국 \u0905\u0902 ΟΔΟΣ\u2028x\u302e\U0001d165 \xff ok.\n")
	var spans, words Spans
	var simplifier Simplifier
	var lower []byte
	run := func() {
		Words(&words, data)
		Sentences(&spans, data, &words)
		SplitLines(&spans, data)
		SplitLF(&spans, data)
		Fields(&spans, data)
		lower = AppendLower(lower[:0], data)
		simplifier.Simplify(data)
		RuneCount(data)
	}
	run()
	if n := testing.AllocsPerRun(20, run); n != 0 {
		t.Errorf("%v allocations per document", n)
	}
}
