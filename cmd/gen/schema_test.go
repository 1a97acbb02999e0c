package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dataprep/configs"
)

// schema reads the generated schema back.
func schema(t *testing.T) (map[string]any, *validator) {
	t.Helper()
	files, err := generate(root(t))
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(files[0].content))
	d.UseNumber()
	var s map[string]any
	if err := d.Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s, &validator{s["$defs"].(map[string]any)}
}

func valid(t *testing.T, s map[string]any, v *validator, text string) error {
	t.Helper()
	f, ds := configs.Parse("x", []byte(text), configs.Options{})
	if f == nil {
		t.Fatalf("%+v", ds.All())
	}
	return v.check(s, plain(f.Root), "")
}

func TestTheSchemaTakesQuickstartAndAllExamples(t *testing.T) {
	s, v := schema(t)
	raw, err := os.ReadFile(filepath.Join(root(t), "configs/quickstart.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	all := examples(t)
	all["quickstart.yaml"] = string(raw)
	for name, text := range all {
		if err := valid(t, s, v, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

const whole = `version: 1
name: whole
vars: {n: 5, where: out}
input:
  - {id: web, warc: [a.warc.gz, b.warc.gz], dump: D-1, source: s}
  - {id: rows, jsonl: {paths: c.jsonl, text: body}}
stages:
  - extract: {max_html_bytes: 2MiB}
  - language: {keep: en, min_score: 65%}
  - gopher_quality: {min_words: 50}
  - c4_quality: {terminal_punctuation: false}
  - minhash: {bands: 14, keep: first}
  - pii: {email: mask}
  - tokenize: off
output: {parquet: out/x, shard_size: 64MiB}
expect:
  - kept: 5%..70%
record: {shadow: 10%, dropped_text: 5}
errors: {tolerate: 1%}
resources: {slots: 2, ack_wait: 20s}
`

// TestTheSchemaAndTheParserAgree changes one place at a time; both must take it, or both refuse.
func TestTheSchemaAndTheParserAgree(t *testing.T) {
	s, v := schema(t)
	for _, c := range []struct {
		old, new string
		good     bool
	}{
		{"", "", true},
		{"version: 1", "version: 2", false},
		{"name: whole", "name: Whole Thing", false},
		{"name: whole", "nam: whole", false},
		{"min_words: 50", "min_words: 0", true},
		{"min_words: 50", "min_words: -1", false},
		{"min_words: 50", "min_words: fifty", false},
		{"min_words: 50", "min_words: 5.5", false},
		{"min_words: 50", "min_word: 50", false},
		{"min_words: 50", `min_words: "${n}"`, true},
		{"{min_words: 50}", "", true},
		{"{min_words: 50}", "50", false},
		{"min_score: 65%", "min_score: 0.65", true},
		{"min_score: 65%", "min_score: 65", false},
		{"min_score: 65%", "min_score: high", false},
		{"keep: en", "keep: [en, de]", true},
		{"keep: en", "keep: {en: 1}", false},
		{"keep: first", "keep: last", false},
		{"keep: first", "keep: newest", true},
		{"bands: 14", "bands: 0", false},
		{"bands: 14", "bands: [14]", false},
		{"minhash:", "minhsh:", false},
		{"  - extract: {max_html_bytes: 2MiB}", "  - extract", true},
		{"  - extract: {max_html_bytes: 2MiB}", "  - extrakt", false},
		{"2MiB", "2 megabytes", false},
		{"2MiB", "4096", true},
		{"2MiB", "12", false},
		{"tokenize: off", "tokenize: on", false},
		{"terminal_punctuation: false", "terminal_punctuation: maybe", false},
		{"{email: mask}", "{email: hide}", false},
		{"- {id: web, warc:", "- {id: web, wrac:", false},
		{"dump: D-1", "dumps: D-1", false},
		{"warc: [a.warc.gz, b.warc.gz]", "warc: [[a]]", false},
		{"jsonl: {paths: c.jsonl, text: body}", "jsonl: {text: body}", false},
		{"parquet: out/x", "parquet: {path: out/x}", true},
		{"parquet: out/x", "parket: out/x", false},
		{"shard_size: 64MiB", "shard_size: many", false},
		{"shard_size: 64MiB", "shards: 3", false},
		{"kept: 5%..70%", "kept: 5%", false},
		{"kept: 5%..70%", "gone: 5%..70%", false},
		{"shadow: 10%", "shadow: 1.5", false},
		{"shadow: 10%", "shadows: 10%", false},
		{"dropped_text: 5", "dropped_text: -5", false},
		{"tolerate: 1%", "tolerate: {share: 1%, at_least: 3}", true},
		{"tolerate: 1%", "tolerate: {share: 1%, least: 3}", false},
		{"ack_wait: 20s", "ack_wait: 20", false},
		{"ack_wait: 20s", "ack_wait: 1m30s", true},
		{"slots: 2", "slots: 5000", false},
		{"resources:", "resource:", false},
		{"version: 1\n", "", false},
		{"stages:\n", "stages: extract\nx:\n", false},
	} {
		text := strings.Replace(whole, c.old, c.new, 1)
		_, _, wrong := bindFile(t, "x", text)
		wrong = visible(wrong)
		if (wrong == nil) != c.good {
			t.Errorf("%q for %q: the parser says %+v", c.new, c.old, wrong)
		}
		if err := valid(t, s, v, text); (err == nil) != c.good {
			t.Errorf("%q for %q: the schema says %v", c.new, c.old, err)
		}
	}
}

// visible leaves out warnings, and what needs the whole chain, which no schema can know.
func visible(all []configs.Diagnostic) (rest []configs.Diagnostic) {
	for _, d := range all {
		if d.Severity == configs.Error && d.Code != "DP130" && d.Code != "DP131" {
			rest = append(rest, d)
		}
	}
	return rest
}
