package workers

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheMemoryLimitIsNineTenthsOfTheCgroups(t *testing.T) {
	for content, want := range map[string]int64{
		"2147483648\n": 1932735276, "max\n": 0, "9223372036854771712\n": 0, "": 0, "-1": 0,
	} {
		path := filepath.Join(t.TempDir(), "memory.max")
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		got, ok := memoryLimit("/nowhere/memory.max", path)
		if ok != (want > 0) || want > 0 && (got < want-10 || got > want+10) {
			t.Errorf("%q gives %d, %v; want about %d", content, got, ok, want)
		}
	}
}
