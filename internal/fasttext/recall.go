package fasttext

const (
	recallSlots = 4096
	recallBytes = 22
	recallRows  = 32
)

// recalled is a word outside the vocabulary with the input rows of its n-grams, as last computed.
type recalled struct {
	hash uint32
	size uint8 // of the word; 0 is an empty slot
	rows uint8
	word [recallBytes]byte
	row  [recallRows]int32
}

// recall remembers short words that a worker met lately, one per slot, and forgets by overwriting.
// Few words make up most of a text, and looking up their n-grams is most of the work. It holds row
// numbers, not sums, so the order of additions is that of the reference whether it hits or not.
// Words compare byte by byte: what it returns never depends on what was met before.
type recall struct {
	slots []recalled
}

func newRecall() recall { return recall{make([]recalled, recallSlots)} }

// slot returns the place for a word of hash h; the low bits of FNV-1a are its best ones.
func (r *recall) slot(h uint32) *recalled { return &r.slots[(h^h>>16)&(recallSlots-1)] }

// holds tells whether c is the word w of hash h.
func (c *recalled) holds(h uint32, w []byte) bool {
	return c.hash == h && int(c.size) == len(w) && string(c.word[:c.size]) == string(w)
}

// put remembers w with rows when both are short enough.
func (c *recalled) put(h uint32, w []byte, rows []int32) {
	if len(w) > recallBytes || len(rows) > recallRows {
		return
	}
	c.hash, c.size, c.rows = h, uint8(len(w)), uint8(len(rows))
	copy(c.word[:], w)
	copy(c.row[:], rows)
}
