package stagetest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/cespare/xxhash/v2"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// Goldens holds what every stage and exchange of a catalog decides about the documents of the laws
// against dir/<stage>.golden, for its default config and the samples. A stage that decides otherwise
// must have another Rev, since results of the old one lie in work folders under the old key; update
// writes the files of stages that are new or whose Rev went up, and refuses the others. Where the
// documents themselves change, remove the files first. Foreign floats are only looked at on amd64.
func Goldens(t *testing.T, dir string, update bool, entries [][]stages.Entry, samples ...Sample) {
	t.Helper()
	r, err := stages.NewRegistry(entries...)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Entries() {
		f := e.Facts()
		if f.Kind != stages.KindStage && f.Kind != stages.KindExchange {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			if f.Foreign != "" && runtime.GOARCH != "amd64" {
				t.Skip("it stands on foreign floats: " + f.Foreign)
			}
			got, err := transcript(t, r, f, samples)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, f.Name+".golden")
			if err := settle(path, got, update); err != nil {
				t.Error(err)
			}
		})
	}
}

// settle compares a transcript with the file, or makes it the file.
func settle(path, got string, update bool) error {
	was, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	first := func(s string) string { line, _, _ := strings.Cut(s, "\n"); return line }
	want := string(was)
	switch {
	case got == want:
		return nil
	case err == nil && first(got) == first(want):
		return fmt.Errorf("%s: the stage decides otherwise under the same revision: raise Rev, then "+
			"run the test with -update\n%s", path, difference(want, got))
	case update:
		return os.WriteFile(path, []byte(got), 0o644)
	case err != nil:
		return fmt.Errorf("%s: there is none; run the test with -update", path)
	}
	return fmt.Errorf("%s is of %q, this is %q; run the test with -update", path, first(want), first(got))
}

// difference shows the first line that two transcripts do not share.
func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return "was: " + w[i] + "\nis:  " + g[i]
		}
	}
	return fmt.Sprintf("%d lines were, %d are", len(w), len(g))
}

// transcript is a line for each document and config: the verdict and a digest of what the stage
// wrote.
func transcript(t *testing.T, r *stages.Registry, f stages.Facts, samples []Sample) (string, error) {
	configs := []Sample{{Stage: f.Name, Config: "{}"}}
	if _, err := bind(r, f, "{}"); err != nil {
		configs = nil
	}
	for _, s := range samples {
		if s.Stage == f.Name {
			configs = append(configs, s)
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s, revision %d\n", f.Name, f.Rev)
	for _, c := range configs {
		bound, err := bind(r, f, c.Config)
		if err != nil {
			return "", err
		}
		s := &subject{bound: bound, env: files(c.Files), log: t.Logf}
		_, o, err := s.standard()
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&out, "\n%s\n", c.Config)
		for i := range o.rows {
			fmt.Fprintf(&out, "%-28s %s\n", o.rows[i].label, s.fate(o, i))
		}
		for _, c := range o.born {
			fmt.Fprintf(&out, "%-28s part %#x %s %016x\n", c.parent, c.place.Part(), c.id, c.cells)
		}
	}
	return out.String(), nil
}

// fate prints what became of a row: short values of written columns as they are, the rest as a
// digest.
func (s *subject) fate(o *outcome, i int) string {
	r := &o.rows[i]
	words := []string{"kept"}
	if v := r.verdict; v.Reason != "" {
		words = []string{"dropped", string(v.Reason)}
		if v.Measured {
			words = append(words, fmt.Sprint(v.Value, " of ", v.Limit))
		}
		if v.Survivor != ([32]byte{}) {
			words = append(words, "for", string(v.Survivor[:]))
		}
	}
	for k, c := range o.schema {
		if !s.changes(c.Name) || slices.Contains(doc.Identity(), c) || r.cells[k] == null {
			continue
		}
		value := r.cells[k]
		if len(value) > 24 || strings.ContainsFunc(value, func(c rune) bool { return c < ' ' || c > '~' }) {
			value = fmt.Sprintf("#%016x", xxhash.Sum64String(value))
		}
		words = append(words, c.Name+"="+strings.TrimPrefix(value, "'"))
	}
	return strings.Join(words, " ")
}
