package frames

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"

	"dataprep/stages/doc"
)

var update = flag.Bool("update", false, "write a new testdata file; its version is then new too")

func TestRowsComeBackAsTheyWere(t *testing.T) {
	const n = 1500
	for name, c := range map[string]struct {
		make func(io.Writer, []doc.Column) *Writer
		keep [3]bool
	}{
		"kept":    {NewWriter, [3]bool{doc.Live: true, doc.Ghost: true}},
		"dropped": {NewDroppedWriter, [3]bool{doc.Ghost: true, doc.Gone: true}},
	} {
		file, blocks := write(t, c.make, n, 100, 1)
		r := open(t, file)
		if !slices.Equal(r.Schema(), columns()) || r.Blocks() != len(blocks) {
			t.Fatalf("%s: schema %v, %d blocks of %d", name, r.Schema(), r.Blocks(), len(blocks))
		}
		want := wanted(n, columns(), c.keep, 1)
		for _, limits := range []doc.Limits{{Rows: 1, Bytes: 1 << 30}, {Rows: 257, Bytes: 1 << 30},
			{Rows: 1000, Bytes: 999}, doc.DefaultLimits()} {
			if err := r.Range(0, r.Blocks()); err != nil {
				t.Fatal(err)
			}
			if got := drain(t, r, columns(), limits); !slices.Equal(got, want) {
				t.Fatalf("%s: rows differ under limits %v", name, limits)
			}
		}
	}
}

func TestBatchCutsDoNotChangeBytes(t *testing.T) {
	const n = 1000
	want, blocks := write(t, NewWriter, n, n, 3)
	for _, cut := range []int{1, 7, 64, 100, 256, 999} {
		got, b := write(t, NewWriter, n, cut, 3)
		if !bytes.Equal(got, want) || !slices.Equal(b, blocks) {
			t.Errorf("batches of %d rows give another file", cut)
		}
	}
}

// TestBytesAreThoseOfThisVersion notices a library or a change that writes other bytes. Frames are
// named by their content: bump Version and the revision that enters task keys when it fails.
func TestBytesAreThoseOfThisVersion(t *testing.T) {
	file, _ := write(t, NewWriter, 600, 600, 2)
	sum := sha256.Sum256(file)
	const want = "4406e1fb2e008d8b82441209a1ad0cbe2167592f28cc057397df68a594369ab6"
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("SHA-256 of the file is %s, want %s", got, want)
	}
}

func TestBlocksAreCutByRowsAndBytesAlone(t *testing.T) {
	file, blocks := write(t, NewWriter, 1100, 90, 1)
	kept := int(count0(1100, [3]bool{true, true, false}))
	if want := (kept + BlockRows - 1) / BlockRows; len(blocks) != want {
		t.Errorf("%d blocks of small rows, want %d", len(blocks), want)
	}
	r := open(t, file)
	for i, blk := range blocks {
		if err := r.Range(i, i+1); err != nil {
			t.Fatal(err)
		}
		b := doc.New(columns(), doc.DefaultLimits())
		if err := r.Next(b); !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		if got := published(b); got != blk {
			t.Errorf("block %d is %+v, described as %+v", i, got, blk)
		}
		if i < len(blocks)-1 && b.Len() != BlockRows {
			t.Errorf("block %d has %d rows", i, b.Len())
		}
	}

	var out bytes.Buffer
	schema := []doc.Column{doc.Text.Column()}
	w := NewWriter(&out, schema)
	b := doc.New(schema, doc.DefaultLimits())
	for i, size := range []int{3 << 20, 5 << 20, 1, 9 << 20, 1, 2} {
		doc.Text.Of(b).Set(b.Add(uint32(i)), make([]byte, size))
	}
	b.Close()
	if err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	got, _, err := w.Close()
	want := []Block{{2, 8 << 20}, {1, 1}, {1, 9 << 20}, {2, 3}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("big rows: blocks %v, want %v (%v)", got, want, err)
	}
}

func published(b *doc.Batch) (blk Block) {
	for i := range b.Live() {
		blk.Rows++
		for _, c := range b.Schema() {
			var v doc.Cells
			v.Bind(b, c)
			blk.Bytes += size(&v, i)
		}
	}
	return blk
}

func TestReaderFillsOnlyTheColumnsAskedFor(t *testing.T) {
	file, _ := write(t, NewWriter, 700, 700, 1)
	extra := doc.Column{Name: "absent", Kind: doc.KindString}
	schema := []doc.Column{ids.Column(), extra, doc.URL.Column()}
	r := open(t, file)
	got := drain(t, r, schema, doc.DefaultLimits())
	if !slices.Equal(got, wanted(700, schema, [3]bool{true, true, false}, 1)) {
		t.Error("rows differ")
	}
	for i, c := range columns() {
		if asked := doc.Contains(schema, c.Name); r.block.cells[headLen+i].ready != asked {
			t.Errorf("column %q: decoded %v", c.Name, !asked)
		}
	}
	wrong := doc.New([]doc.Column{{Name: "text", Kind: doc.KindInt64}}, doc.DefaultLimits())
	if err := open(t, file).Next(wrong); err == nil || errors.Is(err, io.EOF) {
		t.Error("a column of another kind was read")
	}
}

func TestRangesCoverTheFile(t *testing.T) {
	file, blocks := write(t, NewWriter, 2000, 333, 1)
	r := open(t, file)
	want := wanted(2000, columns(), [3]bool{true, true, false}, 1)
	var got []string
	for _, cut := range [][2]int{{0, 0}, {0, 2}, {2, 3}, {3, len(blocks)}} {
		if err := r.Range(cut[0], cut[1]); err != nil {
			t.Fatal(err)
		}
		got = append(got, drain(t, r, columns(), doc.Limits{Rows: 100, Bytes: 1 << 30})...)
	}
	if !slices.Equal(got, want) {
		t.Error("ranges side by side are not the whole")
	}
	if r.Range(1, 0) == nil || r.Range(0, len(blocks)+1) == nil || r.Range(-1, 0) == nil {
		t.Error("a range outside of the file was taken")
	}
}

// TestArrowReadsTheSame holds the files against Arrow's own reader.
func TestArrowReadsTheSame(t *testing.T) {
	file, blocks := write(t, NewWriter, 1000, 1000, 1)
	f, err := ipc.NewFileReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if f.NumRecords() != len(blocks) {
		t.Fatalf("%d records, want %d", f.NumRecords(), len(blocks))
	}
	r, b := open(t, file), doc.New(columns(), doc.Limits{Rows: 10000, Bytes: 1 << 30})
	if err := r.Next(b); !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	row := 0
	for k := range f.NumRecords() {
		rec, err := f.RecordAt(k)
		if err != nil {
			t.Fatal(err)
		}
		for i := range int(rec.NumRows()) {
			if got, want := arrowRow(rec, i), ourRow(b, row); got != want {
				t.Fatalf("row %d: arrow reads %s, we read %s", row, got, want)
			}
			row++
		}
	}
	if row != b.Len() {
		t.Errorf("arrow reads %d rows, we read %d", row, b.Len())
	}
}

func arrowRow(rec arrow.Record, i int) string {
	s := ""
	for _, c := range rec.Columns() {
		if c.IsNull(i) {
			s += "|null"
		} else if l, ok := c.(*array.List); ok {
			from, to := l.ValueOffsets(i)
			s += fmt.Sprint("|", l.ListValues().(*array.Int32).Int32Values()[from:to])
		} else {
			s += "|" + c.ValueStr(i)
		}
	}
	return s
}

func ourRow(b *doc.Batch, i int) string {
	null := func(v any, ok bool) string {
		if !ok {
			return "|null"
		}
		return fmt.Sprint("|", v)
	}
	v := b.Verdict(i)
	s := fmt.Sprintf("|%d|%d|%v|%d", b.Ordinal(i), b.State(i), b.Shadow(i), v.Stage)
	s += null(v.Reason, v.Reason != "") + fmt.Sprintf("|%v|%v|%v|%v", v.Measured, v.Dead,
		v.Value, v.Limit) + null(string(v.Survivor[:]), v.Survivor != [32]byte{}) + fmt.Sprint("|", b.Position(i).Part())
	for _, f := range []doc.Field[doc.Strings]{doc.ID, doc.URL, doc.Text} {
		s += null(string(f.Of(b).At(i)), f.Of(b).Has(i))
	}
	s += null(score.Of(b).At(i), score.Of(b).Has(i)) + null(ids.Of(b).At(i), ids.Of(b).Has(i))
	s += null(count.Of(b).At(i), count.Of(b).Has(i))
	return s + null(string(doc.Dump.Of(b).At(i)), doc.Dump.Of(b).Has(i))
}

// TestFilesOfEveryVersionAreRead reads files as each version wrote them. They stay for ever.
func TestFilesOfEveryVersionAreRead(t *testing.T) {
	for v := 1; v <= Version; v++ {
		path := fmt.Sprintf("testdata/v%d.arrow", v)
		if *update && v == Version {
			file, _ := write(t, NewWriter, 40, 40, 1)
			if err := os.WriteFile(path, file, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got := drain(t, open(t, file), columns(), doc.DefaultLimits())
		if !slices.Equal(got, wanted(40, columns(), [3]bool{true, true, false}, 1)) {
			t.Errorf("rows of version %d differ", v)
		}
	}
}

func TestPartsOfADocumentKeepTheirPlace(t *testing.T) {
	b := doc.New(columns(), doc.DefaultLimits())
	b.Reset(0)
	var want []doc.Position
	for _, p := range []doc.Position{doc.MakePosition(0, 0), doc.MakePosition(0, 1<<16),
		doc.MakePosition(0, 2<<16|7), doc.MakePosition(1, 0)} {
		b.AddAt(p)
		want = append(want, p)
	}
	b.Close()
	var out bytes.Buffer
	w := NewWriter(&out, columns())
	if err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	back := doc.New(columns(), doc.DefaultLimits())
	back.Reset(0)
	if err := open(t, out.Bytes()).Next(back); !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	var got []doc.Position
	for i := range back.Len() {
		got = append(got, back.Position(i))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestEmptyFileIsAFile(t *testing.T) {
	file, blocks := write(t, NewWriter, 0, 1, 1)
	if r := open(t, file); len(blocks) != 0 || r.Blocks() != 0 ||
		len(drain(t, r, columns(), doc.DefaultLimits())) != 0 {
		t.Error("an empty file has rows")
	}
}

func TestWriterRefusesWhatCannotTravel(t *testing.T) {
	w := NewWriter(io.Discard, []doc.Column{doc.Raw.Column()})
	if _, _, err := w.Close(); err == nil {
		t.Error("a column of spans was taken")
	}
	w = NewWriter(io.Discard, columns())
	if err := w.Write(doc.New(doc.Identity(), doc.DefaultLimits())); err == nil {
		t.Error("a batch without the columns was taken")
	}
	broken := errors.New("disk full")
	w = NewWriter(failing{broken}, columns())
	if _, _, err := w.Close(); !errors.Is(err, broken) {
		t.Errorf("the writer's own error became %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
