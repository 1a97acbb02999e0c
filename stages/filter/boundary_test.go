package filter

import (
	"math"
	"strings"
	"testing"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// boundary is a text whose value under one rule was counted by hand, and how to set that rule's
// limit. atLeast: values below the limit fail; else values above it do.
type boundary[C any] struct {
	reason  doc.Reason
	text    string
	value   float64
	atLeast bool
	set     func(c *C, limit float64)
	whole   bool // the limit is a whole number
}

// checkBoundaries judges each text with the limit just below, at and just above its value.
func checkBoundaries[C any](t *testing.T, s stages.StageSpec[C], off func(*C), list []boundary[C]) {
	t.Helper()
	for _, x := range list {
		below, above := math.Nextafter(x.value, -1), math.Nextafter(x.value, 1e9)
		if x.whole {
			below, above = x.value-1, x.value+1
		}
		for _, limit := range []float64{below, x.value, above} {
			stage := open(t, s, func(c *C) { off(c); x.set(c, limit) })
			v, _, _ := stage.judge(x.text)
			fails := x.atLeast && x.value < limit || !x.atLeast && x.value > limit
			if (v.Reason == x.reason) != fails || !fails && v.Reason != "" {
				t.Errorf("%s: value %v, limit %v: %+v", x.reason, x.value, limit, v)
			}
			if fails && (!v.Measured || v.Value != float32(x.value) || v.Limit != float32(limit)) {
				t.Errorf("%s: recorded %v and %v, want %v and %v", x.reason, v.Value, v.Limit,
					x.value, limit)
			}
		}
	}
}

func TestRepetitionLimitsAreInclusive(t *testing.T) {
	type c = GopherRepetition
	off := func(x *c) {
		*x = c{MaxTop2: 10, MaxTop3: 10, MaxTop4: 10, MaxDup5: 1, MaxDup6: 1, MaxDup7: 1, MaxDup8: 1,
			MaxDup9: 1, MaxDup10: 1}
	}
	// Twice ten words of two letters and a last one: 21 words, 62 characters.
	run := "aa bb cc dd ee ff gg hh ii jj "
	twice := run + run + "kk"
	checkBoundaries(t, gopherRepetition(), off, []boundary[c]{
		{dupParagraphs, "a\n\na\n\n\nb", 1.0 / 3, false, func(c *c, l float64) { c.MaxDupParagraphs = l },
			false},
		{dupParagraphChars, "é é\n\né é\n\nb", 3.0 / 11, false,
			func(c *c, l float64) { c.MaxDupParaChars = l }, false},
		{dupLines, "a\na\n\nb", 1.0 / 3, false, func(c *c, l float64) { c.MaxDupLines = l }, false},
		{dupLineChars, "éa\néa\n\nb", 2.0 / 8, false, func(c *c, l float64) { c.MaxDupLineChars = l },
			false},
		{top2, "éa b éa b c", 4.0 * 2 / 11, false, func(c *c, l float64) { c.MaxTop2 = l }, false},
		{top3, "a b c a b c d", 5.0 * 2 / 13, false, func(c *c, l float64) { c.MaxTop3 = l }, false},
		{top4, "a b c d", 7.0 / 7, false, func(c *c, l float64) { c.MaxTop4 = l }, false},
		{dup5, twice, 20.0 / 62, false, func(c *c, l float64) { c.MaxDup5 = l }, false},
		{dup6, twice, 12.0 / 62, false, func(c *c, l float64) { c.MaxDup6 = l }, false},
		{dup7, twice, 14.0 / 62, false, func(c *c, l float64) { c.MaxDup7 = l }, false},
		{dup8, twice, 16.0 / 62, false, func(c *c, l float64) { c.MaxDup8 = l }, false},
		{dup9, twice, 18.0 / 62, false, func(c *c, l float64) { c.MaxDup9 = l }, false},
		{dup10, twice, 20.0 / 62, false, func(c *c, l float64) { c.MaxDup10 = l }, false},
	})
}

func TestGopherQualityLimitsAreInclusive(t *testing.T) {
	type c = GopherQuality
	off := func(x *c) { *x = c{StopWords: []string{"the", "of"}} }
	checkBoundaries(t, gopherQuality(), off, []boundary[c]{
		{minWords, "one, two.", 2, true, func(c *c, l float64) { c.MinWords = int(l) }, true},
		{maxWords, "one, two.", 2, false, func(c *c, l float64) { c.MaxWords = int(l) }, true},
		{minMeanWordLength, "é été!", 2, true,
			func(c *c, l float64) { c.MinMeanWordLength = l }, false},
		{maxMeanWordLength, "é été!", 2, false,
			func(c *c, l float64) { c.MaxMeanWordLength = l }, false},
		{maxHashes, "a # b", 1.0 / 3, false, func(c *c, l float64) { c.MaxHashes = l }, false},
		{maxEllipses, "a … b", 1.0 / 3, false, func(c *c, l float64) { c.MaxEllipses = l }, false},
		{maxBulletLines, " • a\r\n- b\n\nc", 2.0 / 4, false,
			func(c *c, l float64) { c.MaxBulletLines = l }, false},
		{maxEllipsisLines, "a... \u2028b…\n\nc..", 2.0 / 4, false,
			func(c *c, l float64) { c.MaxEllipsisLines = l }, false},
		{minAlphabeticWords, "a 1 é .", 2.0 / 4, true,
			func(c *c, l float64) { c.MinAlphabeticWords = l }, false},
		{minStopWords, "the of the", 2, true, func(c *c, l float64) { c.MinStopWords = int(l) }, true},
	})
}

func TestC4LimitsAreInclusive(t *testing.T) {
	type c = C4Quality
	off := func(x *c) { *x = c{} }
	checkBoundaries(t, c4Quality(), off, []boundary[c]{
		{minSentences, "One. Two!\nno mark", 3, true, func(c *c, l float64) { c.MinSentences = int(l) },
			true},
	})
	for _, x := range []struct {
		change       func(*c)
		before, want string
	}{
		{func(c *c) { c.MinWordsPerLine = 3 }, "a b\nc d e\nf g h i", "c d e\nf g h i"},
		{func(c *c) { c.MaxWordLength = 3 }, "ééé x\néééé x\n éé", "ééé x\néé"},
		{func(c *c) { c.TerminalPunctuation = true }, "a.\nb,\nc..\nd...\ne\"\n", "a.\nc..\ne\""},
		{func(c *c) { c.CutJavascript = true }, "JavaScript on\nx", "x"},
		{func(c *c) { c.CutPolicy = true }, "We use CooKies\nTerms  of use\nterms of Use\nx",
			"Terms  of use\nx"},
		{func(c *c) { c.RemoveCitations = true }, "a[1][٣]b[edit]c[Edit][]d[1 ][[2]\nx[citation needed]",
			"abc[Edit]d[1 ][\nx"},
		{func(*c) {}, " a \r\n\n\u0085 b [1] {\n", "a\n\n\nb [1] {"},
	} {
		v, _, after := open(t, c4Quality(), func(c *c) { off(c); x.change(c) }).judge(x.before)
		if v.Reason != "" || after != x.want {
			t.Errorf("%q becomes %q (%v), want %q", x.before, after, v, x.want)
		}
	}
}

func TestFineWebLimitsAreInclusive(t *testing.T) {
	type c = FineWebQuality
	off := func(x *c) { *x = c{MaxShortLines: 1, MaxDuplicateChars: 1, MaxLineFeeds: 100} }
	short := func(c *c, l float64) { c.MaxShortLines, c.ShortLineChars = l, 3 }
	checkBoundaries(t, finewebQuality(), off, []boundary[c]{
		{minPunctuatedLines, "a.\nb. \n \nc。", 2.0 / 3, true,
			func(c *c, l float64) { c.MinPunctuatedLines = l }, false},
		{maxShortLines, "ééé\néééé\n\nabcde", 1.0 / 3, false, short, false},
		{maxDuplicateChars, "éa\néa\n\nb", 2.0 / 5, false,
			func(c *c, l float64) { c.MaxDuplicateChars = l }, false},
		{maxLineFeeds, "a b\nc\n", 2.0 / 3, false, func(c *c, l float64) { c.MaxLineFeeds = l }, false},
	})
	keep := open(t, finewebQuality(), func(c *c) {
		off(c)
		c.MinPunctuatedLines, c.KeepUnpunctuated = 0.5, true
	})
	for text, want := range map[string]doc.Reason{"a\nb\nc": "", "a.\nb\nc": minPunctuatedLines} {
		if v, _, _ := keep.judge(text); v.Reason != want {
			t.Errorf("keep_unpunctuated: %q gives %q, want %q", text, v.Reason, want)
		}
	}
}

func TestSoftWordsBelowTheLimitStay(t *testing.T) {
	for limit, want := range map[int]doc.Reason{1: softWordLimit, 2: softWordLimit, 3: ""} {
		x := open(t, urlFilter(), func(c *URLFilter) { c.SoftWordLimit = limit })
		v, _, _ := x.judge("http://example.com/poker/news-poker?casino")
		if v.Reason != want || want != "" && (v.Value != 2 || v.Limit != float32(limit)) {
			t.Errorf("limit %d: %+v, want %q", limit, v, want)
		}
	}
}

func TestAShadowRowIsJudgedByEveryRule(t *testing.T) {
	x := open(t, gopherQuality(), nil)
	x.fill([]string{"- # …", strings.Repeat("the of with ordinary words ", 20)}, true)
	x.process()
	for i := range 2 {
		var seen []doc.Reason
		for _, j := range x.batch.Judgements() {
			if j.Place.Ordinal() == uint32(i) {
				seen = append(seen, j.Reason)
			}
		}
		want := len(x.shape.Reasons)
		if i == 0 {
			want -= 2 // no plain word, so no mean length
		}
		if len(seen) != want {
			t.Errorf("row %d was judged by %v", i, seen)
		}
	}
	if x.batch.Verdict(0).Reason != minWords || x.batch.Verdict(1).Reason != "" {
		t.Errorf("verdicts %v, %v", x.batch.Verdict(0), x.batch.Verdict(1))
	}
}

func TestC4GivesGhostsTheLinesThatStay(t *testing.T) {
	x := open(t, c4Quality(), nil)
	x.fill([]string{"One line is here.\ncut\nAnd { another {.\nA { third one."}, true)
	x.process()
	after := string(doc.Text.Of(x.batch).At(0))
	if want := "One line is here.\nAnd { another {.\nA { third one."; after != want {
		t.Errorf("the ghost's text is %q, want %q", after, want)
	}
	if n := len(x.batch.Judgements()); n != 2 { // the bracket once, the sentences
		t.Errorf("%d judgements: %v", n, x.batch.Judgements())
	}
	if v := x.batch.Verdict(0); v.Reason != curlyBracket {
		t.Errorf("verdict %v", v)
	}
}
