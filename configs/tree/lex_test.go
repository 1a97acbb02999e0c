package tree

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fill repeats a unit to the size of the largest file.
func fill(head, unit, tail string) string {
	return head + strings.Repeat(unit, (maxFile-len(head)-len(tail))/len(unit)) + tail
}

// That bound is all that keeps the lexer's memory within bounds.
func TestNoTextHasMoreTokensThanMayBegin(t *testing.T) {
	texts := map[string]string{}
	files, err := filepath.Glob("../testdata/bad/*.yaml")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d bad files: %v", len(files), err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts[file] = string(b)
	}
	for _, head := range []string{"", "a: [", "a: {", "a:\n", "- ", "a: |\n "} {
		for _, unit := range []string{"[", "{a: ", "- ", "-\n", "a,", "{a},", "? ", "a: 1\n", "&a ",
			"!a ", ",", "${a},", `"a",`, "'a' ", "*a,", "#\n", "a # b\n", "- |\n a\n", "- >\n", "<<: a\n",
			"---\n", "...\n", "a\n", "a:b,", "a:,", "%a\n", "a\n\n", "--- a\n", "&a *b\n", "| a\n"} {
			texts[head+unit] = head + strings.Repeat(unit, 100)
		}
	}
	for name, text := range texts {
		most := 2
		for i := range len(text) {
			if mayBegin(text, i) {
				most += 2
			}
		}
		if n := len(scan(text)); n > most {
			t.Errorf("%q: %d tokens, at most %d were foreseen", name, n, most)
		}
	}
}

func TestLexStopsSoonAfterItKnows(t *testing.T) {
	for _, tc := range []struct {
		text     string
		min, max int
	}{
		{fill("", "[", ""), 100, firstTry}, {fill("", "&a ", ""), 2000, firstTry},
		{fill("a: 1\n", "#\n", ""), maxTokens, maxTokens * 3 / 2},
		{fill("a: [", "a,", "]"), maxTokens, maxTokens * 3 / 2},
		{fill(`a: "`+strings.Repeat("x", maxFile/2)+`"`+"\nb: [", "a,", "]"), maxTokens,
			maxTokens * 3 / 2},
		{fill("a: [", "letter, ", "]"), maxFile/4 - 20, maxTokens},
	} {
		src := &source{name: "p.yaml", lines: strings.Split(tc.text, "\n")}
		if n := len(lex(tc.text, src)); n < tc.min || n > tc.max {
			t.Errorf("%.20q: %d tokens, want %d to %d", tc.text, n, tc.min, tc.max)
		}
	}
}

func TestPathsAreWrittenAsPeopleWriteThem(t *testing.T) {
	var root *Path
	for want, p := range map[string]*Path{
		"": root, "a": root.Key("a"), "[2]": root.Item(2), "stages[3].minhash.bands": root.
			Key("stages").Item(3).Key("minhash").Key("bands"), "a[0][1].b": root.Key("a").Item(0).
			Item(1).Key("b"),
	} {
		if got := p.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
