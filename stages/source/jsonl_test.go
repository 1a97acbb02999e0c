package source

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"dataprep/configs"
	"dataprep/internal/testdata"
	"dataprep/stages"
	"dataprep/stages/doc"
)

func jsonl(n Names) (*lineFiles, []doc.Column) {
	return newJSONL(JSONL{Names: n}), n.shape().Writes
}

func gzipped(parts ...[]byte) []byte {
	var b bytes.Buffer
	for _, p := range parts {
		w := gzip.NewWriter(&b)
		_, _ = w.Write(p)
		_ = w.Close()
	}
	return b.Bytes()
}

func zstandard(t *testing.T, p []byte) []byte {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(p, nil)
}

func TestSampleRowsAreDocuments(t *testing.T) {
	s, columns := jsonl(defaultNames())
	data := sample(t, "docs.jsonl.gz")
	all := mustReadAll(t, s, columns, "docs.jsonl.gz", data)
	if len(all.rows) != 12 || all.tally.Records != 12 || all.tally.Bytes != int64(len(data)) {
		t.Fatalf("%d rows, %+v", len(all.rows), all.tally)
	}
	for _, r := range all.rows {
		if !strings.HasPrefix(r.ID, "urn:uuid:") || !strings.HasPrefix(r.URL, "https://") ||
			len(r.Text) < 100 || r.Date != "" {
			t.Errorf("%.200v", r)
		}
	}
	checkLocate(t, s, columns, "docs.jsonl.gz", data, all.rows)
}

// corpus returns n lines of growing length, some blank, some broken, and the good ones' ids.
func corpus(n int) (data []byte, ids []string) {
	var b bytes.Buffer
	for i := range n {
		switch i % 10 {
		case 3:
			b.WriteString("   \n")
		case 7:
			b.WriteString("{broken}\n")
		default:
			fmt.Fprintf(&b, "{\"id\": %d, \"text\": %q}\n", i, strings.Repeat("é", i*7%211))
			ids = append(ids, fmt.Sprint(i))
		}
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), ids
}

func idsOf(rows []row) (ids []string) {
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids
}

func TestSplitsCompressionAndBatchesDoNotChangeRows(t *testing.T) {
	data, ids := corpus(100)
	s, columns := jsonl(defaultNames())
	all := mustReadAll(t, s, columns, "f", data)
	if !slices.Equal(idsOf(all.rows), ids) || skipped(all.tally) != "bad_json:10 " {
		t.Fatalf("%d rows of %d, skipped %s", len(all.rows), len(ids), skipped(all.tally))
	}
	checkLocate(t, s, columns, "f", data, all.rows)
	for name, packed := range map[string][]byte{
		"gzip": gzipped(data), "members": gzipped(data[:100], data[100:2000], nil, data[2000:]),
		"zstd": zstandard(t, data), "crlf": data,
	} {
		s.step = 500
		got := mustReadAll(t, s, columns, "f", packed)
		if !slices.Equal(got.rows, all.rows) || skipped(got.tally) != skipped(all.tally) {
			t.Errorf("%s: %d rows of %d, skipped %s", name, len(got.rows), len(ids),
				skipped(got.tally))
		}
		checkLocate(t, s, columns, "f", packed, got.rows[:20])
	}
	for _, step := range []int64{33, 1000, int64(len(data)) - 1} {
		s.step = step
		for _, l := range limits {
			got, err := readAll(t, s, columns, "f", data, l)
			if err != nil || !slices.Equal(got.rows, all.rows) ||
				got.tally.Bytes != int64(len(data)) || skipped(got.tally) != skipped(all.tally) {
				t.Errorf("splits of %d, batches of %d: %d rows, %+v, %v",
					step, l.Rows, len(got.rows), got.tally, err)
			}
		}
	}
}

func TestALineBelongsToTheSplitInWhichItStarts(t *testing.T) {
	data := []byte("{\"text\":\"a\"}\n\n{\"text\":\"bc\"}\n{\"text\":\"\"}\n")
	s, columns := jsonl(defaultNames())
	all := mustReadAll(t, s, columns, "f", data)
	for step := range int64(len(data)) {
		s.step = step + 1
		if got := mustReadAll(t, s, columns, "f", data); !slices.Equal(got.rows, all.rows) {
			t.Errorf("splits of %d: %d rows of %d", s.step, len(got.rows), len(all.rows))
		}
	}
}

func TestLineEndsAndByteOrderMarkAreNotText(t *testing.T) {
	s, columns := jsonl(defaultNames())
	data := "\xef\xbb\xbf{\"text\":\"a\"}\r\n\r\n{\"text\":\"b\xff\\ud800\"}\r\n"
	all := mustReadAll(t, s, columns, "f", []byte(data))
	if len(all.rows) != 2 || all.rows[1].Text != "b\uFFFD\uFFFD" || all.tally.Records != 2 {
		t.Errorf("%+v", all)
	}
}

func TestDeclaredColumnsAreCarried(t *testing.T) {
	n := Names{Text: "content", ID: "key", Columns: map[string]string{
		"lang": "string", "n": "int64", "score": "float64"}}
	if err := n.Validate(); err != nil {
		t.Fatal(err)
	}
	s, columns := jsonl(n)
	data := `{"content":"a","key":"k","lang":"en","n":-9223372036854775808,"score":1,"url":"u"}
{"content":"b","score":NaN,"n":null}
{"content":null}
`
	all := mustReadAll(t, s, columns, "f", []byte(data))
	if len(all.rows) != 2 || skipped(all.tally) != "no_text:1 " || all.rows[0].HasURL ||
		all.rows[0].Extra != "lang=en/true n=-9223372036854775808/true score=1/true " ||
		all.rows[1].Extra != "lang=/false n=0/false score=0/false " || all.rows[1].HasID {
		t.Errorf("%+v", all)
	}
}

func TestRowsThatDoNotFitNameFileRowAndColumn(t *testing.T) {
	n := defaultNames()
	n.Columns = map[string]string{"n": "int64", "score": "float64"}
	s, columns := jsonl(n)
	good := `{"text":"a"}` + "\n"
	for line, want := range map[string]string{
		`{"body":"x","id":1}`:  `has no column "text"; it has "body", "id"`,
		`{}`:                   `has no column "text"; it has none`,
		`{"text":1}`:           `column "text" is an integer, want string`,
		`{"text":"a","n":"1"}`: `column "n" is a string, want int64`,
		`{"text":"a","n":1.0}`: `a number with a fraction or an exponent, ` +
			`want int64`,
		`{"text":"a","n":99999999999999999999}`: `column "n" is an integer outside of int64`,
		`{"text":"a","score":[1]}`:              `column "score" is a list, want float64`,
		`{"text":"a","url":7}`:                  `column "url" is an integer, want string`,
		`{"text":"a","id":{}}`:                  `column "id" is an object, want string`,
	} {
		data := []byte(good + "\n" + line + "\n" + good)
		all, err := readAll(t, s, columns, "dir/f.jsonl", data, doc.DefaultLimits())
		where := "read dir/f.jsonl: row 3 (line at byte 14): "
		if !errors.Is(err, ErrColumns) || !strings.HasPrefix(err.Error(), where) ||
			!strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v, %+v", line, err, all)
		}
	}
}

func TestOtherFormatsAreRefused(t *testing.T) {
	s, columns := jsonl(defaultNames())
	for _, data := range []string{"BZh91AY", "\xfd7zXZ\x00", "PK\x03\x04", "PAR1",
		"[\n{\"text\":1}\n]", "\xff\xfe{\x00"} {
		for _, step := range []int64{2, 1 << 20} {
			s.step = step
			_, err := readAll(t, s, columns, "f", []byte(data), doc.DefaultLimits())
			if !errors.Is(err, ErrFormat) {
				t.Errorf("%q: %v", data, err)
			}
		}
	}
}

func TestLongLinesAreSkipped(t *testing.T) {
	long := `{"text":"` + strings.Repeat("x", 3<<20) + `"}`
	data := []byte(`{"text":"a"}` + "\n" + long + "\n" + `{"text":"b"}` + "\n" + long)
	s, columns := jsonl(defaultNames())
	f := stages.File{URI: "mem", Path: "f", Size: int64(len(data))}
	r, err := s.reader(stages.Split{File: f, End: f.Size}, origin,
		opener(map[string][]byte{"mem": data}))
	if err != nil {
		t.Fatal(err)
	}
	r.lines.most = 1 << 20
	if err := r.seek(0); err != nil {
		t.Fatal(err)
	}
	rows, err := read(t, r, columns, doc.DefaultLimits())
	if err != nil || len(rows) != 2 || rows[1].Text != "b" || skipped(r.Tally()) != "too_large:2 " {
		t.Errorf("%d rows, %v, %+v", len(rows), err, r.Tally())
	}
	if cap(r.lines.buf) > 4<<20 {
		t.Errorf("the buffer grew to %d", cap(r.lines.buf))
	}
}

func TestCutStreamsAreReadAsFarAsTheyGo(t *testing.T) {
	data, ids := corpus(3000)
	zipped, z := gzipped(data), zstandard(t, data)
	s, columns := jsonl(defaultNames())
	for name, c := range map[string]struct {
		data  []byte
		cause string
		least int
		from  int // where the loss begins
	}{
		"half gzip": {zipped[:len(zipped)/2], causeTruncated, 1, 0},
		"two members": {append(slices.Clone(zipped), zipped[:99]...), causeTruncated, len(ids) - 1,
			len(zipped)},
		"some zstd":  {z[:len(z)-len(z)/4], causeTruncated, 0, 0},
		"no trailer": {zipped[:len(zipped)-8], causeTruncated, len(ids) - 1, 0},
		"tail":       {append(slices.Clone(zipped), 0, 0, 0), causeGarbage, len(ids) - 1, len(zipped)},
		"zstd tail":  {append(slices.Clone(z), "garbage!"...), causeGarbage, len(ids) - 1, len(z)},
	} {
		first, err := readAll(t, s, columns, "f", c.data, doc.DefaultLimits())
		y := first.tally
		if err != nil || len(first.rows) < c.least ||
			!strings.Contains(skipped(y), c.cause+":1 ") || len(y.Lost) != 1 ||
			y.Lost[0].From != int64(c.from) || y.Lost[0].To != int64(len(c.data)) ||
			y.Lost[0].Cause != c.cause ||
			y.Bytes != int64(len(c.data)) {
			t.Errorf("%s: %d rows, %+v, %v", name, len(first.rows), y, err)
		}
		if n := min(len(first.rows), len(ids)); !slices.Equal(idsOf(first.rows[:n]), ids[:n]) {
			t.Errorf("%s: not the first rows", name)
		}
		again, err := readAll(t, s, columns, "f", c.data, limits[1])
		if err != nil || !slices.Equal(again.rows, first.rows) ||
			!slices.Equal(again.tally.Lost, first.tally.Lost) {
			t.Errorf("%s: another batch size changes it: %v", name, err)
		}
	}
}

func TestStreamsBrokenInTheMiddleFail(t *testing.T) {
	data, _ := corpus(3000)
	broken := func(b []byte, at, n int) []byte {
		b = slices.Clone(b)
		for i := range n {
			b[at+i] ^= 0xa5
		}
		return b
	}
	zipped, z := gzipped(data, data), zstandard(t, data)
	s, columns := jsonl(defaultNames())
	for name, data := range map[string][]byte{
		"deflate":  broken(zipped, len(zipped)/4, 16),
		"checksum": broken(zipped, len(zipped)/2-6, 1),
		"zstd":     broken(z, len(z)/2, 16), "header": []byte("\x1f\x8bxxxxxxxxxxxxxxxxxxxx"),
	} {
		_, err := readAll(t, s, columns, "f.gz", data, doc.DefaultLimits())
		if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "f.gz") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFilesOfDolmaHaveTheSameRowsPlainAndCompressed(t *testing.T) {
	dir := testdata.Dir(t, "peer-formats", "dolma", "formats")
	n := defaultNames()
	n.Text = "message"
	s, columns := jsonl(n)
	var want []row
	for _, name := range []string{"test.jsonl", "test.jsonl.gz", "test.jsonl.zst"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		got := mustReadAll(t, s, columns, "f", data).rows
		if want == nil {
			want = got
		}
		if len(got) == 0 || !slices.Equal(got, want) {
			t.Errorf("%s: %d rows, %d plain", name, len(got), len(want))
		}
	}
}

func TestRegistryBindsEverySource(t *testing.T) {
	reg, err := stages.NewRegistry(Sources())
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(reg.Names(stages.KindSource)); got != "[jsonl parquet warc wet]" {
		t.Error(got)
	}
	for _, e := range Sources() {
		c := e.Config()
		if e.Facts().Rev < 1 || strings.Contains(string(configs.Canonical(c)), "paths") {
			t.Errorf("%s: %s", e.Facts().Name, configs.Canonical(c))
		}
	}
	j := Sources()[2].Config()
	if got := string(configs.Canonical(j)); got !=
		`{"text":"text","id":"id","url":"url","date":"date","columns":{}}` {
		t.Error(got)
	}
}

func TestConfigsAreDecodedFromPipelineFiles(t *testing.T) {
	scalar := func(s string) *configs.Node { return &configs.Node{Kind: configs.Scalar, Raw: s} }
	columns := func(kind string) *configs.Node {
		inner := &configs.Node{Kind: configs.Map,
			Keys: []configs.Key{{Name: "n", Value: scalar(kind)}}}
		return &configs.Node{Kind: configs.Map, Keys: []configs.Key{
			{Name: "paths", Value: scalar("a.jsonl")}, {Name: "text", Value: scalar("body")},
			{Name: "columns", Value: inner}}}
	}
	c := Sources()[2].Config().(*JSONL)
	var ds configs.Diagnostics
	if !configs.Decode(columns("int64"), c, &ds) || c.Text != "body" || c.ID != "id" ||
		len(c.Paths) != 1 || c.Columns["n"] != "int64" {
		t.Errorf("%+v, %+v", c, ds)
	}
	if configs.Decode(columns("int"), Sources()[3].Config(), &ds) {
		t.Error("int is accepted as a type")
	}
	if configs.Decode(nil, Sources()[0].Config(), &ds) {
		t.Error("no paths are accepted")
	}
}

func TestColumnsThatEveryDocumentHasCannotBeDeclared(t *testing.T) {
	for name, kind := range map[string]string{"id": "string", "text": "string", "raw": "string",
		"offset": "int64", "": "string", "language": "int64", "token_count": "float64"} {
		n := defaultNames()
		n.Columns = map[string]string{name: kind}
		if n.Validate() == nil {
			t.Errorf("%q: %s is accepted", name, kind)
		}
	}
	n := defaultNames()
	if n.Text = ""; n.Validate() == nil {
		t.Error("no text is accepted")
	}
}
