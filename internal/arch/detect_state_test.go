package arch

import "testing"

func TestInitIsFoundAndAMethodOfThatNameIsNot(t *testing.T) {
	expect(t, state(tree(t, map[string]string{
		"a/a.go":      "package a\nfunc init() {}\n",
		"b/b.go":      "package b\ntype t struct{}\nfunc (t) init() {}\n",
		"b/b_test.go": "package b\nfunc init() {}\n",
	})), "a/a.go:2 has an init()")
}

// Each line of the body writes the table, which is declared in the same file, in another file, or
// not at all where a local of that name hides it.
func TestEveryWayToWriteAPackageVariableIsFound(t *testing.T) {
	const head = "package p\ntype row struct{ n int; m map[string]int }\n"
	const table = "var table = [...]row{{1, nil}}\nvar index = map[string]int{}\nvar flag = 1\n"
	for body, complaint := range map[string]string{
		"flag = 2":                         "writes the package-level flag",
		"flag += 2":                        "writes the package-level flag",
		"flag++":                           "writes the package-level flag",
		"(flag)--":                         "writes the package-level flag",
		"table[0] = row{}":                 "writes the package-level table",
		"table[0].n++":                     "writes the package-level table",
		"table[0].m[\"x\"] = 1":            "writes the package-level table",
		"index[\"x\"]++":                   "writes the package-level index",
		"delete(index, \"x\")":             "writes the package-level index",
		"clear(index)":                     "writes the package-level index",
		"copy(table[:], []row{})":          "writes the package-level table",
		"for flag = range 3 { }":           "writes the package-level flag",
		"for _, flag = range []int{1} { }": "writes the package-level flag",
		"use(&flag)":                       "takes the address of the package-level flag",
		"use(&table[0].n)":                 "takes the address of the package-level table",
		"func() { flag = 3 }()":            "writes the package-level flag",
		"var x int; x, flag = 1, 2; _ = x": "writes the package-level flag",
	} {
		use := "func use(*int) {}\nfunc f() {\n" + body + "\n}\n"
		together := map[string]string{"p/a.go": head + table + use}
		apart := map[string]string{"p/a.go": head + table, "p/z.go": "package p\n" + use}
		before := map[string]string{"p/z.go": head + table, "p/a.go": "package p\n" + use}
		for _, files := range []map[string]string{together, apart, before} {
			expect(t, state(tree(t, files)), complaint)
		}
	}
}

func TestReadingAndShadowingAreNoWrites(t *testing.T) {
	for _, body := range []string{
		"x := flag; x++; use(&x)",
		"flag := 1; flag++; use(&flag)",
		"var flag int; flag = 2",
		"for flag := range 3 { flag++ }",
		"func(flag int) { flag = 1 }(2)",
		"var s struct{ flag int }; s.flag = 1",
		"if flag := 3; flag > 2 { flag++ }",
		"copy(make([]int, 1), table[:])",
		"clear := func(map[string]int) {}; clear(index)",
		"_ = row{flag: 1}; _ = table[0]",
		"x := [...]int{flag: 2}; x[0] = 1",
	} {
		files := map[string]string{
			"p/a.go": "package p\nvar flag = 1\nvar table = [...]int{1}\nvar index = map[string]int{}\n" +
				"type row struct{ flag int }\n",
			"p/z.go":      "package p\nfunc use(*int) {}\nfunc f(row) {\n" + body + "\n}\n",
			"p/a_test.go": "package p\nfunc g() { flag = 2 }\n",
		}
		if bad := state(tree(t, files)); len(bad) > 0 {
			t.Errorf("%s: %v", body, bad)
		}
	}
}

func TestVariablesOfOtherPackagesAreOthersBusiness(t *testing.T) {
	expect(t, state(tree(t, map[string]string{
		"p/a.go": "package p\nvar flag = 1\n",
		"q/a.go": "package q\nfunc f() { var flag int; flag = 2; _ = flag }\n",
	})))
}

func TestDeclarationsThatHoldStateAreFound(t *testing.T) {
	for decl, complaint := range map[string]string{
		"var n int":                            "empty until somebody writes it",
		"var mu sync.Mutex":                    "keeps a sync.Mutex",
		"var p = sync.Pool{}":                  "keeps a sync.Pool",
		"var hits atomic.Int64":                "keeps a atomic.Int64",
		"var c = make(chan int)":               "keeps a channel",
		"var m = make(map[string]int)":         "makes the package-level m by a call",
		"var re = regexp.MustCompile(`a`)":     "makes the package-level re by a call",
		"var once = sync.OnceValue(load)":      "keeps a sync.OnceValue",
		"var t = build()":                      "by a call",
		"var t = []int{1, build()}":            "by a call",
		"var r = strings.NewReplacer(`a`,`b`)": "by a call",
		"var x = func() int { return 1 }()":    "by a call",
	} {
		bad := state(tree(t, map[string]string{"p/a.go": "package p\n" + decl + "\n"}))
		if len(bad) == 0 {
			t.Errorf("%s: nothing complains", decl)
			continue
		}
		expect(t, bad[len(bad)-1:], complaint)
	}
}

func TestTablesErrorsAndEmbeddedFilesAreLawful(t *testing.T) {
	expect(t, state(tree(t, map[string]string{"p/a.go": `package p
var ErrX = errors.New("x")
var errY = fmt.Errorf("%w: y", ErrX)
var table = [...]struct{ n int; f func() }{{1, func() { make([]int, 3) }}}
var words = map[string]bool{"a": true}
var signature = []byte("WARC/")
var _ Store = (*Local)(nil)
//go:embed model.bin
var model []byte
var (
	//go:embed list.txt
	list string
)
`})))
}
