package filter

import (
	"bytes"
	"fmt"

	"dataprep/internal/text"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// GopherQuality drops documents that do not look like running text.
//
// Words that are all punctuation do not count for the number and length of words; all words are
// the base of the other shares. Limits are those of the Gopher paper (2112.11446), section A.1.1,
// as datatrove 0.10.1 applies them: a document exactly on a limit stays.
type GopherQuality struct {
	// Documents with fewer words are dropped; 0 turns the rule off. Higher drops short pages.
	// 50 is Gopher's; texts in scripts without spaces need a smaller one.
	MinWords int `yaml:"min_words" min:"0"`
	// Documents with more words are dropped; 0 turns the rule off. 100000 is Gopher's.
	MaxWords int `yaml:"max_words" min:"0"`
	// Documents whose words are shorter on average are dropped; 0 turns the rule off. In code
	// points. 3 is Gopher's.
	MinMeanWordLength float64 `yaml:"min_mean_word_length" min:"0"`
	// Documents whose words are longer on average are dropped; 0 turns the rule off. 10 is
	// Gopher's; German or Finnish may need more.
	MaxMeanWordLength float64 `yaml:"max_mean_word_length" min:"0"`
	// Documents with more hash signs per word are dropped; 0 turns the rule off. 0.1 is Gopher's.
	MaxHashes float64 `yaml:"max_hash_ratio" unit:"ratio" min:"0"`
	// Documents with more ellipses per word are dropped; 0 turns the rule off. Counts `...` and
	// `…`. 0.1 is Gopher's, which has one limit for both symbols.
	MaxEllipses float64 `yaml:"max_ellipsis_ratio" unit:"ratio" min:"0"`
	// Documents with a larger share of lines that begin with a bullet are dropped; 0 is off.
	// Bullets are `•` and `-`. 0.9 is Gopher's.
	MaxBulletLines float64 `yaml:"max_bullet_line_ratio" unit:"ratio" min:"0" max:"1"`
	// Documents with a larger share of lines that end with an ellipsis are dropped; 0 is off.
	// Lower drops lists of teasers. 0.3 is Gopher's.
	MaxEllipsisLines float64 `yaml:"max_ellipsis_line_ratio" unit:"ratio" min:"0" max:"1"`
	// Documents with a smaller share of words that hold a letter are dropped; 0 is off.
	// Punctuation is a word here. 0.8 is Gopher's.
	MinAlphabeticWords float64 `yaml:"min_alphabetic_word_ratio" unit:"ratio" min:"0" max:"1"`
	// Documents with fewer different stop words are dropped; 0 turns the rule off. 2 is Gopher's.
	MinStopWords int `yaml:"min_stop_words" min:"0"`
	// The stop words, case-sensitive, at most 64. The eight are Gopher's, for English.
	StopWords []string `yaml:"stop_words"`
	// How text is cut into words; another splitter moves every limit that counts words.
	Words string `yaml:"words" enum:"uax29"`
}

const (
	minWords           doc.Reason = "min_words"
	maxWords           doc.Reason = "max_words"
	minMeanWordLength  doc.Reason = "min_mean_word_length"
	maxMeanWordLength  doc.Reason = "max_mean_word_length"
	maxHashes          doc.Reason = "max_hash_ratio"
	maxEllipses        doc.Reason = "max_ellipsis_ratio"
	maxBulletLines     doc.Reason = "max_bullet_line_ratio"
	maxEllipsisLines   doc.Reason = "max_ellipsis_line_ratio"
	minAlphabeticWords doc.Reason = "min_alphabetic_word_ratio"
	minStopWords       doc.Reason = "min_stop_words"
)

func gopherQuality() stages.StageSpec[GopherQuality] {
	return stages.StageSpec[GopherQuality]{
		Name: "gopher_quality",
		Rev:  1,
		Default: GopherQuality{
			MinWords: 50, MaxWords: 100_000, MinMeanWordLength: 3, MaxMeanWordLength: 10,
			MaxHashes: 0.1, MaxEllipses: 0.1, MaxBulletLines: 0.9, MaxEllipsisLines: 0.3,
			MinAlphabeticWords: 0.8, MinStopWords: 2,
			StopWords: []string{"the", "be", "to", "of", "and", "that", "have", "with"},
			Words:     uax29,
		},
		Describe: func(GopherQuality) stages.Shape {
			return stages.Shape{
				Reads: []doc.Column{doc.Text.Column()},
				Reasons: []doc.Reason{minWords, maxWords, minMeanWordLength, maxMeanWordLength,
					maxHashes, maxEllipses, maxBulletLines, maxEllipsisLines, minAlphabeticWords,
					minStopWords},
			}
		},
		Open: func(c GopherQuality, _ stages.Env) (stages.Maker, error) {
			stop := newStopWords(c.StopWords)
			return func() stages.Stage { return &quality{c: c, stop: stop} }, nil
		},
	}
}

// Validate refuses lists of stop words that the rule could not count.
func (c *GopherQuality) Validate() error {
	if len(c.StopWords) > 64 {
		return fmt.Errorf("stop_words has %d words, 64 are possible", len(c.StopWords))
	}
	for i, w := range c.StopWords {
		if w == "" {
			return fmt.Errorf("stop_words: word %d is empty", i+1)
		}
		for _, other := range c.StopWords[:i] {
			if w == other {
				return fmt.Errorf("stop_words names %q twice", w)
			}
		}
	}
	return nil
}

type quality struct {
	c    GopherQuality
	stop *stopWords
}

// Process implements stages.Stage.
func (q *quality) Process(b *doc.Batch) error {
	texts, words := doc.Text.Of(b), b.Words()
	for i := range b.Rows() {
		data, spans := texts.At(i), words.At(i)
		n := q.count(data, &spans)
		_ = q.wordRules(b, i, n) && q.symbolRules(b, i, data, n) && q.lineRules(b, i, data) &&
			q.languageRules(b, i, n)
	}
	return nil
}

// wordCounts is what one walk over the words of a document finds.
type wordCounts struct {
	all        int
	plain      int // not wholly punctuation
	plainChars int
	alphabetic int // with a letter
	stops      int // different stop words
}

func (q *quality) count(data []byte, words *text.Spans) wordCounts {
	n := wordCounts{all: words.Len()}
	found := q.stop.search()
	for k := range words.Len() {
		word := words.At(data, k)
		if c := word[0] | 0x20; 'a' <= c && c <= 'z' { // the usual word begins with a letter
			n.alphabetic++
			n.plain++
			n.plainChars += text.RuneCount(word)
		} else {
			if text.HasAlpha(word) {
				n.alphabetic++
			}
			if !text.OnlyPunctuation(word) {
				n.plain++
				n.plainChars += text.RuneCount(word)
			}
		}
		found.see(word)
	}
	n.stops = found.count()
	return n
}

func (q *quality) wordRules(b *doc.Batch, i int, n wordCounts) bool {
	c := &q.c
	if c.MinWords > 0 && !b.AtLeast(i, minWords, float64(n.plain), float64(c.MinWords)) ||
		c.MaxWords > 0 && !b.AtMost(i, maxWords, float64(n.plain), float64(c.MaxWords)) {
		return false
	}
	if n.plain == 0 {
		return true // no mean: the reference compares with NaN and keeps
	}
	mean := ratio(n.plainChars, n.plain)
	return (c.MinMeanWordLength == 0 || b.AtLeast(i, minMeanWordLength, mean, c.MinMeanWordLength)) &&
		judge(b, i, maxMeanWordLength, mean, c.MaxMeanWordLength)
}

func (q *quality) symbolRules(b *doc.Batch, i int, data []byte, n wordCounts) bool {
	if n.all == 0 {
		return true // the reference divides by zero
	}
	if q.c.MaxHashes > 0 {
		count := bytes.Count(data, []byte("#"))
		if !b.AtMost(i, maxHashes, ratio(count, n.all), q.c.MaxHashes) {
			return false
		}
	}
	if q.c.MaxEllipses > 0 {
		count := bytes.Count(data, []byte("...")) + bytes.Count(data, []byte("…"))
		return b.AtMost(i, maxEllipses, ratio(count, n.all), q.c.MaxEllipses)
	}
	return true
}

func (q *quality) lineRules(b *doc.Batch, i int, data []byte) bool {
	if q.c.MaxBulletLines == 0 && q.c.MaxEllipsisLines == 0 {
		return true
	}
	lines := b.Lines().At(i)
	if lines.Len() == 0 {
		return true
	}
	bullets, ellipses := 0, 0
	for k := range lines.Len() {
		line := lines.At(data, k)
		if startsWithBullet(text.TrimSpaceLeft(line)) {
			bullets++
		}
		if endsWithEllipsis(text.TrimSpaceRight(line)) {
			ellipses++
		}
	}
	return judge(b, i, maxBulletLines, ratio(bullets, lines.Len()), q.c.MaxBulletLines) &&
		judge(b, i, maxEllipsisLines, ratio(ellipses, lines.Len()), q.c.MaxEllipsisLines)
}

func (q *quality) languageRules(b *doc.Batch, i int, n wordCounts) bool {
	c := &q.c
	if c.MinAlphabeticWords > 0 && n.all > 0 &&
		!b.AtLeast(i, minAlphabeticWords, ratio(n.alphabetic, n.all), c.MinAlphabeticWords) {
		return false
	}
	return c.MinStopWords == 0 ||
		b.AtLeast(i, minStopWords, float64(n.stops), float64(c.MinStopWords))
}

func startsWithBullet(line []byte) bool {
	return len(line) > 0 && line[0] == '-' || bytes.HasPrefix(line, []byte("•"))
}

func endsWithEllipsis(line []byte) bool {
	return bytes.HasSuffix(line, []byte("...")) || bytes.HasSuffix(line, []byte("…"))
}
