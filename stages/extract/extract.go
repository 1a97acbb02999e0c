// Package extract is the stage that turns web pages into text.
//
// In: the raw page and the Content-Type of its response. Out: the text column. The page is decoded
// (html.Decoder), held against limits that count and never measure time (html.Limits), and searched
// for its main text (maincontent). A page is dropped when it exceeds a limit or has no main text; a
// page on which the library panics is dead, with a replay line, because nobody decided about it.
//
// Invariant: the text depends on the page, its header and the config alone. datatrove instead stops
// an extraction after a second, so that a busy machine keeps other documents, and drops segments
// that earlier pages held. Pages are not filtered by media type here; sources do that.
package extract

import (
	"errors"
	"fmt"

	"dataprep/internal/html"
	"dataprep/internal/html/maincontent"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// Stages returns the stage extract.
func Stages() []stages.Entry { return []stages.Entry{extract()} }

// Extract finds the main text of a page: the article, post or description.
//
// The limits exist because the library behind it is quadratic in some shapes of pages; with the
// defaults the worst pages known, tens of thousands of links, take seconds and not minutes.
type Extract struct {
	// Whether doubtful parts of a page stay (balanced) or go (precision, at under half the speed).
	// balanced is the default: F1 0.964 on article pages, where precision, which is what datatrove
	// asks for, has 0.956; on pages of all sorts 0.692 and 0.720.
	Mode string `yaml:"mode" enum:"balanced,precision"`
	// Pages with more bytes of HTML, decoded to UTF-8, are dropped; higher costs time and memory.
	// The largest of 421 benchmark pages has 1.5 MB.
	MaxHTMLBytes int `yaml:"max_html_bytes" unit:"bytes" min:"1KiB"`
	// Pages with more elements are dropped. Elements that unclosed formatting would repeat count
	// too, twenty to one.
	MaxElements int `yaml:"max_elements" min:"1" max:"200000"`
	// Pages with more paragraphs are dropped; 10,000 short ones take 3 s. The largest of 421
	// benchmark pages has 1,541.
	MaxParagraphs int `yaml:"max_paragraphs" min:"1" max:"20000"`
	// Pages with more elements open at once are dropped. The parser itself stops at 512.
	MaxDepth int `yaml:"max_depth" min:"1" max:"512"`
}

const (
	maxHTMLBytes  doc.Reason = "max_html_bytes"
	maxElements   doc.Reason = "max_elements"
	maxParagraphs doc.Reason = "max_paragraphs"
	maxDepth      doc.Reason = "max_depth"
	nesting       doc.Reason = "nesting" // the sum of the depths of all elements is too large
	noMainContent doc.Reason = "no_main_content"
)

func extract() stages.StageSpec[Extract] {
	limits := html.DefaultLimits()
	return stages.StageSpec[Extract]{
		Name: "extract",
		Rev:  2,
		Default: Extract{Mode: "balanced", MaxHTMLBytes: limits.Bytes,
			MaxElements: limits.Elements, MaxParagraphs: limits.Paragraphs, MaxDepth: limits.Depth},
		Describe: func(Extract) stages.Shape {
			return stages.Shape{
				Reads:  []doc.Column{doc.Raw.Column(), doc.ContentType.Column()},
				Writes: []doc.Column{doc.Text.Column()},
				Reasons: []doc.Reason{maxHTMLBytes, maxElements, maxParagraphs, maxDepth, nesting,
					noMainContent},
			}
		},
		Open: func(c Extract, _ stages.Env) (stages.Maker, error) {
			mode := maincontent.Balanced
			if c.Mode == "precision" {
				mode = maincontent.Precision
			}
			return func() stages.Stage {
				return &extractor{limits: c.limits(), content: maincontent.New(mode)}
			}, nil
		},
		Foreign: "go-trafilatura " + maincontent.TrafilaturaVersion + ", a tree and floats per page: " +
			"the measured best in Go, until our own extractor stands",
	}
}

func (c Extract) limits() html.Limits {
	l := html.DefaultLimits()
	l.Bytes, l.Elements, l.Paragraphs, l.Depth =
		c.MaxHTMLBytes, c.MaxElements, c.MaxParagraphs, c.MaxDepth
	return l
}

// extractor is the scratch of one worker.
type extractor struct {
	limits  html.Limits
	decoder html.Decoder
	content *maincontent.Extractor
	charset string // of the last header that had one: most pages repeat it
	text    []byte
}

// Process implements stages.Stage. A page that a limit refuses has an empty text: it is what a
// shadow row goes on with.
func (e *extractor) Process(b *doc.Batch) error {
	raw, types, texts := doc.Raw.Of(b), doc.ContentType.Of(b), doc.Text.Of(b)
	for i := range b.Rows() {
		page, _ := e.decoder.Decode(raw.At(i), e.header(types.At(i)))
		e.text = e.text[:0]
		if e.within(b, i, page) {
			e.extract(b, i, page)
		}
		if b.State(i) != doc.Gone {
			texts.Set(i, e.text)
		}
	}
	return nil
}

// header returns the charset of a Content-Type without a new string for each page.
func (e *extractor) header(contentType []byte) string {
	charset := html.ContentCharset(contentType)
	if len(charset) == 0 {
		return ""
	}
	if string(charset) != e.charset {
		e.charset = string(charset)
	}
	return e.charset
}

// within judges the limits and says whether the page may be parsed.
func (e *extractor) within(b *doc.Batch, i int, page []byte) bool {
	over := e.limits.Check(page)
	if over.Reason != "" {
		b.AtMost(i, e.reason(over), float64(over.Value), float64(over.Limit))
		return false
	}
	return b.AtMost(i, maxHTMLBytes, float64(len(page)), float64(e.limits.Bytes))
}

func (e *extractor) reason(over html.Excess) doc.Reason {
	switch over.Reason {
	case "html_bytes":
		return maxHTMLBytes
	case "html_elements":
		return maxElements
	case "html_paragraphs":
		return maxParagraphs
	case "html_depth":
		if over.Limit == e.limits.Nesting {
			return nesting
		}
		return maxDepth
	}
	panic(fmt.Sprintf("extract: html.Limits gave the unknown reason %q", over.Reason))
}

// extract finds the text. What only the parser can count is judged here, without a number.
func (e *extractor) extract(b *doc.Batch, i int, page []byte) {
	text, err := e.content.Extract(e.text, page)
	e.text = text
	switch {
	case err == nil:
		if len(text) == 0 {
			b.Drop(i, noMainContent)
		}
	case errors.Is(err, maincontent.ErrDepth):
		b.Drop(i, maxDepth)
	case errors.Is(err, maincontent.ErrElements):
		b.Drop(i, maxElements)
	case errors.Is(err, maincontent.ErrParagraphs):
		b.Drop(i, maxParagraphs)
	default:
		panic(err) // the engine makes the document dead and starts a fresh worker value
	}
}
