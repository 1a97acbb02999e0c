// Package text is the kernel under the quality rules and the dedup normalization: Python's string
// primitives, the reference character sets, the splitters and the sentence rule.
//
// In: the UTF-8 bytes of one document. Out: verdicts about a rune, [Spans] of byte offsets into
// the caller's bytes, or text appended to the caller's buffer. Every function is pure and
// deterministic; once the caller's spans and buffers have grown, none allocates. Time is linear in
// the input, whatever the input is.
//
// Invariant: spans are ordered, lie inside the text, do not overlap and never cut a valid rune.
// Invalid UTF-8 is never refused or repaired: an invalid byte counts as one character that belongs
// to no class, and is copied as it is. Offsets are int32, so bytes past [MaxLen] are not looked at;
// readers refuse documents long before that.
//
// References: CPython 3.11 str, datatrove 0.10.1, spaCy 3.8 sentencizer, Unicode UAX 29. Tables are
// Unicode 15.0 (words: 17.0) where CPython 3.11 has 14.0; code points new since then may differ.
package text

import "math"

// MaxLen is the number of leading bytes of a text that the splitters look at (offsets are int32).
const MaxLen = math.MaxInt32

// Spans is a list of half-open byte ranges [Start[i], End[i]) of a text that the caller holds.
// The zero value is empty and ready; splitters reset it and reuse its arrays.
type Spans struct {
	Start, End []int32
}

// Len returns the number of spans.
func (s *Spans) Len() int { return len(s.Start) }

// At returns span i of data, the text the spans were made from. It shares data's memory.
func (s *Spans) At(data []byte, i int) []byte {
	start, end := s.Start[i], s.End[i]
	return data[start:end:end]
}

// Reset empties the list and keeps its arrays.
func (s *Spans) Reset() {
	s.Start = s.Start[:0]
	s.End = s.End[:0]
}

// Append adds the range [start, end). Splitters outside this package use it to fill a list.
func (s *Spans) Append(start, end int) {
	s.Start = append(s.Start, int32(start))
	s.End = append(s.End, int32(end))
}

// clip cuts data to what int32 offsets can address.
func clip(data []byte) []byte { return data[:min(len(data), MaxLen)] }
