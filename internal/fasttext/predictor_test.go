package fasttext

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestLineFeedsSeparateWordsLikeBlanks(t *testing.T) {
	m := openModel(t, "testdata/toy-hs.bin")
	p, q := m.NewPredictor(), m.NewPredictor()
	p.Set([]byte("boat\nwave\n\nsalt\n"))
	q.Set([]byte("boat wave  salt"))
	if a, b := p.Top(nil, 0, 0), q.Top(nil, 0, 0); !slices.Equal(a, b) {
		t.Errorf("with line feeds %v, with blanks %v", a, b)
	}
}

func TestUsedScratchAnswersLikeFreshScratch(t *testing.T) {
	texts := []string{"", "boat", "Stein Höhle und", "\x80\x80", "лес ёлка\tмох", "boat"}
	for _, name := range []string{"toy-hs.bin", "toy-softmax.bin", "toy-ova.bin", "toy-pq.ftz"} {
		m := openModel(t, "testdata/"+name)
		used := m.NewPredictor()
		for _, text := range texts {
			fresh := m.NewPredictor()
			used.Set([]byte(text))
			fresh.Set([]byte(text))
			// Asking in another order must not matter either.
			for i := range m.Labels() {
				used.Prob(i)
			}
			if a, b := used.Top(nil, 3, 0), fresh.Top(nil, 3, 0); !slices.Equal(a, b) {
				t.Errorf("%s, %q: %v, fresh %v", name, text, a, b)
			}
		}
	}
}

func TestTheCallersScoresStay(t *testing.T) {
	p := openModel(t, "testdata/toy-hs.bin").NewPredictor()
	p.Set([]byte("boat"))
	mine := Score{Label: 99, Prob: 0.001}
	top := p.Top([]Score{mine}, 2, 0)
	if len(top) != 3 || top[0] != mine {
		t.Errorf("the appended answer is %v", top)
	}
}

func TestNothingIsAllocatedPerText(t *testing.T) {
	for _, name := range []string{"toy-hs.bin", "toy-softmax.bin", "toy-pq.ftz"} {
		p := openModel(t, "testdata/"+name).NewPredictor()
		text := bytes.Repeat([]byte("boat Höhle unseen лесной\n"), 200)
		top := make([]Score, 0, 8)
		n := testing.AllocsPerRun(20, func() {
			p.Set(text)
			top = p.Top(top[:0], 0, 0.1)
			p.Prob(1)
		})
		if n != 0 {
			t.Errorf("%s: %v allocations per text", name, n)
		}
	}
}

// TestExpAndLogAreRoundedLikeTheStandardLibrary compares what is used of them: float32 results.
func TestExpAndLogAreRoundedLikeTheStandardLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	exps, logs := 0, 0
	for range 200_000 {
		x := float64(float32(r.Float64()*200 - 100))
		if float32(exp(x)) != float32(math.Exp(x)) {
			exps++
		}
		y := float64(float32(r.Float64())) + 1e-5
		if float32(log(y)) != float32(math.Log(y)) {
			logs++
		}
		if e := math.Abs(exp(x)/math.Exp(x) - 1); e > 1e-14 {
			t.Fatalf("exp(%v) is off by %v of its value", x, e)
		}
		if e := math.Abs(log(y) - math.Log(y)); e > 1e-14 {
			t.Fatalf("log(%v) is off by %v", y, e)
		}
	}
	if exps+logs > 4 {
		t.Errorf("%d exponentials and %d logarithms of 200,000 round otherwise", exps, logs)
	}
	for x, want := range map[float64]float64{0: 1, 1000: math.Inf(1), -1000: 0,
		math.Inf(1): math.Inf(1), math.Inf(-1): 0} {
		if got := exp(x); got != want {
			t.Errorf("exp(%v) = %v, want %v", x, got, want)
		}
	}
	if got := exp(math.NaN()); got == got {
		t.Errorf("exp of no number is %v", got)
	}
}

func TestModulusIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, n := range []uint32{1, 2, 3, 7, 100, 2_000_000, 1<<31 - 1} {
		m := newModulus(n)
		for range 10_000 {
			if h := r.Uint32(); m.of(h) != h%n {
				t.Fatalf("%d mod %d is %d", h, n, m.of(h))
			}
		}
	}
}

func BenchmarkLanguageOfSentences(b *testing.B) {
	texts := sentences(b)
	p := lid176(b).NewPredictor()
	bytesOf := 0
	for _, t := range texts {
		bytesOf += len(t)
	}
	b.SetBytes(int64(bytesOf))
	b.ReportAllocs()
	top := make([]Score, 0, 1)
	for b.Loop() {
		for _, t := range texts {
			p.Set(t)
			top = p.Top(top[:0], 1, 0)
		}
	}
	b.ReportMetric(float64(len(texts)*b.N)/b.Elapsed().Seconds(), "texts/s")
}

func BenchmarkLanguageOfLongText(b *testing.B) {
	text := bytes.Join(sentences(b)[:3000], []byte(" "))
	p := lid176(b).NewPredictor()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		p.Set(text)
		p.Top(nil, 1, 0)
	}
}
