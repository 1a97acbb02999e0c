package plan

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dataprep/configs"
	"dataprep/stages"
	"dataprep/stages/sink"
	"dataprep/stages/source"
)

func TestTheLockHoldsNoPlaceOfThisMachine(t *testing.T) {
	text := strings.NewReplacer("in/*.txt", "/private/input/*.txt", "parquet: out", "parquet: /private/out").
		Replace(full) + "resources: {scratch: /private/scratch}\n"
	b := mustBind(t, text)
	p := compile(t, b, splitsOf(b, 2))
	for name, body := range map[string][]byte{"lock": p.Lock.Bytes(), "plan": p.Bytes()} {
		if i := strings.Index(string(body), "/private"); i >= 0 {
			t.Errorf("the %s says %s", name, body[max(0, i-40):min(len(body), i+40)])
		}
		if !json.Valid(body) {
			t.Errorf("the %s is no JSON", name)
		}
	}
	for _, want := range []string{"part/a.txt", "file:///models/m.bin", `"dump": "D1"`, `"shadow": 0.25`} {
		if !strings.Contains(string(p.Lock.Bytes()), want) {
			t.Errorf("the lock does not say %s", want)
		}
	}
}

// The sources and sinks that people have take their folders in different forms.
func TestFoldersOfTheRealSourcesAndSinksStayOut(t *testing.T) {
	r, err := stages.NewRegistry(source.Sources(), sink.Sinks())
	if err != nil {
		t.Fatal(err)
	}
	for _, input := range []string{
		"wet: /private/a", "wet: {paths: [/private/a, /private/b]}", "jsonl: [/private/a]", "parquet: /private/a",
	} {
		for _, output := range []string{
			"jsonl: /private/out", "parquet: {path: /private/out}", "{parquet: /private/out, shard_size: 1MiB}",
		} {
			text := "version: 1\nname: toy\ninput: {" + input + "}\nstages: []\noutput: " + output + "\n"
			if !strings.HasPrefix(output, "{") {
				text = strings.Replace(text, output, "{"+output+"}", 1)
			}
			f, ds := configs.Parse("toy.yaml", []byte(text), configs.Options{})
			b := Bind(f, r, ds)
			if ds.HasErrors() {
				t.Fatal(ds.String())
			}
			lock := string(NewLock(b, splitsOf(b, 1)).Bytes())
			if b.Folder != "/private/out" || strings.Contains(lock, "/private") {
				t.Errorf("%s, %s: folder %q, lock %s", input, output, b.Folder, lock)
			}
		}
	}
}

func TestTheRunIsNamedByItsContentAlone(t *testing.T) {
	b := mustBind(t, full)
	splits := splitsOf(b, 2)
	run := NewLock(b, splits).RunID()
	elsewhere := slices.Clone(splits)
	for i := range elsewhere {
		elsewhere[i].File.URI = "/another/machine/" + elsewhere[i].File.Path
	}
	if len(run) != 16 || NewLock(mustBind(t, full), elsewhere).RunID() != run {
		t.Errorf("%s is another run elsewhere", run)
	}
	moved := mustBind(t, strings.Replace(full, "parquet: out", "parquet: another/folder", 1))
	if NewLock(moved, splits).RunID() != run {
		t.Error("the output folder names the run")
	}
	changed := slices.Clone(splits)
	changed[2].File.SHA256, changed[3].File.SHA256 = digestOf("other"), digestOf("other")
	for name, other := range map[string]Lock{
		"content":   NewLock(b, changed),
		"file":      NewLock(b, splits[:2]),
		"threshold": NewLock(mustBind(t, full, "stages.long.min_words=9"), splits),
		"shadow":    NewLock(mustBind(t, full, "record.shadow=1%"), splits),
		"sink":      NewLock(mustBind(t, full, "output.shard_size=2000B"), splits),
	} {
		if other.RunID() == run {
			t.Errorf("another %s is the same run", name)
		}
	}
}

func TestTheLockListsEveryFileOnceWithItsSplits(t *testing.T) {
	b := mustBind(t, strings.Replace(full, "{lines: [in/*.txt], source: toys, dump: D1}",
		"[{lines: [a]}, {lines: [b], id: more, source: other}]", 1))
	lock := NewLock(b, splitsOf(b, 3))
	for _, in := range lock.Inputs {
		if len(in.Files) != 3 {
			t.Fatalf("%d files of input %s", len(in.Files), in.ID)
		}
		for _, f := range in.Files {
			if f.Splits != 2 || f.Bytes != 200 || len(f.SHA256) != 64 {
				t.Errorf("%+v", f)
			}
		}
	}
	if lock.Inputs[1].Source != "other" || lock.Output.Stage != "parquet" || len(lock.Stages) != 5 {
		t.Errorf("%+v", lock)
	}
}

// versions reads the requirements of the module.
func versions(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		words := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(words) >= 2 && strings.HasPrefix(words[1], "v") {
			found[words[0]] = words[1]
		}
	}
	return found
}

func TestTheModulesOfTheLockAreThoseOfGoMod(t *testing.T) {
	have := versions(t)
	if len(have) < 20 {
		t.Fatalf("go.mod requires %d modules", len(have))
	}
	last := ""
	for _, m := range Modules() {
		if have[m.Path] != m.Version {
			t.Errorf("%s: the lock says %s, go.mod %s", m.Path, m.Version, have[m.Path])
		}
		if m.Path <= last {
			t.Errorf("%s stands after %s", m.Path, last)
		}
		last = m.Path
	}
}

// Libraries that document-handling packages import and whose version decides no byte.
var silent = [...]string{
	"github.com/cespare/xxhash/v2",  // a function with one right answer
	"github.com/ekzhu/minhash-lsh",  // the oracle of tests
	"github.com/klauspost/cpuid/v2", // picks among kernels that agree
	"golang.org/x/sys",              // the operating system's door
}

func TestEveryLibraryThatTouchesDocumentsIsInTheLock(t *testing.T) {
	have := versions(t)
	locked := map[string]bool{}
	for _, m := range Modules() {
		locked[m.Path] = true
	}
	for _, dir := range []string{"stages", "dedup", "pii", "quality", "tokenize", "internal"} {
		for path, where := range thirdParty(t, filepath.Join("../..", dir)) {
			module := ""
			for m := range have {
				if (path == m || strings.HasPrefix(path, m+"/")) && len(m) > len(module) {
					module = m
				}
			}
			if module == "" || !locked[module] && !slices.Contains(silent[:], module) {
				t.Errorf("%s imports %s (module %q), which Modules does not list", where, path, module)
			}
		}
	}
}

// thirdParty lists the imports below a folder that are neither ours nor the standard library's, each
// with a file that has it; tests do not count.
func thirdParty(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imp := range f.Imports {
			name, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			if first, _, _ := strings.Cut(name, "/"); strings.Contains(first, ".") {
				found[name] = path
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
