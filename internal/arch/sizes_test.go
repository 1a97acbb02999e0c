package arch

import (
	"fmt"
	"go/ast"
	"maps"
	"slices"
	"strings"
)

// The walls of house.md §8.
const (
	fileWall    = 800
	funcWall    = 150
	packageWall = 3000
	medianAim   = 150
)

// catalogs may hold one file per entry without limit: there the flat list is the index.
var catalogs = [...]string{"stages/filter", "pii/scan", "cmd/cli"}

// badNames are words that say nothing of what a folder is for.
var badNames = [...]string{
	"util", "utils", "common", "helpers", "helper", "types", "base", "manager", "lib", "misc",
}

// names reports folders whose name says nothing.
func names(all []source) (bad []string) {
	for _, s := range all {
		for part := range strings.SplitSeq(s.pkg, "/") {
			if slices.Contains(badNames[:], part) {
				bad = append(bad, fmt.Sprintf("%s: %q is no name for a room", s.path, part))
			}
		}
	}
	return bad
}

// sizes reports files, functions and packages beyond their walls.
func sizes(all []source) (bad []string) {
	total := map[string]int{}
	for _, s := range all {
		if s.lines > fileWall {
			bad = append(bad, fmt.Sprintf("%s has %d lines, the wall is %d", s.path, s.lines, fileWall))
		}
		if !s.test {
			total[s.pkg] += s.lines
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := s.fset.Position(f.End()).Line - s.fset.Position(f.Pos()).Line + 1; n > funcWall {
				bad = append(bad, fmt.Sprintf("%s: %s has %d lines, the wall is %d",
					s.at(f), f.Name.Name, n, funcWall))
			}
		}
	}
	for _, pkg := range slices.Sorted(maps.Keys(total)) {
		if n := total[pkg]; n > packageWall && !slices.Contains(catalogs[:], pkg) {
			bad = append(bad, fmt.Sprintf("%s has %d lines, the wall is %d", pkg, n, packageWall))
		}
	}
	return bad
}

// median is the size of the middle file; tests do not count.
func median(all []source) int {
	var lines []int
	for _, s := range all {
		if !s.test {
			lines = append(lines, s.lines)
		}
	}
	slices.Sort(lines)
	return lines[len(lines)/2]
}
