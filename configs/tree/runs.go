package tree

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The lexer looks ahead to the end of a run of "<" from each of its characters, and copies a block
// of text once for each of the blank lines behind it. Both cost squares; no pipeline has such runs.
const (
	maxAngles    = 500
	maxBlankWork = 1 << 26 // blank lines in a row times bytes of the file: half a second
)

// runs reports the first run that would keep the lexer busy.
func (s *source) runs(size int, ds *Diagnostics) (found bool) {
	blank, angles := 0, strings.Repeat("<", maxAngles)
	for i, line := range s.lines {
		blank++
		if strings.TrimLeft(line, " \t") != "" {
			blank = 0
		}
		if blank*size > maxBlankWork {
			ds.Error("DP114", Pos{s.name, i + 2 - blank, 1, 1},
				fmt.Sprintf("more than %d blank lines in a row", blank-1), "delete them")
			return true
		}
		if at := strings.Index(line, angles); at >= 0 {
			ds.Error("DP114", Pos{s.name, i + 1, utf8.RuneCountInString(line[:at]) + 1, maxAngles},
				fmt.Sprintf("%d times < in a row", maxAngles), "shorten it")
			return true
		}
	}
	return false
}
