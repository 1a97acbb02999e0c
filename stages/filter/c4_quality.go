package filter

import (
	"bytes"

	"dataprep/internal/text"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// C4Quality cuts lines that are no prose and drops documents that keep too few sentences.
//
// Lines are trimmed, judged one by one and joined again with line feeds; blank lines vanish. A
// dropped document keeps its text, but a shadow row goes on with the lines that were kept, so that
// later stages judge what they would have seen. The rules are C4's (1910.10683, section 2.2) as
// datatrove 0.10.1 applies them; a fact in a line that an earlier rule cut decides nothing.
type C4Quality struct {
	// Whether lines must end with one of . ? ! " ' and not with an ellipsis; others are cut.
	// C4 does so; FineWeb turns it off, as it loses headings, lists and code.
	TerminalPunctuation bool `yaml:"terminal_punctuation"`
	// Whether [1], [edit] and [citation needed] are cut out of lines, as C4 does for Wikipedia.
	RemoveCitations bool `yaml:"remove_citations"`
	// Documents that keep fewer sentences are dropped; 0 keeps even those left without text.
	// 5 is C4's. A line without marks is one sentence.
	MinSentences int `yaml:"min_sentences" min:"0"`
	// Lines with fewer words between white space are cut; 0 turns the rule off. 3 is datatrove's;
	// the paper has 5.
	MinWordsPerLine int `yaml:"min_words_per_line" min:"0"`
	// Lines with a longer word, in code points, are cut; 0 turns the rule off. 1000 is C4's.
	MaxWordLength int `yaml:"max_word_length" min:"0"`
	// Whether documents that say lorem ipsum are dropped, as C4 does.
	DropLoremIpsum bool `yaml:"drop_lorem_ipsum"`
	// Whether lines that say javascript are cut, as C4 does: most ask to turn it on.
	CutJavascript bool `yaml:"cut_javascript"`
	// Whether documents with a curly bracket { are dropped, as C4 does to be rid of code.
	DropCurlyBracket bool `yaml:"drop_curly_bracket"`
	// Whether lines about cookies, terms of use and privacy policies are cut, as C4 does.
	CutPolicy bool `yaml:"cut_policy"`
	// How text is cut into words, for finding the ends of sentences.
	Words string `yaml:"words" enum:"uax29"`
}

const (
	loremIpsum   doc.Reason = "lorem_ipsum"
	curlyBracket doc.Reason = "curly_bracket"
	minSentences doc.Reason = "min_sentences"
)

func c4Quality() stages.StageSpec[C4Quality] {
	return stages.StageSpec[C4Quality]{
		Name: "c4_quality",
		Rev:  1,
		Default: C4Quality{TerminalPunctuation: true, RemoveCitations: true, MinSentences: 5,
			MinWordsPerLine: 3, MaxWordLength: 1000, DropLoremIpsum: true, CutJavascript: true,
			DropCurlyBracket: true, CutPolicy: true, Words: uax29},
		Describe: func(C4Quality) stages.Shape {
			return stages.Shape{
				Reads:   []doc.Column{doc.Text.Column()},
				Edits:   []doc.Column{doc.Text.Column()},
				Reasons: []doc.Reason{loremIpsum, curlyBracket, minSentences},
			}
		},
		Open: func(c C4Quality, _ stages.Env) (stages.Maker, error) {
			return func() stages.Stage { return &c4{c: c} }, nil
		},
	}
}

type c4 struct {
	c     C4Quality
	words text.Spans
	line  []byte // without citations
	lower []byte
	kept  []byte
	facts [2]bool // lorem ipsum and curly bracket were recorded: once per document is enough
}

// Process implements stages.Stage.
func (s *c4) Process(b *doc.Batch) error {
	texts, lines := doc.Text.Of(b), b.Lines()
	var out *doc.Rewriter // made for the first changed row: an untouched batch keeps its views
	for i := range b.Rows() {
		spans := lines.At(i)
		data := texts.At(i)
		if !s.document(b, i, data, &spans) {
			continue
		}
		kept := text.TrimSpace(s.kept)
		if bytes.Equal(kept, data) {
			continue
		}
		if out == nil {
			out = b.Rewrite(doc.Text)
		}
		out.Set(i, kept)
	}
	return nil
}

// document fills s.kept with the lines of row i that stay and returns whether to go on with it.
func (s *c4) document(b *doc.Batch, i int, data []byte, lines *text.Spans) bool {
	s.kept, s.facts = s.kept[:0], [2]bool{}
	sentences, first := 0, true
	for k := range lines.Len() {
		line, stays := s.prose(lines.At(data, k))
		if !stays {
			continue
		}
		s.lower = text.AppendLower(s.lower[:0], line)
		if s.c.DropLoremIpsum && bytes.Contains(s.lower, []byte("lorem ipsum")) &&
			!s.fact(b, i, 0, loremIpsum) {
			return false
		}
		if s.c.CutJavascript && bytes.Contains(s.lower, []byte("javascript")) {
			continue
		}
		if s.c.DropCurlyBracket && bytes.IndexByte(line, '{') >= 0 &&
			!s.fact(b, i, 1, curlyBracket) {
			return false
		}
		if s.c.CutPolicy && isPolicy(s.lower) {
			continue
		}
		// The number matters only when it is recorded: when it is too small, or on shadow rows.
		if sentences < s.c.MinSentences || b.Shadow(i) {
			text.Words(&s.words, line)
			sentences += text.CountSentences(line, &s.words)
		}
		if !first {
			s.kept = append(s.kept, '\n')
		}
		s.kept, first = append(s.kept, line...), false
	}
	return s.c.MinSentences == 0 ||
		b.AtLeast(i, minSentences, float64(sentences), float64(s.c.MinSentences))
}

// fact drops row i once for a fact and returns whether to go on with it.
func (s *c4) fact(b *doc.Batch, i, which int, r doc.Reason) bool {
	if s.facts[which] {
		return true
	}
	s.facts[which] = true
	return b.Drop(i, r)
}

// prose returns the line as it would be kept and whether its form passes. Words are counted before
// citations go, and the line is not trimmed again after: a citation behind the full stop leaves a
// space there and so costs the line, as in the reference.
func (s *c4) prose(line []byte) (kept []byte, stays bool) {
	line = text.TrimSpace(line)
	enough, ok := s.measure(line)
	if !ok {
		return nil, false
	}
	if s.c.RemoveCitations {
		line = s.withoutCitations(line)
	}
	if s.c.TerminalPunctuation && !endsLikeSentence(line) {
		return nil, false
	}
	return line, enough
}

// measure reports whether line has enough words, and false if one is too long.
func (s *c4) measure(line []byte) (enough, ok bool) {
	longest := s.c.MaxWordLength
	if longest == 0 || len(line) <= longest {
		return hasFields(line, s.c.MinWordsPerLine), true
	}
	text.Fields(&s.words, line)
	for k := range s.words.Len() {
		if word := s.words.At(line, k); len(word) > longest && text.RuneCount(word) > longest {
			return false, false
		}
	}
	return s.words.Len() >= s.c.MinWordsPerLine, true
}

func endsLikeSentence(line []byte) bool {
	if len(line) == 0 || bytes.HasSuffix(line, []byte("...")) {
		return false
	}
	switch line[len(line)-1] {
	case '.', '?', '!', '"', '\'':
		return true
	}
	return false
}

// isPolicy looks for the six phrases of C4 in a line in lower case.
func isPolicy(line []byte) bool {
	for _, phrase := range [...]string{"terms of use", "privacy policy", "cookie policy",
		"uses cookies", "use of cookies", "use cookies"} {
		if bytes.Contains(line, []byte(phrase)) {
			return true
		}
	}
	return false
}
