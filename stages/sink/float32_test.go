package sink

import (
	"bytes"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// TestFloat32StaysWhatItIs: a judgement's value of 0.3 is not 0.30000001192092896 to a reader.
func TestFloat32StaysWhatItIs(t *testing.T) {
	value := doc.Field[doc.Num[float32]]{Name: "value"}
	columns := []doc.Column{doc.ID.Column(), value.Column()}
	b := doc.New(columns, doc.DefaultLimits())
	b.Reset(0)
	for i, id := range []string{"a", "b"} {
		doc.ID.Of(b).SetString(b.Add(uint32(i)), id)
	}
	value.Of(b).Set(0, 0.3)
	b.Close()
	write := func(s stages.Sink) []byte {
		var out bytes.Buffer
		w, err := s.Open(&out, columns)
		if err == nil {
			err = w.Write(b)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	want := []string{"{\"id\":\"a\",\"value\":0.3}\n", "{\"id\":\"b\",\"value\":null}"}
	if got := lines(t, write(sinks()["jsonl"])); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	shard := write(sinks()["parquet"])
	rows, err := parquet.Read[struct {
		Value *float32 `parquet:"value,optional"`
	}](bytes.NewReader(shard), int64(len(shard)))
	if err != nil || len(rows) != 2 || rows[0].Value == nil || *rows[0].Value != 0.3 || rows[1].Value != nil {
		t.Errorf("%+v, %v", rows, err)
	}
}
