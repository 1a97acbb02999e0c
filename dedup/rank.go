package dedup

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"

	"dataprep/stages/doc"
)

// The values of the option keep. Each is a total order on documents: what it compares first, then
// the public id, then the place in the declared input; `first` is the place alone.
const (
	keepFirst   = "first"
	keepLongest = "longest"
	keepNewest  = "newest"
	keepBest    = "best"
)

// qualityScore is the column that `best` compares.
var qualityScore = doc.Field[doc.Num[float64]]{Name: "quality_score"}

// rank turns documents into ballots: what an election needs to know of them without their text.
//
//	ballot = what keep compares, the better the smaller [0, 8 or 12] | public id [16]
//
// The bytes compare as the documents rank. It belongs to one worker.
type rank struct {
	keep    string
	ids     *doc.Strings
	text    *doc.Strings
	date    *doc.Strings
	quality *doc.Num[float64]
	ballot  []byte
}

// ballotLen returns the length of every ballot under a keep rule.
func ballotLen(keep string) int {
	switch keep {
	case keepLongest, keepBest:
		return 8 + idLen
	case keepNewest:
		return dateLen + idLen
	}
	return idLen
}

// rankReads lists the columns that a keep rule needs besides identity.
func rankReads(keep string) []doc.Column {
	switch keep {
	case keepLongest:
		return []doc.Column{doc.Text.Column()}
	case keepBest:
		return []doc.Column{qualityScore.Column()}
	}
	return nil
}

// bind looks the columns of a batch up.
func (r *rank) bind(b *doc.Batch) {
	r.ids = doc.ID.Of(b)
	switch r.keep {
	case keepLongest:
		r.text = doc.Text.Of(b)
	case keepNewest:
		r.date = doc.Date.Of(b)
	case keepBest:
		r.quality = qualityScore.Of(b)
	}
}

// of returns the ballot of row i of the bound batch, valid until the next call.
func (r *rank) of(i int) ([]byte, error) {
	v := r.ballot[:0]
	switch r.keep {
	case keepLongest:
		v = binary.BigEndian.AppendUint64(v, ^uint64(len(r.text.At(i))))
	case keepNewest:
		v = appendNewestFirst(v, r.date.At(i))
	case keepBest:
		v = binary.BigEndian.AppendUint64(v, bestFirst(r.quality.At(i), r.quality.Has(i)))
	}
	id := r.ids.At(i)
	if len(id) != 2*idLen {
		return nil, fmt.Errorf("dedup: a public id of %d characters: %q", len(id), id)
	}
	n := len(v)
	v = append(v, id[:idLen]...) // room for the 16 bytes
	if _, err := hex.Decode(v[n:], id); err != nil {
		return nil, fmt.Errorf("dedup: public id %q: %w", id, err)
	}
	r.ballot = v
	return v, nil
}

// bestFirst maps scores to numbers that ascend as scores fall; no score and NaN come last. Minus
// zero equals zero.
func bestFirst(score float64, has bool) uint64 {
	if !has || math.IsNaN(score) {
		return math.MaxUint64
	}
	bits := math.Float64bits(score + 0)
	if bits>>63 != 0 {
		return bits
	}
	return ^(bits | 1<<63)
}

// candidate is a document in an election.
type candidate struct {
	addr   doc.Address
	ballot []byte
}

// before says whether a survives rather than b: a strict total order on addresses.
func before(keep string, a, b candidate) bool {
	if keep != keepFirst {
		if c := bytes.Compare(a.ballot, b.ballot); c != 0 {
			return c < 0
		}
	}
	return a.addr < b.addr
}
