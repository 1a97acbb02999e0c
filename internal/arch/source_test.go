package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const (
	root   = "../.."
	module = "dataprep"
)

// source is one Go file of the module.
type source struct {
	path  string // slash-separated, from the root
	pkg   string // folder
	file  *ast.File
	fset  *token.FileSet
	test  bool
	lines int
}

// parse reads one file as if it lay at path.
func parse(path string, raw []byte) (source, error) {
	s := source{
		path: path, pkg: filepath.ToSlash(filepath.Dir(path)), fset: token.NewFileSet(),
		test: strings.HasSuffix(path, "_test.go"), lines: strings.Count(string(raw), "\n"),
	}
	var err error
	s.file, err = parser.ParseFile(s.fset, path, raw, parser.ParseComments)
	return s, err
}

// sources reads the tree; what lies under testdata or is built by hand only is no part of it.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != root && foreign(filepath.ToSlash(path), name) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		raw, err := os.ReadFile(path)
		if err != nil || strings.HasPrefix(string(raw), "//go:build ignore") {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		s, err := parse(filepath.ToSlash(rel), raw)
		all = append(all, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// foreign says whether a folder holds no source of ours: hidden ones, output, test data. The package
// that finds test data is called like it.
func foreign(path, name string) bool {
	return strings.HasPrefix(name, ".") || name == "out" ||
		name == "testdata" && path != root+"/internal/testdata"
}

// imports lists the paths a file imports.
func (s source) imports() (paths []string) {
	for _, imp := range s.file.Imports {
		if path, err := strconv.Unquote(imp.Path.Value); err == nil {
			paths = append(paths, path)
		}
	}
	return paths
}

// at names a place as path:line.
func (s source) at(n ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.fset.Position(n.Pos()).Line)
}
