package minhash

import (
	"encoding/binary"

	"github.com/cespare/xxhash/v2"
)

// secondSeed is the seed of a Key's second half, any number but 0 (here the golden ratio's bits).
const secondSeed = 0x9e3779b97f4a7c15

// Key stands for one band of one signature in the exchange: xxh64 of (band number, values), all
// little-endian 64-bit words, with seed 0 and then with secondSeed, each written big-endian so that
// the order of the bytes is the order of the first hash.
//
// Why a hash: 16 bytes travel in place of 8 x Rows, and their leading bits are uniform, which lets
// a reduce be cut into equal ranges of key prefixes. Why the band number is in it: bands never meet
// each other although they share one key space. Why 16 bytes: among n keys n^2/2^129 pairs are
// expected to collide by chance, 3e-17 for all 14 bands of 1e10 documents, where one 64-bit half
// would give 500, so equal keys are taken as equal values and never verified. xxh64 resists no
// forger; whoever wants his page to look like another page can copy the page.
type Key [16]byte

// BandKey returns the key of the values of one band. It does not allocate.
func BandKey(band int, rows []uint64) Key {
	var first, second xxhash.Digest
	first.ResetWithSeed(0)
	second.ResetWithSeed(secondSeed)
	var buf [256]byte
	n := 8
	binary.LittleEndian.PutUint64(buf[:], uint64(band))
	for _, v := range rows {
		if n == len(buf) {
			first.Write(buf[:])
			second.Write(buf[:])
			n = 0
		}
		binary.LittleEndian.PutUint64(buf[n:], v)
		n += 8
	}
	first.Write(buf[:n])
	second.Write(buf[:n])
	var key Key
	binary.BigEndian.PutUint64(key[:8], first.Sum64())
	binary.BigEndian.PutUint64(key[8:], second.Sum64())
	return key
}

// AppendKeys appends the keys of a signature's bands in order, Bands of them.
func (p *Params) AppendKeys(dst []Key, sig []uint64) []Key {
	for k := range p.config.Bands {
		dst = append(dst, BandKey(k, p.Band(sig, k)))
	}
	return dst
}
