package tree

import (
	"fmt"

	"github.com/goccy/go-yaml/token"
)

const (
	maxDepth = 64
	maxKeys  = 2000

	// Two tokens for each eight bytes of the largest file, so that it may be one list of six-letter
	// words with a comma and a blank behind each, and those of all keys. Lexer, parser and tree take
	// up to 500 bytes for each.
	maxTokens = maxFile/4 + 4*maxKeys

	// The parser keeps the whole path of every value as a text, so that a long key above a long list
	// costs their product. This is 240 bytes for each token of the largest file, five times what
	// stages[3].badwords.words[12345] counts.
	maxPaths = 64 << 20
)

// sizes are what the scanner has counted.
type sizes struct{ tokens, keys, paths int }

// small holds the counts against the limits.
func (s *prescan) small(t *token.Token) bool {
	switch {
	case len(s.nest.levels) > maxDepth:
		s.report("DP114", t, 1, fmt.Sprintf("nested deeper than %d levels", maxDepth),
			"pipeline files need five or six")
	case s.size.keys > maxKeys:
		s.report("DP114", t, 1, fmt.Sprintf("more than %d keys", maxKeys),
			"long lists belong in a file of their own, read by a stage")
	case s.size.tokens > maxTokens:
		s.report("DP114", t, 1, fmt.Sprintf("more than %d values and signs", maxTokens),
			"long lists belong in a file of their own, read by a stage")
	case s.size.paths > maxPaths:
		s.report("DP114", t, 1, "too many values below keys that are too long",
			"shorten the keys, or nest less")
	default:
		return true
	}
	return false
}
