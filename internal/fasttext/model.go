// Package fasttext reads supervised fastText models (.bin and quantized .ftz) and predicts labels.
//
// In: a model file, then texts as bytes. Out: labels by index with float32 probabilities.
// Read checks everything a file claims before it allocates for it; the Model it returns never
// changes and may be shared by any number of goroutines. All scratch lives in a Predictor, one per
// worker, which allocates nothing once it has seen its longest text.
//
// The reference is facebookresearch/fastText 0.9.2 (`fasttext predict-prob`): same tokens, same
// n-gram hashes (FNV-1a over *signed* bytes), same pruning, same Huffman tree, same order of every
// float32 sum, same tables, the same 1e-5 inside every logarithm. We differ in four things. The
// matrix is dequantized once, at load. A line feed is white space like any other, since callers
// hand over whole documents. Equal scores are ordered by label index. Exponential and logarithm
// are our own, so that every machine computes the same bytes (the last bit may differ from libm).
//
// Refused: unsupervised models, weights that are not finite, sizes that contradict each other.
package fasttext

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrFormat is wrapped by every error that Read returns for a file that is no usable model.
var ErrFormat = errors.New("not a usable fastText model")

// labelPrefix marks labels. Model files do not store it; this is the only prefix in use.
const labelPrefix = "__label__"

// Values of the model and loss fields of the header.
const (
	kindSupervised = 3

	lossHierarchical = 1
	lossNegative     = 2
	lossSoftmax      = 3
	lossOneVsAll     = 4
)

const (
	magic = 793712314

	// maxDim and maxNgram bound the work that one header field can ask for; published models
	// have at most 512 dimensions and n-grams of six characters.
	maxDim   = 1 << 16
	maxNgram = 32
)

// header is the part of the training arguments that a prediction depends on.
type header struct {
	dim, wordNgrams, loss, bucket, minn, maxn int32
}

// Model is an immutable supervised model.
type Model struct {
	header
	dict   dictionary
	prune  pruneTable
	mod    modulus
	input  dense
	output dense
	tree   tree
	table  []float32 // sigmoid by fixed point argument; only for the two logistic losses
}

// Read reads a model of at most limit bytes. Memory grows with the bytes that really arrive
// (times 64 at most where product quantization is undone, times 4*maxn for the n-grams of the
// vocabulary), never with what the file claims of itself.
// Every error about the content wraps ErrFormat; errors of r are wrapped as they are.
func Read(r io.Reader, limit int64) (*Model, error) {
	s := newSource(r, limit)
	m := &Model{}
	if err := m.read(s); err != nil {
		return nil, fmt.Errorf("read fastText model at byte %d: %w", s.offset, err)
	}
	return m, nil
}

func (m *Model) read(s *source) error {
	if err := m.readHeader(s); err != nil {
		return err
	}
	prune, err := m.dict.read(s, m.bucket)
	if err != nil {
		return err
	}
	quantized := s.flag()
	if m.input, err = readMatrix(s, quantized, m.dim); err != nil {
		return fmt.Errorf("input matrix: %w", err)
	}
	quantizedOutput := s.flag()
	if m.output, err = readMatrix(s, quantized && quantizedOutput, m.dim); err != nil {
		return fmt.Errorf("output matrix: %w", err)
	}
	if m.input.scale != nil {
		m.input.applyScale()
	}
	if err := m.checkRows(prune, quantized); err != nil {
		return err
	}
	return m.build(prune)
}

func (m *Model) readHeader(s *source) error {
	if got := s.int32(); s.err == nil && got != magic {
		return fmt.Errorf("%w: magic %d, want %d", ErrFormat, got, magic)
	}
	version := s.int32()
	m.dim = s.int32()
	s.skipInt32(4) // window, epochs, smallest count, negatives: training only
	m.wordNgrams = s.int32()
	m.loss = s.int32()
	kind := s.int32()
	m.bucket = s.int32()
	m.minn = s.int32()
	m.maxn = s.int32()
	s.skipInt32(1) // learning rate update
	s.int64()      // sampling threshold
	switch {
	case s.err != nil:
		return s.err
	case version != 11 && version != 12:
		return fmt.Errorf("%w: version %d, want 11 or 12", ErrFormat, version)
	case kind != kindSupervised:
		return fmt.Errorf("%w: model kind %d is not supervised", ErrFormat, kind)
	case m.loss < lossHierarchical || m.loss > lossOneVsAll:
		return fmt.Errorf("%w: unknown loss %d", ErrFormat, m.loss)
	case m.dim < 1 || m.dim > maxDim:
		return fmt.Errorf("%w: %d dimensions, want 1 to %d", ErrFormat, m.dim, maxDim)
	case m.maxn > maxNgram || m.wordNgrams > maxNgram:
		return fmt.Errorf("%w: n-grams of %d characters and %d words, at most %d",
			ErrFormat, m.maxn, m.wordNgrams, maxNgram)
	case m.bucket < 0:
		return fmt.Errorf("%w: %d buckets", ErrFormat, m.bucket)
	}
	if version == 11 {
		m.maxn = 0 // supervised models of that version ignored the field
	}
	return nil
}

// checkRows holds the row numbers that a text can produce against the matrices.
func (m *Model) checkRows(prune []prunePair, quantized bool) error {
	words := int64(m.dict.words)
	need := words
	hashes := (m.maxn > 0 || m.wordNgrams > 1) && m.bucket > 0
	if hashes && m.dict.pruned < 0 {
		need = words + int64(m.bucket)
	}
	for _, p := range prune {
		need = max(need, words+int64(p.row)+1)
	}
	switch {
	case !quantized && m.dict.pruned >= 0:
		return fmt.Errorf("%w: pruned but not quantized", ErrFormat)
	case int64(m.input.rows) < need:
		return fmt.Errorf("%w: %d input rows, need %d", ErrFormat, m.input.rows, need)
	case m.output.rows < int(m.dict.labels):
		return fmt.Errorf("%w: %d output rows for %d labels",
			ErrFormat, m.output.rows, m.dict.labels)
	}
	return nil
}

func (m *Model) build(prune []prunePair) error {
	m.mod = newModulus(uint32(m.bucket))
	m.prune = newPruneTable(prune, m.dict.pruned)
	m.dict.index()
	m.precompute()
	switch m.loss {
	case lossHierarchical:
		return m.tree.build(m.dict.counts)
	case lossNegative, lossOneVsAll:
		m.table = sigmoidTable()
	}
	return nil
}

// Labels returns the number of labels; label indexes run from 0 to Labels()-1.
func (m *Model) Labels() int { return int(m.dict.labels) }

// Label returns label i without the `__label__` prefix, such as "en".
func (m *Model) Label(i int) string {
	return strings.TrimPrefix(string(m.dict.entry(m.dict.words+int32(i))), labelPrefix)
}

// FindLabel returns the index of the label that Label would spell name.
func (m *Model) FindLabel(name string) (int, bool) {
	for i := range m.Labels() {
		if m.Label(i) == name {
			return i, true
		}
	}
	return 0, false
}

// Dim returns the number of dimensions of the hidden layer.
func (m *Model) Dim() int { return int(m.dim) }
