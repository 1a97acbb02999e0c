package sink

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"dataprep/stages/doc"
)

// lines returns the decompressed lines of a shard.
func lines(t *testing.T, file []byte) []string {
	t.Helper()
	z, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	text, err := z.DecodeAll(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	return strings.SplitAfter(strings.TrimSuffix(string(text), "\n"), "\n")
}

func TestJSONLRowsComeBackAsTheyWere(t *testing.T) {
	const n = 500
	got, b := lines(t, shard(t, sinks()["jsonl"], n, 64, 0)), lives(n)
	if len(got) != b.Len() {
		t.Fatalf("%d lines, want %d", len(got), b.Len())
	}
	for i, line := range got {
		var r struct {
			ID, Text  string
			URL, Dump *string
			Offset    *int64
			Score     *float64                    `json:"language_score"`
			InputIDs  *[]int32                    `json:"input_ids"`
			PIICounts *struct{ Email, IP *int64 } `json:"pii_counts"`
		}
		d := json.NewDecoder(strings.NewReader(line))
		if err := d.Decode(&r); err != nil {
			t.Fatalf("line %d: %v\n%s", i, err, line)
		}
		pii := r.PIICounts != nil
		ok := r.ID == string(doc.ID.Of(b).At(i)) && r.Dump == nil &&
			r.Text == string(appendClean(nil, doc.Text.Of(b).At(i))) &&
			equal(r.URL, doc.URL.Of(b).Has(i), string(doc.URL.Of(b).At(i))) &&
			equal(r.Score, score.Of(b).Has(i), score.Of(b).At(i)) &&
			(r.InputIDs != nil) == tokens.Of(b).Has(i) &&
			pii == (emails.Of(b).Has(i) || ips.Of(b).Has(i)) &&
			(!pii || equal(r.PIICounts.Email, emails.Of(b).Has(i), emails.Of(b).At(i)) &&
				equal(r.PIICounts.IP, ips.Of(b).Has(i), ips.Of(b).At(i)))
		if !ok {
			t.Fatalf("line %d is %s", i, line)
		}
	}
}

func TestJSONLKeepsTheOrderOfColumnsAndNamesNulls(t *testing.T) {
	got := lines(t, shard(t, sinks()["jsonl"], 2, 2, 0))
	keys := []string{"{\"id\":", ",\"text\":", ",\"url\":", ",\"dump\":null,\"offset\":",
		",\"pii_counts\":{\"email\":", ",\"ip\":", "},\"language_score\":", ",\"token_count\":null",
		",\"input_ids\":"}
	for _, line := range got {
		at := 0
		for _, k := range keys {
			i := strings.Index(line[at:], k)
			if i < 0 {
				t.Fatalf("%s is not where it belongs in %s", k, line)
			}
			at += i + len(k)
		}
	}
	want := `{"pii_counts":null}`
	l, err := newLayout([]doc.Column{emails.Column(), ips.Column()}, SchemaFull)
	if err != nil {
		t.Fatal(err)
	}
	var out closer
	w, b := newJSONLWriter(&out, l), doc.New([]doc.Column{emails.Column(), ips.Column()},
		doc.DefaultLimits())
	b.Add(0)
	b.Close()
	if err := w.Write(b); err != nil || out.String() != want+"\n" {
		t.Errorf("%q, want %q (%v)", out.String(), want, err)
	}
}

type closer struct{ bytes.Buffer }

func (*closer) Close() error { return nil }

func TestFloatsAreWrittenShortestAndReadBack(t *testing.T) {
	for x, want := range map[float64]string{
		0: "0.0", 0.1: "0.1", 1e21: "1e+21", 123456789: "123456789.0", -1e-7: "-1e-07",
		math.Inf(1): "null", math.Inf(-1): "null", math.SmallestNonzeroFloat64: "5e-324",
	} {
		if got := string(appendFloat(nil, x, 64)); got != want {
			t.Errorf("%v is written %s, want %s", x, got, want)
		}
	}
	if got := string(appendFloat(nil, math.NaN(), 64)); got != "null" {
		t.Errorf("NaN is written %s", got)
	}
}

// FuzzString holds the appender against the standard library's reader.
func FuzzString(f *testing.F) {
	f.Add([]byte("a\"\\\n\r\t\b\f\x00\x1f\x7f\u0085\u2028\u2029\uFFFD ü 😀 \xff\xed\xa0\x80"))
	f.Fuzz(func(t *testing.T, s []byte) {
		quoted := appendString(nil, s)
		var back string
		if err := json.Unmarshal(quoted, &back); err != nil {
			t.Fatalf("%q: %v", quoted, err)
		}
		if back != string(appendClean(nil, s)) {
			t.Fatalf("%q reads back as %q", s, back)
		}
		if bytes.ContainsAny(quoted, "\n\r\u0085\u2028\u2029") {
			t.Fatalf("%q breaks lines", quoted)
		}
	})
}
