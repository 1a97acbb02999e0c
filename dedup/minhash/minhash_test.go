package minhash

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// plain is the definition, written to be read: remainder operator, one shingle after the other.
func plain(p *Params, shingles []uint64) []uint64 {
	sig := make([]uint64, p.Functions())
	for i := range sig {
		sig[i] = math.MaxUint64
		for _, s := range shingles {
			sig[i] = min(sig[i], (s*p.a[i]+p.b[i])%(1<<61-1))
		}
	}
	return sig
}

func checkAgainstPlain(t *testing.T, p *Params, shingles []uint64) {
	t.Helper()
	got := make([]uint64, p.Functions())
	ok := p.SignatureOf(got, shingles)
	if ok != (len(shingles) > 0) {
		t.Fatalf("ok = %v for %d shingles", ok, len(shingles))
	}
	want := plain(p, shingles)
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("function %d of %d shingles: %d, want %d", i, len(shingles), got[i], want[i])
		}
	}
}

// inverse returns 1/a mod 2^64 for odd a, by Newton's iteration.
func inverse(a uint64) uint64 {
	x := a
	for range 6 {
		x *= 2 - a*x
	}
	return x
}

// TestKernelIsExactWhereTheReductionWraps aims shingles at the values of s*a+b around every
// multiple of 2^61-1, where the fast rejection and the fold have their corner cases.
func TestKernelIsExactWhereTheReductionWraps(t *testing.T) {
	p := reference(t, XXH64)
	rng := rand.New(rand.NewPCG(1, 2))
	for i, a := range p.a {
		if a%2 == 0 {
			continue
		}
		var hits []uint64
		for k := range uint64(9) {
			for d := range uint64(41) {
				hits = append(hits, (k*mersenne+d-20-p.b[i])*inverse(a))
			}
		}
		rng.Shuffle(len(hits), func(x, y int) { hits[x], hits[y] = hits[y], hits[x] })
		checkAgainstPlain(t, p, hits)
		// Singles keep the other values from hiding a wrong one; behind a long run of the
		// highest values the hit meets the filter instead of the warm-up.
		for k, h := range hits[:40] {
			checkAgainstPlain(t, p, []uint64{h})
			high := (mersenne - 1 - uint64(k) - p.b[i]) * inverse(a)
			checkAgainstPlain(t, p, append(slices.Repeat([]uint64{high}, 40), h))
		}
	}
}

func TestKernelEqualsDefinitionAtEveryLength(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, functions := range []int{1, 2, 3, 7, 112, 113} {
		p, err := New(Config{Bands: functions, Rows: 1, NGram: 5, Seed: 7})
		if err != nil {
			t.Fatal(err)
		}
		for n := range 70 {
			shingles := make([]uint64, n)
			for i := range shingles {
				shingles[i] = rng.Uint64()
			}
			checkAgainstPlain(t, p, shingles)
		}
	}
}

func TestSignatureOfALongTextEqualsThatOfItsShingles(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, hash := range []Hash{XXH64, SHA1} {
		p, s := reference(t, hash), new(Scratch)
		for _, words := range []int{4, 5, 6, block + 3, block + 4, block + 5, 3*block + 17} {
			var text strings.Builder
			for range words {
				text.WriteString(strings.Repeat("é", rng.IntN(4)+1))
				text.WriteString(strings.Repeat(" ", rng.IntN(3)+1))
			}
			start, end := spans(text.String())
			shingles := p.AppendShingles(nil, s, []byte(text.String()), start, end)
			if len(shingles) != max(0, words-4) {
				t.Fatalf("%d words: %d shingles", words, len(shingles))
			}
			sig := signature(t, p, s, text.String())
			if len(shingles) > 0 && !slices.Equal(sig, plain(p, shingles)) {
				t.Errorf("hash %d, %d words: signatures differ", hash, words)
			}
		}
	}
}

func TestFewerWordsThanAShingleHaveNoSignature(t *testing.T) {
	p, s := reference(t, XXH64), new(Scratch)
	if signature(t, p, s, "one two three four") != nil || signature(t, p, s, "") != nil {
		t.Error("a text of fewer than five words got a signature")
	}
	if signature(t, p, s, "one two three four five") == nil {
		t.Error("a text of five words got none")
	}
	if p.SignatureOf(make([]uint64, p.Functions()), nil) {
		t.Error("no shingles got a signature")
	}
}

func TestOrderAndRepetitionOfShinglesDoNotMatter(t *testing.T) {
	p, rng := reference(t, XXH64), rand.New(rand.NewPCG(8, 9))
	shingles := make([]uint64, 300)
	for i := range shingles {
		shingles[i] = rng.Uint64()
	}
	want := plain(p, shingles)
	twice := append(slices.Clone(shingles), shingles...)
	rng.Shuffle(len(twice), func(i, j int) { twice[i], twice[j] = twice[j], twice[i] })
	got := make([]uint64, p.Functions())
	if p.SignatureOf(got, twice); !slices.Equal(got, want) {
		t.Error("shuffled and repeated shingles changed the signature")
	}
}

func TestNothingIsAllocatedPerDocument(t *testing.T) {
	p, s := reference(t, XXH64), new(Scratch)
	text := []byte(strings.Repeat(text1+" ", 40))
	start, end := spans(string(text))
	sig, keys := make([]uint64, p.Functions()), make([]Key, 0, 14)
	p.Signature(sig, s, text, start, end)
	if n := testing.AllocsPerRun(20, func() {
		p.Signature(sig, s, text, start, end)
		keys = p.AppendKeys(keys[:0], sig)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestImpossibleConfigsAreRefused(t *testing.T) {
	good := Config{Bands: 14, Rows: 8, NGram: 5}
	for _, change := range []func(*Config){
		func(c *Config) { c.Bands = 0 },
		func(c *Config) { c.Rows = -1 },
		func(c *Config) { c.NGram = 0 },
		func(c *Config) { c.Hash = 2 },
		func(c *Config) { c.Bands, c.Rows = 65, 64 },
		func(c *Config) { c.Bands = math.MaxInt },
	} {
		c := good
		change(&c)
		if _, err := New(c); err == nil {
			t.Errorf("%+v was accepted", c)
		}
	}
}
