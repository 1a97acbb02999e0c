package fasttext

import "math"

// Logarithm and exponential in plain float64 arithmetic with every product rounded, because the
// standard library's differ between machines (assembly here, fused multiply-add there) and scores
// are published. All results are rounded to float32, so a relative error of 1e-14 is ample.
// Polynomials are split into even and odd powers: two short chains instead of one long one.

const (
	ln2High = 6.93147180369123816490e-01 // the upper 33 bits of ln 2: k*ln2High is exact
	ln2Low  = 1.90821492927058770002e-10
)

// exp returns e to the x.
func exp(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > 709:
		return math.Inf(1)
	case x < -708:
		return 0
	}
	k := math.Floor(float64(x*(1/math.Ln2)) + 0.5)
	r := (x - float64(k*ln2High)) - float64(k*ln2Low)
	// Taylor series to the 11th power; |r| <= ln(2)/2 leaves out less than 7e-15.
	z := float64(r * r)
	even := 1.0/40320 + float64(z*(1.0/3628800))
	odd := 1.0/362880 + float64(z*(1.0/39916800))
	even = 1.0/720 + float64(z*even)
	odd = 1.0/5040 + float64(z*odd)
	even = 1.0/24 + float64(z*even)
	odd = 1.0/120 + float64(z*odd)
	even = 1.0/2 + float64(z*even)
	odd = 1.0/6 + float64(z*odd)
	even = 1 + float64(z*even)
	odd = 1 + float64(z*odd)
	sum := even + float64(r*odd)
	return float64(sum * math.Float64frombits(uint64(int64(k)+1023)<<52))
}

// log returns the natural logarithm of a positive normal x.
func log(x float64) float64 {
	b := math.Float64bits(x)
	k := int64(b>>52) - 1023
	f := math.Float64frombits(b&(1<<52-1) | 1023<<52)
	if f > math.Sqrt2 {
		f /= 2
		k++
	}
	// log f = 2 atanh s = 2s + 2s*z*(1/3 + z/5 + z*z/7 + ...), |s| <= 0.172.
	s := (f - 1) / (f + 1)
	z := float64(s * s)
	y := float64(z * z)
	even := 1.0/15 + float64(y*(1.0/19))
	odd := 1.0/13 + float64(y*(1.0/17))
	even = 1.0/11 + float64(y*even)
	odd = 1.0/9 + float64(y*odd)
	even = 1.0/7 + float64(y*even)
	odd = 1.0/5 + float64(y*odd)
	tail := float64(z * (1.0/3 + float64(z*(odd+float64(z*even)))))
	head := float64(float64(k)*ln2High) + float64(2*s)
	return head + (float64(float64(k)*ln2Low) + float64(float64(2*s)*tail))
}

// logPlus is the reference's logarithm of a probability: 1e-5 is added first, so a score may
// exceed 1 by as much.
func logPlus(x float32) float32 { return float32(log(float64(x) + 1e-5)) }

// expScore turns a log score into the probability that is reported.
func expScore(x float32) float32 { return float32(exp(float64(x))) }

const (
	sigmoidSteps = 512
	sigmoidRange = 8
)

// sigmoidTable returns the logistic function at the reference's 513 points from -8 to 8.
func sigmoidTable() []float32 {
	t := make([]float32, sigmoidSteps+1)
	for i := range t {
		x := float32(i*2*sigmoidRange)/sigmoidSteps - sigmoidRange
		t[i] = logistic(x)
	}
	return t
}

// logistic is 1/(1+e^-x) with the reference's roundings: the exponential and the sum in float32,
// the quotient in float64.
func logistic(x float32) float32 {
	e := float32(exp(float64(-x)))
	return float32(1 / float64(1+e))
}

// sigmoid looks x up in the table of m, rounding its place down.
func (m *Model) sigmoid(x float32) float32 {
	switch {
	case x < -sigmoidRange:
		return 0
	case x > sigmoidRange:
		return 1
	}
	return m.table[int(float32((x+sigmoidRange)*sigmoidSteps)/sigmoidRange/2)]
}
