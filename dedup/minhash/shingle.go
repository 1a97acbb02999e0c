package minhash

import (
	"crypto/sha1"
	"encoding/binary"
	"math"

	"github.com/cespare/xxhash/v2"
)

// block is how many shingle hashes are held at a time: 8 KiB, read once per pair of functions, stay
// in the first cache, and a text of any length needs no more.
const block = 1024

// Scratch is one worker's reusable memory; the zero value is ready. It grows to the longest text
// seen and is not for two goroutines at once.
type Scratch struct {
	joined []byte
	begin  []int // begin[i] is where word i starts in joined; one more marks the end
	hashes [block]uint64
}

// Signature writes the signature of a text to dst[:Functions()] and says whether it has one: with
// fewer words than NGram it does not and dst is untouched. Word i is data[start[i]:end[i]], UTF-8;
// a shingle is NGram words joined by one space, whatever stood between them. start and end must
// have one length and lie within data, as slicing demands.
func (p *Params) Signature(dst []uint64, s *Scratch, data []byte, start, end []int32) bool {
	n := len(start) - p.config.NGram + 1
	if n < 1 {
		return false
	}
	s.join(data, start, end)
	dst = dst[:len(p.a)]
	for i := range dst {
		dst[i] = math.MaxUint64
	}
	for i := 0; i < n; i += block {
		hashes := s.hashes[:min(block, n-i)]
		p.hash(hashes, s, i)
		if i == 0 {
			first := min(warmup, len(hashes))
			p.begin(dst, hashes[:first])
			hashes = hashes[first:]
		}
		p.extend(dst, hashes)
	}
	return true
}

// AppendShingles appends the hash of every shingle of a text in order, duplicates included: the
// input of SignatureOf, and of an exact Jaccard once sorted. Arguments as for Signature.
func (p *Params) AppendShingles(
	dst []uint64, s *Scratch, data []byte, start, end []int32,
) []uint64 {
	n := len(start) - p.config.NGram + 1
	if n < 1 {
		return dst
	}
	s.join(data, start, end)
	for i := 0; i < n; i += block {
		hashes := s.hashes[:min(block, n-i)]
		p.hash(hashes, s, i)
		dst = append(dst, hashes...)
	}
	return dst
}

// join lays the words out with one space after each, so that every shingle is one slice.
func (s *Scratch) join(data []byte, start, end []int32) {
	s.joined, s.begin = s.joined[:0], s.begin[:0]
	for i, from := range start {
		s.begin = append(s.begin, len(s.joined))
		s.joined = append(s.joined, data[from:end[i]]...)
		s.joined = append(s.joined, ' ')
	}
	s.begin = append(s.begin, len(s.joined))
}

// hash fills dst with the hashes of the joined text's shingles from number first on.
func (p *Params) hash(dst []uint64, s *Scratch, first int) {
	n := p.config.NGram
	if p.config.Hash == SHA1 {
		for i := range dst {
			sum := sha1.Sum(s.joined[s.begin[first+i] : s.begin[first+i+n]-1])
			dst[i] = binary.LittleEndian.Uint64(sum[:])
		}
		return
	}
	for i := range dst {
		dst[i] = xxhash.Sum64(s.joined[s.begin[first+i] : s.begin[first+i+n]-1])
	}
}
