// Package minhash turns the words of a text into a MinHash signature and the keys of its bands.
//
// In: words as spans over bytes, already normalized and split by the caller. Out: Bands x Rows
// minima of 61 bits, and one 16-byte key per band for the exchange. Two texts whose shingle sets
// have Jaccard similarity j share at least one band with probability 1-(1-j^Rows)^Bands.
//
// The signature is datatrove 0.10.1's at 64-bit precision, value by value: shingle hash (xxh64 with
// seed 0, or the first eight bytes of SHA-1), functions drawn as numpy's legacy RandomState(seed)
// draws them, (hash*a + b) mod 2^64 mod 2^61-1, minimum over shingles (Broder 1997 for the idea).
// Duplicated shingles change nothing, so shingles form a set without being stored as one.
//
// Where we differ: datatrove exchanges all Rows values of a band, we exchange their hash (see Key).
// Refused: texts with fewer than NGram words have no signature, as there, hence are nobody's
// duplicate. The 32-bit precision of the reference is not offered.
package minhash

import "fmt"

// Hash names the function that turns a shingle's bytes into 64 bits.
type Hash uint8

const (
	// XXH64 is xxHash64 with seed 0, datatrove's and FineWeb-2's default.
	XXH64 Hash = iota
	// SHA1 is the first eight bytes of SHA-1 read as little-endian, FineWeb's choice.
	SHA1
)

// maxFunctions bounds Bands x Rows: 32 KiB of signature per document is far beyond any recipe.
const maxFunctions = 4096

// Config is what decides a signature's bytes. datatrove's default is {14, 8, 5, 1, XXH64}.
type Config struct {
	Bands int    // bands per signature, at least 1
	Rows  int    // values per band, at least 1
	NGram int    // words per shingle, at least 1
	Seed  uint32 // seed of the numpy generator that draws the functions
	Hash  Hash   // shingle hash
}

// Params is a Config with its hash functions drawn: h(s) = (s*a[i] + b[i]) mod 2^64 mod (2^61-1).
// It is never written after New, so that all workers share one.
type Params struct {
	config Config
	a, b   []uint64
	// filter[i] is function i in the form in which the hot loop tests it, see kernel.go.
	filter []affine
}

// New draws the functions of c. It fails on sizes below 1, an unknown hash, or more than 4,096
// functions.
func New(c Config) (*Params, error) {
	switch {
	case c.Bands < 1 || c.Bands > maxFunctions || c.Rows < 1 || c.Rows > maxFunctions:
		return nil, fmt.Errorf("minhash: %d bands of %d rows: each must be 1 to %d",
			c.Bands, c.Rows, maxFunctions)
	case c.Bands*c.Rows > maxFunctions:
		return nil, fmt.Errorf("minhash: %d bands of %d rows are %d functions, at most %d",
			c.Bands, c.Rows, c.Bands*c.Rows, maxFunctions)
	case c.NGram < 1 || c.NGram > 1<<16:
		return nil, fmt.Errorf("minhash: shingles of %d words: must be 1 to %d", c.NGram, 1<<16)
	case c.Hash > SHA1:
		return nil, fmt.Errorf("minhash: unknown shingle hash %d", c.Hash)
	}
	p := &Params{config: c}
	p.a, p.b = drawFunctions(c.Seed, c.Bands*c.Rows)
	p.filter = make([]affine, len(p.a))
	for i := range p.filter {
		p.filter[i] = affine{mul: p.a[i] << 3, add: (p.b[i] + 8) << 3}
	}
	return p, nil
}

// Config returns what New was given.
func (p *Params) Config() Config { return p.config }

// Functions is the length of a signature, Bands x Rows.
func (p *Params) Functions() int { return len(p.a) }

// Band returns the Rows values of band k (0 <= k < Bands) of a signature, without copying.
func (p *Params) Band(sig []uint64, k int) []uint64 {
	return sig[k*p.config.Rows : (k+1)*p.config.Rows]
}
