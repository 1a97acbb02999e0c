// Package maincontent finds the main text of a web page: the article, post or description, without
// navigation, comments and boilerplate. It wraps go-trafilatura and is the only package that
// imports it.
//
// In: one page as UTF-8 (html.Decode) that is inside html.Limits. Out: plain text, one paragraph,
// heading, list item or table row a line, single spaces, list items led by "- ", table cells
// followed by " | ", NFC, no control characters, no final newline. Invariant: the text is a
// function of the page alone; no URL, date, clock or earlier page reaches it.
//
// Two modes, measured as F1 on the two benchmarks of the tests (article pages, all sorts of pages):
//
//	Balanced   0.964  0.692  the library without fallback; the twelfth of pages on which that
//	                         finds under 250 letters is done again as in Precision
//	Precision  0.956  0.720  favor precision, with the library's fallback extractors: the same
//	                         call as datatrove's, at under half the speed
//
// Precision without fallback has 0.934 and 0.624. Always: no comments, dates, deduplication, logs.
// The library has no switch for its metadata, so in Balanced the tree is cleaned here first, by
// the library's own lists, and given a head that answers every metadata question (prune.go): the
// text is the same, which a test holds against the plain call, in two thirds of the time. What
// the library would rescue a page with, bodies claimed in JSON-LD, depends on map order and is
// never used. It links tables that cost every process 0.14 s and 78 MB at start; nothing here can
// avoid that, so only what extracts should import it.
//
// Reference: Python trafilatura's txt output, as datatrove calls it. Differences: list items keep
// their inline elements on one line and inline code stays in its sentence (as trafilatura 2.3
// has it, 1.11 broke the line), entities are decoded once, zero-width joiners stay, and segments
// are not deduplicated, which there depends on the pages seen before.
package maincontent

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

// Module pins of what decides the text: both belong to the revision of whatever stage uses it.
const (
	TrafilaturaVersion = "v1.12.2"
	ParserVersion      = "v0.62.0" // of golang.org/x/net; another gives other text on the same pages
)

var (
	// ErrDepth: the page nests deeper than the parser's 512 open elements. Skip reason html_depth.
	ErrDepth = errors.New("page nests more than 512 elements")
	// ErrElements: the tree has more than MaxTreeElements elements. Skip reason html_elements.
	ErrElements = errors.New("page makes a tree of too many elements")
	// ErrParagraphs: the tree has more than MaxTreeParagraphs p. Skip reason html_paragraphs.
	ErrParagraphs = errors.New("page makes a tree of too many paragraphs")
	// ErrPanic: the library panicked on this page; the worker and the extractor stay usable.
	ErrPanic = errors.New("extractor panicked")
)

// Hard limits of the tree itself, behind the estimates that html.Limits makes from tags alone.
const (
	MaxTreeElements   = 200_000
	MaxTreeParagraphs = 20_000
)

// Mode is how the library is asked.
type Mode uint8

const (
	Balanced  Mode = iota // the default
	Precision             // datatrove's settings
)

// Extractor extracts one page after another. It holds scratch space: one per worker, not safe for
// concurrent use. Extractors share nothing that changes.
type Extractor struct {
	mode   Mode
	fast   trafilatura.Options // balanced, no fallback
	full   trafilatura.Options // precision, fallback
	head   *html.Node
	text   writer
	source bytes.Reader
}

// New returns an extractor.
func New(mode Mode) *Extractor {
	e := &Extractor{
		mode: mode,
		fast: trafilatura.Options{
			Config:          trafilatura.DefaultConfig(),
			OriginalURL:     &url.URL{Scheme: "https", Host: "page.invalid", Path: "/"},
			Focus:           trafilatura.Balanced,
			ExcludeComments: true,
			HtmlDateMode:    trafilatura.Disabled,
		},
		head: answers(),
	}
	e.full = e.fast
	e.full.Focus = trafilatura.FavorPrecision
	e.full.EnableFallback = true
	return e
}

// Extract appends the main text of page to dst. No text is no error: the result is then dst
// itself. On an error, one of the package's, wrapped, dst is returned as it was.
func (e *Extractor) Extract(dst, page []byte) (text []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			text, err = dst, fmt.Errorf("extract main content: %w: %v", ErrPanic, r)
		}
	}()
	var body *html.Node
	if e.mode == Balanced {
		body, err = e.quick(page)
	}
	if body == nil && err == nil {
		body, err = e.thorough(page)
	}
	if body == nil || err != nil {
		return dst, err
	}
	e.text.reset()
	e.text.content(body)
	if norm.NFC.IsNormal(e.text.out) {
		return append(dst, e.text.out...), nil
	}
	return append(dst, norm.NFC.Bytes(e.text.out)...), nil // never composes with what is in dst
}

// quick runs the library without fallback on a cleaned tree; nil when it gave up on the tree.
func (e *Extractor) quick(page []byte) (*html.Node, error) {
	doc, err := e.parse(page)
	if err != nil {
		return nil, err
	}
	prune(doc, e.head)
	defer detach(e.head)
	result, err := trafilatura.ExtractDocument(doc, e.fast)
	if err != nil || result.ContentText == rescued {
		return nil, nil // the library's only error here is that it found no text
	}
	return result.ContentNode, nil
}

// thorough runs the library with its fallback extractors; nil when none found text.
func (e *Extractor) thorough(page []byte) (*html.Node, error) {
	doc, err := e.parse(page)
	if err != nil {
		return nil, err
	}
	dropClaims(doc)
	result, err := trafilatura.ExtractDocument(doc, e.full)
	if err != nil {
		return nil, nil
	}
	return result.ContentNode, nil
}

// parse builds the tree and holds it against the hard limits.
func (e *Extractor) parse(page []byte) (*html.Node, error) {
	e.source.Reset(page)
	defer e.source.Reset(nil)
	doc, err := html.Parse(&e.source)
	if err != nil {
		if strings.Contains(err.Error(), "exceeds 512") {
			err = ErrDepth
		}
		return nil, fmt.Errorf("parse page: %w", err)
	}
	if err := measure(doc); err != nil {
		return nil, fmt.Errorf("check page: %w", err)
	}
	return doc, nil
}
