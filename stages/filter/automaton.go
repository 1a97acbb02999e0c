package filter

// letters is the alphabet of URL words; symbol maps bytes to 1 + their place in it, upper case to
// lower case, and the rest to 0.
const letters = 36

// character is the byte of a symbol.
const character = "\x00abcdefghijklmnopqrstuvwxyz0123456789"

var symbol = [256]uint8{
	'a': 1, 'b': 2, 'c': 3, 'd': 4, 'e': 5, 'f': 6, 'g': 7, 'h': 8, 'i': 9, 'j': 10, 'k': 11,
	'l': 12, 'm': 13, 'n': 14, 'o': 15, 'p': 16, 'q': 17, 'r': 18, 's': 19, 't': 20, 'u': 21,
	'v': 22, 'w': 23, 'x': 24, 'y': 25, 'z': 26,
	'A': 1, 'B': 2, 'C': 3, 'D': 4, 'E': 5, 'F': 6, 'G': 7, 'H': 8, 'I': 9, 'J': 10, 'K': 11,
	'L': 12, 'M': 13, 'N': 14, 'O': 15, 'P': 16, 'Q': 17, 'R': 18, 'S': 19, 'T': 20, 'U': 21,
	'V': 22, 'W': 23, 'X': 24, 'Y': 25, 'Z': 26,
	'0': 27, '1': 28, '2': 29, '3': 30, '4': 31, '5': 32, '6': 33, '7': 34, '8': 35, '9': 36,
}

// automaton finds whether a text holds one of many strings, in one step per byte (Aho and Corasick
// 1975). Bytes beyond the alphabet are passed over and case does not matter.
type automaton struct {
	next [][letters]int32 // by state and symbol-1; state 0 is the start
	ends []bool           // a string ends in the state
}

// newAutomaton takes strings over the alphabet; empty ones are left out.
func newAutomaton(words [][]byte) *automaton {
	a := &automaton{next: make([][letters]int32, 1), ends: make([]bool, 1)}
	for _, w := range words {
		if len(w) > 0 {
			a.insert(w)
		}
	}
	a.link()
	return a
}

func (a *automaton) insert(word []byte) {
	state := int32(0)
	for _, c := range word {
		s := symbol[c] - 1
		to := a.next[state][s]
		if to == 0 {
			to = int32(len(a.next))
			a.next = append(a.next, [letters]int32{})
			a.ends = append(a.ends, false)
			a.next[state][s] = to
		}
		state = to
	}
	a.ends[state] = true
}

// link replaces missing steps by those of the longest suffix that is a state, level by level.
func (a *automaton) link() {
	suffix := make([]int32, len(a.next))
	queue := []int32{0}
	for len(queue) > 0 {
		state := queue[0]
		queue = queue[1:]
		for s := range letters {
			shorter := int32(0)
			if state != 0 {
				shorter = a.next[suffix[state]][s]
			}
			to := a.next[state][s]
			if to == 0 {
				a.next[state][s] = shorter
				continue
			}
			suffix[to] = shorter
			a.ends[to] = a.ends[to] || a.ends[shorter]
			queue = append(queue, to)
		}
	}
}

// in reports whether text holds one of the strings.
func (a *automaton) in(text []byte) bool {
	state := int32(0)
	for _, c := range text {
		s := symbol[c]
		if s == 0 {
			continue
		}
		state = a.next[state][s-1]
		if a.ends[state] {
			return true
		}
	}
	return false
}
