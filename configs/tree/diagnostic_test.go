package tree

import (
	"strings"
	"testing"
)

func TestDiagnosticsOfALargeFileStaySmall(t *testing.T) {
	long := strings.Repeat("é", 1<<19)
	names := make([]string, 10_000)
	for i := range names {
		names[i] = "name"
	}
	ds := &Diagnostics{}
	ds.AddAt(Pos{"p.yaml", 1, 1, 1}, Diagnostic{Code: "DP104", Message: long, Hint: long, Allowed: names})
	ds.AddAt(Pos{"p.yaml", 2, 1, 1}, Diagnostic{Code: "DP104", Message: "m", Allowed: []string{"a", long}})
	b, err := ds.JSON()
	if err != nil || len(b) > 5000 {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	all := ds.All()
	if !strings.HasSuffix(all[0].Message, "é…") || len(all[0].Allowed) != 200 || len(all[1].Allowed) != 1 {
		t.Errorf("%d bytes, %d and %d names", len(all[0].Message), len(all[0].Allowed), len(all[1].Allowed))
	}
}
