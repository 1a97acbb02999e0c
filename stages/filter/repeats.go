package filter

import (
	"math/bits"

	"dataprep/internal/text"

	"github.com/cespare/xxhash/v2"
)

// hashes is a set of 64-bit hashes that is emptied for each document: open addressing, at most half
// full, and only as much of it cleared as the document needs.
type hashes struct {
	slots []uint64 // 0 is free
	tally []tally  // beside the slots, for mostFrequent
	shift uint
}

// tally belongs to a slot that is taken: how often its hash was met, and where first.
type tally struct{ count, first int32 }

// spread turns the top bits of a product with it into a slot: 2⁶⁴ divided by the golden ratio.
const spread = 0x9E3779B97F4A7C15

// reset empties the set and makes room for n hashes.
func (s *hashes) reset(n int) {
	width := max(bits.Len(uint(2*n)), 1)
	s.shift = 64 - uint(width)
	if cap(s.slots) < 1<<width {
		s.slots = make([]uint64, 1<<width)
		return
	}
	s.slots = s.slots[:1<<width]
	clear(s.slots)
}

// add puts h into the set and returns its slot and whether it is new.
func (s *hashes) add(h uint64) (slot int, added bool) {
	h |= b2u(h == 0)
	mask := len(s.slots) - 1
	for at := int(h * spread >> s.shift); ; at++ {
		at &= mask
		switch s.slots[at] {
		case h:
			return at, false
		case 0:
			s.slots[at] = h
			return at, true
		}
	}
}

func b2u(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// duplicates counts the pieces of data that equal an earlier one, and their code points.
func (s *hashes) duplicates(data []byte, pieces *text.Spans) (n, chars int) {
	s.reset(pieces.Len())
	for k := range pieces.Len() {
		piece := pieces.At(data, k)
		if _, added := s.add(xxhash.Sum64(piece)); !added {
			n++
			chars += text.RuneCount(piece)
		}
	}
	return n, chars
}

// Hashes of runs of words are polynomials over their bytes modulo the prime 2⁶¹-1: the hash of a
// run follows from those of its parts, and equal joined texts have equal hashes, however they are
// cut into words. The radix is small enough for four bytes to be summed up without reduction.
const (
	prime  = 1<<61 - 1
	radix  = 0x1D0B7
	radix2 = radix * radix
	radix3 = radix2 * radix
	radix4 = radix3 % prime * radix % prime
)

func mulmod(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	r := lo&prime + (hi<<3 | lo>>61)
	if r >= prime {
		r -= prime
	}
	return r
}

func addmod(a, b uint64) uint64 {
	r := a + b
	if r >= prime {
		r -= prime
	}
	return r
}

// polynomial returns the hash of data and the radix to the power of its length.
func polynomial(data []byte) (hash, power uint64) {
	power = 1
	for ; len(data) >= 4; data = data[4:] {
		sum := (uint64(data[0])+1)*radix3 + (uint64(data[1])+1)*radix2 +
			(uint64(data[2])+1)*radix + uint64(data[3]) + 1
		hash = addmod(mulmod(hash, radix4), sum)
		power = mulmod(power, radix4)
	}
	for _, c := range data {
		hash = addmod(mulmod(hash, radix), uint64(c)+1)
		power = mulmod(power, radix)
	}
	return hash, power
}

// grams is the words of one document and the hashes of all runs of n of them.
type grams struct {
	hash, power []uint64 // of each word
	run         []uint64 // of the n words from each on
	before      []int32  // code points of the words before each, one more entry than words
	n           int
	spaced      bool
}

// load takes the words of a text; ascii says that all its bytes are characters.
func (g *grams) load(data []byte, words *text.Spans, ascii bool) {
	g.hash, g.power = g.hash[:0], g.power[:0]
	g.before = append(g.before[:0], 0)
	chars := int32(0)
	for k := range words.Len() {
		word := words.At(data, k)
		hash, power := polynomial(word)
		g.hash, g.power = append(g.hash, hash), append(g.power, power)
		if ascii {
			chars += int32(len(word))
		} else {
			chars += int32(text.RuneCount(word))
		}
		g.before = append(g.before, chars)
	}
}

// start goes back to runs of one word, joined with one space from now on, or with nothing.
func (g *grams) start(spaced bool) {
	g.run = append(g.run[:0], g.hash...)
	g.n, g.spaced = 1, spaced
}

// widen makes every run one word longer and reports whether there is one left.
func (g *grams) widen() bool {
	if len(g.run) <= 1 {
		g.run = g.run[:0]
		return false
	}
	g.run = g.run[:len(g.run)-1]
	hash, power := g.hash[g.n:][:len(g.run)], g.power[g.n:][:len(g.run)]
	for k, h := range g.run {
		if g.spaced {
			h = addmod(mulmod(h, radix), ' '+1)
		}
		g.run[k] = addmod(mulmod(h, power[k]), hash[k])
	}
	g.n++
	return true
}

// mostFrequent returns the code points of the run met most often, its spaces included, times how
// often it is met. Of equally frequent runs the one met first counts, whatever its length.
func (g *grams) mostFrequent(seen *hashes) int {
	seen.reset(len(g.run))
	if len(seen.tally) < len(seen.slots) {
		seen.tally = make([]tally, len(seen.slots))
	}
	best := tally{}
	for k, h := range g.run {
		slot, added := seen.add(h)
		t := &seen.tally[slot]
		if added {
			*t = tally{first: int32(k)}
		}
		t.count++
		if t.count > best.count || t.count == best.count && t.first < best.first {
			best = *t
		}
	}
	at := int(best.first)
	return (int(g.before[at+g.n]-g.before[at]) + g.n - 1) * int(best.count)
}

// repeated returns the code points of the runs met before; behind such a run the search goes on
// with the words after it, so that no word counts twice.
func (g *grams) repeated(seen *hashes) (chars int) {
	seen.reset(len(g.run))
	for k := 0; k < len(g.run); {
		if _, added := seen.add(g.run[k]); added {
			k++
			continue
		}
		chars += int(g.before[k+g.n] - g.before[k])
		k += g.n
	}
	return chars
}
