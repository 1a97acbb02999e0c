package filter

import (
	"bytes"

	"dataprep/internal/text"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// GopherRepetition drops documents that repeat lines, paragraphs or runs of words.
//
// A duplicate is every occurrence after the first. Shares of characters are shares of the whole
// text, line breaks included. The limits are those of the Gopher paper (2112.11446), table A1, as
// datatrove 0.10.1 applies them: a document exactly on a limit stays.
type GopherRepetition struct {
	// Documents with a larger share of duplicate paragraphs are dropped; 0 turns the rule off.
	// Lower drops more. Paragraphs end at two or more line feeds. 0.3 is Gopher's.
	MaxDupParagraphs float64 `yaml:"max_duplicate_paragraph_ratio" unit:"ratio" min:"0" max:"1"`
	// Documents with a larger share of characters in duplicate paragraphs are dropped; 0 is off.
	// 0.2 is Gopher's.
	MaxDupParaChars float64 `yaml:"max_duplicate_paragraph_char_ratio" unit:"ratio" min:"0" max:"1"`
	// Documents with a larger share of duplicate lines are dropped; 0 turns the rule off. Lower
	// drops menus, lists and lyrics. A run of line feeds is one line end. 0.3 is Gopher's.
	MaxDupLines float64 `yaml:"max_duplicate_line_ratio" unit:"ratio" min:"0" max:"1"`
	// Documents with a larger share of characters in duplicate lines are dropped; 0 is off.
	// 0.2 is Gopher's.
	MaxDupLineChars float64 `yaml:"max_duplicate_line_char_ratio" unit:"ratio" min:"0" max:"1"`
	// Documents whose most frequent run of two words has more of the characters are dropped.
	// Counted even if it occurs once, so very short texts fail; 10 turns the rule off. 0.2 is
	// Gopher's.
	MaxTop2 float64 `yaml:"max_top_2gram_char_ratio" unit:"ratio" min:"0"`
	// Documents whose most frequent run of three words has more of the characters are dropped.
	// 10 turns the rule off. 0.18 is Gopher's.
	MaxTop3 float64 `yaml:"max_top_3gram_char_ratio" unit:"ratio" min:"0"`
	// Documents whose most frequent run of four words has more of the characters are dropped.
	// 10 turns the rule off. 0.16 is Gopher's.
	MaxTop4 float64 `yaml:"max_top_4gram_char_ratio" unit:"ratio" min:"0"`
	// Documents with more of the characters in repeated runs of five words are dropped; 1 is off.
	// Runs are counted once: the search goes on behind a repeated run. 0.15 is Gopher's.
	MaxDup5 float64 `yaml:"max_duplicate_5gram_char_ratio" unit:"ratio" min:"0"`
	// Documents with more of the characters in repeated runs of six words are dropped; 1 is off.
	// 0.14 is Gopher's.
	MaxDup6 float64 `yaml:"max_duplicate_6gram_char_ratio" unit:"ratio" min:"0"`
	// Documents with more of the characters in repeated runs of seven words are dropped; 1 is off.
	// 0.13 is Gopher's.
	MaxDup7 float64 `yaml:"max_duplicate_7gram_char_ratio" unit:"ratio" min:"0"`
	// Documents with more of the characters in repeated runs of eight words are dropped; 1 is off.
	// 0.12 is Gopher's.
	MaxDup8 float64 `yaml:"max_duplicate_8gram_char_ratio" unit:"ratio" min:"0"`
	// Documents with more of the characters in repeated runs of nine words are dropped; 1 is off.
	// 0.11 is Gopher's.
	MaxDup9 float64 `yaml:"max_duplicate_9gram_char_ratio" unit:"ratio" min:"0"`
	// Documents with more of the characters in repeated runs of ten words are dropped; 1 is off.
	// 0.1 is Gopher's.
	MaxDup10 float64 `yaml:"max_duplicate_10gram_char_ratio" unit:"ratio" min:"0"`
	// How text is cut into words; another splitter moves every limit that counts words.
	Words string `yaml:"words" enum:"uax29"`
}

const (
	dupParagraphs     doc.Reason = "max_duplicate_paragraph_ratio"
	dupParagraphChars doc.Reason = "max_duplicate_paragraph_char_ratio"
	dupLines          doc.Reason = "max_duplicate_line_ratio"
	dupLineChars      doc.Reason = "max_duplicate_line_char_ratio"

	top2 doc.Reason = "max_top_2gram_char_ratio"
	top3 doc.Reason = "max_top_3gram_char_ratio"
	top4 doc.Reason = "max_top_4gram_char_ratio"

	dup5  doc.Reason = "max_duplicate_5gram_char_ratio"
	dup6  doc.Reason = "max_duplicate_6gram_char_ratio"
	dup7  doc.Reason = "max_duplicate_7gram_char_ratio"
	dup8  doc.Reason = "max_duplicate_8gram_char_ratio"
	dup9  doc.Reason = "max_duplicate_9gram_char_ratio"
	dup10 doc.Reason = "max_duplicate_10gram_char_ratio"
)

func gopherRepetition() stages.StageSpec[GopherRepetition] {
	return stages.StageSpec[GopherRepetition]{
		Name: "gopher_repetition",
		Rev:  1,
		Default: GopherRepetition{
			MaxDupParagraphs: 0.30, MaxDupParaChars: 0.20,
			MaxDupLines: 0.30, MaxDupLineChars: 0.20,
			MaxTop2: 0.20, MaxTop3: 0.18, MaxTop4: 0.16,
			MaxDup5: 0.15, MaxDup6: 0.14, MaxDup7: 0.13,
			MaxDup8: 0.12, MaxDup9: 0.11, MaxDup10: 0.10,
			Words: uax29,
		},
		Describe: func(GopherRepetition) stages.Shape {
			return stages.Shape{
				Reads: []doc.Column{doc.Text.Column()},
				Reasons: []doc.Reason{empty, dupParagraphs, dupParagraphChars, dupLines,
					dupLineChars, top2, top3, top4, dup5, dup6, dup7, dup8, dup9, dup10},
			}
		},
		Open: func(c GopherRepetition, _ stages.Env) (stages.Maker, error) {
			return func() stages.Stage { return &repetition{c: c} }, nil
		},
	}
}

type repetition struct {
	c      GopherRepetition
	pieces text.Spans
	seen   hashes
	grams  grams
}

// Process implements stages.Stage.
func (r *repetition) Process(b *doc.Batch) error {
	texts := doc.Text.Of(b)
	for i := range b.Rows() {
		data := texts.At(i)
		if len(data) == 0 {
			b.Drop(i, empty) // and there is nothing to measure on a shadow row
			continue
		}
		chars := text.RuneCount(data)
		if r.paragraphs(b, i, data, chars) && r.lines(b, i, data, chars) {
			words := b.Words().At(i)
			r.grams.load(data, &words, chars == len(data))
			_ = r.frequent(b, i, chars) && r.repeated(b, i, chars)
		}
	}
	return nil
}

func (r *repetition) paragraphs(b *doc.Batch, i int, data []byte, chars int) bool {
	c := &r.c
	if c.MaxDupParagraphs == 0 && c.MaxDupParaChars == 0 {
		return true
	}
	data = text.TrimSpace(data)
	splitFeeds(&r.pieces, data, 2)
	n, dupChars := r.seen.duplicates(data, &r.pieces)
	return judge(b, i, dupParagraphs, ratio(n, r.pieces.Len()), c.MaxDupParagraphs) &&
		judge(b, i, dupParagraphChars, ratio(dupChars, chars), c.MaxDupParaChars)
}

func (r *repetition) lines(b *doc.Batch, i int, data []byte, chars int) bool {
	c := &r.c
	if c.MaxDupLines == 0 && c.MaxDupLineChars == 0 {
		return true
	}
	splitFeeds(&r.pieces, data, 1)
	n, dupChars := r.seen.duplicates(data, &r.pieces)
	return judge(b, i, dupLines, ratio(n, r.pieces.Len()), c.MaxDupLines) &&
		judge(b, i, dupLineChars, ratio(dupChars, chars), c.MaxDupLineChars)
}

// judge is AtMost for the limits that 0 turns off.
func judge(b *doc.Batch, i int, r doc.Reason, value, limit float64) bool {
	return limit == 0 || b.AtMost(i, r, value, limit)
}

func (r *repetition) frequent(b *doc.Batch, i, chars int) bool {
	g, c := &r.grams, &r.c
	g.start(true)
	for _, rule := range [...]limit{{top2, c.MaxTop2}, {top3, c.MaxTop3}, {top4, c.MaxTop4}} {
		if !g.widen() {
			return true
		}
		if !b.AtMost(i, rule.reason, ratio(g.mostFrequent(&r.seen), chars), rule.most) {
			return false
		}
	}
	return true
}

func (r *repetition) repeated(b *doc.Batch, i, chars int) bool {
	g, c := &r.grams, &r.c
	g.start(false)
	for g.n < 4 && g.widen() {
	}
	for _, rule := range [...]limit{{dup5, c.MaxDup5}, {dup6, c.MaxDup6},
		{dup7, c.MaxDup7}, {dup8, c.MaxDup8}, {dup9, c.MaxDup9},
		{dup10, c.MaxDup10}} {
		share := 0.0
		if g.widen() {
			share = ratio(g.repeated(&r.seen), chars)
		}
		if !b.AtMost(i, rule.reason, share, rule.most) {
			return false
		}
	}
	return true
}

type limit struct {
	reason doc.Reason
	most   float64
}

// splitFeeds fills dst with the pieces of data between runs of least or more line feeds, as a regex
// split does: a run at either end leaves an empty piece there.
func splitFeeds(dst *text.Spans, data []byte, least int) {
	dst.Reset()
	start, at := 0, 0
	for {
		next := bytes.IndexByte(data[at:], '\n')
		if next < 0 {
			break
		}
		feed := at + next
		for at = feed + 1; at < len(data) && data[at] == '\n'; at++ {
		}
		if at-feed >= least {
			dst.Append(start, feed)
			start = at
		}
	}
	dst.Append(start, len(data))
}
