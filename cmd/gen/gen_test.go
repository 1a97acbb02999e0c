package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dataprep/cmd/catalog"
	"dataprep/configs"
	"dataprep/stages"
	"dataprep/stages/doc"
	"dataprep/workers/plan"
)

func root(t *testing.T) string {
	t.Helper()
	dir, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func registry(t *testing.T) *stages.Registry {
	t.Helper()
	r, err := stages.NewRegistry(catalog.All()...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCommittedFilesAreCurrent(t *testing.T) {
	drifted, err := run(true)
	if err != nil {
		t.Fatal(err)
	}
	if len(drifted) > 0 {
		t.Errorf("run `go run ./cmd/gen`: it would change %s", strings.Join(drifted, ", "))
	}
}

func TestGeneratingTwiceGivesTheSame(t *testing.T) {
	one, err := generate(root(t))
	if err != nil {
		t.Fatal(err)
	}
	two, err := generate(root(t))
	if err != nil {
		t.Fatal(err)
	}
	for i := range one {
		if one[i].name != two[i].name || string(one[i].content) != string(two[i].content) {
			t.Errorf("%s differs", one[i].name)
		}
	}
}

// bindFile parses and binds a pipeline file as the program does.
func bindFile(t *testing.T, name, text string) (*plan.Bound, *configs.File, []configs.Diagnostic) {
	t.Helper()
	r := registry(t)
	f, ds := configs.Parse(name, []byte(text), configs.Options{
		Stages:  r.Names(stages.KindStage, stages.KindExchange),
		Sources: r.Names(stages.KindSource),
		Sinks:   r.Names(stages.KindSink),
	})
	var b *plan.Bound
	if f != nil {
		b = plan.Bind(f, r, ds)
	}
	if !ds.HasErrors() {
		return b, f, nil
	}
	return b, f, ds.All()
}

func TestQuickstartBinds(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(root(t), "configs/quickstart.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, wrong := bindFile(t, "quickstart.yaml", string(raw)); wrong != nil {
		t.Errorf("%+v", wrong)
	}
}

// examples returns a whole pipeline file around the example of each entry.
func examples(t *testing.T) map[string]string {
	t.Helper()
	r := registry(t)
	entries, err := collect(r, newComments(root(t)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		text, err := exampleOf(e)
		if err != nil {
			t.Fatal(err)
		}
		input, items, output := "input: {warc: a.warc.gz}\n", "stages: [extract]\n",
			"output: {parquet: out/x}\n"
		switch e.Kind {
		case stages.KindSource:
			input = text
			if doc.Contains(e.shape.Writes, doc.Text.Name) {
				items = "stages: []\n"
			}
		case stages.KindSink:
			output = text
		default:
			before := providers(r, e, nil)
			items = "stages:\n" + before + strings.TrimPrefix(text, "stages:\n")
			if !strings.Contains(items, "- extract") {
				items += "  - extract\n"
			}
		}
		files[pageName(e)] = "version: 1\nname: example\n" + input + items + output
	}
	return files
}

// providers names the stages that write what e reads, each behind those that it needs itself.
func providers(r *stages.Registry, e entry, seen []string) (items string) {
	have := slices.Concat(doc.Identity(), []doc.Column{doc.Raw.Column(), doc.ContentType.Column()})
	for _, c := range slices.Concat(e.shape.Reads, e.shape.Edits) {
		if doc.Contains(have, c.Name) {
			continue
		}
		for _, name := range r.Names(stages.KindStage) {
			b, _ := r.Default(name, stages.KindStage)
			if slices.Contains(b.Shape.Writes, c) && !slices.Contains(seen, name) &&
				!strings.Contains(items, "- "+name+"\n") {
				p := entry{Facts: b.Facts, shape: b.Shape}
				items += providers(r, p, append(seen, name)) + "  - " + name + "\n"
			}
		}
	}
	return items
}

func TestEveryExampleBinds(t *testing.T) {
	for name, text := range examples(t) {
		if _, _, wrong := bindFile(t, name, text); wrong != nil {
			t.Errorf("%s: %+v\n%s", name, wrong, text)
		}
	}
}

func TestEveryPageShowsItsExample(t *testing.T) {
	files, err := generate(root(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.name, ".md") && !strings.HasSuffix(f.name, "README.md") &&
			!strings.Contains(string(f.content), "```yaml\n") {
			t.Errorf("%s has no example", f.name)
		}
	}
}

// bare has no comments: those of test files are not read, as if nobody had written them.
type bare struct {
	MinWords int `yaml:"min_words"`
}

func TestAFieldWithoutACommentFails(t *testing.T) {
	c := newComments(root(t))
	if _, err := c.options("cmd/gen", configs.Fields(bare{})); err != nil {
		t.Fatal(err)
	}
	c.structure("cmd/gen", "bare")
	if err := c.err(); err == nil || !strings.Contains(err.Error(), "the field MinWords of bare") ||
		!strings.Contains(err.Error(), "the type bare") {
		t.Errorf("got %v", err)
	}
}

func TestInputKeysAreTheParsers(t *testing.T) {
	_, _, wrong := bindFile(t, "x", "version: 1\nname: x\ninput: {warc: a, unheard: 1}\n"+
		"stages: [extract]\noutput: {parquet: b}\n")
	if len(wrong) != 1 {
		t.Fatalf("%+v", wrong)
	}
	want := slices.Concat(registry(t).Names(stages.KindSource), []string{"weight", "max_rows"})
	for _, f := range configs.Fields(inputKeys{}) {
		want = append(want, f.Name)
	}
	got := slices.Clone(wrong[0].Allowed)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("the parser takes %v, the schema (weight and max_rows, which this version refuses, "+
			"aside) %v", got, want)
	}
}
