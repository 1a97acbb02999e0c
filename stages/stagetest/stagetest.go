// Package stagetest holds every registered stage and exchange to the laws of the contract.
//
// In: the lists of a catalog. Out: failed subtests. A stage is run over some dozens of documents
// built here, and what counts is what the engine would see: states, verdicts, judgements, columns
// and emitted rows. The laws: twice gives the same; so do batches of 1, 7 and all; so does a worker
// that has seen much; dropped rows stay as they are; only declared reasons and columns appear;
// hostile input neither panics nor takes long; a warm batch costs no allocation; configs are stable
// and survive YAML; shadow rows get the verdict they would have got; rows that are not admitted are
// not there for a stage; born documents have what their parent has, but for what the stage writes.
//
// A new stage gets all this by being listed. The package knows no stage by name, reads no file and
// judges no quality: that a rule is right is for the stage's own tests.
package stagetest

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"dataprep/configs"
	"dataprep/stages"
)

// Sample is a config that a stage is held to the laws with, besides its default. Where the default
// lacks something required, the samples stand alone.
type Sample struct {
	Stage  string
	Config string            // YAML of the stage's parameters on one line: {keep: [en]}
	Files  map[string]string // contents of the artifacts that Config names, by URI
	// Allocates excuses this config from the law on allocations, and says why; it is printed.
	Allocates string
}

// Run holds all stages and exchanges of a catalog to the laws, with their default configs and with
// the samples given for them.
func Run(t *testing.T, entries [][]stages.Entry, samples ...Sample) {
	t.Helper()
	r, err := stages.NewRegistry(entries...)
	if err != nil {
		t.Fatal(err)
	}
	unused := map[string]bool{}
	for _, s := range samples {
		unused[s.Stage] = true
	}
	for _, e := range r.Entries() {
		f := e.Facts()
		if f.Kind != stages.KindStage && f.Kind != stages.KindExchange {
			continue
		}
		delete(unused, f.Name)
		t.Run(f.Name, func(t *testing.T) { hold(t, r, f, samples) })
	}
	for name := range unused {
		t.Errorf("there is a sample for %q, which is no stage of the catalog", name)
	}
}

// hold applies the laws to one entry with each of its configs.
func hold(t *testing.T, r *stages.Registry, f stages.Facts, samples []Sample) {
	var own []Sample
	for _, s := range samples {
		if s.Stage == f.Name {
			own = append(own, s)
		}
	}
	if _, err := bind(r, f, "{}"); err == nil {
		own = append([]Sample{{Stage: f.Name, Config: "{}"}}, own...)
	} else if len(own) == 0 {
		t.Fatalf("the default config is refused and there is no sample: %v", err)
	}
	for i, sample := range own {
		t.Run(title(sample.Config), func(t *testing.T) {
			bound, err := bind(r, f, sample.Config)
			if err != nil {
				t.Fatal(err)
			}
			s := &subject{bound: bound, env: files(sample.Files), log: t.Logf, light: i > 0,
				excuse: cmp.Or(sample.Allocates, f.Foreign)}
			for _, law := range laws {
				t.Run(law.name, func(t *testing.T) {
					if err := law.holds(s); err != nil {
						t.Error(err)
					}
				})
			}
			t.Run("config", func(t *testing.T) {
				if err := checkConfig(r, bound, sample.Config); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func title(config string) string {
	if config == "{}" {
		return "default"
	}
	return strings.Trim(config, "{}")
}

// laws are in the order of the house's list; each says by its error what broke it.
var laws = [...]struct {
	name  string
	holds func(*subject) error
}{
	{"shape", shapeIsSound},
	{"twice", twiceIsTheSame},
	{"splits", splitsDoNotMatter},
	{"worn_worker", wornWorkerIsTheSame},
	{"dropped", droppedStayDropped},
	{"declared", onlyDeclaredColumns},
	{"shadow", shadowsAreJudgedAlike},
	{"ghosts", ghostsTravelOn},
	{"when", onlyAdmittedRowsAreSeen},
	{"births", childrenAreTheirParents},
	{"partitions", partitionsDoNotMatter},
	{"hostile", hostileInputIsBorne},
	{"allocations", warmBatchesCostNothing},
}

// bind decodes a stage's config as a pipeline file would give it.
func bind(r *stages.Registry, f stages.Facts, config string) (stages.Bound, error) {
	src := "version: 1\nname: suite\ninput: {warc: none}\nstages:\n  - " + f.Name + ": " + config +
		"\noutput: {parquet: none}\n"
	file, ds := configs.Parse("sample", []byte(src), configs.Options{})
	if file == nil || len(file.Stages) != 1 {
		return stages.Bound{}, problems(ds)
	}
	bound, ok := r.Bind(f.Name, file.Stages[0].Config, ds, f.Kind)
	if !ok || ds.HasErrors() {
		return stages.Bound{}, problems(ds)
	}
	return bound, nil
}

func problems(ds *configs.Diagnostics) error {
	var all []error
	for _, d := range ds.All() {
		all = append(all, fmt.Errorf("%s: %s", d.Code, d.Message))
	}
	return errors.Join(all...)
}

// files is an Env of named contents.
type files map[string]string

// Open implements stages.Env.
func (f files) Open(a stages.Artifact) (io.ReadCloser, error) {
	s, ok := f[a.URI]
	if !ok {
		return nil, fmt.Errorf("the sample has no file %q", a.URI)
	}
	return io.NopCloser(strings.NewReader(s)), nil
}
