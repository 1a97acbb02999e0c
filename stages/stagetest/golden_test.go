package stagetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAGoldenChangesOnlyWithTheRevision(t *testing.T) {
	path := filepath.Join(t.TempDir(), "toy.golden")
	const old, other, next = "toy, revision 1\na\nb\n", "toy, revision 1\na\nc\n", "toy, revision 2\na\nc\n"
	for _, c := range []struct {
		name, got string
		update    bool
		says      string
	}{
		{"new and not written", old, false, "there is none"},
		{"new", old, true, ""},
		{"as it was", old, false, ""},
		{"other bytes", other, false, "was: b\nis:  c"},
		{"other bytes are not written over the old", other, true, "raise Rev"},
		{"another revision", next, false, "run the test with -update"},
		{"another revision is written", next, true, ""},
		{"another revision as it is now", next, false, ""},
	} {
		err := settle(path, c.got, c.update)
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != next {
		t.Errorf("the file holds %q, %v", b, err)
	}
}
