package configs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"dataprep/configs/tree"
)

// FuzzParse holds for every text: no panic, each problem lies within the file, the rendering is
// printable, the answer is the same twice, and each plain one-line scalar stands where it says.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src, "stages.language.keep=[a]")
	}
	f.Add([]byte(goodFile), "vars.x={a: [1, ~]}")
	f.Add([]byte("a: 1\n\n\n  - b # c\nd: >-\n  x\n\n  y\ne: 'x\n  y'\n"), "e=${a}")
	f.Fuzz(func(t *testing.T, src []byte, set string) {
		if len(src) > 20_000 {
			return
		}
		file, ds := checkFile("f.yaml", src, testOptions(set))
		_, again := checkFile("f.yaml", src, testOptions(set))
		text := ds.String()
		if text != again.String() {
			t.Error("two answers")
		}
		for _, r := range text {
			if r != '\n' && r != '\u200d' && r != unicode.ReplacementChar && !unicode.IsPrint(r) {
				t.Errorf("%U is written", r)
			}
		}
		for _, x := range ds.All() {
			lines := ds.Lines(x.File)
			if x.Line == 0 && x.Code == "DP100" {
				continue
			}
			if x.Line < 1 || x.Line > len(lines) || x.Col < 1 || x.Len < 1 ||
				x.Col > len([]rune(lines[x.Line-1]))+1 {
				t.Errorf("outside the file: %+v", x)
			}
		}
		if file == nil && !ds.HasErrors() {
			t.Error("nothing and no reason")
		}
		plain := &Diagnostics{}
		if n := tree.Parse("f.yaml", src, plain); n != nil {
			inPlace(t, plain.Lines("f.yaml"), n)
		}
	})
}

func inPlace(t *testing.T, lines []string, n *Node) {
	line := from(lines, n.Pos.Line, 1) // behind a tab the lexer's columns drift
	if n.Kind == Scalar && !n.Quoted && !strings.ContainsAny(n.Raw, "\n ") &&
		!strings.Contains(line, "\t") &&
		!strings.HasPrefix(from(lines, n.Pos.Line, n.Pos.Col), n.Raw) {
		t.Errorf("%q is not at %d:%d", n.Raw, n.Pos.Line, n.Pos.Col)
	}
	for _, it := range n.Items {
		inPlace(t, lines, it)
	}
	for _, k := range n.Keys {
		inPlace(t, lines, k.Value)
	}
}

// from is the text of a line from a rune on, or "".
func from(lines []string, line, col int) string {
	if line < 1 || line > len(lines) {
		return ""
	}
	for i := range lines[line-1] {
		if col--; col == 0 {
			return lines[line-1][i:]
		}
	}
	return ""
}
