package bpe

import "encoding/binary"

const (
	maxKey    = 23 // bytes of the longest piece that is cached
	slotIDs   = 10 // ids of the longest encoding that is cached
	cacheBits = 15
)

// key is a piece of 1..23 bytes: its bytes, padded with zeros, and its length in the last byte.
type key [3]uint64

// slot is one cache line: a piece and its ids, followed by -1 where there is room. The zero slot
// belongs to no piece, as its length is 0.
type slot struct {
	key key
	ids [slotIDs]int32
}

// cache remembers the ids of recent pieces. A piece has one slot, which the newest piece takes:
// bounded, no clock, no history to keep; a wrong guess costs one merge and never changes an id.
type cache []slot

func newCache() cache { return make(cache, 1<<cacheBits) }

// slot returns the place of k.
func (c cache) slot(k key) *slot {
	h := k[0]*0x9e3779b97f4a7c15 ^ k[1]*0xc2b2ae3d27d4eb4f ^ k[2]*0x165667b19e3779f9
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	return &c[h>>(64-cacheBits)&uint64(len(c)-1)]
}

// put stores the encoding of k, unless it is too long.
func (s *slot) put(k key, ids []int32) {
	if len(ids) > slotIDs {
		return
	}
	s.key = k
	n := copy(s.ids[:], ids)
	for i := n; i < slotIDs; i++ {
		s.ids[i] = -1
	}
}

// keyOf packs text[start:end], at most maxKey bytes.
func keyOf(text []byte, start, end int) key {
	n := end - start
	var k key
	if start+24 <= len(text) {
		window := text[start : start+24]
		k[0] = binary.LittleEndian.Uint64(window)
		if n < 8 {
			k[0] &= 1<<(8*n) - 1
		} else {
			k[1] = binary.LittleEndian.Uint64(window[8:])
			if n < 16 {
				k[1] &= 1<<(8*(n-8)) - 1
			} else {
				k[2] = binary.LittleEndian.Uint64(window[16:]) & (1<<(8*(n-16)) - 1)
			}
		}
	} else {
		var window [24]byte
		copy(window[:], text[start:end])
		k[0] = binary.LittleEndian.Uint64(window[:])
		k[1] = binary.LittleEndian.Uint64(window[8:])
		k[2] = binary.LittleEndian.Uint64(window[16:])
	}
	k[2] |= uint64(n) << 56
	return k
}
