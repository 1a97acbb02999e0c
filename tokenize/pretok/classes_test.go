package pretok

import (
	"hash/fnv"
	"testing"
	"unicode"
)

// The counts and the hash come from the tables of regex-syntax (Unicode 16.0.0), the crate
// tiktoken matches with: general_category.rs and property_bool.rs, one byte per code point, 1
// letter, 2 number, 3 White_Space, 0 other.
func TestClassesAreThoseOfUnicode16(t *testing.T) {
	c := NewClasses()
	counts := [4]int{}
	h := fnv.New64a()
	flat := make([]byte, unicode.MaxRune+1)
	for r := range flat {
		k := c.of(rune(r))
		counts[k]++
		flat[r] = byte(k)
	}
	h.Write(flat)
	want := [4]int{unicode.MaxRune + 1 - 141028 - 1911 - 25, 141028, 1911, 25}
	if counts != want {
		t.Errorf("other, letters, numbers, spaces: %v, want %v", counts, want)
	}
	if h.Sum64() != 0x48b1698009766d10 {
		t.Errorf("classes hash to %#x; is Go's unicode %s no longer 15.0.0? Then trim newer",
			h.Sum64(), unicode.Version)
	}
}

func TestNewerHoldsOnlyCodePointsTheStandardLibraryLacks(t *testing.T) {
	n := 0
	for _, s := range newer {
		for r := s.lo; r <= s.hi; r++ {
			n++
			if unicode.IsLetter(r) || unicode.Is(unicode.N, r) || unicode.IsSpace(r) {
				t.Errorf("%U has a class in Unicode %s already", r, unicode.Version)
			}
		}
	}
	if n != 5004 {
		t.Errorf("%d code points, want 5004", n)
	}
}

func TestClassTableIsSmall(t *testing.T) {
	if n := len(NewClasses().block); n > 60<<10 {
		t.Errorf("%d bytes of blocks", n)
	}
}
