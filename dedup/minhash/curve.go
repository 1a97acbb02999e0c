package minhash

import "math"

// Curve returns the probability that two sets of Jaccard similarity j, 0 to 1, share a band:
// 1-(1-j^rows)^bands. It multiplies step by step, so the value is the same on every machine.
func Curve(j float64, bands, rows int) float64 {
	return 1 - power(1-power(j, rows), bands)
}

// Threshold returns (1/bands)^(1/rows), the similarity near which the curve is steepest: 0.72 for
// 14 x 8. For messages only: math.Pow may differ in the last bit between machines.
func Threshold(bands, rows int) float64 {
	return math.Pow(1/float64(bands), 1/float64(rows))
}

// Estimate returns the share of positions in which two signatures of equal length agree, 0 to 1.
// It estimates the Jaccard similarity j with standard error sqrt(j(1-j)/len).
func Estimate(a, b []uint64) float64 {
	if len(a) == 0 || len(a) != len(b) {
		return 0
	}
	same := 0
	for i, v := range a {
		if v == b[i] {
			same++
		}
	}
	return float64(same) / float64(len(a))
}

func power(x float64, n int) float64 {
	y := 1.0
	for range n {
		y = float64(y * x)
	}
	return y
}
