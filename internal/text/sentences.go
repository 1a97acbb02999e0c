package text

import "unicode/utf8"

// Sentences fills dst with the sentences of data by the rule of spaCy's sentencizer over words,
// which may come from any splitter. A sentence starts at the first word after a mark (a word that
// is exactly one of the 128 marks) that is neither a mark nor punctuation, so closing quotes stay
// with the sentence they close. White space other than one plain space counts as a word there: a
// line break after a mark ends the sentence, one without a mark does not.
//
// The spans tile data as datatrove's splitter does: each ends where its last word ends, white space
// goes to the next, and the last runs to the end. An empty text is one empty sentence.
//
// Differs from spaCy: a full stop that touches another is part of an ellipsis and no mark, because
// UAX 29 gives the stops of `...` one by one where spaCy has one token.
func Sentences(dst *Spans, data []byte, words *Spans) {
	dst.Reset()
	data = clip(data)
	scan := sentenceScan{data: data, words: words}
	start := 0
	for {
		cut, ok := scan.next()
		if !ok {
			break
		}
		dst.Append(start, cut)
		start = cut
	}
	dst.Append(start, len(data))
}

// CountSentences returns the number of sentences that Sentences would find: at least 1.
func CountSentences(data []byte, words *Spans) int {
	scan := sentenceScan{data: clip(data), words: words}
	for n := 1; ; n++ {
		if _, ok := scan.next(); !ok {
			return n
		}
	}
}

type sentenceScan struct {
	data  []byte
	words *Spans
	word  int  // next word to look at
	ended bool // a mark was met and no word has started a new sentence since
}

// next returns the end of the next sentence that another one follows.
func (s *sentenceScan) next() (cut int, ok bool) {
	for s.word < s.words.Len() {
		i := s.word
		s.word++
		mark, punct := s.kind(i)
		if s.ended && i > 0 {
			before := int(s.words.End[i-1])
			if isSpaceWord(s.data[before:s.words.Start[i]]) || !mark && !punct {
				s.ended = mark
				return before, true
			}
		}
		s.ended = s.ended || mark
	}
	if !s.ended {
		return 0, false
	}
	s.ended = false
	before := int(s.words.End[s.words.Len()-1])
	return before, isSpaceWord(s.data[before:])
}

// isSpaceWord reports whether the gap between two words holds a white-space token of spaCy, which
// counts one plain space to the word before.
func isSpaceWord(gap []byte) bool {
	return len(gap) > 1 || len(gap) == 1 && gap[0] != ' '
}

// kind reports whether word i is exactly one mark, and whether it is all punctuation.
func (s *sentenceScan) kind(i int) (mark, punct bool) {
	word := s.words.At(s.data, i)
	for at := 0; at < len(word); {
		r, width := rune(word[at]), 1
		if r >= utf8.RuneSelf {
			r, width = utf8.DecodeRune(word[at:])
		}
		if width == len(word) {
			return IsSentenceMark(r) && !(r == '.' && s.touchesStop(i)), IsPunct(r)
		}
		if !IsPunct(r) {
			return false, false
		}
		at += width
	}
	return false, len(word) > 0
}

func (s *sentenceScan) touchesStop(i int) bool {
	start, end := int(s.words.Start[i]), int(s.words.End[i])
	return start > 0 && s.data[start-1] == '.' || end < len(s.data) && s.data[end] == '.'
}
