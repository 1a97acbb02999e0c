package fasttext

import "fmt"

// centroids is the number of centroids of one sub-quantizer: what one byte of code can name.
const centroids = 256

// maxWidth bounds how far a code byte unfolds; fastText writes 2 unless asked otherwise.
const maxWidth = 16

// dense is a row-major float32 matrix. scale, when present, multiplies a row's sums: the reference
// keeps the norms of quantized output rows apart and applies them after the dot product.
type dense struct {
	rows, dim int
	w         []float32
	scale     []float32
}

// readMatrix reads a plain or a product-quantized matrix of dim columns; the latter comes out
// dequantized, with its row norms still in scale.
func readMatrix(s *source, quantized bool, dim int32) (dense, error) {
	norms := quantized && s.flag()
	rows, cols := s.int64(), s.int64()
	if s.err != nil {
		return dense{}, s.err
	}
	if cols != int64(dim) || rows < 0 || rows >= 1<<31 {
		return dense{}, fmt.Errorf("%w: %d x %d, want %d columns", ErrFormat, rows, cols, dim)
	}
	m := dense{rows: int(rows), dim: int(dim)}
	if quantized {
		err := m.readQuantized(s, norms)
		return m, err
	}
	m.w = s.floats(rows * cols)
	return m, s.err
}

// readQuantized reads codes and centroids; row t is the centroids its codes name, side by side.
func (m *dense) readQuantized(s *source, norms bool) error {
	size := int64(s.int32())
	codes := s.bytes(size)
	q, err := readQuantizer(s, int32(m.dim))
	if err != nil {
		return err
	}
	if size != int64(m.rows)*int64(q.parts) {
		return fmt.Errorf("%w: %d codes for %d rows of %d", ErrFormat, size, m.rows, q.parts)
	}
	if q.width > maxWidth {
		return fmt.Errorf("%w: %d columns to a code", ErrFormat, q.width)
	}
	if norms {
		normCodes := s.bytes(int64(m.rows))
		nq, err := readQuantizer(s, 1)
		if err != nil {
			return err
		}
		m.scale = make([]float32, m.rows)
		for t, c := range normCodes {
			m.scale[t] = nq.part(0, c)[0]
		}
	}
	m.w = make([]float32, 0, m.rows*m.dim)
	for ; len(codes) > 0; codes = codes[q.parts:] {
		for p, c := range codes[:q.parts] {
			m.w = append(m.w, q.part(p, c)...)
		}
	}
	return nil
}

// applyScale multiplies every row by its norm, rounding as the reference does row by row.
func (m *dense) applyScale() {
	for t, a := range m.scale {
		row := m.w[t*m.dim : (t+1)*m.dim]
		for j := range row {
			row[j] = float32(a * row[j])
		}
	}
	m.scale = nil
}

// quantizer is a product quantizer: parts of width columns (the last of lastWidth), each with 256
// centroids.
type quantizer struct {
	parts, width, lastWidth int
	w                       []float32
}

func readQuantizer(s *source, dim int32) (quantizer, error) {
	got, parts, width, last := s.int32(), s.int32(), s.int32(), s.int32()
	if s.err != nil {
		return quantizer{}, s.err
	}
	ok := got == dim && width > 0 && width <= dim
	if ok {
		rest := (dim-1)%width + 1
		ok = parts == (dim-1)/width+1 && last == rest
	}
	if !ok {
		return quantizer{}, fmt.Errorf("%w: quantizer of %d columns in %d x %d + %d, want %d",
			ErrFormat, got, parts, width, last, dim)
	}
	w := s.floats(int64(dim) * centroids)
	return quantizer{int(parts), int(width), int(last), w}, s.err
}

// part returns centroid c of part p.
func (q *quantizer) part(p int, c byte) []float32 {
	width := q.width
	if p == q.parts-1 {
		width = q.lastWidth
	}
	at := p*centroids*q.width + int(c)*width
	return q.w[at : at+width]
}

// addRows adds the given rows to sum, each column in the order of rows, eight columns at a time so
// that the running sums stay in registers.
func (m *dense) addRows(sum []float32, rows []int32) {
	dim := m.dim
	c := 0
	for ; c+8 <= dim; c += 8 {
		s := (*[8]float32)(sum[c:])
		s0, s1, s2, s3, s4, s5, s6, s7 := s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]
		for _, r := range rows {
			w := (*[8]float32)(m.w[int(r)*dim+c:])
			s0 += w[0]
			s1 += w[1]
			s2 += w[2]
			s3 += w[3]
			s4 += w[4]
			s5 += w[5]
			s6 += w[6]
			s7 += w[7]
		}
		s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7] = s0, s1, s2, s3, s4, s5, s6, s7
	}
	for ; c < dim; c++ {
		for _, r := range rows {
			sum[c] += m.w[int(r)*dim+c]
		}
	}
}

// dot returns the product of row r and v, summed from the first column to the last. Weights are
// finite, but their products may overflow; infinity minus infinity counts as 0 here, where the
// reference stops the program.
func (m *dense) dot(v []float32, r int) float32 {
	row := m.w[r*m.dim : (r+1)*m.dim]
	row = row[:len(v)]
	var d float32
	for j, x := range v {
		d += float32(row[j] * x)
	}
	if m.scale != nil {
		d = float32(d * m.scale[r])
	}
	if d != d {
		return 0
	}
	return d
}
