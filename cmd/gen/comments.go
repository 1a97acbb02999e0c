package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"

	"dataprep/configs"
)

// comments holds the doc comments of struct types, read folder by folder.
type comments struct {
	root    string
	types   map[string]comment // "stages/filter.C4Quality"
	fields  map[string]string  // "stages/filter.C4Quality.MinSentences"
	read    map[string]bool
	missing []error
}

// comment is what stands above a type, and the file it stands in.
type comment struct{ text, file string }

func newComments(root string) *comments {
	return &comments{root: root, types: map[string]comment{}, fields: map[string]string{},
		read: map[string]bool{}}
}

// load reads the sources of a folder, tests aside.
func (c *comments) load(dir string) error {
	if c.read[dir] {
		return nil
	}
	c.read[dir] = true
	list, err := os.ReadDir(filepath.Join(c.root, dir))
	if err != nil {
		return fmt.Errorf("read the comments of %s: %w", dir, err)
	}
	for _, e := range list {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		path := filepath.Join(c.root, dir, name)
		f, err := parser.ParseFile(token.NewFileSet(), path, nil,
			parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("read the comments of %s: %w", dir, err)
		}
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE {
				c.declaration(dir, name, g)
			}
		}
	}
	return nil
}

func (c *comments) declaration(dir, file string, g *ast.GenDecl) {
	for _, s := range g.Specs {
		spec := s.(*ast.TypeSpec)
		text := spec.Doc.Text()
		if text == "" && len(g.Specs) == 1 {
			text = g.Doc.Text()
		}
		key := dir + "." + spec.Name.Name
		c.types[key] = comment{text, dir + "/" + file}
		st, ok := spec.Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, f := range st.Fields.List {
			for _, n := range f.Names {
				c.fields[key+"."+n.Name] = f.Doc.Text()
			}
		}
	}
}

// structure returns the comment of a struct type; a missing one is noted.
func (c *comments) structure(dir, name string) comment {
	x := c.types[dir+"."+name]
	if strings.TrimSpace(x.text) == "" {
		c.missing = append(c.missing, fmt.Errorf("%s: the type %s has no comment", dir, name))
	}
	return x
}

// field returns the comment of an option.
func (c *comments) field(dir string, f configs.Field) string {
	text := c.fields[dir+"."+f.In+"."+f.Go]
	if strings.TrimSpace(text) == "" {
		c.missing = append(c.missing, fmt.Errorf("%s: the field %s of %s has no comment", dir,
			f.Go, f.In))
	}
	return text
}

func (c *comments) err() error { return errors.Join(c.missing...) }

// option is a parameter with its description.
type option struct {
	configs.Field
	doc     string // plain text, paragraphs apart by a blank line
	options []option
}

// options describes the parameters of a config struct that is declared in dir.
func (c *comments) options(dir string, fields []configs.Field) ([]option, error) {
	if err := c.load(dir); err != nil {
		return nil, err
	}
	var list []option
	for _, f := range fields {
		inner, err := c.options(dir, f.Fields)
		if err != nil {
			return nil, err
		}
		list = append(list, option{f, sayOption(c.field(dir, f), f), inner})
	}
	return list, nil
}

// sayOption lets a comment speak of the option where it speaks of the Go field.
func sayOption(text string, f configs.Field) string {
	rest, ok := strings.CutPrefix(text, f.Go+" ")
	verb, _, _ := strings.Cut(rest, " ")
	switch verb {
	case "is", "are", "says", "holds", "names", "tells", "gives", "counts":
		if ok {
			text = f.Name + " " + rest
		}
	}
	return paragraphs(text)
}

// paragraphs joins the lines of each paragraph.
func paragraphs(text string) string {
	var out []string
	for _, p := range strings.Split(strings.TrimSpace(text), "\n\n") {
		out = append(out, strings.Join(strings.Fields(p), " "))
	}
	return strings.Join(out, "\n\n")
}
