package fasttext

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"
)

func toyModels(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, name := range []string{"toy-hs.bin", "toy-softmax.bin", "toy-ova.bin", "toy-pq.ftz"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		out[name] = b
	}
	return out
}

func TestEveryTruncationIsAnError(t *testing.T) {
	for name, b := range toyModels(t) {
		for n := range b {
			_, err := Read(bytes.NewReader(b[:n]), 1<<20)
			if !errors.Is(err, ErrFormat) || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("%s cut to %d of %d bytes: %v", name, n, len(b), err)
			}
		}
		if _, err := Read(bytes.NewReader(b), int64(len(b))-1); !errors.Is(err, ErrFormat) {
			t.Errorf("%s under a limit one byte too small: %v", name, err)
		}
		if _, err := Read(bytes.NewReader(b), int64(len(b))); err != nil {
			t.Errorf("%s under its exact size as limit: %v", name, err)
		}
	}
}

// Offsets of header and dictionary fields in every model file.
const (
	atDim, atWordNgrams, atLoss, atKind, atBucket, atMaxn = 8, 28, 32, 36, 40, 48
	atEntries, atWords, atLabels, atPruned                = 64, 68, 72, 84
)

func TestHostileFieldsAreErrors(t *testing.T) {
	for name, b := range toyModels(t) {
		for _, c := range []struct {
			at   int
			want int32
		}{
			{0, 1}, {4, 10}, {4, 13}, {atDim, 0}, {atDim, 6}, {atDim, 1 << 30}, {atDim, -1},
			{atWordNgrams, 1 << 30}, {atLoss, 0}, {atLoss, 5}, {atKind, 1}, {atBucket, -1},
			{atBucket, 1 << 30}, {atMaxn, 1 << 30}, {atEntries, 1 << 30}, {atEntries, -1},
			{atWords, -5}, {atWords, 1 << 30}, {atLabels, 0}, {atLabels, -7}, {atPruned, 1 << 20},
		} {
			h := bytes.Clone(b)
			binary.LittleEndian.PutUint32(h[c.at:], uint32(c.want))
			if c.at == atPruned {
				binary.LittleEndian.PutUint32(h[c.at+4:], 0)
			}
			_, err := Read(bytes.NewReader(h), 1<<40)
			// More buckets than rows are no contradiction where pruning maps them.
			if c.at == atBucket && c.want > 0 && name == "toy-pq.ftz" {
				continue
			}
			if !errors.Is(err, ErrFormat) {
				t.Errorf("%s with %d at byte %d: error %v", name, c.want, c.at, err)
			}
		}
	}
}

func TestWeightsThatAreNotFiniteAreRefused(t *testing.T) {
	for name, b := range toyModels(t) {
		h := bytes.Clone(b)
		binary.LittleEndian.PutUint32(h[len(h)-4:], math.Float32bits(float32(math.NaN())))
		if _, err := Read(bytes.NewReader(h), 1<<20); !errors.Is(err, ErrFormat) {
			t.Errorf("%s with a NaN: %v", name, err)
		}
	}
}

func TestErrorsOfTheReaderPassThrough(t *testing.T) {
	b := toyModels(t)["toy-hs.bin"]
	broken := io.MultiReader(bytes.NewReader(b[:1000]), failing{})
	if _, err := Read(broken, 1<<20); !errors.Is(err, errBroken) || errors.Is(err, ErrFormat) {
		t.Errorf("error is %v", err)
	}
}

var errBroken = errors.New("the wire is cut")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errBroken }

func TestTreesStayShallow(t *testing.T) {
	var x tree
	if err := x.build(make([]int64, 5000)); !errors.Is(err, ErrFormat) {
		t.Errorf("5,000 labels that never occurred: %v", err)
	}
	if err := x.build([]int64{1, maxCount}); !errors.Is(err, ErrFormat) {
		t.Errorf("a count like that of no node: %v", err)
	}
	for n := 1; n < 300; n++ {
		counts := make([]int64, n)
		for i := range counts {
			counts[i] = int64((n - i) * (n - i))
		}
		if err := x.build(counts); err != nil {
			t.Fatalf("%d labels: %v", n, err)
		}
	}
}

func TestLabelsAreFoundByName(t *testing.T) {
	m := openModel(t, "testdata/toy-hs.bin")
	for i := range m.Labels() {
		if j, ok := m.FindLabel(m.Label(i)); !ok || j != i {
			t.Errorf("label %d %q is found as %d, %v", i, m.Label(i), j, ok)
		}
	}
	if _, ok := m.FindLabel("__label__sea"); ok {
		t.Error("a label is found with its prefix")
	}
}

// FuzzRead feeds whole and damaged models to the reader and uses what it accepts.
func FuzzRead(f *testing.F) {
	for _, b := range toyModels(f) {
		f.Add(b, []byte("boat Höhle\x00ёлка"))
		f.Add(b[:len(b)/2], []byte("</s>"))
	}
	f.Fuzz(func(t *testing.T, b, text []byte) {
		m, err := Read(bytes.NewReader(b), 1<<40)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		p := m.NewPredictor()
		p.Set(text)
		for _, s := range p.Top(nil, 0, 0) {
			if one := p.Prob(s.Label); one != s.Prob && one == one && s.Prob == s.Prob {
				t.Fatalf("label %d: Prob %v, Top %v", s.Label, one, s.Prob)
			}
		}
	})
}
