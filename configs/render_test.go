package configs

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
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

func TestJSONHoldsEveryField(t *testing.T) {
	_, ds := checkFile("p.yaml", []byte("version: 1\nnmae: x\n"), testOptions())
	b, err := ds.JSON()
	var got []Diagnostic
	if err != nil || json.Unmarshal(b, &got) != nil {
		t.Fatal(string(b), err)
	}
	if len(got) != len(ds.All()) || ds.Err() == nil {
		t.Errorf("%d of %d", len(got), len(ds.All()))
	}
	for _, x := range got {
		if x.Code == "DP104" && (x.Line != 2 || x.Col != 1 || x.Len != 4 || x.Severity != Error ||
			x.Hint != `did you mean "name"?` || x.File != "p.yaml" || len(x.Allowed) == 0) {
			t.Errorf("%+v", x)
		}
	}
	none := &Diagnostics{}
	if b, err = none.JSON(); string(b) != "[]" || err != nil || none.String() != "" || none.Err() != nil {
		t.Errorf("%s %v", b, err)
	}
}

func TestEveryCodeInUseIsInTheTable(t *testing.T) {
	known := map[string]bool{}
	last := ""
	for _, c := range Codes() {
		if c.ID <= last || c.Meaning == "" {
			t.Errorf("%s is out of order or without meaning", c.ID)
		}
		last = c.ID
		known[c.ID] = true
	}
	used := map[string]bool{}
	files, _ := filepath.Glob("*.go")
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") || file == "codes.go" {
			continue
		}
		for _, id := range regexp.MustCompile(`"DP\d+"`).FindAllString(string(src), -1) {
			id = strings.Trim(id, `"`)
			used[id] = true
			if !known[id] {
				t.Errorf("%s uses %s", file, id)
			}
		}
	}
	for id := range known {
		if !used[id] && id != "DP112" && id != "DP130" && id != "DP131" && id != "DP201" { // raised elsewhere
			t.Errorf("%s is never used", id)
		}
	}
}

func TestNearestFindsSlips(t *testing.T) {
	names := []string{"min_words", "max_words", "pii", "language", "minhash"}
	for in, want := range map[string]string{"min_word": "min_words", "mni_words": "min_words",
		"Min-Words": "min_words", "pi": "pii", "xyz": "", "": "", "langauge": "language",
		"minhsh": "minhash", "p": "", strings.Repeat("a", 9999): "", "mañ_words": "max_words"} {
		if got := Nearest(in, names); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
