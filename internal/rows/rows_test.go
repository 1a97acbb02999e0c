package rows

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
)

func sample(n int, seed uint64) []Row {
	r := rand.New(rand.NewPCG(seed, 1))
	rows := make([]Row, n)
	for i := range rows {
		key := fmt.Appendf(nil, "%04x", r.Uint32N(3000))
		rows[i] = Row{key, uint64(r.Uint32N(1 << 20)), bytes.Repeat([]byte{'v'}, int(r.Uint32N(90)))}
	}
	return rows
}

func file(t *testing.T, rows []Row, narrow bool) []byte {
	t.Helper()
	s := NewSorter(narrow)
	for _, r := range rows {
		s.Add(r)
	}
	var b bytes.Buffer
	n, err := s.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("wrote %d of %d: %v", n, b.Len(), err)
	}
	return b.Bytes()
}

func all(t *testing.T, next func() (Row, error)) (rows []Row) {
	t.Helper()
	for {
		r, err := next()
		if err == io.EOF {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, Row{slices.Clone(r.Key), r.Addr, slices.Clone(r.Value)})
	}
}

func open(t *testing.T, data []byte, shard uint32) *File {
	t.Helper()
	f, err := Open(bytes.NewReader(data), int64(len(data)), shard)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestArrivalOrderDoesNotChangeBytes(t *testing.T) {
	rows := sample(5000, 7)
	want := file(t, rows, true)
	rand.New(rand.NewPCG(2, 2)).Shuffle(len(rows), func(i, j int) {
		rows[i], rows[j] = rows[j], rows[i]
	})
	if !bytes.Equal(want, file(t, rows, true)) {
		t.Fatal("the same rows in another order gave other bytes")
	}
}

func TestMergeOfRangesEqualsSort(t *testing.T) {
	var want []Row
	var files []*File
	for shard := range uint32(7) {
		rows := sample(3000, uint64(shard))
		files = append(files, open(t, file(t, rows, true), shard))
		for _, r := range rows {
			r.Addr |= uint64(shard) << 24
			want = append(want, r)
		}
	}
	slices.SortFunc(want, compare)
	var got []Row
	bounds := [][]byte{nil, []byte("02"), []byte("0444"), []byte("08zz"), nil}
	for i := 0; i+1 < len(bounds); i++ {
		var iters []*Iter
		for _, f := range files {
			iters = append(iters, f.Range(bounds[i], bounds[i+1]))
		}
		m, err := NewMerge(iters)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, all(t, m.Next)...)
	}
	if !slices.EqualFunc(got, want, func(a, b Row) bool { return compare(a, b) == 0 }) {
		t.Fatalf("merge gave %d rows, sort %d, or another order", len(got), len(want))
	}
}

func TestShardDigestLeavesTheOrdinalOut(t *testing.T) {
	digest := func(shard uint32) Shard {
		s := NewSorter(false)
		for row := range uint64(9) {
			s.Add(Row{[]byte{byte(row)}, uint64(shard)<<24 | row, []byte("x")})
		}
		return s.Shards()[0]
	}
	if a, b := digest(3), digest(900); a.SHA256 != b.SHA256 || a.Rows != 9 {
		t.Fatalf("%+v and %+v", a, b)
	}
}

func TestDamageIsFoundBeforeRowsAreBelieved(t *testing.T) {
	good := file(t, sample(4000, 3), false)
	for at := 0; at < len(good); at += 97 {
		bad := slices.Clone(good)
		bad[at] ^= 0x41
		f, err := Open(bytes.NewReader(bad), int64(len(bad)), 0)
		if err != nil {
			continue
		}
		it := f.Range(nil, nil)
		n := 0
		for err == nil {
			if _, err = it.Next(); err == nil {
				n++
			}
		}
		if err == io.EOF && at != 7 {
			t.Fatalf("flipped byte %d went unnoticed over %d rows", at, n)
		}
	}
	bad := slices.Clone(good)
	bad[6] = 9
	if _, err := Open(bytes.NewReader(bad), int64(len(bad)), 0); !errors.Is(err, ErrVersion) {
		t.Fatalf("a newer version gave %v", err)
	}
}

func TestEmptyFileReadsAsNoRows(t *testing.T) {
	f := open(t, file(t, nil, true), 5)
	if rows := all(t, f.Range(nil, nil).Next); len(rows) != 0 || f.Rows() != 0 {
		t.Fatalf("%d rows", len(rows))
	}
}
