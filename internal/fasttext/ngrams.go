package fasttext

import "math/bits"

// FNV-1a, 32 bits. The reference folds in bytes as *signed* characters, so a byte above 127 flips
// all upper bits too; models are trained with that and must be read with it.
const (
	fnvBasis = 2166136261
	fnvPrime = 16777619

	// wordNgramPrime combines the hashes of neighboring words.
	wordNgramPrime = 116049371
)

func hashByte(h uint32, c byte) uint32 { return (h ^ uint32(int32(int8(c)))) * fnvPrime }

func hashBytes(w []byte) uint32 {
	h := uint32(fnvBasis)
	for _, c := range w {
		h = hashByte(h, c)
	}
	return h
}

// modulus computes h % n for one fixed n by two multiplications (Lemire, Kaser, Kurz 2019).
type modulus struct {
	n uint32
	m uint64
}

func newModulus(n uint32) modulus {
	if n == 0 {
		return modulus{}
	}
	return modulus{n: n, m: ^uint64(0)/uint64(n) + 1}
}

func (m modulus) of(h uint32) uint32 {
	hi, _ := bits.Mul64(m.m*uint64(h), uint64(m.n))
	return uint32(hi)
}

// pruneTable maps the n-gram buckets of the training to the rows that quantization kept: a
// half-empty open-addressed table of the kept ones, in front of it one bit per hash with at most
// one bit in eight set. Four n-grams of five in natural text were pruned, and the bits (128 KiB
// for lid.176) say so from the cache, where a flat table of two million buckets does not fit.
type pruneTable struct {
	state   int64 // as dictionary.pruned
	keys    []uint64
	shift   uint32
	seen    []uint64
	seenOff uint32 // shift that leaves the bit number in seen
}

func newPruneTable(pairs []prunePair, state int64) pruneTable {
	t := pruneTable{state: state}
	if state <= 0 {
		return t
	}
	t.shift = uint32(64 - bits.Len(uint(2*len(pairs)-1)))
	t.keys = make([]uint64, 1<<(64-t.shift))
	t.seenOff = t.shift - 3
	t.seen = make([]uint64, max(1, len(t.keys)*8/64))
	mask := uint64(len(t.keys) - 1)
	for _, p := range pairs {
		bit := spread(uint32(p.bucket)) >> t.seenOff
		t.seen[bit>>6] |= 1 << (bit & 63)
		at := spread(uint32(p.bucket)) >> t.shift
		for t.keys[at] != 0 && uint32(t.keys[at]>>32) != uint32(p.bucket)+1 {
			at = (at + 1) & mask
		}
		t.keys[at] = uint64(p.bucket+1)<<32 | uint64(uint32(p.row))
	}
	return t
}

func spread(bucket uint32) uint64 { return uint64(bucket) * 0x9e3779b97f4a7c15 }

// push appends the row of n-gram bucket b to rows, when it has one.
func (t *pruneTable) push(rows []int32, b uint32, words int32) []int32 {
	if t.state < 0 {
		return append(rows, words+int32(b))
	}
	if t.state == 0 {
		return rows
	}
	place := spread(b)
	if bit := place >> t.seenOff; t.seen[bit>>6]>>(bit&63)&1 == 0 {
		return rows
	}
	mask := uint64(len(t.keys) - 1)
	for at := place >> t.shift; ; at++ {
		k := t.keys[at&mask]
		if k == 0 {
			return rows
		}
		if uint32(k>>32) == b+1 {
			return append(rows, words+int32(uint32(k)))
		}
	}
}

func continues(c byte) bool { return c&0xC0 == 0x80 }

// subwords appends the rows of the character n-grams of framed, a word between '<' and '>'. A
// character is one byte and all continuation bytes behind it, well-formed or not.
func (m *Model) subwords(rows []int32, framed []byte) []int32 {
	if m.maxn <= 0 || m.bucket == 0 {
		return rows
	}
	minn, maxn := int(m.minn), int(m.maxn)
	for i := 0; i < len(framed); i++ {
		if continues(framed[i]) {
			continue
		}
		h := uint32(fnvBasis)
		for j, n := i, 1; j < len(framed) && n <= maxn; n++ {
			h = hashByte(h, framed[j])
			for j++; j < len(framed) && continues(framed[j]); j++ {
				h = hashByte(h, framed[j])
			}
			// A frame mark alone says nothing.
			if n < minn || n == 1 && (i == 0 || j == len(framed)) {
				continue
			}
			rows = m.prune.push(rows, m.mod.of(h), m.dict.words)
		}
	}
	return rows
}

// precompute lists the input rows of every word of the vocabulary: its own, then its n-grams.
func (m *Model) precompute() {
	d := &m.dict
	d.subOff = make([]int, 1, d.words+1)
	var framed []byte
	for i := range d.words {
		d.sub = append(d.sub, i)
		if w := d.entry(i); m.maxn > 0 && string(w) != endOfLine {
			framed = append(append(append(framed[:0], '<'), w...), '>')
			d.sub = m.subwords(d.sub, framed)
		}
		d.subOff = append(d.subOff, len(d.sub))
	}
}

// known returns the input rows of word i of the vocabulary.
func (d *dictionary) known(i int32) []int32 { return d.sub[d.subOff[i]:d.subOff[i+1]] }
