package dedup

import (
	"fmt"

	"dataprep/dedup/minhash"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// Minhash drops documents that share most of their word sequences with another document.
//
// A document is a signature of bands*rows minima; two documents that agree in all rows of one band
// are joined, and all documents joined directly or through others are one cluster. Parameters and
// arithmetic are datatrove 0.10.1's.
type Minhash struct {
	// More bands find more distant near-duplicates, so more documents are dropped.
	// Two documents that share the part j of their shingles meet with probability
	// 1-(1-j^rows)^bands: with 14 bands of 8 rows half of the pairs at j = 0.69, 92% at 0.8. Each
	// band costs one row of about 40 bytes per document. 14 is FineWeb's value.
	Bands int `yaml:"bands" min:"1" max:"4096"`
	// More rows per band ask for greater similarity, so fewer documents are dropped.
	// 8 is FineWeb's value. bands*rows may not exceed 4096.
	Rows int `yaml:"rows" min:"1" max:"4096"`
	// Words per shingle: longer ones forgive fewer edits, so fewer documents are dropped.
	// Documents with fewer words are nobody's duplicate. Words are counted after case, digits,
	// punctuation and accents are evened out. 5 is FineWeb's value.
	NGram int `yaml:"ngram" min:"1" max:"65536"`
	// Draws the hash functions: another seed finds other pairs close to the threshold.
	// 1 is datatrove's value; signatures of different seeds cannot be compared.
	Seed uint32 `yaml:"seed"`
	// How shingles are hashed: other pairs close to the threshold, no other similarity.
	// xxhash64 is FineWeb-2's, sha1 is FineWeb's and several times slower.
	Hash string `yaml:"hash" enum:"xxhash64,sha1"`
	// Which document of a cluster stays: first in the input, longest text, newest date or best score.
	// All others are dropped. Where two are equal in that, the smaller public id stays, then the
	// earlier in the input. newest ranks documents without a readable date last; best needs
	// quality_score.
	Keep string `yaml:"keep" enum:"first,longest,newest,best"`
}

const (
	hashXX   = "xxhash64"
	hashSHA1 = "sha1"

	nearDuplicate doc.Reason = "near_duplicate"
)

// Validate refuses signatures longer than the kernel holds.
func (c *Minhash) Validate() error {
	if c.Bands*c.Rows > 4096 {
		return fmt.Errorf("bands (%d) times rows (%d) is %d; at most 4096 minima fit a signature",
			c.Bands, c.Rows, c.Bands*c.Rows)
	}
	return nil
}

func minhashSpec() stages.ExchangeSpec[Minhash] {
	return stages.ExchangeSpec[Minhash]{
		Name: "minhash",
		Rev:  1,
		Default: Minhash{
			Bands: 14, Rows: 8, NGram: 5, Seed: 1, Hash: hashXX, Keep: keepFirst,
		},
		Describe: func(c Minhash) stages.Shape {
			return stages.Shape{
				Reads:   doc.Union([]doc.Column{doc.Text.Column()}, rankReads(c.Keep)...),
				Writes:  nearMarks().columns(),
				Reasons: []doc.Reason{nearDuplicate},
			}
		},
		Open: openMinhash,
	}
}

func openMinhash(c Minhash, _ stages.Env) (stages.Exchange, error) {
	k := minhash.Config{
		Bands: c.Bands, Rows: c.Rows, NGram: c.NGram, Seed: c.Seed, Hash: minhash.XXH64,
	}
	if c.Hash == hashSHA1 {
		k.Hash = minhash.SHA1
	}
	params, err := minhash.New(k)
	if err != nil {
		return nil, err
	}
	return &near{keep: c.Keep, params: params}, nil
}

func nearMarks() marks {
	return marks{
		id:     doc.Field[doc.Strings]{Name: "minhash_cluster_id"},
		size:   doc.Field[doc.Num[int64]]{Name: "minhash_cluster_size"},
		reason: nearDuplicate,
	}
}

// near is the exchange: one row per band, key = hash of the band, value = ballot.
type near struct {
	keep   string
	params *minhash.Params
}

// Reduces implements stages.Exchange.
func (n *near) Reduces() []stages.Reduce {
	return []stages.Reduce{
		{Name: "bands", In: stages.ByHash, Run: stars},
		{Name: "clusters", In: stages.AllToOne, Run: n.clusters},
	}
}

// Map implements stages.Exchange.
func (n *near) Map() stages.Mapper {
	return &nearMapper{
		params: n.params,
		rank:   rank{keep: n.keep},
		marks:  nearMarks(),
		sig:    make([]uint64, n.params.Functions()),
	}
}

type nearMapper struct {
	params  *minhash.Params
	split   splitter
	scratch minhash.Scratch
	rank    rank
	marks   marks
	sig     []uint64
	keys    []minhash.Key
	hex     [2 * idLen]byte
}

// Emit implements stages.Mapper.
func (m *nearMapper) Emit(b *doc.Batch, out stages.RowWriter) error {
	texts := doc.Text.Of(b)
	m.rank.bind(b)
	for i := range b.Live() {
		data, words := m.split.split(texts.At(i))
		if !m.params.Signature(m.sig, &m.scratch, data, words.Start, words.End) {
			continue
		}
		ballot, err := m.rank.of(i)
		if err != nil {
			return err
		}
		m.keys = m.params.AppendKeys(m.keys[:0], m.sig)
		for k := range m.keys {
			r := stages.Row{Key: m.keys[k][:], Addr: b.Address(i), Value: ballot}
			if err := out.Write(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// Apply implements stages.Mapper.
func (m *nearMapper) Apply(b *doc.Batch, verdicts stages.Verdicts) error {
	return m.marks.apply(b, verdicts, &m.hex)
}
