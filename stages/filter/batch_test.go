package filter

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"dataprep/configs"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// referenceReason maps our reasons to datatrove's strings, filter by filter.
var referenceReason = map[string]map[doc.Reason]string{
	"url_filter": {
		domain: "domain", subdomain: "subdomain", listedURL: "url",
		bannedWord: "hard_blacklisted", softWordLimit: "soft_blacklisted",
		bannedSubword: "blacklisted_subword",
	},
	"gopher_repetition": {
		empty: "empty", dupParagraphs: "dup_para_frac", dupParagraphChars: "dup_para_char_frac",
		dupLines: "dup_line_frac", dupLineChars: "dup_line_char_frac",
		top2: "top_2_gram", top3: "top_3_gram", top4: "top_4_gram",
		dup5: "duplicated_5_n_grams", dup6: "duplicated_6_n_grams", dup7: "duplicated_7_n_grams",
		dup8: "duplicated_8_n_grams", dup9: "duplicated_9_n_grams",
		dup10: "duplicated_10_n_grams",
	},
	"gopher_quality": {
		minWords: "gopher_short_doc", maxWords: "gopher_long_doc",
		minMeanWordLength: "gopher_below_avg_threshold",
		maxMeanWordLength: "gopher_above_avg_threshold",
		maxHashes:         "gopher_too_many_hashes", maxEllipses: "gopher_too_many_ellipsis",
		maxBulletLines:     "gopher_too_many_bullets",
		maxEllipsisLines:   "gopher_too_many_end_ellipsis",
		minAlphabeticWords: "gopher_below_alpha_threshold",
		minStopWords:       "gopher_enough_stop_words",
	},
	"c4_quality": {
		loremIpsum: "lorem_ipsum", curlyBracket: "curly_bracket",
		minSentences: "too_few_sentences",
	},
	"fineweb_quality": {
		empty: "empty", minPunctuatedLines: "line_punct_ratio", maxShortLines: "short_line_ratio",
		maxDuplicateChars: "char_dup_ratio", maxLineFeeds: "list_ratio",
	},
}

// bench runs one stage over batches.
type bench struct {
	t     testing.TB
	name  string
	shape stages.Shape
	stage stages.Stage
	batch *doc.Batch
}

func open[C any](t testing.TB, s stages.StageSpec[C], change func(*C)) *bench {
	t.Helper()
	return openEnv(t, s, change, nil)
}

func openEnv[C any](t testing.TB, s stages.StageSpec[C], change func(*C), env stages.Env) *bench {
	t.Helper()
	c := s.Default
	if change != nil {
		change(&c)
	}
	maker, err := s.Open(c, env)
	if err != nil {
		t.Fatal(err)
	}
	schema := []doc.Column{doc.URL.Column(), doc.Text.Column()}
	return &bench{t, s.Name, s.Describe(c), maker(), doc.New(schema, doc.DefaultLimits())}
}

// fill makes a batch of documents whose text, or URL, is given; shadow marks all of them.
func (x *bench) fill(values []string, shadow bool) {
	field := doc.Text
	if x.name == "url_filter" {
		field = doc.URL
	}
	b := x.batch
	b.Reset(0)
	column := field.Of(b)
	for k, v := range values {
		i := b.Add(uint32(k))
		column.SetString(i, v)
		if shadow {
			b.MarkShadow(i)
		}
	}
	b.Close()
}

func (x *bench) process() {
	x.batch.Begin(0, x.shape.Writes)
	if err := x.stage.Process(x.batch); err != nil {
		x.t.Fatal(err)
	}
	x.batch.Commit()
}

// judge returns the verdict of one document, its reason in datatrove's words, and its text after.
func (x *bench) judge(value string) (doc.Verdict, string, string) {
	x.fill([]string{value}, false)
	x.process()
	v := x.batch.Verdict(0)
	return v, x.reference(v.Reason), string(doc.Text.Of(x.batch).At(0))
}

func (x *bench) reference(r doc.Reason) string {
	if r == "" {
		return ""
	}
	s, ok := referenceReason[x.name][r]
	if !ok {
		x.t.Fatalf("%s gave the reason %q, which has no counterpart", x.name, r)
	}
	return s
}

// files is an Env of named contents.
type files map[string]string

func (f files) Open(a stages.Artifact) (io.ReadCloser, error) {
	s, ok := f[a.URI]
	if !ok {
		return nil, fmt.Errorf("no file %s", a.URI)
	}
	return io.NopCloser(bytes.NewReader([]byte(s))), nil
}

func TestReasonsAreDeclaredAndHaveCounterparts(t *testing.T) {
	for _, x := range []*bench{open(t, urlFilter(), nil), open(t, gopherRepetition(), nil),
		open(t, gopherQuality(), nil), open(t, c4Quality(), nil), open(t, finewebQuality(), nil)} {
		if len(x.shape.Reasons) != len(referenceReason[x.name]) {
			t.Errorf("%s declares %d reasons, %d have counterparts", x.name, len(x.shape.Reasons),
				len(referenceReason[x.name]))
		}
		for _, r := range x.shape.Reasons {
			x.reference(r)
		}
	}
}

func TestDefaultsAreValidAndHaveCanonicalForms(t *testing.T) {
	for _, e := range Stages() {
		var ds configs.Diagnostics
		c := e.Config()
		if !configs.Decode(nil, c, &ds) {
			t.Errorf("%s: the default config is refused: %v", e.Facts().Name, ds)
		}
		if len(configs.Canonical(c)) < 20 || len(configs.Fields(c)) < 5 {
			t.Errorf("%s: canonical form %s", e.Facts().Name, configs.Canonical(c))
		}
	}
	for _, words := range [][]string{make([]string, 65), {"a", ""}, {"a", "b", "a"}} {
		if (&GopherQuality{StopWords: words}).Validate() == nil {
			t.Errorf("stop words %q were accepted", words)
		}
	}
}

func TestEveryFilterIsListedOnce(t *testing.T) {
	r, err := stages.NewRegistry(Stages())
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Names(stages.KindStage); len(got) != len(referenceReason) {
		t.Errorf("registered %v", got)
	}
}
