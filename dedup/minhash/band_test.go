package minhash

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"github.com/cespare/xxhash/v2"
)

func TestKeyIsTheHashOfBandNumberAndValues(t *testing.T) {
	for _, rows := range []int{1, 8, 30, 31, 32, 64, 100} {
		values := make([]uint64, rows)
		bytes := binary.LittleEndian.AppendUint64(nil, 9)
		for i := range values {
			values[i] = uint64(i) * 0x123456789abcdef
			bytes = binary.LittleEndian.AppendUint64(bytes, values[i])
		}
		d := xxhash.NewWithSeed(0x9e3779b97f4a7c15)
		d.Write(bytes)
		key := BandKey(9, values)
		if binary.BigEndian.Uint64(key[:8]) != xxhash.Sum64(bytes) {
			t.Errorf("%d rows: first half is not xxh64 with seed 0", rows)
		}
		if binary.BigEndian.Uint64(key[8:]) != d.Sum64() {
			t.Errorf("%d rows: second half is not xxh64 with the second seed", rows)
		}
	}
}

func TestBandsDoNotShareKeys(t *testing.T) {
	p := reference(t, XXH64)
	keys := p.AppendKeys(nil, make([]uint64, p.Functions())) // the same values in every band
	slices.SortFunc(keys, func(a, b Key) int { return slices.Compare(a[:], b[:]) })
	if n := len(slices.Compact(keys)); n != 14 {
		t.Errorf("%d distinct keys in 14 bands", n)
	}
}

func TestCurveAndThresholdMatchThePublishedFigures(t *testing.T) {
	for _, c := range []struct{ j, want float64 }{
		{0, 0}, {0.5, 0.0534}, {0.7, 0.5645}, {0.8, 0.9237}, {0.9, 0.99957}, {1, 1},
	} {
		want := 1 - math.Pow(1-math.Pow(c.j, 8), 14)
		if got := Curve(c.j, 14, 8); math.Abs(got-want) > 1e-12 || math.Abs(got-c.want) > 1e-3 {
			t.Errorf("Curve(%v) = %v, want %v", c.j, got, want)
		}
	}
	if got := Threshold(14, 8); math.Abs(got-0.72) > 0.005 {
		t.Errorf("Threshold(14, 8) = %v", got)
	}
	if got := Estimate([]uint64{1, 2, 3, 4}, []uint64{1, 2, 3, 5}); got != 0.75 {
		t.Errorf("Estimate = %v", got)
	}
	if Estimate(nil, nil) != 0 || Estimate([]uint64{1}, nil) != 0 {
		t.Error("signatures that cannot be compared agree")
	}
}
