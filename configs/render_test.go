package configs

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestJSONHoldsEveryField(t *testing.T) {
	_, ds := checkFile("p.yaml", []byte("version: 1\nnmae: x\n"), testOptions())
	b, err := ds.JSON()
	var got []Diagnostic
	if err != nil || json.Unmarshal(b, &got) != nil {
		t.Fatal(string(b), err)
	}
	if len(got) != len(ds.All()) || ds.Err() == nil {
		t.Errorf("%d of %d", len(got), len(ds.All()))
	}
	for _, x := range got {
		if x.Code == "DP104" && (x.Line != 2 || x.Col != 1 || x.Len != 4 || x.Severity != Error ||
			x.Hint != `did you mean "name"?` || x.File != "p.yaml" || len(x.Allowed) == 0) {
			t.Errorf("%+v", x)
		}
	}
	none := &Diagnostics{}
	if b, err = none.JSON(); string(b) != "[]" || err != nil || none.String() != "" || none.Err() != nil {
		t.Errorf("%s %v", b, err)
	}
}

func TestEveryCodeInUseIsInTheTable(t *testing.T) {
	known := map[string]bool{}
	last := ""
	for _, c := range Codes() {
		if c.ID <= last || c.Meaning == "" {
			t.Errorf("%s is out of order or without meaning", c.ID)
		}
		last = c.ID
		known[c.ID] = true
	}
	used := map[string]bool{}
	files, _ := filepath.Glob("*.go")
	below, _ := filepath.Glob("tree/*.go")
	for _, file := range append(files, below...) {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") || file == "codes.go" {
			continue
		}
		for _, id := range regexp.MustCompile(`"DP\d+"`).FindAllString(string(src), -1) {
			id = strings.Trim(id, `"`)
			used[id] = true
			if !known[id] {
				t.Errorf("%s uses %s", file, id)
			}
		}
	}
	for id := range known {
		if !used[id] && id != "DP112" && id != "DP129" && id != "DP130" && id != "DP131" && id != "DP132" && id != "DP201" { // raised elsewhere
			t.Errorf("%s is never used", id)
		}
	}
}
