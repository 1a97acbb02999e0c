// Package dedup holds the stages that keep one document of several alike: exact_dedup and minhash.
//
// In: the text of live documents. Out: the duplicates dropped, each naming its survivor, and two
// columns that say of every other document which cluster it stands for and how large that is.
//
// Both are exchanges: a mapper emits rows keyed by hashes, reduces bring equal keys together and
// name one survivor per cluster, and the verdicts return to the shards. Clusters are a function of
// the set of documents; survivors are the first of a total order on content or declared input
// order (see rank.go). So batches, shards, partitions and workers change nothing. datatrove, whose
// signatures minhash reproduces, keeps a union-find root that depends on the reading order.
//
// Ghosts are neither emitted nor judged. Equal 128-bit keys are taken for equal content: among n
// keys n^2/2^129 pairs are expected to collide, 1.5e-21 for 1e9 documents. Documents without a
// text, or for minhash with fewer words than a shingle has, are nobody's duplicate.
package dedup

import (
	"dataprep/stages"
	"dataprep/stages/doc"
)

// Stages lists what a pipeline file can name from this package.
func Stages() []stages.Entry {
	return []stages.Entry{exactSpec(), minhashSpec()}
}

// secondSeed is the seed of the second half of a 128-bit xxh64 key; the first half has seed 0.
const secondSeed = 0x9e3779b97f4a7c15

// marks are the traces that a cluster leaves in documents.
type marks struct {
	id     doc.Field[doc.Strings]    // public id of the survivor; null for a document alone
	size   doc.Field[doc.Num[int64]] // documents in the cluster, 1 for a document alone
	reason doc.Reason                // of those dropped
}

func (m marks) columns() []doc.Column {
	return []doc.Column{m.id.Column(), m.size.Column()}
}

// apply fills the columns and drops the documents that another one stands for. hex is scratch.
func (m marks) apply(b *doc.Batch, verdicts stages.Verdicts, hex *[2 * idLen]byte) error {
	ids, sizes := m.id.Of(b), m.size.Of(b)
	for i := range b.Rows() {
		if b.State(i) == doc.Ghost {
			continue // it was not compared with anything, so nothing is known of it
		}
		value, ok := verdicts.Find(b.Address(i))
		if !ok {
			sizes.Set(i, 1)
			continue
		}
		v, err := parseVerdict(value, hex)
		if err != nil {
			return err
		}
		ids.Set(i, hex[:])
		sizes.Set(i, v.size)
		if !v.survives {
			b.Duplicate(i, m.reason, hex[:])
		}
	}
	return nil
}
