package minhash

import (
	"encoding/binary"
	"strings"
	"testing"
)

// FuzzKernel feeds arbitrary shingle hashes (8 bytes each) to the fast kernel and the definition.
func FuzzKernel(f *testing.F) {
	f.Add([]byte("12345678"), uint32(1))
	f.Add([]byte(strings.Repeat("\xff", 8*30)), uint32(2))
	f.Add(make([]byte, 8*40), uint32(0))
	var ramp []byte
	for i := range uint64(60) {
		ramp = binary.LittleEndian.AppendUint64(ramp, i*mersenne)
	}
	f.Add(ramp, uint32(1<<32-1))
	f.Fuzz(func(t *testing.T, data []byte, seed uint32) {
		p, err := New(Config{Bands: 3, Rows: 5, NGram: 1, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		var shingles []uint64
		for ; len(data) >= 8; data = data[8:] {
			shingles = append(shingles, binary.LittleEndian.Uint64(data))
		}
		checkAgainstPlain(t, p, shingles)
	})
}
