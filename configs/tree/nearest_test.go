package tree

import (
	"strings"
	"testing"
)

func TestNearestFindsSlips(t *testing.T) {
	names := []string{"min_words", "max_words", "pii", "language", "minhash"}
	for in, want := range map[string]string{"min_word": "min_words", "mni_words": "min_words",
		"Min-Words": "min_words", "pi": "pii", "xyz": "", "": "", "langauge": "language",
		"minhsh": "minhash", "p": "", strings.Repeat("a", 9999): "", "mañ_words": "max_words"} {
		if got := Nearest(in, names); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
