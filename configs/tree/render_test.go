package tree

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
)

func TestNothingHostileReachesTheTerminal(t *testing.T) {
	hostile := "\x1b[31m\x07\x9b\u202e\u2066\u200b\u200e\ufeff\u0085\r\x7f\xff"
	ds := &Diagnostics{}
	ds.sources = append(ds.sources, &source{name: hostile, lines: []string{"a" + hostile + "\tb"}})
	ds.Add(Diagnostic{Code: "DP100", Message: hostile + "\nx", File: hostile, Line: 1, Col: 2, Len: 5,
		Hint: hostile, Allowed: []string{hostile}})
	for _, r := range ds.String() {
		if r != '\n' && r != unicode.ReplacementChar && !unicode.IsPrint(r) {
			t.Errorf("%U was written", r)
		}
	}
	if n := strings.Count(ds.String(), "\n"); n != 7 {
		t.Errorf("%d lines:\n%s", n, ds)
	}
	js, err := ds.JSON()
	if err != nil || !json.Valid(js) || strings.ContainsAny(string(js), "\x1b\x07\r\x7f") {
		t.Errorf("%s %v", js, err)
	}
}

func TestMarksStandUnderWhatTheyMean(t *testing.T) {
	for _, tc := range []struct {
		line       string
		col, n     int
		off, width int
	}{
		{"abc", 2, 1, 1, 1}, {"日本x", 3, 1, 4, 1}, {"日本x", 1, 2, 0, 4}, {"\ta", 2, 1, 4, 1},
		{"ab\ta", 4, 1, 4, 1}, {"e\u0301x", 3, 1, 1, 1}, {"😀x", 2, 1, 2, 1}, {"👍🏽x", 3, 1, 2, 1},
		{"👨‍👩‍👧x", 6, 1, 2, 1}, {"ab", 9, 3, 2, 1}, {"", 1, 1, 0, 1}, {"\x1bx", 2, 1, 6, 1},
		{strings.Repeat("a", 300) + "bc", 301, 2, 51, 2}, {strings.Repeat("あ", 300) + "bc", 301, 2, 51, 2},
	} {
		if _, off, width := excerpt(tc.line, tc.col, tc.n); off != tc.off || width != tc.width {
			t.Errorf("%.20q at %d: offset %d width %d, want %d %d", tc.line, tc.col, off, width,
				tc.off, tc.width)
		}
	}
}
