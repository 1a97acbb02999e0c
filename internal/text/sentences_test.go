package text

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// spansOf finds the tokens, written apart by spaces, one after the other in data.
func spansOf(t *testing.T, data []byte, tokens string) *Spans {
	t.Helper()
	spans, from := &Spans{}, 0
	for token := range strings.FieldsSeq(tokens) {
		at := bytes.Index(data[from:], []byte(token))
		if at < 0 {
			t.Fatalf("no %q in %q", token, data[from:])
		}
		spans.Append(from+at, from+at+len(token))
		from += at + len(token)
	}
	return spans
}

// The words are spaCy's, so that the rule is tested and not the splitter.
func TestSentencesEqualTheSentencizerOverItsOwnWords(t *testing.T) {
	for _, c := range []struct {
		text, words string
		ends        []int32
	}{
		{"", "", []int32{0}},
		{" \n", "", []int32{2}},
		{"1. First 2. Second", "1 . First 2 . Second", []int32{2, 11, 18}},
		{"Wait... what", "Wait ... what", []int32{12}},
		{"U.S. Army", "U.S. Army", []int32{9}},
		{`He said "Go." Then left`, `He said " Go . " Then left`, []int32{13, 23}},
		{"a. b. c.", "a. b. c.", []int32{8}},
		{"one\ntwo", "one two", []int32{7}},
		{"Hello world. This is Dr. Smith. Yes! No? 'ok.' \"Fine.\" A e.g. b... c\nd. 3.14",
			"Hello world . This is Dr. Smith . Yes ! No ? ' ok . ' \" Fine . \" A e.g. b ... " +
				"c d. 3.14",
			[]int32{12, 31, 36, 42, 48, 54, 76}},
		{"Go. ", "Go .", []int32{4}},             // the space belongs to the mark
		{"Go.\n", "Go .", []int32{3, 4}},         // a white-space token begins a sentence
		{"Go.  ", "Go .", []int32{3, 5}},         // so does the second space
		{"Go.\n\"A", "Go . \" A", []int32{3, 6}}, // and keeps the quote out
		{"Go.\n.\nA", "Go . . A", []int32{3, 5, 7}},
		{"好。好！」好", "好 。 好 ！ 」 好", []int32{6, 15, 18}},
	} {
		data := []byte(c.text)
		var sentences Spans
		words := spansOf(t, data, c.words)
		Sentences(&sentences, data, words)
		if !slices.Equal(sentences.End, c.ends) {
			t.Errorf("sentences of %q end at %v, want %v", c.text, sentences.End, c.ends)
		}
		if n := CountSentences(data, words); n != len(c.ends) {
			t.Errorf("%d sentences in %q, want %d", n, c.text, len(c.ends))
		}
	}
}

func TestEllipsisOfSingleStopsEndsNoSentence(t *testing.T) {
	data := []byte("Wait... what")
	var words Spans
	Words(&words, data)
	if n := CountSentences(data, &words); n != 1 {
		t.Errorf("%d sentences, want 1", n)
	}
}

func TestWordTests(t *testing.T) {
	for _, c := range []struct {
		word                       string
		alpha, onlyPunct, terminal bool
	}{
		{"", false, true, false},
		{"...", false, true, true},
		{"a.", true, false, true},
		{"é", true, false, false},
		{"。", false, true, true},
		{"１", false, true, false}, // the slip in the list
		{"‘", false, false, false},
		{"$", false, true, false},
		{"12", false, false, false},
		{"\"", false, true, false},
		{". ", false, false, false},
		{"\xff", false, false, false},
	} {
		word := []byte(c.word)
		if HasAlpha(word) != c.alpha || OnlyPunctuation(word) != c.onlyPunct ||
			EndsWithTerminal(word) != c.terminal {
			t.Errorf("%q: letter %v, only punctuation %v, ends with terminal %v", c.word,
				HasAlpha(word), OnlyPunctuation(word), EndsWithTerminal(word))
		}
	}
}
