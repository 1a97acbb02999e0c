package source

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"dataprep/internal/testdata"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// row is a document with everything copied out of the batch, but for its ordinal.
type row struct {
	Raw, Text, Media               string
	URL, Date, Dump, Path, Source  string
	ID                             string
	Offset, Length                 int64
	Extra                          string
	HasURL, HasDump, HasID, HasLen bool
}

// memory is a file that is not on disk.
type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

// opener opens files held in memory by URI.
func opener(files map[string][]byte) stages.Opener {
	return func(f stages.File) (stages.ReadAtCloser, error) {
		b, ok := files[f.URI]
		if !ok {
			return nil, os.ErrNotExist
		}
		return memory{bytes.NewReader(b)}, nil
	}
}

var origin = stages.Origin{ID: "in", Source: "src", Dump: "CC-1"}

var limits = [...]doc.Limits{{Rows: 1, Bytes: 8 << 20}, {Rows: 7, Bytes: 8 << 20}, {Rows: 1 << 20,
	Bytes: 1 << 30}}

// read drains a reader with batches of the given limits.
func read(t testing.TB, r stages.Reader, schema []doc.Column, l doc.Limits) ([]row, error) {
	t.Helper()
	var all []row
	b := doc.New(schema, l)
	for {
		b.Reset(0)
		err := r.Next(b)
		if b.Len() > l.Rows {
			t.Errorf("%d rows in a batch of %d", b.Len(), l.Rows)
		}
		for i := range b.Len() {
			if int(b.Ordinal(i)) != len(all) {
				t.Errorf("document %d has ordinal %d", len(all), b.Ordinal(i))
			}
			all = append(all, rowOf(b, i))
		}
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		if b.Len() == 0 {
			t.Fatal("an empty batch without io.EOF")
		}
	}
}

func rowOf(b *doc.Batch, i int) row {
	str := func(f doc.Field[doc.Strings]) string {
		if !f.In(b) {
			return ""
		}
		return string(f.Of(b).At(i))
	}
	r := row{
		Text: str(doc.Text), Media: str(doc.ContentType), URL: str(doc.URL), Date: str(doc.Date),
		Dump: str(doc.Dump), Path: str(doc.FilePath),
		Source: str(doc.Source), ID: str(doc.RecordID),
		Offset: doc.Offset.Of(b).At(i), Length: doc.Length.Of(b).At(i),
		HasURL: doc.URL.Of(b).Has(i), HasDump: doc.Dump.Of(b).Has(i),
		HasID: doc.RecordID.Of(b).Has(i), HasLen: doc.Length.Of(b).Has(i),
	}
	if doc.ID.Of(b).Has(i) {
		r.Extra = "a source set the id "
	}
	if doc.Raw.In(b) {
		r.Raw = string(doc.Raw.Of(b).At(i))
	}
	for _, c := range b.Schema() {
		if doc.Contains(doc.Identity(), c.Name) || c.Name == doc.Text.Name {
			continue
		}
		switch c.Kind {
		case doc.KindInt64:
			n := doc.Field[doc.Num[int64]]{Name: c.Name}.Of(b)
			r.Extra += fmt.Sprintf("%s=%d/%v ", c.Name, n.At(i), n.Has(i))
		case doc.KindFloat64:
			n := doc.Field[doc.Num[float64]]{Name: c.Name}.Of(b)
			r.Extra += fmt.Sprintf("%s=%v/%v ", c.Name, n.At(i), n.Has(i))
		case doc.KindString:
			if c.Name != doc.ContentType.Name {
				s := doc.Field[doc.Strings]{Name: c.Name}.Of(b)
				r.Extra += fmt.Sprintf("%s=%s/%v ", c.Name, s.At(i), s.Has(i))
			}
		}
	}
	return r
}

// result is what reading all splits of a file gives.
type result struct {
	rows  []row
	tally stages.Tally // summed up
}

// readAll reads every split of a file and checks what must hold for each.
func readAll(t testing.TB, s stages.Source, schema []doc.Column, name string, data []byte,
	l doc.Limits) (result, error) {
	t.Helper()
	f := stages.File{URI: "mem", Path: name, Size: int64(len(data))}
	open := opener(map[string][]byte{"mem": data})
	splits, err := s.Splits(f, open)
	if err != nil {
		return result{}, err
	}
	var all result
	at := int64(0)
	for _, sp := range splits {
		if sp.Start != at || sp.End < sp.Start {
			t.Errorf("split [%d,%d) after %d", sp.Start, sp.End, at)
		}
		at = sp.End
		r, err := s.Open(sp, origin, open)
		if err != nil {
			return all, err
		}
		rows, err := read(t, r, schema, l)
		if err != nil {
			_ = r.Close()
			return all, err
		}
		checkTally(t, r.Tally(), rows)
		all.add(rows, r.Tally())
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if at != f.Size {
		t.Errorf("splits end at %d of %d", at, f.Size)
	}
	return all, nil
}

func (r *result) add(rows []row, t stages.Tally) {
	r.rows = append(r.rows, rows...)
	r.tally.Records += t.Records
	r.tally.Documents += t.Documents
	r.tally.Bytes += t.Bytes
	r.tally.Lost = append(r.tally.Lost, t.Lost...)
	for _, c := range t.Skipped {
		r.tally.Skipped = stages.AddCount(r.tally.Skipped, c.Name, c.N)
	}
}

func checkTally(t testing.TB, y stages.Tally, rows []row) {
	t.Helper()
	sum := y.Documents
	for _, c := range y.Skipped {
		sum += c.N
	}
	if sum != y.Records || y.Documents != int64(len(rows)) {
		t.Errorf("%d rows, tally %+v: records are not documents + skipped", len(rows), y)
	}
	sorted := slices.IsSortedFunc(y.Skipped, func(a, b stages.Count) int {
		return bytes.Compare([]byte(a.Name), []byte(b.Name))
	})
	if !sorted {
		t.Errorf("counters are not sorted: %v", y.Skipped)
	}
}

func mustReadAll(t testing.TB, s stages.Source, schema []doc.Column, name string,
	data []byte) result {
	t.Helper()
	all, err := readAll(t, s, schema, name, data, doc.DefaultLimits())
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return all
}

// skipped prints the counters of a tally.
func skipped(y stages.Tally) string {
	s := ""
	for _, c := range y.Skipped {
		s += fmt.Sprintf("%s:%d ", c.Name, c.N)
	}
	return s
}

// sample returns a file of the committed corpus.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "configs", "sample", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// archivesOf returns the shared web archives and those of the sample by name.
func archivesOf(t testing.TB) map[string][]byte {
	t.Helper()
	dir := testdata.Dir(t, "warc")
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob(filepath.Join("..", "..", "configs", "sample", "*.gz"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, p := range append(paths, more...) {
		if filepath.Base(p) == "docs.jsonl.gz" {
			continue
		}
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(filepath.Dir(p))+"/"+filepath.Base(p)] = b
	}
	return files
}

// checkLocate re-opens every document and compares it with what reading through gave.
func checkLocate(t *testing.T, s stages.Source, schema []doc.Column, name string, data []byte,
	rows []row) {
	t.Helper()
	f := stages.File{URI: "mem", Path: name, Size: int64(len(data))}
	whole := stages.Split{File: f, End: f.Size}
	for _, want := range rows {
		r, err := s.(stages.Locator).Locate(whole, origin, want.Offset, want.Length,
			opener(map[string][]byte{"mem": data}))
		if err != nil {
			t.Fatalf("%s: locate %d: %v", name, want.Offset, err)
		}
		got, err := read(t, r, schema, doc.DefaultLimits())
		if err != nil {
			t.Fatalf("%s: locate %d: %v", name, want.Offset, err)
		}
		if !slices.Contains(got, want) {
			t.Errorf("%s: document %s at %d differs when read there: %d documents",
				name, want.ID, want.Offset, len(got))
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}
