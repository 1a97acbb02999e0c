package plan

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dataprep/stages"
	"dataprep/stages/doc"
)

var update = flag.Bool("update", false, "rewrite what the transcripts expect")

// A transcript is a list of cases: a command and a title, a pipeline, a line of dashes, and what
// comes out up to an empty line or the end. "plan" prints phases, "bind" what is wrong with a file.
type transcript struct{ command, input, want string }

func readTranscripts(text string) (all []transcript) {
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n\n") {
		head, rest, _ := strings.Cut(strings.TrimLeft(block, "\n"), "\n")
		input, want, _ := strings.Cut(rest, "\n----")
		all = append(all, transcript{head, input, strings.TrimSpace(want)})
	}
	return all
}

func TestTranscripts(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) < 3 {
		t.Fatalf("%d transcripts, %v", len(paths), err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var fresh []string
		for _, c := range readTranscripts(string(raw)) {
			got := strings.TrimSpace(play(t, c))
			fresh = append(fresh, c.command+"\n"+c.input+"\n----\n"+got)
			if got != c.want && !*update {
				t.Errorf("%s: %s:\n%s\nwant\n%s", path, c.command, got, c.want)
			}
		}
		if *update {
			text := strings.Join(fresh, "\n\n\n") + "\n"
			if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func play(t *testing.T, c transcript) string {
	t.Helper()
	b, ds := bind(t, "version: 1\nname: toy\n"+c.input+"\n")
	command, _, _ := strings.Cut(c.command, " ")
	switch {
	case command == "bind":
		return ds.String()
	case ds.HasErrors():
		return "does not bind:\n" + ds.String()
	}
	splits := splitsOf(b, 1)
	p, err := Compile(b, NewLock(b, splits), splits)
	if err != nil {
		return "does not compile: " + err.Error()
	}
	return describe(p)
}

// describe prints a plan for people.
func describe(p *Plan) string {
	var s strings.Builder
	line := func(name, format string, args ...any) {
		_, _ = fmt.Fprintf(&s, "  %-8s %s\n", name, fmt.Sprintf(format, args...))
	}
	spread := map[stages.Spread]string{
		stages.ByHash: "by hash", stages.ByShard: "by shard", stages.AllToOne: "all to one",
	}
	for i := range p.Phases {
		f := &p.Phases[i]
		from := "splits"
		if f.From >= 0 {
			from = p.Phases[f.From].ID
		}
		_, _ = fmt.Fprintf(&s, "%s: %s from %s\n", f.ID, f.Kind, from)
		if f.Apply != nil {
			line("apply", "%s with the verdicts of %s", f.Apply.ID, p.Phases[f.Verdicts].ID)
		}
		for k := range f.Chain {
			line("stage", "%d %s", f.Chain[k].Ordinal, f.Chain[k].ID)
		}
		if f.Emit != nil {
			line("emit", "%s", f.Emit.ID)
		}
		if f.Op != nil {
			line("reduce", "step %d of %s", f.Step, f.Op.ID)
		}
		if f.Spread != 0 {
			line("rows", "%s", spread[f.Spread])
		}
		if f.Kind != Reduce {
			line("carries", "%s", columnNames(f.Carries))
		}
	}
	return s.String()
}

// columnNames leaves out what every document has.
func columnNames(all []doc.Column) string {
	names := []string{"…"}
	for _, c := range all {
		if !doc.Contains(doc.Identity(), c.Name) {
			names = append(names, c.Name)
		}
	}
	return strings.Join(names, " ")
}
