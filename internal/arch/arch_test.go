// Package arch is the house test: floors, doors, sizes, names, state. It reads docs/architecture.md
// for the floors and the source for the rest, and fails on an upward import, a cycle, an init(), a
// package-level variable that is or could be written, a forbidden name or an oversized file,
// function or package. Each rule is a function from sources to complaints, so that detect_test.go
// can show on small synthetic sources that it fires. Test files count for sizes and names alone.
package arch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func complain(t *testing.T, bad []string) {
	t.Helper()
	for _, b := range bad {
		t.Error(b)
	}
}

func table(t *testing.T) map[string]floor {
	t.Helper()
	f, err := os.Open(filepath.Join(root, "docs/architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	table, err := readFloors(f)
	if err != nil || len(table) < 10 {
		t.Fatalf("docs/architecture.md holds %d rows of floors: %v", len(table), err)
	}
	return table
}

func TestImportsPointDown(t *testing.T) {
	all, table := sources(t), table(t)
	complain(t, upward(table))
	complain(t, forbidden(table, all))
	if c := cycle(edges(all)); c != nil {
		t.Errorf("import cycle: %s", strings.Join(c, " → "))
	}
}

func TestTheTableIsTheTree(t *testing.T) { complain(t, absent(table(t), sources(t))) }

func TestProgramsDoNotImportTestKits(t *testing.T) { complain(t, kits(sources(t))) }

func TestHeavyDependenciesHaveOneDoor(t *testing.T) { complain(t, sideDoors(sources(t))) }

func TestNoInitAndNoWrittenPackageState(t *testing.T) { complain(t, state(sources(t))) }

func TestFilesAndNamesStayWithinTheWalls(t *testing.T) {
	all := sources(t)
	complain(t, names(all))
	complain(t, sizes(all))
	if m := median(all); m > medianAim {
		t.Errorf("the median file has %d lines, %d is the aim", m, medianAim)
	}
}
