package warc

import (
	"bytes"
	"io"
	"testing"
)

// counting counts the bytes that are read.
type counting struct {
	src io.ReaderAt
	n   int64
}

func (c *counting) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.src.ReadAt(p, at)
	c.n += int64(n)
	return n, err
}

// TestAligningReadsAStretchAFewTimesAtMost: over small members inside a payload, whose rows break
// at every stored block, and over a hole.
func TestAligningReadsAStretchAFewTimesAtMost(t *testing.T) {
	small := zip(record("response", "r", "http://x.org/", ""))
	var inner []byte
	for len(inner) < 2<<20 {
		inner = append(inner, small...)
	}
	block := func(b []byte) []byte { // as deflate stores it
		var out []byte
		for len(b) > 0 {
			n := min(len(b), storedBlock)
			out = append(append(out, 0, byte(n), byte(n>>8), byte(^n), byte(^n>>8)), b[:n]...)
			b = b[n:]
		}
		return out
	}
	_, members := synthetic(400)
	for name, c := range map[string]struct {
		stretch []byte
		most    int64 // bytes read for each byte of the file
	}{
		"members inside a payload": {block(inner), 20}, "a hole": {make([]byte, 2<<20), 2},
	} {
		file := append(append(bytes.Clone(members), c.stretch...), members...)
		src := &counting{src: bytes.NewReader(file)}
		at, err := Align(src, int64(len(file)), int64(len(members)+1))
		if want := int64(len(members) + len(c.stretch)); err != nil || at != want {
			t.Errorf("%s: %d, %v, want %d", name, at, err, want)
		}
		if times := src.n / int64(len(file)); times > c.most {
			t.Errorf("%s: every byte is read %d times", name, times)
		} else {
			t.Logf("%s: %d bytes read of %d", name, src.n, len(file))
		}
	}
}
