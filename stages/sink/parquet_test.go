package sink

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"dataprep/stages/doc"
)

// row is what the library reads back.
type row struct {
	ID        string   `parquet:"id"`
	Text      string   `parquet:"text"`
	URL       *string  `parquet:"url"`
	Dump      *string  `parquet:"dump"`
	Offset    *int64   `parquet:"offset"`
	Score     *float64 `parquet:"language_score"`
	Tokens    *int64   `parquet:"token_count"`
	InputIDs  []int32  `parquet:"input_ids,list"`
	PIICounts *struct {
		Email *int64 `parquet:"email"`
		IP    *int64 `parquet:"ip"`
	} `parquet:"pii_counts"`
}

func TestParquetRowsComeBackAsTheyWere(t *testing.T) {
	const n = 1000
	file := shard(t, sinks()["parquet"], n, 64, 0)
	rows, err := parquet.Read[row](bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	b := lives(n)
	if len(rows) != b.Len() {
		t.Fatalf("%d rows, want %d", len(rows), b.Len())
	}
	for i, r := range rows {
		text := string(appendClean(nil, doc.Text.Of(b).At(i)))
		ok := r.ID == string(doc.ID.Of(b).At(i)) && r.Text == text && r.Dump == nil &&
			equal(r.Offset, doc.Offset.Of(b).Has(i), doc.Offset.Of(b).At(i)) &&
			equal(r.URL, doc.URL.Of(b).Has(i), string(doc.URL.Of(b).At(i))) &&
			equal(r.Score, score.Of(b).Has(i), score.Of(b).At(i)) && r.Tokens == nil &&
			slices.Equal(r.InputIDs, tokens.Of(b).At(i))
		if p := r.PIICounts; p == nil {
			ok = ok && !emails.Of(b).Has(i) && !ips.Of(b).Has(i)
		} else {
			ok = ok && (p.Email != nil || p.IP != nil) &&
				equal(p.Email, emails.Of(b).Has(i), emails.Of(b).At(i)) &&
				equal(p.IP, ips.Of(b).Has(i), ips.Of(b).At(i))
		}
		if !ok {
			t.Fatalf("row %d is %+v", i, r)
		}
	}
}

func equal[T comparable](got *T, has bool, want T) bool {
	return (got != nil) == has && (!has || *got == want)
}

func openParquet(t *testing.T, file []byte) *parquet.File {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestParquetHasThePhysicalFormOfTheDesign(t *testing.T) {
	file := shard(t, sinks()["parquet"], 3000, 100, 0)
	f := openParquet(t, file)
	if v, _ := f.Lookup("dataprep.parquet"); v != "1" {
		t.Errorf("version %q", v)
	}
	if by := f.Metadata().CreatedBy; !strings.HasPrefix(by, "dataprep version 1") {
		t.Errorf("created by %q", by)
	}
	var names []string
	for _, c := range f.Schema().Fields() {
		names = append(names, c.Name())
		if name := c.Name(); c.Required() != required(name) {
			t.Errorf("column %q: required %v", name, c.Required())
		}
	}
	want := strings.Fields("id text url dump offset pii_counts language_score token_count input_ids")
	if !slices.Equal(names, want) {
		t.Errorf("columns %v", names)
	}
	for _, c := range f.Metadata().RowGroups[0].Columns {
		m := c.MetaData
		path := strings.Join(m.PathInSchema, ".")
		if slices.Contains(m.Encoding, format.RLEDictionary) || m.Codec != format.Zstd {
			t.Errorf("%s: encodings %v, codec %v", path, m.Encoding, m.Codec)
		}
		if bloom := path == "id" || path == "url"; (m.BloomFilterOffset != 0) != bloom {
			t.Errorf("%s: Bloom filter at %d", path, m.BloomFilterOffset)
		}
		if c.ColumnIndexOffset == 0 || c.OffsetIndexOffset == 0 {
			t.Errorf("%s has no page index", path)
		}
		if path == "text" && (m.Statistics.MaxValue != nil || m.Statistics.MinValue != nil) {
			t.Error("text has statistics")
		}
	}
	pages := f.OffsetIndexes()[0].PageLocations
	for i, p := range pages {
		if p.FirstRowIndex != int64(512*i) {
			t.Errorf("page %d starts at row %d", i, p.FirstRowIndex)
		}
	}
	chunk := f.RowGroups()[0].ColumnChunks()[0].BloomFilter()
	if ok, err := chunk.Check(parquet.ByteArrayValue(doc.ID.Of(lives(1)).At(0))); err != nil || !ok {
		t.Errorf("the Bloom filter does not know an id: %v", err)
	}
}

func TestSmallCutsGiveTheSameFileForAnyBatch(t *testing.T) {
	const n = 1000
	small := cuts{pageRows: 50, pageBytes: 9000, groupBytes: 100_000}
	files := map[string]bool{}
	for _, cut := range []int{1, 13, 50, n} {
		l, err := newLayout(columns(), SchemaFull)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		write(t, newParquetWriter(&out, l, small), n, cut, 2)
		files[digest(out.Bytes())] = true
		f := openParquet(t, out.Bytes())
		if len(f.RowGroups()) < 3 || f.NumRows() != int64(lives(n).Len()) {
			t.Errorf("%d row groups of %d rows", len(f.RowGroups()), f.NumRows())
		}
		for _, g := range f.Metadata().RowGroups {
			heads := int64(0) // page headers are no data
			for _, c := range g.Columns {
				for _, s := range c.MetaData.EncodingStats {
					heads += 100 * int64(s.Count)
				}
			}
			if g.TotalByteSize > small.groupBytes+heads {
				t.Errorf("a row group of %d bytes", g.TotalByteSize)
			}
		}
	}
	if len(files) != 1 {
		t.Errorf("%d different files", len(files))
	}
}

// TestHugeDocumentsHavePagesOfTheirOwn goes past the limit at which the library would cut itself.
func TestHugeDocumentsHavePagesOfTheirOwn(t *testing.T) {
	schema := []doc.Column{doc.ID.Column(), doc.Text.Column(), tokens.Column()}
	files := map[string]bool{}
	for _, cut := range []int{1, 2, 6} {
		var out bytes.Buffer
		w, err := sinks()["parquet"].Open(&out, schema)
		if err != nil {
			t.Fatal(err)
		}
		b := doc.New(schema, doc.DefaultLimits())
		sizes := []int{10, 9 << 20, 20, 6 << 20, 2 << 20, 5}
		for i, size := range sizes {
			row := b.Add(uint32(i))
			doc.ID.Of(b).SetString(row, strings.Repeat("0", 32))
			doc.Text.Of(b).Set(row, bytes.Repeat([]byte("word "), size/5))
			tokens.Of(b).Set(row, make([]int32, size/100))
			if (i+1)%cut == 0 || i == len(sizes)-1 {
				b.Close()
				if err := w.Write(b); err != nil {
					t.Fatal(err)
				}
				b.Reset(0)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		files[digest(out.Bytes())] = true
		f := openParquet(t, out.Bytes())
		for c, index := range f.OffsetIndexes() {
			var first []int64
			for _, p := range index.PageLocations {
				first = append(first, p.FirstRowIndex)
			}
			if !slices.Equal(first, []int64{0, 1, 2, 4}) {
				t.Errorf("pages of column %d start at rows %v", c, first)
			}
		}
	}
	if len(files) != 1 {
		t.Errorf("%d different files", len(files))
	}
}

func TestEmptyShardIsAFile(t *testing.T) {
	file := shard(t, sinks()["parquet"], 0, 1, 0)
	if f := openParquet(t, file); f.NumRows() != 0 || len(f.RowGroups()) != 0 {
		t.Error("an empty shard has rows")
	}
}

// TestShardStaysInMemoryLimits writes 256 MiB of text; it is slow and runs when asked.
func TestShardStaysInMemoryLimits(t *testing.T) {
	path := os.Getenv("DATAPREP_SINK_MEMORY")
	if path == "" {
		t.Skip("set DATAPREP_SINK_MEMORY to a file name to write a whole shard there")
	}
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	w, err := sinks()["parquet"].Open(out, columns())
	if err != nil {
		t.Fatal(err)
	}
	b := doc.New(columns(), doc.DefaultLimits())
	sum := sha256.Sum256(nil)
	var text []byte
	for total, i := 0, 0; total < DefaultShardSize; {
		b.Reset(0)
		for range 1024 { // hexadecimal digits compress to a half, a little worse than prose
			text = text[:0]
			for range 35 {
				sum = sha256.Sum256(sum[:])
				text = hex.AppendEncode(text, sum[:])
			}
			row := b.Add(uint32(i))
			doc.ID.Of(b).Set(row, text[:32])
			doc.URL.Of(b).Set(row, text[32:132])
			doc.Text.Of(b).Set(row, text)
			i++
		}
		b.Close()
		total += len(doc.Text.Of(b).Data)
		if err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("%d MB from the system", m.Sys>>20)
}
