package sink

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"dataprep/stages"
	"dataprep/stages/doc"
)

func sinks() map[string]stages.Sink {
	return map[string]stages.Sink{
		"parquet": NewParquet(ParquetConfig{Schema: SchemaFull, ShardSize: 5}),
		"jsonl":   NewJSONL(JSONLConfig{Schema: SchemaFull, ShardSize: 5}),
	}
}

func TestBatchCutsDoNotChangeBytes(t *testing.T) {
	const n = 3000
	for name, s := range sinks() {
		want := digest(shard(t, s, n, n, 30))
		for _, cut := range []int{1, 7, 64, 100, 1024} {
			if got := digest(shard(t, s, n, cut, 30)); got != want {
				t.Errorf("%s: batches of %d rows give another file", name, cut)
			}
		}
	}
}

// TestBytesAreThoseOfThisRevision notices a library or a change that writes other bytes: bump the
// sink's Rev when it fails, and only then change the digest.
func TestBytesAreThoseOfThisRevision(t *testing.T) {
	want := map[string]string{
		"parquet": "b4fe3eccb98b555ac38d04c252a3cc34c09a0a00399d97fc103474a5bed94b8f",
		"jsonl":   "2bfc92c5c39403a4da8696e7fd7b8285f6e79badbd1db8505aa9ead3e0af88e1",
	}
	for name, s := range sinks() {
		if got := digest(shard(t, s, 2000, 2000, 10)); got != want[name] {
			t.Errorf("%s: SHA-256 of the file is %s, want %s", name, got, want[name])
		}
	}
}

func TestSinksRefuseWhatTheyCannotPublish(t *testing.T) {
	col := func(name string, k doc.Kind) doc.Column { return doc.Column{Name: name, Kind: k} }
	id, text := doc.ID.Column(), doc.Text.Column()
	for name, s := range sinks() {
		for _, bad := range [][]doc.Column{
			{id, text, doc.Raw.Column()},
			{id, text, col("a.b.c", doc.KindInt64)},
			{id, text, col("a.", doc.KindInt64)},
			{id, text, col(".a", doc.KindInt64)},
			{id, text, col("a", doc.KindInt64), col("a.b", doc.KindInt64)},
			{id, text, text},
		} {
			if _, err := s.Open(io.Discard, bad); err == nil {
				t.Errorf("%s: columns %v were taken", name, bad)
			}
		}
		w, err := s.Open(io.Discard, []doc.Column{id, text})
		if err != nil {
			t.Fatal(err)
		}
		b := doc.New([]doc.Column{id, text}, doc.DefaultLimits())
		doc.ID.Of(b).SetString(b.Add(7), "x")
		b.Close()
		if err := w.Write(b); err == nil || !strings.Contains(err.Error(), "document 7 has no text") {
			t.Errorf("%s: a document without text: %v", name, err)
		}
		if err := w.Close(); err == nil {
			t.Errorf("%s: a file was completed after a failure", name)
		}
	}
	if _, err := NewJSONL(JSONLConfig{Schema: SchemaFineWeb}).Open(io.Discard,
		[]doc.Column{id}); err == nil {
		t.Error("fineweb without text was taken")
	}
}

func TestFineWebSchemaIsFineWebs(t *testing.T) {
	l, err := newLayout(columns(), SchemaFineWeb)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range l.fields {
		got = append(got, f.Name)
	}
	want := strings.Fields("text id dump url date file_path language language_score token_count")
	if !slices.Equal(got, want) {
		t.Errorf("columns %v", got)
	}
	for _, s := range []stages.Sink{NewParquet(ParquetConfig{Schema: SchemaFineWeb}),
		NewJSONL(JSONLConfig{Schema: SchemaFineWeb})} {
		if len(shard(t, s, 100, 100, 1)) == 0 {
			t.Error("nothing written")
		}
	}
}

func TestTextIsPublishedAsValidUTF8(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "plain": "plain", "ü€😀": "ü€😀", "\xff": "\uFFFD", "a\xc3": "a\uFFFD",
		"\xed\xa0\x80": "\uFFFD\uFFFD\uFFFD", "a\uFFFDb": "a\uFFFDb", "\xe2\x82x": "\uFFFD\uFFFDx",
	} {
		got := appendClean(nil, []byte(in))
		if string(got) != want || cleanLen([]byte(in)) != len(want) {
			t.Errorf("%q becomes %q of %d bytes", in, got, cleanLen([]byte(in)))
		}
	}
}

func TestSinksAreListedWithTheirDefaults(t *testing.T) {
	for _, e := range Sinks() {
		f := e.Facts()
		if f.Kind != stages.KindSink || f.Rev != 1 || sinks()[f.Name] == nil {
			t.Errorf("facts %+v", f)
		}
		if s := sinks()[f.Name]; s.ShardBytes() != 5 || !strings.HasPrefix(s.Extension(), ".") {
			t.Errorf("%s: shards of %d", f.Name, s.ShardBytes())
		}
	}
}

// TestRowsDoNotAllocate counts what goes with rows, apart from pages and the compressor's output.
func TestRowsDoNotAllocate(t *testing.T) {
	b := lives(1000)
	for name, s := range sinks() {
		w, err := s.Open(&bytes.Buffer{}, columns())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(b); err != nil {
			t.Fatal(err)
		}
		allocs := testing.AllocsPerRun(10, func() {
			if err := w.Write(b); err != nil {
				t.Fatal(err)
			}
		})
		t.Logf("%s: %.0f allocations for %d rows", name, allocs, b.Len())
		if allocs > float64(b.Len())/4 {
			t.Errorf("%s: %.0f allocations for %d rows", name, allocs, b.Len())
		}
	}
}
