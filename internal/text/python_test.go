package text

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"unicode"
	"unicode/utf8"
)

// newSince14 holds the code points that Unicode 15.0 (ours) assigned and 14.0 (CPython 3.11) had
// not, as far as they answer any of the questions below differently.
var newSince14 = &unicode.RangeTable{
	R16: []unicode.Range16{{0xECE, 0xECE, 1}},
	R32: []unicode.Range32{
		{0x10EFD, 0x10EFF, 1}, {0x1123F, 0x11241, 1}, {0x11B00, 0x11B09, 1}, {0x11F00, 0x11F02, 1},
		{0x11F04, 0x11F10, 1}, {0x11F12, 0x11F33, 1}, {0x11F36, 0x11F3A, 1}, {0x11F40, 0x11F40, 1},
		{0x11F42, 0x11F59, 1}, {0x1342F, 0x1342F, 1}, {0x13439, 0x13455, 1}, {0x1B132, 0x1B132, 1},
		{0x1B155, 0x1B155, 1}, {0x1D2C0, 0x1D2D3, 1}, {0x1DF25, 0x1DF2A, 1}, {0x1E030, 0x1E06D, 1},
		{0x1E08F, 0x1E08F, 1}, {0x1E4D0, 0x1E4F9, 1}, {0x2B739, 0x2B739, 1}, {0x31350, 0x323AF, 1},
	},
}

func flag(b bool) byte {
	if b {
		return '1'
	}
	return '0'
}

// appendFacts adds one line of what this package says of r: nine predicates, lower case, sigma with
// r around it, and the normalization of r among other characters.
func appendFacts(line []byte, r rune, lines *Spans, simplifier *Simplifier) []byte {
	c := string(r)
	SplitLines(lines, []byte("a"+c+"b"))
	line = append(line, hex.EncodeToString([]byte(c))...)
	line = append(line, '\t', flag(IsSpace(r)), flag(IsAlpha(r)), flag(IsDigit(r)),
		flag(IsDecimal(r)), flag(IsPunct(r)), flag(IsWordRune(r)), flag(lines.Len() > 1),
		flag(IsPunctuationSet(r)), flag(IsTerminal(r)), '\t')
	line = hex.AppendEncode(line, AppendLower(nil, []byte(c)))
	line = append(line, '\t')
	before := AppendLower(nil, []byte("a"+c+"Σ"))
	line = append(line, before[len(before)-2:]...)
	line = append(line, AppendLower(nil, []byte("aΣ"+c+"a"))[1:3]...)
	line = append(line, AppendLower(nil, []byte("aΣ"+c))[1:3]...)
	line = append(line, '\t')
	line = hex.AppendEncode(line, simplifier.Simplify([]byte("x "+c+" 1"+c+"y")))
	return append(line, '\n')
}

// The digest was made with CPython 3.11.7 (Unicode 14.0) and the sets and steps of datatrove
// 0.10.1.
func TestEveryCharacterEqualsPython(t *testing.T) {
	const want = "376b6a29028adb105d422ec31107dad4c1b5d7fee32d1ee70f3d15a8e9e53ad4"
	if unicode.Version != "15.0.0" {
		t.Skipf("the list of exceptions is for Unicode 15.0.0, this is %s", unicode.Version)
	}
	var simplifier Simplifier
	var lines Spans
	var line []byte
	digest := sha256.New()
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if utf8.ValidRune(r) && !unicode.Is(newSince14, r) {
			line = appendFacts(line[:0], r, &lines, &simplifier)
			digest.Write(line)
		}
	}
	if got := hex.EncodeToString(digest.Sum(nil)); got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
}

func TestCharacterSetsHaveTheReferenceSizes(t *testing.T) {
	for _, set := range []struct {
		name string
		has  func(rune) bool
		want int
	}{
		{"white space", IsSpace, 29},
		{"punctuation", IsPunctuation, 129},
		{"punctuation set", IsPunctuationSet, 281},
		{"terminal marks", IsTerminal, 159},
		{"sentence marks", IsSentenceMark, 128},
	} {
		n := 0
		for r := rune(-1); r <= utf8.MaxRune; r++ {
			if set.has(r) {
				n++
			}
		}
		if n != set.want {
			t.Errorf("%s: %d characters, want %d", set.name, n, set.want)
		}
	}
}

func TestLowerLooksAroundSigma(t *testing.T) {
	for in, want := range map[string]string{
		"ΑΣ": "ας", "Σ": "σ", "ΑΣ.": "ας.", "ΑΣ'Α": "ασ'α", "ΑΣ ΑΣ": "ας ας",
		"ΑΣ\u0301": "ας\u0301",
		"ʰΣ":       "ʰσ", "1Σ": "1σ", "ΣΣΣ": "σσς", "İSTANBUL": "i\u0307stanbul", "ǅ ẞ Å": "ǆ ß å",
		"A\xffΣ": "a\xffσ", "\xe2\x80": "\xe2\x80",
	} {
		if got := string(AppendLower(nil, []byte(in))); got != want {
			t.Errorf("AppendLower(%q) = %q, want %q", in, got, want)
		}
	}
}
