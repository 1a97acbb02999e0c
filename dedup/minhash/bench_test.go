package minhash

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func benchmarkKernel(b *testing.B, kernel func(p *Params, dst, shingles []uint64)) {
	for _, n := range []int{100, 800} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p, rng := reference(b, XXH64), rand.New(rand.NewPCG(1, 1))
			texts := make([][]uint64, 64) // several, so that the branches are not learnt by heart
			for i := range texts {
				for range n {
					texts[i] = append(texts[i], rng.Uint64())
				}
			}
			dst, i := make([]uint64, p.Functions()), 0
			for b.Loop() {
				kernel(p, dst, texts[i%len(texts)])
				i++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/shingle")
		})
	}
}

func BenchmarkKernel(b *testing.B) {
	benchmarkKernel(b, func(p *Params, dst, s []uint64) { p.SignatureOf(dst, s) })
}

func BenchmarkDefinition(b *testing.B) {
	benchmarkKernel(b, func(p *Params, dst, s []uint64) { copy(dst, plain(p, s)) })
}

func BenchmarkSignature(b *testing.B) {
	for _, hash := range []Hash{XXH64, SHA1} {
		b.Run([]string{"xxh64", "sha1"}[hash], func(b *testing.B) {
			p, s, rng := reference(b, hash), new(Scratch), rand.New(rand.NewPCG(2, 2))
			var text []byte
			for range 800 {
				for range 1 + rng.IntN(9) {
					text = append(text, byte('a'+rng.IntN(26)))
				}
				text = append(text, ' ')
			}
			start, end := spans(string(text))
			dst := make([]uint64, p.Functions())
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				p.Signature(dst, s, text, start, end)
			}
		})
	}
}

func BenchmarkKeys(b *testing.B) {
	p := reference(b, XXH64)
	sig, keys := make([]uint64, p.Functions()), make([]Key, 0, 14)
	for b.Loop() {
		keys = p.AppendKeys(keys[:0], sig)
	}
}
