package arch

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// floor is one package of the table of docs/architecture.md.
type floor struct {
	level string   // "1", "2a": arrows never point to a greater one
	may   []string // patterns of packages
}

// readFloors reads the table: rows `| floor | packages | may import |`.
func readFloors(r io.Reader) (map[string]floor, error) {
	table := map[string]floor{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		cells := strings.Split(lines.Text(), "|")
		if len(cells) != 5 || !strings.Contains(cells[2], "`") {
			continue
		}
		for _, pkg := range quotedWords(cells[2]) {
			if _, twice := table[pkg]; twice {
				return nil, fmt.Errorf("the table holds %s twice", pkg)
			}
			table[pkg] = floor{strings.TrimSpace(cells[1]), quotedWords(cells[3])}
		}
	}
	return table, lines.Err()
}

func quotedWords(cell string) (words []string) {
	for i, part := range strings.Split(cell, "`") {
		if i%2 == 1 {
			words = append(words, part)
		}
	}
	return words
}

// matches: "a/b" is that package, "a/*" the packages below a.
func matches(pattern, pkg string) bool {
	if below, ok := strings.CutSuffix(pattern, "/*"); ok {
		return strings.HasPrefix(pkg, below+"/")
	}
	return pattern == pkg
}

// upward reports table rows that allow an import of a higher floor: a table that may not rot must
// itself be right.
func upward(table map[string]floor) (bad []string) {
	for _, pkg := range slices.Sorted(maps.Keys(table)) {
		for _, pattern := range table[pkg].may {
			for _, dep := range slices.Sorted(maps.Keys(table)) {
				if matches(pattern, dep) && table[dep].level > table[pkg].level {
					bad = append(bad, fmt.Sprintf("the table lets %s (floor %s) import %s (floor %s)",
						pkg, table[pkg].level, dep, table[dep].level))
				}
			}
		}
	}
	return bad
}

// absent reports packages without a row and rows without a package. Folders that hold tests alone
// have no floor.
func absent(table map[string]floor, all []source) (bad []string) {
	real := map[string]bool{}
	for _, s := range all {
		real[s.pkg] = real[s.pkg] || !s.test
	}
	for _, pkg := range slices.Sorted(maps.Keys(real)) {
		if _, ok := table[pkg]; !ok && real[pkg] {
			bad = append(bad, pkg+" has no row in the floors table")
		}
	}
	for _, pkg := range slices.Sorted(maps.Keys(table)) {
		if _, there := real[pkg]; !there {
			bad = append(bad, "the floors table holds "+pkg+", which does not exist")
		}
	}
	return bad
}

// edges are the imports between our packages that count: those of files that are not tests.
func edges(all []source) map[string]map[string]string {
	found := map[string]map[string]string{}
	for _, s := range all {
		for _, path := range s.imports() {
			dep, ours := strings.CutPrefix(path, module+"/")
			if !ours || s.test || dep == s.pkg {
				continue
			}
			if found[s.pkg] == nil {
				found[s.pkg] = map[string]string{}
			}
			found[s.pkg][dep] = s.path
		}
	}
	return found
}

// forbidden reports imports that the table does not allow.
func forbidden(table map[string]floor, all []source) (bad []string) {
	graph := edges(all)
	for _, pkg := range slices.Sorted(maps.Keys(graph)) {
		for _, dep := range slices.Sorted(maps.Keys(graph[pkg])) {
			if !slices.ContainsFunc(table[pkg].may, func(m string) bool { return matches(m, dep) }) {
				bad = append(bad, graph[pkg][dep]+" imports "+dep+": not in the floors table")
			}
		}
	}
	return bad
}

// cycle returns a round trip through the imports, nil when there is none.
func cycle(graph map[string]map[string]string) []string {
	const busy, done = 1, 2
	state := map[string]int{}
	var path, found []string
	var visit func(string)
	visit = func(p string) {
		state[p] = busy
		path = append(path, p)
		for _, d := range slices.Sorted(maps.Keys(graph[p])) {
			switch {
			case found != nil || state[d] == done:
			case state[d] == busy:
				found = append(slices.Clone(path[slices.Index(path, d):]), d)
			default:
				visit(d)
			}
		}
		path, state[p] = path[:len(path)-1], done
	}
	for _, p := range slices.Sorted(maps.Keys(graph)) {
		if state[p] == 0 && found == nil {
			visit(p)
		}
	}
	return found
}

// kits are the packages that tests alone may import: they themselves import testing.
func kits(all []source) (bad []string) {
	kit := map[string]bool{}
	for _, s := range all {
		if !s.test && slices.Contains(s.imports(), "testing") {
			kit[s.pkg] = true
		}
	}
	graph := edges(all)
	for _, pkg := range slices.Sorted(maps.Keys(graph)) {
		for _, dep := range slices.Sorted(maps.Keys(graph[pkg])) {
			if kit[dep] && !kit[pkg] {
				bad = append(bad, graph[pkg][dep]+" imports the test kit "+dep)
			}
		}
	}
	return bad
}

// doors names the only packages that may import a heavy dependency.
var doors = [...]struct {
	dep  string
	pkgs []string
}{
	{"github.com/nats-io/", []string{"workers/fleet"}},
	{"github.com/ekzhu/minhash-lsh", []string{"dedup/lsh"}},
	{"github.com/apache/arrow/", []string{"stages/frames"}},
	{"github.com/parquet-go/parquet-go", []string{"stages/source", "stages/sink"}},
	{"github.com/goccy/go-yaml", []string{"configs/tree"}},
	{"github.com/spf13/cobra", []string{"cmd/cli"}},
	{"github.com/vbauerster/mpb", []string{"cmd/cli"}},
	{"github.com/markusmobius/go-trafilatura", []string{"internal/html/maincontent"}},
	{"github.com/abadojack/whatlanggo", []string{"stages/language"}},
}

// sideDoors reports heavy dependencies that come in elsewhere.
func sideDoors(all []source) (bad []string) {
	for _, s := range all {
		for _, path := range s.imports() {
			for _, d := range doors {
				if strings.HasPrefix(path, d.dep) && !s.test && !slices.Contains(d.pkgs, s.pkg) {
					bad = append(bad, fmt.Sprintf("%s imports %s, whose door is %v", s.path, path, d.pkgs))
				}
			}
		}
	}
	return bad
}
