package source

import (
	"bytes"
	"io"
	"testing"

	"github.com/parquet-go/parquet-go"

	"dataprep/stages"
)

type peeked struct {
	Name  string  `parquet:"name"`
	N     *int32  `parquet:"n,optional"`
	Marks []int64 `parquet:"marks,list"`
}

func bytesOpener(data []byte) stages.Opener {
	return func(stages.File) (stages.ReadAtCloser, error) {
		return struct {
			io.ReaderAt
			io.Closer
		}{bytes.NewReader(data), io.NopCloser(nil)}, nil
	}
}

func TestAPeekShowsColumnsOfAnyNameAndKind(t *testing.T) {
	var w bytes.Buffer
	n := int32(7)
	err := parquet.Write(&w, []peeked{{"a", &n, []int64{1, 2}}, {"b", nil, nil}, {"c", &n, nil}},
		parquet.MaxRowsPerRowGroup(2))
	if err != nil {
		t.Fatal(err)
	}
	p, err := PeekParquet(stages.File{Path: "x", Size: int64(w.Len())}, bytesOpener(w.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if p.Rows != 3 || len(p.Columns) != 3 {
		t.Fatalf("%d rows, columns %v", p.Rows, p.Columns)
	}
	first, err := p.Row(0)
	if err != nil || string(first[0].([]byte)) != "a" || first[1] != int64(7) ||
		len(first[2].([]any)) != 2 {
		t.Fatalf("%v %v", first, err)
	}
	if last, err := p.Row(2); err != nil || string(last[0].([]byte)) != "c" {
		t.Fatalf("%v %v", last, err)
	}
	if _, err := p.Row(3); err != io.EOF {
		t.Fatalf("row 3: %v", err)
	}
}

func TestAPeekOfLinesBeginsWhereItIsTold(t *testing.T) {
	data := []byte("{\"a\":1}\n\n{\"b\":2}")
	var got []string
	visit := func(at, _ int64, l []byte) (bool, error) {
		got = append(got, string(l))
		return len(got) < 2, nil
	}
	f := stages.File{Path: "x", Size: int64(len(data))}
	if err := PeekLines(f, 8, bytesOpener(data), visit); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[1] != `{"b":2}` {
		t.Fatalf("%q", got)
	}
}
