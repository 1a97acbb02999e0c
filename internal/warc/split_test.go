package warc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"testing/iotest"
)

// tiled reads data range by range, with one reader, and appends what it finds.
func tiled(t testing.TB, data []byte, step int64, splittable bool) (all []got) {
	r, cuts := NewReader(), cutter{data: data}
	for _, rg := range Splits(int64(len(data)), step, splittable) {
		from := cuts.at
		rg = Range{from, cuts.align(t, rg.End)}
		r.Reset(bytes.NewReader(data[rg.Start:]), rg)
		part, err := collect(r)
		if err != nil {
			t.Fatalf("range %v: %v", rg, err)
		}
		all = append(all, part...)
	}
	return all
}

// cutter aligns places in ascending order; between a place and where it is aligned to, all are
// aligned to the same.
type cutter struct {
	data []byte
	at   int64
}

func (c *cutter) align(t testing.TB, at int64) int64 {
	t.Helper()
	if at <= c.at {
		return c.at
	}
	var err error
	if c.at, err = Align(bytes.NewReader(c.data), int64(len(c.data)), at); err != nil {
		t.Fatal(err)
	}
	return c.at
}

func TestPlacesBeforeAMemberAlignToIt(t *testing.T) {
	_, data := synthetic(40)
	cuts := cutter{data: data}
	for at := int64(0); at < int64(len(data)); at += 1 + at/10 {
		got, err := Align(bytes.NewReader(data), int64(len(data)), at)
		if want := cuts.align(t, at); err != nil || got != want || got < at {
			t.Fatalf("%d aligns to %d, want %d, %v", at, got, want, err)
		}
	}
}

// TestMembersInsideAPayloadBeginNoRange: a page's body is itself an archive of pages, which deflate
// cannot compress and stores as it is, so that its members can be seen from outside.
func TestMembersInsideAPayloadBeginNoRange(t *testing.T) {
	var inner, data []byte
	page := func(id string, n int) string {
		body := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + noise(uint64(n), 4000+n%97*100)
		return record("response", id, "http://x.org/"+id, body)
	}
	for k := range 120 {
		inner = append(inner, zip(page(fmt.Sprint("inner", k), k))...)
	}
	for k := range 30 {
		data = append(data, zip(page(fmt.Sprint("before", k), k))...)
	}
	from := len(data)
	data = append(data, zip(record("response", "archive", "http://x.org/archive",
		"HTTP/1.1 200 OK\r\nContent-Type: application/gzip\r\n\r\n"+string(inner)))...)
	to := len(data)
	for k := range 30 {
		data = append(data, zip(page(fmt.Sprint("after", k), k))...)
	}
	if !bytes.Contains(data[from:to], inner[:2000]) || to-from < 5*storedBlock {
		t.Fatalf("the inner archive of %d bytes is not stored as it is", len(inner))
	}
	want := mustWhole(t, data)
	r, cuts := NewReader(), cutter{data: data}
	for at := int64(from - 100); at < int64(to)+100; at += 997 {
		cut := cuts.align(t, at)
		r.Reset(bytes.NewReader(data), Range{0, cut})
		left, _ := collect(r)
		r.Reset(bytes.NewReader(data[cut:]), Range{cut, int64(len(data))})
		right, _ := collect(r)
		if !slices.Equal(slices.Concat(left, right), want) {
			t.Fatalf("split at %d, cut at %d: %d and %d records of %d", at, cut, len(left), len(right),
				len(want))
		}
	}
	if all := tiled(t, data, 1<<16, true); !slices.Equal(all, want) {
		t.Errorf("%d records of %d", len(all), len(want))
	}
}

func checkSplits(t *testing.T, data []byte) {
	t.Helper()
	splittable, err := Probe(bytes.NewReader(data))
	if errors.Is(err, ErrARC) {
		return
	}
	want := mustWhole(t, data)
	for _, step := range []int64{1 << 10, 1500, 4096, 10007, 1 << 16, 1 << 20} {
		if all := tiled(t, data, step, splittable); !slices.Equal(all, want) {
			t.Errorf("ranges of %d: %d records, whole file %d", step, len(all), len(want))
		}
	}
}

func TestRangesTogetherYieldTheWholeFile(t *testing.T) {
	for name, data := range shared(t) {
		t.Run(name, func(t *testing.T) { checkSplits(t, data) })
	}
}

func TestRangesOfASyntheticFileYieldTheWholeFile(t *testing.T) {
	_, data := synthetic(500)
	if n := len(mustWhole(t, data)); n != 500 {
		t.Fatalf("%d records", n)
	}
	checkSplits(t, data)
}

func TestEverySplitPointYieldsTheWholeFile(t *testing.T) {
	_, data := synthetic(6)
	damaged := slices.Clone(data)
	damaged[len(data)/2]++
	joined := slices.Concat(data[:40], []byte("rubbish \x1f\x8b\x08\x00"), data, []byte("\x1f\x8b"))
	for _, data := range [][]byte{data, damaged, joined} {
		want := mustWhole(t, data)
		r, cuts := NewReader(), cutter{data: data}
		for at := range int64(len(data)) {
			cut := cuts.align(t, at)
			r.Reset(bytes.NewReader(data), Range{0, cut})
			left, _ := collect(r)
			r.Reset(bytes.NewReader(data[cut:]), Range{cut, int64(len(data))})
			right, _ := collect(r)
			if at > 0 && !slices.Equal(slices.Concat(left, right), want) {
				t.Fatalf("split at %d: %v + %v, want %v", at, left, right, want)
			}
		}
	}
}

func TestBlocksCutAnywhereReadAsOneStream(t *testing.T) {
	records, data := synthetic(40)
	var stream []byte
	for _, rec := range records {
		stream = append(stream, rec...)
	}
	want := mustWhole(t, data)
	for _, size := range []int{500, 777, 4096} {
		var blocks []string
		for part := range slices.Chunk(stream, size) {
			blocks = append(blocks, string(part))
		}
		cut := zip(blocks...)
		all := mustWhole(t, cut)
		if len(all) != len(want) {
			t.Fatalf("blocks of %d: %d records, %s", size, len(all), skips(all))
		}
		for i := range all {
			if all[i].ID != want[i].ID || all[i].BodySum != want[i].BodySum || all[i].Skip != "" {
				t.Fatalf("blocks of %d: record %d is %v", size, i, all[i])
			}
		}
		if got := tiled(t, cut, 1<<10, true); !slices.Equal(got, all) {
			t.Errorf("blocks of %d: ranges differ", size)
		}
	}
}

func TestReadSizesDoNotMatter(t *testing.T) {
	_, data := synthetic(30)
	data[3000]++
	files := shared(t)
	files["synthetic"] = data
	for name, data := range files {
		want, wantErr := whole(data)
		for _, src := range []io.Reader{
			iotest.OneByteReader(bytes.NewReader(data)), iotest.HalfReader(bytes.NewReader(data)),
			iotest.DataErrReader(bytes.NewReader(data)),
		} {
			r := NewReader()
			r.Reset(src, Range{0, int64(len(data))})
			if all, err := collect(r); !slices.Equal(all, want) || (err == nil) != (wantErr == nil) {
				t.Errorf("%s by %T: %v, %v", name, src, all, err)
			}
		}
	}
}

func TestOneRecordAtItsPlaceEqualsReadingThrough(t *testing.T) {
	files := shared(t)
	_, files["synthetic"] = synthetic(50)
	r := NewReader()
	for name, data := range files {
		all, _ := whole(data)
		for _, want := range all {
			if want.ID == "" {
				continue
			}
			rec, err := r.Find(bytes.NewReader(data[want.Offset:]), want.Offset, want.ID)
			if err != nil {
				t.Fatalf("%s at %d: %v", name, want.Offset, err)
			}
			have := copyOf(rec)
			if have != want {
				t.Errorf("%s at %d: %v, read through: %v", name, want.Offset, have, want)
			}
		}
	}
	_, err := r.Find(bytes.NewReader(files["synthetic"]), 0, "<urn:nobody>")
	if !errors.Is(err, ErrNoRecord) {
		t.Errorf("a record that is not there: %v", err)
	}
}

func TestPlacesOfSingleRecordMembersAreTheMembers(t *testing.T) {
	_, data := synthetic(20)
	at := int64(0)
	for _, g := range mustWhole(t, data) {
		alone := data[g.Offset : g.Offset+g.Length]
		if n, _ := members(alone); g.Offset != at || n != 1 {
			t.Fatalf("record at %d of %d bytes, want it at %d", g.Offset, g.Length, at)
		}
		at += g.Length
	}
	if at != int64(len(data)) {
		t.Errorf("members end at %d of %d", at, len(data))
	}
}

func TestProbeTellsWhatCanBeSplit(t *testing.T) {
	records, data := synthetic(3)
	one := zip(records[0] + records[1])
	for _, c := range []struct {
		name string
		data []byte
		want bool
	}{
		{"members", data, true},
		{"one member", one, false},
		{"plain", []byte(records[0] + records[1]), false},
		{"cut", data[:50], false},
		{"empty", nil, false},
	} {
		if ok, err := Probe(bytes.NewReader(c.data)); ok != c.want || err != nil {
			t.Errorf("%s: %v, %v", c.name, ok, err)
		}
	}
}
