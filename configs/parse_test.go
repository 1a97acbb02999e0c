package configs

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

const goodFile = `version: 1
name: fineweb-mini
vars:
  dump: CC-MAIN-2024-10
  bucket: ${env:DATA_BUCKET:-file://./out}
  langs: [en, "NO"]
  words: 70
input:
  warc: s3://commoncrawl/${dump}/*.warc.gz
  dump: ${dump}
stages:
  - extract
  - language: {keep: "${langs}", min_score: 65%}
  - gopher_quality: {min_words: "${words}", max_words: 100000}
    id: gopher
  - c4_quality: {terminal_punctuation: false}
  - minhash: {bands: 14, rows: 8}
  - pii: off
output:
  parquet: ${bucket}/fineweb/${dump}   # $${ stays
  shard_size: 256MiB
expect:
  - kept: 5%..60%
record: {shadow: 1%, dropped_text: 200}
errors: {tolerate: 0.5%}
resources: {slots: 2, ack_wait: 10s}
`

func mustParse(t *testing.T, src string, opts Options) *File {
	t.Helper()
	f, ds := checkFile("p.yaml", []byte(src), opts)
	if len(ds.All()) > 0 {
		t.Fatalf("unexpected:\n%s", ds)
	}
	return f
}

func TestFrameHoldsWhatTheFileSays(t *testing.T) {
	f := mustParse(t, goodFile, testOptions())
	if f.Version != 1 || f.Name != "fineweb-mini" {
		t.Errorf("version %d, name %q", f.Version, f.Name)
	}
	in := f.Inputs[0]
	if in.Kind != "warc" || in.ID != "warc" || in.Dump != "CC-MAIN-2024-10" || in.Weight != 1 ||
		in.Config.Raw != "s3://commoncrawl/CC-MAIN-2024-10/*.warc.gz" {
		t.Errorf("input %+v", in)
	}
	var ids []string
	for _, s := range f.Stages {
		ids = append(ids, s.ID)
		if s.Config == nil || s.Config.Kind != Map {
			t.Errorf("stage %s has no map", s.ID)
		}
	}
	if got := strings.Join(ids, " "); got != "extract language gopher c4_quality minhash" {
		t.Errorf("stages %s", got)
	}
	if f.Output.Kind != "parquet" || f.Output.Config.Raw !=
		"file://./out/fineweb/CC-MAIN-2024-10" || f.Output.Options.Get("shard_size").Raw != "256MiB" {
		t.Errorf("output %+v", f.Output)
	}
	if r := f.Expect[0].Range; *r.Min != 0.05 || *r.Max != 0.6 || r.Has(0.61) || !r.Has(0.05) {
		t.Errorf("expect %v", r)
	}
	record, errs, res := DefaultSettings()
	errs.Tolerate.Share = 0.005
	res.Slots, res.AckWait = 2, 10*time.Second
	if f.Record != record || f.Errors != errs || f.Resources != res {
		t.Errorf("settings %+v %+v %+v", f.Record, f.Errors, f.Resources)
	}
}

func TestWholeReferencesKeepTheirType(t *testing.T) {
	f := mustParse(t, goodFile, testOptions())
	l, g := testLanguage{}, testGopher{}
	ds := &Diagnostics{}
	Decode(f.Stages[1].Config, &l, ds)
	Decode(f.Stages[2].Config, &g, ds)
	if ds.HasErrors() || !reflect.DeepEqual(l, testLanguage{[]string{"en", "NO"}, 0.65}) ||
		g.MinWords != 70 || g.MaxWords != 100000 {
		t.Errorf("%+v %+v\n%s", l, g, ds)
	}
	if p := f.Stages[1].Config.Get("keep").Items[1].Path.String(); p != "stages[1].language.keep[1]" {
		t.Errorf("path %s", p)
	}
}

func TestReferences(t *testing.T) {
	opts := testOptions()
	for in, want := range map[string]string{
		"${env:WORDS}": "70", "a${env:WORDS}b": "a70b", "${env:EMPTY:-x}": "x", "${env:NO:-}": "",
		"${env:EMPTY}": "", "${v}": "1.10", "$${v}": "${v}", "$$${v}": "$${v}", "$v $ $$": "$v $ $$",
		"${v}${v}": "1.101.10", "${env:NO:-a:b-c}": "a:b-c", "costs 5$": "costs 5$",
	} {
		src := "version: 1\nname: d\nvars: {v: 1.10}\ninput: {warc: '" + in +
			"'}\nstages: [extract]\noutput: {jsonl: o}\n"
		if f := mustParse(t, src, opts); f.Inputs[0].Config.Raw != want {
			t.Errorf("%s became %q, want %q", in, f.Inputs[0].Config.Raw, want)
		}
	}
}

func TestSetWinsAndRemembersWhereItCameFrom(t *testing.T) {
	f := mustParse(t, goodFile, testOptions("stages.minhash.bands=20", "stages.extract=off",
		"output.shard_size=1MiB", "stages.language.keep=[de, fr]", "vars.dump=D2",
		"stages.gopher={min_words: 9}", "resources.slots=7", "name=other", "stages.pii.email=mask"))
	m := testMinhash{}
	ds := &Diagnostics{}
	Decode(f.Stages[3].Config, &m, ds)
	if m != (testMinhash{Bands: 20, Rows: 8}) || ds.HasErrors() {
		t.Errorf("minhash %+v %s", m, ds)
	}
	if f.Stages[0].Name != "language" || f.Resources.Slots != 7 || f.Name != "other" {
		t.Errorf("%+v", f)
	}
	c := f.Stages[3].Config
	for _, tc := range []struct{ got, want string }{
		{c.Get("bands").Origin(), "--set"}, {c.Get("rows").Origin(), "p.yaml:17"},
		{c.Get("ngram").Origin(), "default"}, {c.Get("bands").Path.String(), "stages[4].minhash.bands"},
		{f.Output.Options.Get("shard_size").Raw, "1MiB"}, {f.Inputs[0].Dump, "D2"},
		{f.Stages[1].Config.Get("min_words").Raw, "9"},
		{f.Stages[1].Config.Get("max_words").Raw, "100000"},
		{string(Canonical(f.Stages[0].Config.Get("keep"))), `[{"plain":"de"},{"plain":"fr"}]`},
		{f.Stages[4].Name, "pii"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %s, want %s", tc.got, tc.want)
		}
	}
}

func TestSetErrorsStandInTheExpression(t *testing.T) {
	_, ds := checkFile("p.yaml", []byte(goodFile), testOptions(
		"stages.minhsh.bands=20", "stages.minhash.bands=2x", "stages.minhash.band=3", "x", "=3",
		"name.x=3", "stages.minhash.bands=[1", "input..x=3", "stages.gopher.min_words=",
		"stages.language.keep=*x", "output.parquet=a\nb", "expect[7].kept=1..2"))
	golden(t, "testdata/set_errors.golden", ds.String())
}

func TestStagesWithoutParametersStillMeetRequiredFields(t *testing.T) {
	ds := &Diagnostics{}
	if Decode(nil, &testBadwords{}, ds) || !ds.HasErrors() {
		t.Error("a missing required field passed")
	}
}

func TestManyVariablesDoNotExplode(t *testing.T) {
	var b strings.Builder
	b.WriteString("version: 1\nname: d\nvars:\n  v0: xxxxxxxxxxxxxxxx\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&b, "  v%d: ${v%d}${v%d}\n", i, i-1, i-1)
	}
	b.WriteString("input: {warc: a}\nstages: [extract]\noutput: {jsonl: o}\n")
	if _, ds := Parse("p.yaml", []byte(b.String()), Options{}); len(ds.All()) != 1 {
		t.Errorf("%s", ds)
	}
}
