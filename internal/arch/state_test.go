package arch

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// Package-level state. Variables may be sentinel errors, embedded files and tables that nothing
// writes after their literal. Names are resolved by hand: the parser knows the locals of a file, and
// what it leaves open is a package-level name of another file of the package.

// globals are the package-level variables of one package with the files they are declared in.
type globals map[string]*ast.ValueSpec

// state reports init functions and package-level variables that are written, or could be.
func state(all []source) (bad []string) {
	byPkg := map[string][]source{}
	for _, s := range all {
		if !s.test {
			byPkg[s.pkg] = append(byPkg[s.pkg], s)
		}
	}
	for _, pkg := range slices.Sorted(maps.Keys(byPkg)) {
		vars := globals{}
		for _, s := range byPkg[pkg] {
			bad = append(bad, vars.declare(s)...)
		}
		for _, s := range byPkg[pkg] {
			bad = append(bad, vars.written(s)...)
		}
	}
	return bad
}

// declare collects the variables of a file and reports those that only make sense when written.
func (g globals) declare(s source) (bad []string) {
	for _, d := range s.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name == "init" {
				bad = append(bad, s.at(d)+" has an init()")
			}
		case *ast.GenDecl:
			if d.Tok != token.VAR {
				continue
			}
			for _, spec := range d.Specs {
				v := spec.(*ast.ValueSpec)
				for _, n := range v.Names {
					if n.Name != "_" {
						g[n.Name] = v
						bad = append(bad, s.suspect(d, v, n.Name)...)
					}
				}
			}
		}
	}
	return bad
}

// suspect reports a declaration that holds mutable state by its type or by what makes it.
func (s source) suspect(d *ast.GenDecl, v *ast.ValueSpec, name string) (bad []string) {
	if len(v.Values) == 0 && !embedded(d.Doc) && !embedded(v.Doc) {
		bad = append(bad, s.at(v)+" declares "+name+", which is empty until somebody writes it")
	}
	check := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ChanType:
			bad = append(bad, s.at(n)+" keeps a channel in the package-level "+name)
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && (x.Name == "sync" || x.Name == "atomic") {
				bad = append(bad, s.at(n)+" keeps a "+x.Name+"."+n.Sel.Name+" in the package-level "+name)
			}
		case *ast.CallExpr:
			if !pure(n) {
				bad = append(bad, s.at(n)+" makes the package-level "+name+" by a call")
			}
		}
		return true
	}
	if v.Type != nil {
		ast.Inspect(v.Type, check)
	}
	for _, x := range v.Values {
		ast.Inspect(x, check)
	}
	return bad
}

func embedded(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool {
		return strings.HasPrefix(c.Text, "//go:embed ")
	})
}

// pure says whether a call makes something that has no state: an error, a text, a length, a
// conversion to a builtin type.
func pure(c *ast.CallExpr) bool {
	switch f := c.Fun.(type) {
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			switch x.Name + "." + f.Sel.Name {
			case "errors.New", "fmt.Errorf", "strings.Repeat", "strings.Join":
				return true
			}
		}
	case *ast.Ident:
		switch f.Name {
		case "len", "cap", "string", "byte", "rune", "int", "int32", "int64", "uint32", "uint64",
			"float32", "float64":
			return true
		}
	case *ast.ArrayType:
		return true
	}
	return false
}

// written reports what a file does to the package-level variables: assignments, ++, range clauses,
// delete, clear, copy and addresses taken, at any depth of index or field.
func (g globals) written(s source) (bad []string) {
	report := func(e ast.Expr, how string) {
		if id := rootIdent(e); id != nil && g.holds(id) {
			bad = append(bad, s.at(e)+" "+how+" the package-level "+id.Name)
		}
	}
	for _, d := range s.file.Decls {
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, lhs := range n.Lhs {
					if n.Tok != token.DEFINE {
						report(lhs, "writes")
					}
				}
			case *ast.IncDecStmt:
				report(n.X, "writes")
			case *ast.RangeStmt:
				if n.Tok == token.ASSIGN {
					report(n.Key, "writes")
					report(n.Value, "writes")
				}
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					report(n.X, "takes the address of")
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 && f.Obj == nil &&
					(f.Name == "delete" || f.Name == "clear" || f.Name == "copy") {
					report(n.Args[0], "writes")
				}
			}
			return true
		})
	}
	return bad
}

// holds says whether an identifier is one of the variables: declared at the top of this file, or
// unknown to it and of that name in another. Locals of the same name are known to the parser.
func (g globals) holds(id *ast.Ident) bool {
	v, ok := g[id.Name]
	return ok && (id.Obj == nil || id.Obj.Decl == v)
}

// rootIdent finds what an expression is a part of.
func rootIdent(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}
