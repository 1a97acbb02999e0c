package minhash

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
)

// The golden values below were produced by datatrove 0.10.1 with numpy 2.4 (seed 1, 14 x 8).
const (
	text1 = "the quick brown fox jumps over the lazy dog doesn t it"
	text2 = "price 0 0 on 0 0 0 cafe naive ①½ 三 0"
)

func reference(t testing.TB, hash Hash) *Params {
	t.Helper()
	p, err := New(Config{Bands: 14, Rows: 8, NGram: 5, Seed: 1, Hash: hash})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// spans cuts at white space.
func spans(text string) (start, end []int32) {
	at := 0
	for _, w := range strings.Fields(text) {
		at += strings.Index(text[at:], w)
		start = append(start, int32(at))
		at += len(w)
		end = append(end, int32(at))
	}
	return start, end
}

func signature(t testing.TB, p *Params, s *Scratch, text string) []uint64 {
	t.Helper()
	sig := make([]uint64, p.Functions())
	start, end := spans(text)
	if !p.Signature(sig, s, []byte(text), start, end) {
		return nil
	}
	return sig
}

func digest(values []uint64) string {
	h := sha256.New()
	var b [8]byte
	for _, v := range values {
		binary.LittleEndian.PutUint64(b[:], v)
		h.Write(b[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestFunctionsAreDrawnAsNumpyDrawsThem(t *testing.T) {
	p := reference(t, XXH64)
	for _, c := range []struct {
		name        string
		got         []uint64
		first, last uint64
		sha         string
	}{
		{"a", p.a, 775169054918279404, 223865076026037746,
			"646f7c43faa49e0426999bc921979e88d751a279eabdb2d5e2dfb1c1a70a7212"},
		{"b", p.b, 1062448801025099917, 1097409548522419201,
			"f81eeb8337743ed94fa76566ebdc77b3f4e1bfea5e2365fcecdf81d24b9b1583"},
	} {
		if c.got[0] != c.first || c.got[111] != c.last || digest(c.got) != c.sha {
			t.Errorf("%s = %d … %d, digest %s", c.name, c.got[0], c.got[111], digest(c.got))
		}
	}
}

func TestSignaturesAreDatatroves(t *testing.T) {
	for _, c := range []struct {
		name, text string
		hash       Hash
		shingles   []uint64
		band       []uint64
		sha        string
	}{
		{"xxh64", text1, XXH64,
			[]uint64{7797000677988824208, 4793414983259776074},
			[]uint64{85330943174081874, 212948534669375546, 91638211794646222, 34440879854629237,
				430635863546471993, 52724151527886153, 620495464961564648, 204404170303891102},
			"5ed0a57aec0a3213d94c261a90ac5c0d691c3bc367e2bf2b36b1fdc93e67427f"},
		{"sha1", text1, SHA1,
			[]uint64{12313522834835307089, 13802602654544986703},
			[]uint64{72833348329466447, 284080765670708113, 23702950015766958, 226360113463360020,
				33069918950633874, 294507474655054079, 188433474838560081, 439255022718586444},
			"f9a7a8c455aae13a8a15581e28f21e6b2e4a9e52aaf84f45f093873f07d5b615"},
		{"sha1 unicode", text2, SHA1, nil, nil,
			"ee1ccb6b8712f3a84a74fc38ddcdc1a77984e009801e9f3523e4789eac59387d"},
		{"xxh64 unicode", text2, XXH64, nil, nil,
			"8f134c082f371c9c7e1c0c3880bab9b0f52655b035591bfb492b1d16904a2aeb"},
	} {
		p, s := reference(t, c.hash), new(Scratch)
		sig := signature(t, p, s, c.text)
		if got := digest(sig); got != c.sha {
			t.Errorf("%s: digest %s, want %s", c.name, got, c.sha)
		}
		if c.band != nil && !slices.Equal(p.Band(sig, 0), c.band) {
			t.Errorf("%s: band 0 = %v", c.name, p.Band(sig, 0))
		}
		start, end := spans(c.text)
		shingles := p.AppendShingles(nil, s, []byte(c.text), start, end)
		if len(shingles) != 8 || c.shingles != nil && !slices.Equal(shingles[:2], c.shingles) {
			t.Errorf("%s: shingles %v", c.name, shingles)
		}
		again := make([]uint64, p.Functions())
		if !p.SignatureOf(again, shingles) || !slices.Equal(again, sig) {
			t.Errorf("%s: the signature of the shingle hashes differs", c.name)
		}
	}
}

// TestSignatureFileIsDatatroves writes bucket 0 of a file of three documents, of which the third
// has no signature, in the reference's record layout.
func TestSignatureFileIsDatatroves(t *testing.T) {
	p, s := reference(t, SHA1), new(Scratch)
	var records [][]byte
	for i, text := range []string{
		"the cat sat on the mat and looked at the dog across the street",
		"completely different text about tokenisation of web pages in go",
		"too short here",
	} {
		sig := signature(t, p, s, text)
		if sig == nil {
			continue
		}
		var record []byte
		for _, v := range p.Band(sig, 0) {
			record = binary.LittleEndian.AppendUint64(record, v)
		}
		records = append(records, binary.LittleEndian.AppendUint32(record, uint32(i)))
	}
	slices.SortFunc(records, func(x, y []byte) int { // by the first value; no two are equal here
		if binary.LittleEndian.Uint64(x) < binary.LittleEndian.Uint64(y) {
			return -1
		}
		return 1
	})
	file := slices.Concat(records...)
	sum := sha256.Sum256(file)
	const want = "36e4221abfbb6dda7131b4c35a62ddfb204f98f99ddf22e74221180f883ef614"
	if got := hex.EncodeToString(sum[:]); len(file) != 136 || got != want {
		t.Errorf("%d bytes, digest %s", len(file), got)
	}
}
