package minhash

const (
	mtWords  = 624
	mtShift  = 397
	mtMatrix = 0x9908b0df
	mtUpper  = 0x80000000
	mtLower  = 0x7fffffff
)

// twister is MT19937 (Matsumoto and Nishimura 1998), seeded by its original init_genrand, which is
// what numpy's RandomState does with an integer seed.
type twister struct {
	state [mtWords]uint32
	next  int
}

func newTwister(seed uint32) *twister {
	t := &twister{next: mtWords}
	t.state[0] = seed
	for i := 1; i < mtWords; i++ {
		seed = 1812433253*(seed^seed>>30) + uint32(i)
		t.state[i] = seed
	}
	return t
}

// refill advances the whole state by one generation of 624 words.
func (t *twister) refill() {
	for i := range t.state {
		y := t.state[i]&mtUpper | t.state[(i+1)%mtWords]&mtLower
		x := t.state[(i+mtShift)%mtWords] ^ y>>1
		if y&1 != 0 {
			x ^= mtMatrix
		}
		t.state[i] = x
	}
	t.next = 0
}

func (t *twister) uint32() uint32 {
	if t.next == mtWords {
		t.refill()
	}
	y := t.state[t.next]
	t.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// upTo draws from [0, limit] as numpy's masked rejection does for unsigned 64-bit integers: high
// word first, cut to 61 bits, drawn again while too large. limit must lie in [2^60, 2^61).
func (t *twister) upTo(limit uint64) uint64 {
	for {
		high := uint64(t.uint32())
		v := (high<<32 | uint64(t.uint32())) & mersenne
		if v <= limit {
			return v
		}
	}
}

// drawFunctions draws n multipliers from [1, 2^61-1) and then n offsets from [0, 2^61-1).
func drawFunctions(seed uint32, n int) (a, b []uint64) {
	t := newTwister(seed)
	a, b = make([]uint64, n), make([]uint64, n)
	for i := range a {
		a[i] = 1 + t.upTo(mersenne-2)
	}
	for i := range b {
		b[i] = t.upTo(mersenne - 1)
	}
	return a, b
}
