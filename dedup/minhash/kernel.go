package minhash

import "math"

// mersenne is the prime 2^61-1.
const mersenne = 1<<61 - 1

// warmup is how many shingles of a fresh signature take the loop without branches. The minimum
// changes with probability 1/i at shingle i; past this point mispredicted branches cost less than
// the arithmetic that avoids them.
const warmup = 24

// affine is one hash function as the hot loop tests it. With x = s*a + b mod 2^64, low its lower
// 61 bits and high its upper 3, x mod (2^61-1) is low+high, less 2^61-1 where that is reached,
// which needs low >= 2^61-8. Put w = (low+8) mod 2^61: then the result can lie below m only if
// w < m+8, whichever case holds (in the second, w < 8). Eight times w is s*mul + add mod 2^64 with
// mul = 8a and add = 8(b+8): one multiplication, one addition and one comparison reject a shingle
// exactly, and the reduction is computed for the few that pass.
type affine struct{ mul, add uint64 }

// bound returns the value below which s*mul + add must lie for function i to improve on m.
func bound(m uint64) uint64 {
	if m >= mersenne-8 {
		return math.MaxUint64 // everything passes: the tested values are multiples of 8
	}
	return (m + 8) << 3
}

// reduce returns x mod (2^61-1). The fold lies below 2^61+7; subtracting the prime from a smaller
// fold wraps to a huge value, so the minimum picks the right one.
func reduce(x uint64) uint64 {
	fold := x&mersenne + x>>61
	return min(fold, fold-mersenne)
}

// SignatureOf writes the signature of the set of shingle hashes to dst[:Functions()] and says
// whether there is one: no shingles, no signature (dst is then all ones).
func (p *Params) SignatureOf(dst, shingles []uint64) bool {
	dst = dst[:len(p.a)]
	for i := range dst {
		dst[i] = math.MaxUint64
	}
	first := min(warmup, len(shingles))
	p.begin(dst, shingles[:first])
	p.extend(dst, shingles[first:])
	return len(shingles) > 0
}

// begin lowers dst by the shingles without a branch that depends on them. It folds x+8 in place of
// x: a shingle whose fold would reach the prime then yields less than 15, any other yields its
// result plus 8. So a minimum of 15 or more is exact after subtracting 8, and below that (once in
// 2^57) the function is computed again by the definition.
func (p *Params) begin(dst, shingles []uint64) {
	if len(shingles) == 0 {
		return
	}
	for i := range dst {
		a, b := p.a[i], p.b[i]+8
		least := uint64(math.MaxUint64)
		for _, s := range shingles {
			x := s*a + b
			least = min(least, x&mersenne+x>>61)
		}
		if least < 15 {
			for _, s := range shingles {
				p.lower(dst, i, s)
			}
			continue
		}
		dst[i] = min(dst[i], least-8)
	}
}

// extend lowers dst by the shingles, two functions at a time so that their multiplications overlap.
func (p *Params) extend(dst, shingles []uint64) {
	i := 0
	for ; i+2 <= len(dst); i += 2 {
		f, g := p.filter[i], p.filter[i+1]
		least, other := bound(dst[i]), bound(dst[i+1])
		for _, s := range shingles {
			if s*f.mul+f.add < least {
				least = p.lower(dst, i, s)
			}
			if s*g.mul+g.add < other {
				other = p.lower(dst, i+1, s)
			}
		}
	}
	if i < len(dst) {
		f, least := p.filter[i], bound(dst[i])
		for _, s := range shingles {
			if s*f.mul+f.add < least {
				least = p.lower(dst, i, s)
			}
		}
	}
}

// lower applies function i to s by the definition and returns the new bound. It stays out of line:
// inlined, its registers would be taken from the loop that calls it rarely.
//
//go:noinline
func (p *Params) lower(dst []uint64, i int, s uint64) uint64 {
	dst[i] = min(dst[i], reduce(s*p.a[i]+p.b[i]))
	return bound(dst[i])
}
