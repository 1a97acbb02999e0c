package sink

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"testing"

	"dataprep/stages"
	"dataprep/stages/doc"
)

var (
	score  = doc.Field[doc.Num[float64]]{Name: "language_score"}
	emails = doc.Field[doc.Num[int64]]{Name: "pii_counts.email"}
	ips    = doc.Field[doc.Num[int64]]{Name: "pii_counts.ip"}
	tokens = doc.Field[doc.List[int32]]{Name: "input_ids"}
)

func columns() []doc.Column {
	return []doc.Column{
		doc.ID.Column(), doc.Text.Column(), doc.URL.Column(), doc.Dump.Column(),
		doc.Offset.Column(), emails.Column(), score.Column(), ips.Column(),
		doc.TokenCount.Column(), tokens.Column(),
	}
}

// sample adds document i of an endless made-up split; big makes its text longer.
func sample(b *doc.Batch, i, big int) {
	row := b.Add(uint32(i))
	sum := sha256.Sum256([]byte{byte(i), byte(i >> 8), byte(i >> 16)})
	doc.ID.Of(b).SetString(row, hex.EncodeToString(sum[:16]))
	text := []byte(fmt.Sprintf("Document %d,\t\"quoted\" \\ ünï \u2028 code.\n", i))
	for k := range i%5 + big {
		text = fmt.Appendf(text, "Sentence %d of it says %x.\n", k, sum[k%16:])
	}
	if i%17 == 3 {
		text = append(text, "broken \xff\xc3 bytes\x00"...)
	}
	doc.Text.Of(b).Set(row, text)
	if i%3 != 0 {
		doc.URL.Of(b).SetString(row, fmt.Sprintf("https://example.org/%x", sum[:4]))
	}
	doc.Offset.Of(b).Set(row, int64(i)*1000)
	switch i % 4 {
	case 0:
		emails.Of(b).Set(row, int64(i))
	case 1:
		ips.Of(b).Set(row, -int64(i))
		tokens.Of(b).Set(row, []int32{int32(i), -1, math.MaxInt32, math.MinInt32})
	case 2:
		tokens.Of(b).Set(row, nil)
		score.Of(b).Set(row, math.Sqrt(float64(i)))
	}
	if i%10 == 9 {
		b.Restore(row, doc.Gone, doc.Verdict{Reason: "min_words"})
	} else if i%10 == 8 {
		b.Restore(row, doc.Ghost, doc.Verdict{Reason: "min_words"})
	}
}

// write writes documents 0 ≤ i < n in batches of cut rows.
func write(t testing.TB, w stages.Writer, n, cut, big int) {
	t.Helper()
	b := doc.New(columns(), doc.DefaultLimits())
	for from := 0; from < n; from += cut {
		b.Reset(0)
		for i := from; i < min(from+cut, n); i++ {
			sample(b, i, big)
		}
		b.Close()
		if err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// shard returns a whole shard of n documents.
func shard(t testing.TB, s stages.Sink, n, cut, big int) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := s.Open(&out, columns())
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, n, cut, big)
	return out.Bytes()
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// lives returns the live documents of 0 ≤ i < n in one batch.
func lives(n int) *doc.Batch {
	all := doc.New(columns(), doc.DefaultLimits())
	for i := range n {
		sample(all, i, 0)
	}
	all.Close()
	b := doc.New(columns(), doc.DefaultLimits())
	for i := range all.Live() {
		b.Take(all, i)
	}
	b.Close()
	return b
}
