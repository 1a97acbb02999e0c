// Package arch is the house test: floors, doors, sizes, names. It reads docs/architecture.md for
// the floors and the source for the rest, and fails the tests on an upward import, a cycle, an
// init(), a written package-level variable, a forbidden name or an oversized file.
package arch

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
)

const (
	root     = "../.."
	module   = "dataprep"
	fileWall = 800
)

// source is one Go file of the module.
type source struct {
	path string // slash-separated, from the root
	pkg  string // folder
	file *ast.File
	fset *token.FileSet
	test bool
	size int
}

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "out") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, raw, parser.ParseComments)
		if err != nil {
			return err
		}
		if strings.HasPrefix(string(raw), "//go:build ignore") {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		all = append(all, source{
			path: rel, pkg: filepath.ToSlash(filepath.Dir(rel)), file: f, fset: fset,
			test: strings.HasSuffix(name, "_test.go"), size: strings.Count(string(raw), "\n"),
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// floors reads the table of docs/architecture.md: rows `| floor | package | may import |`.
func floors(t *testing.T) map[string][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(root, "docs/architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	table := map[string][]string{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		cells := strings.Split(lines.Text(), "|")
		if len(cells) != 5 || !strings.Contains(cells[2], "`") {
			continue
		}
		for _, pkg := range quotedWords(cells[2]) {
			table[pkg] = quotedWords(cells[3])
		}
	}
	if len(table) < 10 {
		t.Fatalf("docs/architecture.md holds %d rows of floors", len(table))
	}
	return table
}

func quotedWords(cell string) (words []string) {
	for i, part := range strings.Split(cell, "`") {
		if i%2 == 1 {
			words = append(words, part)
		}
	}
	return words
}

// allowed says whether pkg may import dep; the most specific row of the table counts.
func allowed(table map[string][]string, pkg, dep string) bool {
	best, rule := "", []string(nil)
	for row, may := range table {
		if matches(row, pkg) && len(row) > len(best) {
			best, rule = row, may
		}
	}
	if best == "" {
		return false
	}
	return slices.ContainsFunc(rule, func(m string) bool { return matches(m, dep) })
}

// matches: "a/b" is that package, "a/*" the packages below a.
func matches(pattern, pkg string) bool {
	if below, ok := strings.CutSuffix(pattern, "/*"); ok {
		return strings.HasPrefix(pkg, below+"/")
	}
	return pattern == pkg
}

func TestImportsPointDown(t *testing.T) {
	table := floors(t)
	edges := map[string]map[string]bool{}
	for _, s := range sources(t) {
		for _, imp := range s.file.Imports {
			path, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			dep, ours := strings.CutPrefix(path, module+"/")
			if !ours || s.test || dep == s.pkg {
				continue
			}
			if edges[s.pkg] == nil {
				edges[s.pkg] = map[string]bool{}
			}
			edges[s.pkg][dep] = true
			if !allowed(table, s.pkg, dep) {
				t.Errorf("%s imports %s: not in the floors table of docs/architecture.md", s.path, dep)
			}
		}
	}
	if cycle := findCycle(edges); cycle != nil {
		t.Errorf("import cycle: %s", strings.Join(cycle, " → "))
	}
}

func findCycle(edges map[string]map[string]bool) []string {
	const busy, done = 1, 2
	state := map[string]int{}
	var path, found []string
	var visit func(string)
	visit = func(p string) {
		state[p] = busy
		path = append(path, p)
		for d := range edges[p] {
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
	for p := range edges {
		if state[p] == 0 && found == nil {
			visit(p)
		}
	}
	return found
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
	{"github.com/goccy/go-yaml", []string{"configs"}},
	{"github.com/spf13/cobra", []string{"cmd/cli"}},
	{"github.com/vbauerster/mpb", []string{"cmd/cli"}},
	{"github.com/markusmobius/go-trafilatura", []string{"internal/html/maincontent"}},
	{"github.com/abadojack/whatlanggo", []string{"stages/language"}},
}

func TestHeavyDependenciesHaveOneDoor(t *testing.T) {
	for _, s := range sources(t) {
		for _, imp := range s.file.Imports {
			path, _ := strconv.Unquote(imp.Path.Value)
			for _, d := range doors {
				if strings.HasPrefix(path, d.dep) && !s.test && !slices.Contains(d.pkgs, s.pkg) {
					t.Errorf("%s imports %s, whose door is %v", s.path, path, d.pkgs)
				}
			}
		}
	}
}

func TestNoInitAndNoWrittenPackageState(t *testing.T) {
	byPkg := map[string][]source{}
	for _, s := range sources(t) {
		if !s.test {
			byPkg[s.pkg] = append(byPkg[s.pkg], s)
		}
	}
	for _, files := range byPkg {
		vars := map[string]bool{}
		for _, s := range files {
			for _, d := range s.file.Decls {
				switch d := d.(type) {
				case *ast.FuncDecl:
					if d.Recv == nil && d.Name.Name == "init" {
						t.Errorf("%s has an init()", s.path)
					}
				case *ast.GenDecl:
					if d.Tok != token.VAR {
						continue
					}
					for _, spec := range d.Specs {
						for _, n := range spec.(*ast.ValueSpec).Names {
							vars[n.Name] = true
						}
					}
				}
			}
		}
		for _, s := range files {
			writes(t, s, vars)
		}
	}
}

// writes reports assignments to package-level variables that no local name shadows.
func writes(t *testing.T, s source, vars map[string]bool) {
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			a, ok := n.(*ast.AssignStmt)
			if !ok || a.Tok == token.DEFINE {
				return true
			}
			for _, lhs := range a.Lhs {
				if id := rootIdent(lhs); id != nil && vars[id.Name] && id.Obj != nil && id.Obj.Kind == ast.Var {
					if _, global := id.Obj.Decl.(*ast.ValueSpec); global && declaredAtTop(s, id) {
						t.Errorf("%s:%d writes the package-level variable %s",
							s.path, s.fset.Position(a.Pos()).Line, id.Name)
					}
				}
			}
			return true
		})
	}
}

func rootIdent(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		default:
			return nil
		}
	}
}

func declaredAtTop(s source, id *ast.Ident) bool {
	for _, d := range s.file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR && g.Pos() <= id.Obj.Pos() && id.Obj.Pos() < g.End() {
			return true
		}
	}
	return false
}

func TestFilesAndNamesStayWithinTheWalls(t *testing.T) {
	var sizes []int
	for _, s := range sources(t) {
		if s.size > fileWall {
			t.Errorf("%s has %d lines, the wall is %d", s.path, s.size, fileWall)
		}
		for _, part := range strings.Split(s.pkg, "/") {
			switch part {
			case "util", "utils", "common", "helpers", "helper", "types", "base", "manager", "lib", "misc":
				t.Errorf("%s: %q is no name for a room", s.path, part)
			}
		}
		if !s.test {
			sizes = append(sizes, s.size)
		}
	}
	sort.Ints(sizes)
	if median := sizes[len(sizes)/2]; median > 150 {
		t.Errorf("the median file has %d lines, 150 is the aim", median)
	}
}
