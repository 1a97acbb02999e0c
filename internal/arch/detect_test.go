package arch

import (
	"slices"
	"strings"
	"testing"
)

// tree makes sources of texts: path → text.
func tree(t *testing.T, files map[string]string) (all []source) {
	t.Helper()
	for path, text := range files {
		s, err := parse(path, []byte(text))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b source) int { return strings.Compare(a.path, b.path) })
	return all
}

// expect holds complaints against the beginnings or middles they must have, in any order.
func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d complaints, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
	for _, w := range want {
		if !slices.ContainsFunc(got, func(g string) bool { return strings.Contains(g, w) }) {
			t.Errorf("nothing complains of %q:\n%s", w, strings.Join(got, "\n"))
		}
	}
}

const smallTable = "| floor | package | may import |\n|---|---|---|\n" +
	"| 1 | `internal/a` `internal/kit` | |\n| 2 | `b` `c` | `internal/*` |\n| 3 | `d` | `b` `c` `b/*` |\n"

func small(t *testing.T, text string) map[string]floor {
	t.Helper()
	table, err := readFloors(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestAnImportOutsideTheTableIsFound(t *testing.T) {
	all := tree(t, map[string]string{
		"internal/a/a.go": "package a\nimport _ \"dataprep/b\"\n",
		"b/b.go":          "package b\nimport _ \"dataprep/internal/a\"\nimport _ \"dataprep/c\"\n",
		"c/c.go":          "package c\nimport _ \"fmt\"\n",
		"d/d.go":          "package d\nimport (\n_ \"dataprep/b\"\n_ \"dataprep/b/deep\"\n)\n",
		"d/d_test.go":     "package d\nimport _ \"dataprep/internal/a\"\n",
		"lost/l.go":       "package lost\nimport _ \"dataprep/c\"\n",
	})
	expect(t, forbidden(small(t, smallTable), all),
		"internal/a/a.go imports b", "b/b.go imports c", "lost/l.go imports c")
}

func TestATableThatPointsUpIsFound(t *testing.T) {
	expect(t, upward(small(t, smallTable)))
	expect(t, upward(small(t, strings.Replace(smallTable, "`internal/kit` | |",
		"`internal/kit` | `d` `internal/*` |", 1))),
		"internal/a (floor 1) import d (floor 3)", "internal/kit (floor 1) import d (floor 3)")
	if _, err := readFloors(strings.NewReader(smallTable + "| 2 | `b` | |\n")); err == nil {
		t.Error("a package with two rows is taken")
	}
}

func TestATableThatIsNotTheTreeIsFound(t *testing.T) {
	all := tree(t, map[string]string{
		"internal/a/a.go": "package a\n", "internal/kit/k.go": "package kit\n", "b/b.go": "package b\n",
		"d/d.go": "package d\n", "fresh/f.go": "package fresh\n", "checks/c_test.go": "package checks\n",
	})
	expect(t, absent(small(t, smallTable), all), "fresh has no row", "holds c, which does not exist")
}

func TestACycleIsFoundAndNamed(t *testing.T) {
	text := func(name, dep string) string { return "package " + name + "\nimport _ \"dataprep/" + dep + "\"\n" }
	files := map[string]string{"a/a.go": text("a", "b"), "b/b.go": text("b", "c"), "c/c.go": text("c", "d")}
	if c := cycle(edges(tree(t, files))); c != nil {
		t.Fatalf("found %v where there is none", c)
	}
	files["c/c_test.go"] = text("c", "a") // a test may look at who imports it
	if c := cycle(edges(tree(t, files))); c != nil {
		t.Fatalf("a test made the cycle %v", c)
	}
	files["c/more.go"] = text("c", "a")
	if c := cycle(edges(tree(t, files))); strings.Join(c, " ") != "a b c a" {
		t.Fatalf("found %v", c)
	}
}

func TestAProgramThatImportsATestKitIsFound(t *testing.T) {
	kit := "package kit\nimport \"testing\"\nvar _ = testing.Short\n"
	use := "package b\nimport _ \"dataprep/internal/kit\"\n"
	expect(t, kits(tree(t, map[string]string{"internal/kit/k.go": kit, "b/b_test.go": use})))
	expect(t, kits(tree(t, map[string]string{"internal/kit/k.go": kit, "b/b.go": use})),
		"b/b.go imports the test kit internal/kit")
}

func TestASideDoorIsFound(t *testing.T) {
	use := "package p\nimport _ \"github.com/nats-io/nats.go/jetstream\"\n"
	expect(t, sideDoors(tree(t, map[string]string{
		"workers/fleet/f.go": use, "workers/engine/e.go": use, "workers/engine/e_test.go": use,
	})), "workers/engine/e.go imports github.com/nats-io")
}

func TestBadNamesAndSizesAreFound(t *testing.T) {
	long := "package p\nfunc f() {\n" + strings.Repeat("\n", funcWall) + "}\n"
	expect(t, names(tree(t, map[string]string{
		"stages/util/u.go": "package util\n", "stages/utility/u.go": "package utility\n",
		"common/c_test.go": "package common\n",
	})), `stages/util/u.go: "util"`, `common/c_test.go: "common"`)
	expect(t, sizes(tree(t, map[string]string{
		"p/exact.go": "package p\n" + strings.Repeat("\n", fileWall-1),
		"p/over.go":  "package p\n" + strings.Repeat("\n", fileWall),
		"p/f.go":     long,
	})), "p/over.go has 801 lines", "p/f.go:2: f has 152 lines")
	files := map[string]string{}
	for _, pkg := range []string{"p/", "pii/scan/"} {
		for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
			files[pkg+name+".go"] = "package p\n" + strings.Repeat("\n", 599)
			files[pkg+name+"_test.go"] = "package p\n" + strings.Repeat("\n", 700)
		}
	}
	expect(t, sizes(tree(t, files)), "p has 3600 lines")
}
