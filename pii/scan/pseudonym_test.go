package scan

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"
)

func TestPlaceholdersStandInPlace(t *testing.T) {
	text := []byte("a@b.de, 8.8.8.8 and 4111 1111 1111 1111.")
	s := Scanner{Want: All}
	got := string(replace([]byte("> "), text, s.Append(nil, text), nil))
	if want := "> <EMAIL>, <IP> and <CARD>."; got != want {
		t.Errorf("masked text is %q, want %q", got, want)
	}
	if got := string(replace(nil, text, nil, nil)); got != string(text) {
		t.Errorf("without spans the text became %q", got)
	}
}

func TestPseudonymIsTheKeyedHashOfTheValue(t *testing.T) {
	mac := hmac.New(sha256.New, []byte("k"))
	mac.Write([]byte("email\x00ann@b.de"))
	want := "user-" + hex.EncodeToString(mac.Sum(nil)[:8]) + "@example.com"
	if got := string(NewPseudonyms([]byte("k")).Append(nil, Email, []byte("Ann@B.de"))); got != want {
		t.Errorf("stand-in is %s, want %s", got, want)
	}
}

func TestPseudonymsDependOnKeyKindAndValueOnly(t *testing.T) {
	values := []struct {
		kind        Kind
		value, same string
	}{
		{Email, "ann@b.de", "ANN@B.DE"},
		{IP, "8.8.8.8", "8.8.8.8"},
		{IP, "2a00::1", "2A00:0:0::0001"},
		{Card, "4111111111111111", "4111-1111-1111-1111"},
		{Card, "378282246310005", "3782 822463 10005"},
	}
	one, two := NewPseudonyms([]byte("one")), NewPseudonyms([]byte("two"))
	first := map[string]string{}
	for _, v := range values {
		first[v.value] = string(one.Append(nil, v.kind, []byte(v.value)))
	}
	fresh := NewPseudonyms([]byte("one"))
	seen := map[string]bool{}
	for i := range values {
		v := values[len(values)-1-i]
		got := string(fresh.Append(nil, v.kind, []byte(v.same)))
		if got != first[v.value] {
			t.Errorf("%s as %q is %s, first it was %s", v.value, v.same, got, first[v.value])
		}
		if other := string(two.Append(nil, v.kind, []byte(v.value))); other == got {
			t.Errorf("%s is %s under another key too", v.value, got)
		}
		if seen[got] {
			t.Errorf("%s stands for two values", got)
		}
		seen[got] = true
	}
}

// TestPseudonymsBelongToNobody also shows that masking twice is masking once.
func TestPseudonymsBelongToNobody(t *testing.T) {
	p := NewPseudonyms([]byte("key"))
	s := Scanner{Want: All}
	for i := range 2000 {
		n := strings.Repeat("x", i%50) + string(rune('a'+i%26))
		for _, v := range []struct {
			kind  Kind
			value string
		}{
			{Email, n + "@b.de"}, {IP, "8.8.8." + n}, {Card, n},
			{IP, "2a00::" + strings.Repeat("f", i%5)},
		} {
			got := p.Append(nil, v.kind, []byte(v.value))
			text := append(append([]byte("so "), got...), " it is."...)
			if spans := s.Append(nil, text); len(spans) != 0 {
				t.Fatalf("%q is found again: %v", text, spans)
			}
			if a, err := netip.ParseAddr(string(got)); v.kind == IP && (err != nil || slowGlobal(a)) {
				t.Fatalf("%q stands for an address: %v", got, err)
			}
			if v.kind == Card && len(got) != 16 {
				t.Fatalf("card stand-in %q has not 16 digits", got)
			}
		}
	}
}
