package filter

import "math/bits"

// stopWords finds which of at most 64 words occur. Few words begin with the first byte of one, so
// most are told apart by one look into a table.
type stopWords struct {
	words []string
	first [256]uint64 // bit k: word k begins with this byte
}

func newStopWords(words []string) *stopWords {
	s := &stopWords{words: words}
	for k, w := range words {
		s.first[w[0]] |= 1 << k
	}
	return s
}

// stopSearch remembers the words met in one document.
type stopSearch struct {
	*stopWords
	found uint64
}

func (s *stopWords) search() stopSearch { return stopSearch{stopWords: s} }

// see looks at a word, which is not empty.
func (s *stopSearch) see(word []byte) {
	for left := s.first[word[0]] &^ s.found; left != 0; left &= left - 1 {
		k := bits.TrailingZeros64(left)
		if string(word) == s.words[k] {
			s.found |= 1 << k
			return
		}
	}
}

// count returns how many different stop words were met.
func (s *stopSearch) count() int { return bits.OnesCount64(s.found) }
