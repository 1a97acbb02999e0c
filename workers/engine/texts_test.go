package engine

import (
	"bytes"
	"fmt"
	"testing"

	"dataprep/stages/doc"
	"dataprep/stages/frames"
)

// sampleOf drops n documents in batches of a size and returns the frames of the sample. Every third
// has no URL, ids come twice.
func sampleOf(t *testing.T, n, size, most int) []byte {
	t.Helper()
	all := &texts{most: most}
	b := doc.New(sampled(), doc.DefaultLimits())
	for from := 0; from < n; from += size {
		b.Reset(0)
		for k := from; k < min(n, from+size); k++ {
			i := b.Add(uint32(k))
			doc.ID.Of(b).SetString(i, fmt.Sprintf("%032d", k/2))
			if k%3 > 0 {
				doc.URL.Of(b).SetString(i, fmt.Sprint("https://x.org/", k))
			}
			doc.FilePath.Of(b).SetString(i, "f")
			doc.Offset.Of(b).Set(i, int64(k))
			doc.Text.Of(b).SetString(i, fmt.Sprint("text ", k))
		}
		b.Close()
		b.Begin(1, nil)
		for i := range b.Rows() {
			b.Drop(i, "short")
		}
		for i := range b.Fallen() {
			all.add(b, i)
		}
		b.Commit()
	}
	var out bytes.Buffer
	w := frames.NewDroppedWriter(&out, sampled())
	if err := all.each(doc.DefaultLimits(), w.Write); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestBatchesDoNotChangeTheSampleOfATask: the bytes, since two workers must give one digest.
func TestBatchesDoNotChangeTheSampleOfATask(t *testing.T) {
	for _, most := range []int{5, 1000} {
		want := sampleOf(t, 300, 300, most)
		for _, size := range []int{1, 2, 7, 100} {
			if !bytes.Equal(sampleOf(t, 300, size, most), want) {
				t.Errorf("%d of each reason: batches of %d give another file", most, size)
			}
		}
	}
}
