// Package testdata finds the real test data that lives beside the repository.
//
// In: a folder name such as "warc". Out: its path, or a skipped test that says why. The folder is
// $DATAPREP_TEST_DATA, else the first `shared/data` met on the way up from the working directory.
// Nothing here reads the data, and nothing of it is ever copied into the repository; where
// DATAPREP_TEST_DATA_REQUIRED is set a missing folder is a failure, which is how CI forbids silent skips.
package testdata

import (
	"os"
	"path/filepath"
	"testing"
)

// Dir returns the path of the shared data folder name, or skips t when it is not on this machine.
func Dir(t testing.TB, name ...string) string {
	t.Helper()
	parts := filepath.Join(name...)
	if root := Root(); root != "" {
		dir := filepath.Join(root, parts)
		if _, err := os.Stat(dir); err == nil {
			return dir
		}
	}
	if os.Getenv("DATAPREP_TEST_DATA_REQUIRED") != "" {
		t.Fatalf("test data %q is required here and missing", parts)
	}
	note(t, parts)
	t.Skipf("no test data %q: set DATAPREP_TEST_DATA to the shared data folder", parts)
	return ""
}

// note counts a skipped test in the file that DATAPREP_TEST_SKIPS names, for the closing line of CI.
func note(t testing.TB, parts string) {
	path := os.Getenv("DATAPREP_TEST_SKIPS")
	if path == "" {
		return
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		t.Fatalf("count a skipped test: %v", err)
	}
	defer func() { _ = f.Close() }()
	if _, err := f.WriteString(t.Name() + " needs " + parts + "\n"); err != nil {
		t.Fatalf("count a skipped test: %v", err)
	}
}

// Root returns the shared data folder, or "" when this machine has none.
func Root() string {
	if dir := os.Getenv("DATAPREP_TEST_DATA"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		candidate := filepath.Join(dir, "shared", "data")
		if _, err := os.Stat(candidate); err == nil {
			return candidate
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}
