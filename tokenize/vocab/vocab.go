// Package vocab holds the vocabulary of a byte-pair encoder: which byte strings are tokens, under
// which id, and which two tokens merge into a third.
//
// In: a ranks file (per line a token in base64, a space, its rank), or the copy of r50k_base
// that is compiled in. Out: an immutable Vocab, to be built once per process and shared.
// Invariants: the id of a token is its rank and so its merge priority, lower first; ids are
// 0..n-1 without gaps; every single byte is a token, so every byte string can be encoded.
// Refused: files that break these, that repeat a token, or that are larger than any published
// vocabulary by far. Reference: tiktoken, which looks up the bytes of two joined neighbors in a
// map; here all joins that can occur are worked out at load, so that a merge is one probe of a
// table of 8-byte entries.
package vocab

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

const (
	idBits   = 21
	maxSize  = 1 << idBits // tokens a Vocab can hold
	noPair   = ^uint64(0)  // an empty entry of Vocab.pairs
	noToken  = int32(-1)   // an empty entry of Vocab.table
	minTable = 1 << 9      // at least the 256 bytes, half full
)

// Vocab is a vocabulary of at most 2²¹ tokens. It is immutable and safe for concurrent use.
type Vocab struct {
	arena []byte     // the tokens, in order of id, end to end
	ends  []uint32   // ends[id] is where token id ends in arena
	bytes [256]int32 // id of each single byte
	table []int32    // open addressing by hash of the bytes: id or noToken
	// pairs is open addressing by pair: left id, right id, joined id, 21 bits each, or noPair.
	pairs   []uint64
	longest int // bytes of the longest token
}

// Len returns the number of tokens; ids are below it. Special tokens are not counted.
func (v *Vocab) Len() int { return len(v.ends) }

// Token returns the bytes of token id, 0 <= id < Len. They must not be written to.
func (v *Vocab) Token(id int32) []byte {
	start := uint32(0)
	if id > 0 {
		start = v.ends[id-1]
	}
	return v.arena[start:v.ends[id]:v.ends[id]]
}

// Byte returns the id of the token that is the single byte b.
func (v *Vocab) Byte(b byte) int32 { return v.bytes[b] }

// Lookup returns the id of the token with exactly these bytes, or false.
func (v *Vocab) Lookup(token []byte) (int32, bool) {
	if len(token) > v.longest {
		return noToken, false
	}
	slot, ok := v.find(token)
	if !ok {
		return noToken, false
	}
	return v.table[slot], true
}

// find returns the entry of table that holds token, or the empty one where it belongs.
func (v *Vocab) find(token []byte) (slot uint64, ok bool) {
	mask := uint64(len(v.table) - 1)
	for slot = hash(token) & mask; v.table[slot] != noToken; slot = (slot + 1) & mask {
		if string(v.Token(v.table[slot])) == string(token) {
			return slot, true
		}
	}
	return slot, false
}

// Pair returns the id of the token made of the bytes of left, then those of right, or -1. Its
// value is the priority of the merge. Both must be ids of tokens.
func (v *Vocab) Pair(left, right int32) int32 {
	key := uint64(left)<<idBits | uint64(right)
	mask := uint64(len(v.pairs) - 1)
	for slot := pairHash(key) & mask; ; slot = (slot + 1) & mask {
		entry := v.pairs[slot]
		if entry>>idBits == key {
			return int32(entry & (maxSize - 1))
		}
		if entry == noPair {
			return noToken
		}
	}
}

// Decode appends the bytes of ids to dst. It is the inverse of encoding; what is returned is not
// valid UTF-8 when ids begin or end inside a code point. Special tokens are refused like every id
// that is not a token.
func (v *Vocab) Decode(dst []byte, ids []int32) ([]byte, error) {
	for i, id := range ids {
		if id < 0 || int(id) >= v.Len() {
			return dst, fmt.Errorf("decode id %d of %d: %d is not below %d", i, len(ids), id, v.Len())
		}
		dst = append(dst, v.Token(id)...)
	}
	return dst, nil
}

// index builds table, bytes and pairs from arena and ends.
func (v *Vocab) index() error {
	v.table = make([]int32, max(minTable, tableSize(v.Len())))
	for i := range v.table {
		v.table[i] = noToken
	}
	for id := range int32(v.Len()) {
		token := v.Token(id)
		slot, ok := v.find(token)
		if ok {
			return fmt.Errorf("token %q has ranks %d and %d", token, v.table[slot], id)
		}
		v.table[slot] = id
		v.longest = max(v.longest, len(token))
	}
	for b := range v.bytes {
		id, ok := v.Lookup([]byte{byte(b)})
		if !ok {
			return fmt.Errorf("byte %#02x is not a token", b)
		}
		v.bytes[b] = id
	}
	v.join()
	return nil
}

// join fills pairs with every way to cut a token into two tokens.
func (v *Vocab) join() {
	var entries []uint64
	for id := range int32(v.Len()) {
		token := v.Token(id)
		for cut := 1; cut < len(token); cut++ {
			left, ok := v.Lookup(token[:cut])
			if !ok {
				continue
			}
			if right, ok := v.Lookup(token[cut:]); ok {
				key := uint64(left)<<idBits | uint64(right)
				entries = append(entries, key<<idBits|uint64(id))
			}
		}
	}
	v.pairs = make([]uint64, tableSize(len(entries)))
	for i := range v.pairs {
		v.pairs[i] = noPair
	}
	mask := uint64(len(v.pairs) - 1)
	for _, entry := range entries {
		slot := pairHash(entry>>idBits) & mask
		for v.pairs[slot] != noPair {
			slot = (slot + 1) & mask
		}
		v.pairs[slot] = entry
	}
}

// tableSize returns the power of two that n entries fill to one half at most.
func tableSize(n int) int { return 1 << bits.Len(uint(2*n)) }

const mixer = 0x9e3779b97f4a7c15 // 2⁶⁴ divided by the golden ratio, odd

// pairHash spreads a pair of ids over 64 bits; the low bits are used.
func pairHash(key uint64) uint64 {
	h := key * mixer
	return h ^ h>>32
}

// hash spreads a token over 64 bits, eight bytes a step; the low bits are used.
func hash(token []byte) uint64 {
	h := uint64(len(token)) * mixer
	for ; len(token) >= 8; token = token[8:] {
		h = step(h ^ binary.LittleEndian.Uint64(token))
	}
	tail := uint64(0)
	for i, b := range token {
		tail |= uint64(b) << (8 * i)
	}
	return step(h ^ tail)
}

func step(h uint64) uint64 {
	hi, lo := bits.Mul64(h, mixer)
	return hi ^ lo
}
