package filter

import (
	"bytes"

	"dataprep/internal/text"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// FineWebQuality drops lists, menus and pages of repeated lines.
//
// Lines end at line feeds; lines of white space only do not count. The rules are FineWeb's
// (2406.17557, section 3.6) as datatrove 0.10.1 applies them: a document exactly on a limit stays.
type FineWebQuality struct {
	// Documents with a smaller share of lines that end with a terminal mark are dropped; 0 is off.
	// Higher drops navigation and lists. The 159 marks are full stops of all scripts, no quotes;
	// a space behind the mark hides it. 0.12 is FineWeb's.
	MinPunctuatedLines float64 `yaml:"min_punctuated_line_ratio" unit:"ratio" min:"0" max:"1"`
	// Whether documents without any punctuated line stay, such as poems and code.
	// FineWeb drops them.
	KeepUnpunctuated bool `yaml:"keep_unpunctuated"`
	// Documents with a larger share of short lines are dropped; 1 turns the rule off. 0.67 is
	// FineWeb's.
	MaxShortLines float64 `yaml:"max_short_line_ratio" unit:"ratio" min:"0" max:"1"`
	// Lines of at most this many code points are short; higher makes more lines short. 30 is
	// FineWeb's.
	ShortLineChars int `yaml:"short_line_chars" min:"0"`
	// Documents with a larger share of characters in duplicate lines are dropped; 1 is off.
	// A duplicate is every occurrence after the first. 0.01 is FineWeb's.
	MaxDuplicateChars float64 `yaml:"max_duplicate_char_ratio" unit:"ratio" min:"0" max:"1"`
	// Documents with more line feeds per word are dropped; a large number turns the rule off.
	// Lower drops lists of single words. 0.3 is FineWeb's.
	MaxLineFeeds float64 `yaml:"max_line_feed_ratio" unit:"ratio" min:"0"`
	// How text is cut into words, for the rule on line feeds.
	Words string `yaml:"words" enum:"uax29"`
}

const (
	minPunctuatedLines doc.Reason = "min_punctuated_line_ratio"
	maxShortLines      doc.Reason = "max_short_line_ratio"
	maxDuplicateChars  doc.Reason = "max_duplicate_char_ratio"
	maxLineFeeds       doc.Reason = "max_line_feed_ratio"
)

func finewebQuality() stages.StageSpec[FineWebQuality] {
	return stages.StageSpec[FineWebQuality]{
		Name: "fineweb_quality",
		Rev:  1,
		Default: FineWebQuality{MinPunctuatedLines: 0.12, MaxShortLines: 0.67, ShortLineChars: 30,
			MaxDuplicateChars: 0.01, MaxLineFeeds: 0.3, Words: uax29},
		Describe: func(FineWebQuality) stages.Shape {
			return stages.Shape{
				Reads: []doc.Column{doc.Text.Column()},
				Reasons: []doc.Reason{empty, minPunctuatedLines, maxShortLines, maxDuplicateChars,
					maxLineFeeds},
			}
		},
		Open: func(c FineWebQuality, _ stages.Env) (stages.Maker, error) {
			return func() stages.Stage { return &fineweb{c: c} }, nil
		},
	}
}

type fineweb struct {
	c     FineWebQuality
	all   text.Spans
	lines text.Spans // those that are not blank
	seen  hashes
}

// Process implements stages.Stage.
func (f *fineweb) Process(b *doc.Batch) error {
	texts := doc.Text.Of(b)
	for i := range b.Rows() {
		data := texts.At(i)
		f.split(data)
		if f.lines.Len() == 0 {
			b.Drop(i, empty) // and there is nothing to measure on a shadow row
			continue
		}
		_ = f.lineRules(b, i, data) && f.duplicateRule(b, i, data) && f.feedRule(b, i, data)
	}
	return nil
}

func (f *fineweb) split(data []byte) {
	text.SplitLF(&f.all, data)
	f.lines.Reset()
	for k := range f.all.Len() {
		if !text.IsBlank(f.all.At(data, k)) {
			f.lines.Append(int(f.all.Start[k]), int(f.all.End[k]))
		}
	}
}

func (f *fineweb) lineRules(b *doc.Batch, i int, data []byte) bool {
	c := &f.c
	punctuated, short := 0, 0
	for k := range f.lines.Len() {
		line := f.lines.At(data, k)
		if text.EndsWithTerminal(line) {
			punctuated++
		}
		if f.isShort(line) {
			short++
		}
	}
	n := f.lines.Len()
	if (punctuated > 0 || !c.KeepUnpunctuated) &&
		!b.AtLeast(i, minPunctuatedLines, ratio(punctuated, n), c.MinPunctuatedLines) {
		return false
	}
	return b.AtMost(i, maxShortLines, ratio(short, n), c.MaxShortLines)
}

// isShort counts code points only where the number of bytes leaves it open.
func (f *fineweb) isShort(line []byte) bool {
	limit := f.c.ShortLineChars
	return len(line) <= limit || len(line)/4 <= limit && text.RuneCount(line) <= limit
}

func (f *fineweb) duplicateRule(b *doc.Batch, i int, data []byte) bool {
	_, chars := f.seen.duplicates(data, &f.lines)
	whole := text.RuneCount(data) - (f.all.Len() - 1)
	return b.AtMost(i, maxDuplicateChars, ratio(chars, whole), f.c.MaxDuplicateChars)
}

func (f *fineweb) feedRule(b *doc.Batch, i int, data []byte) bool {
	words := b.Words().At(i)
	if words.Len() == 0 {
		return true // not met: a line that is not blank has a word
	}
	feeds := bytes.Count(data, []byte{'\n'})
	return b.AtMost(i, maxLineFeeds, ratio(feeds, words.Len()), f.c.MaxLineFeeds)
}
