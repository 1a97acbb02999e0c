package tree

import "strings"

// quoteState follows quoted scalars over the lines of a file, as far as finding tabs needs it: a
// quote opens where a value may begin and closes at its like.
type quoteState struct {
	open byte // the quote that is open, 0 for none
	flow int  // brackets that are open
}

// tab returns the offset of the first tab of a line that stands neither in quotes nor in a comment,
// or -1. The line comes without its indentation.
func (q *quoteState) tab(line string) int {
	value := true // a quoted scalar or a flow collection may begin here
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case q.open == '"' && c == '\\':
			i++
		case q.open != 0:
			if c == q.open {
				q.open, value = 0, false
			}
		case c == '\t':
			return i
		case c == '#' && (i == 0 || line[i-1] == ' '):
			return -1
		case (c == '"' || c == '\'') && value:
			q.open = c
		case (c == '[' || c == '{') && value:
			q.flow++
		case c == ']' || c == '}':
			q.flow, value = max(0, q.flow-1), false
		case c == ' ':
			value = value || i > 0 && strings.IndexByte(":-?", line[i-1]) >= 0
		default:
			value = c == ',' && q.flow > 0
		}
	}
	return -1
}
