package quality

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"dataprep/internal/text"
)

const (
	distinctWords = 1000 // more words always repeat more, so only the first ones are compared
	distinctSlots = 2048
	functionSlots = 512 // four times the list
)

// meter is the scratch of one worker: two open hash tables, 0 being a free slot.
type meter struct {
	function [functionSlots]uint64 // packed words, never changed
	seen     [distinctSlots]uint64 // hashes of the words of the text in hand
}

func newMeter() *meter {
	m := &meter{}
	for _, w := range strings.Fields(functionWords) {
		key, _ := pack([]byte(w))
		insert(m.function[:], key)
	}
	return m
}

// measure takes the signals of a text, given its words and lines.
func (m *meter) measure(data []byte, words, lines text.Spans) signals {
	var s signals
	m.words(&s, data, words)
	if s.words == 0 {
		return s
	}
	marks, chars := countMarks(data)
	s.marks = share(marks, chars)
	finished, all := 0, 0
	for k := range lines.Len() {
		line := text.TrimSpace(lines.At(data, k))
		all += len(line)
		if endsSentence(line) {
			finished += len(line)
		}
	}
	s.finished = share(finished, all)
	return s
}

func (m *meter) words(s *signals, data []byte, words text.Spans) {
	clear(m.seen[:])
	length, function, distinct := 0, 0, 0
	for k := range words.Len() {
		w := words.At(data, k)
		if !isWord(w) {
			continue
		}
		s.words++
		length += text.RuneCount(w)
		if key, ok := pack(w); ok && has(m.function[:], key) {
			function++
		}
		if s.words <= distinctWords && insert(m.seen[:], hash(w)) {
			distinct++
		}
	}
	s.function = share(function, s.words)
	s.distinct = share(distinct, min(s.words, distinctWords))
	s.meanLength = share(length, s.words)
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// isWord leaves out the marks that are words of their own to UAX 29.
func isWord(w []byte) bool {
	r, _ := utf8.DecodeRune(w)
	return text.IsWordRune(r)
}

// endsSentence looks behind closing quotes and brackets for a terminal mark or an ellipsis.
func endsSentence(line []byte) bool {
	for {
		r, n := utf8.DecodeLastRune(line)
		switch r {
		case '"', '\'', ')', ']', '”', '’', '»':
			line = line[:len(line)-n]
		case '…':
			return true
		default:
			return text.EndsWithTerminal(line)
		}
	}
}

// countMarks counts digits, punctuation, symbols and broken bytes, and all characters but spaces.
func countMarks(data []byte) (marks, chars int) {
	for len(data) > 0 {
		c, n := data[0], 1
		switch {
		case c >= utf8.RuneSelf:
			var r rune
			r, n = utf8.DecodeRune(data)
			if text.IsSpace(r) {
				data = data[n:]
				continue
			}
			if r == utf8.RuneError || text.IsPunct(r) || text.IsDigit(r) || unicode.IsSymbol(r) {
				marks++
			}
		case c <= ' ':
			data = data[1:]
			continue
		case c|0x20 < 'a' || c|0x20 > 'z':
			marks++
		}
		chars++
		data = data[n:]
	}
	return marks, chars
}

// pack returns a word of at most eight bytes, ASCII capitals as small letters, as a number.
func pack(w []byte) (key uint64, ok bool) {
	if len(w) > 8 || bytes.IndexByte(w, 0) >= 0 {
		return 0, false
	}
	for _, c := range w {
		key = key<<8 | uint64(lower(c))
	}
	return key, true
}

// hash is FNV-1a over the same letters, never 0.
func hash(w []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range w {
		h = (h ^ uint64(lower(c))) * 1099511628211
	}
	return h | 1
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// find returns the slot of key, or the free one where it belongs. Tables have 2^n slots and are
// never full.
func find(table []uint64, key uint64) *uint64 {
	mask := uint64(len(table) - 1)
	for i := key * 0x9e3779b97f4a7c15 >> 32 & mask; ; i = (i + 1) & mask {
		if table[i] == key || table[i] == 0 {
			return &table[i]
		}
	}
}

func has(table []uint64, key uint64) bool { return *find(table, key) == key }

// insert adds key and says whether it was new.
func insert(table []uint64, key uint64) bool {
	slot := find(table, key)
	if *slot == key {
		return false
	}
	*slot = key
	return true
}
