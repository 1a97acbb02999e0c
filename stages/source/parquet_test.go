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

	"github.com/parquet-go/parquet-go"

	"dataprep/internal/testdata"
	"dataprep/stages/doc"
)

// fineRow has FineWeb's columns, all nullable, and some of ours.
type fineRow struct {
	Text     *string  `parquet:"text,optional"`
	ID       *string  `parquet:"id,optional"`
	URL      *string  `parquet:"url,optional,dict"`
	Date     *string  `parquet:"date,optional"`
	Language *string  `parquet:"language,optional"`
	Score    *float64 `parquet:"language_score,optional"`
	Tokens   *int64   `parquet:"token_count,optional"`
	Small    *uint32  `parquet:"small,optional"`
	Half     *float32 `parquet:"half,optional"`
	Big      *uint64  `parquet:"big,optional"`
	Tags     []string `parquet:"tags,list"`
	Meta     struct {
		Host *string `parquet:"host,optional"`
	} `parquet:"meta"`
}

// fineFile returns a file of n rows in row groups of per rows, and each row's text.
func fineFile(t *testing.T, n, per int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[fineRow](&b, parquet.MaxRowsPerRowGroup(int64(per)),
		parquet.PageBufferSize(512), parquet.Compression(&parquet.Zstd))
	for i := range n {
		text, id, url := strings.Repeat("é", i*13%97), fmt.Sprint("id-", i), "http://a.example/"
		r := fineRow{Text: &text, ID: &id, URL: &url}
		r.Meta.Host = &url
		score, tokens, small, half := float64(i)/8, int64(-i), ^uint32(i), float32(i)/4
		if i%3 == 0 {
			r.Score, r.Tokens, r.Small, r.Half = &score, &tokens, &small, &half
		}
		switch i % 11 {
		case 5:
			r.Text = nil
		case 7:
			r.ID, r.URL = nil, nil
		}
		if _, err := w.Write([]fineRow{r}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func fineNames() Names {
	n := defaultNames()
	n.Columns = map[string]string{"language": "string", "language_score": "float64",
		"token_count": "int64", "small": "int64", "half": "float64", "meta.host": "string"}
	return n
}

func TestNullableRowsAreRead(t *testing.T) {
	n := fineNames()
	s := newParquet(Parquet{Names: n})
	data := fineFile(t, 250, 40)
	all := mustReadAll(t, s, n.shape().Writes, "f.parquet", data)
	if skipped(all.tally) != "no_text:23 " || len(all.rows) != 227 {
		t.Fatalf("%d rows, skipped %s", len(all.rows), skipped(all.tally))
	}
	for _, r := range all.rows {
		i := int(r.Offset)
		want := "half=0/false language=/false language_score=0/false " +
			"meta.host=http://a.example//true small=0/false token_count=0/false "
		if i%3 == 0 {
			want = fmt.Sprintf("half=%v/true language=/false language_score=%v/true "+
				"meta.host=http://a.example//true small=%d/true token_count=%d/true ",
				float64(i)/4, float64(i)/8, ^uint32(i), -i)
		}
		named := i%11 != 7
		if r.Text != strings.Repeat("é", i*13%97) || r.Extra != want || r.HasID != named ||
			r.HasURL != named || named && r.ID != fmt.Sprint("id-", i) || r.Length != 1 {
			t.Fatalf("row %d: %+v", i, r)
		}
	}
	checkLocate(t, s, n.shape().Writes, "f.parquet", data, all.rows)
}

func TestSplitsAndBatchesDoNotChangeParquetRows(t *testing.T) {
	n := fineNames()
	s := newParquet(Parquet{Names: n})
	data := fineFile(t, 250, 40)
	all := mustReadAll(t, s, n.shape().Writes, "f", data)
	for _, step := range []int64{1, 1000, 3000, int64(len(data)) - 1} {
		s.step = step
		for _, l := range limits {
			got, err := readAll(t, s, n.shape().Writes, "f", data, l)
			if err != nil || !slices.Equal(got.rows, all.rows) ||
				skipped(got.tally) != skipped(all.tally) || got.tally.Bytes != all.tally.Bytes {
				t.Errorf("splits of %d, batches of %d: %d rows, %+v, %v",
					step, l.Rows, len(got.rows), got.tally, err)
			}
		}
	}
	if all.tally.Bytes <= 0 || all.tally.Bytes >= int64(len(data)) {
		t.Errorf("%d bytes read of %d", all.tally.Bytes, len(data))
	}
}

func TestSchemasAreCheckedBeforeTheFirstRow(t *testing.T) {
	data := fineFile(t, 3, 10)
	columns := Names{Text: "text"}.shape().Writes
	for want, n := range map[string]Names{
		`no column "body"; the columns are "text", "id", "url"`: {Text: "body"},
		`no column "x"`: {Text: "text", Columns: map[string]string{"x": "string"}},
		`column "language" is STRING, want float64`: {Text: "text",
			Columns: map[string]string{"language": "float64"}},
		`column "token_count" is INT(64,true), want string`: {Text: "token_count"},
		`column "big" is INT(64,false), want int64`: {Text: "text",
			Columns: map[string]string{"big": "int64"}},
		`column "tags.list.element" is a list of STRING, want string`: {Text: "tags.list.element"},
		`column "half" is FLOAT, want string`:                         {Text: "text", URL: "half"},
	} {
		s := newParquet(Parquet{Names: n})
		_, err := readAll(t, s, columns, "d/f", data, doc.DefaultLimits())
		if !errors.Is(err, ErrColumns) || !strings.Contains(err.Error(), "read d/f: ") ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	twice := bytes.ReplaceAll(data, []byte("half"), []byte("text"))
	if _, err := readAll(t, newParquet(Parquet{Names: Names{Text: "text"}}), columns, "d/f", twice,
		doc.DefaultLimits()); !errors.Is(err, ErrColumns) || !strings.Contains(err.Error(), "there twice") {
		t.Errorf("two columns of one name: %v", err)
	}
	ints := Names{Text: "text", ID: "token_count", URL: "no_such", Date: ""}
	all := mustReadAll(t, newParquet(Parquet{Names: ints}), ints.shape().Writes, "f", data)
	if len(all.rows) != 3 || all.rows[0].ID != "0" || all.rows[1].HasID || all.rows[0].HasURL {
		t.Errorf("%+v", all.rows)
	}
}

func TestDamagedParquetFailsAndNeverPanics(t *testing.T) {
	n := fineNames()
	s := newParquet(Parquet{Names: n})
	data := fineFile(t, 60, 20)
	for _, bad := range []string{"", "x", "PAR1", "PAR1xxxxPAR1", "not parquet at all, but long"} {
		_, err := readAll(t, s, n.shape().Writes, "f", []byte(bad), doc.DefaultLimits())
		if bad != "" && !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, cut := range []int{1, 7, 8, 9, len(data) / 2} {
		_, err := readAll(t, s, n.shape().Writes, "f", data[:len(data)-cut], doc.DefaultLimits())
		if !errors.Is(err, ErrFormat) {
			t.Errorf("%d bytes cut: %v", cut, err)
		}
	}
	failed := 0
	for at := 4; at < len(data); at += 37 {
		broken := slices.Clone(data)
		broken[at] ^= 0x5a
		if _, err := readAll(t, s, n.shape().Writes, "f", broken, doc.DefaultLimits()); err != nil {
			failed++
		}
	}
	if failed == 0 {
		t.Error("no damage was noticed")
	}
}

func TestFilesWrittenByPyarrowAreRead(t *testing.T) {
	dir := testdata.Dir(t, "peer-formats", "data-prep-kit")
	numbers := map[string]string{
		"ft_score": "float64", "int_id_column": "int64", "docq_total_words": "int64"}
	for _, c := range []struct {
		file  string
		rows  int
		names Names
	}{
		{"filter/input/test1.parquet", 100,
			Names{Text: "contents", ID: "document_id", Columns: numbers}},
		{"resize/input/test1.parquet", 200,
			Names{Text: "text", Columns: map[string]string{"count()": "int64"}}},
		{"ededup/input/sample1.parquet", 5, Names{Text: "contents", ID: "id", URL: "url"}},
		{"tokenization/ds01/input/lang=en/pq01.parquet", 3,
			Names{Text: "contents", ID: "document_id"}},
		{"pii_redactor/input/pii_test_data.parquet", 1, Names{Text: "contents"}},
		{"tokenization/ds01/input/lang=en/dataset=cybersecurity_v2.0/version=2.3.2/" +
			"pq03.snappy.parquet", 1, Names{Text: "contents"}},
	} {
		file := c.file
		data, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		s := newParquet(Parquet{Names: c.names})
		all, err := readAll(t, s, c.names.shape().Writes, file, data, limits[1])
		if err != nil || len(all.rows) != c.rows {
			t.Errorf("%s: %d rows of %d, %v", file, len(all.rows), c.rows, err)
			continue
		}
		for _, r := range all.rows {
			if r.Text == "" {
				t.Errorf("%s: row %d has no text", file, r.Offset)
			}
		}
		checkLocate(t, s, c.names.shape().Writes, file, data, all.rows[:min(len(all.rows), 20)])
	}
}
