package html

import (
	"github.com/gogs/chardet"
)

// detectBytes bounds what the detector sees; its cost is per byte, about 2 MB/s.
const detectBytes = 64 << 10

// noEvidence is the confidence the library gives a multi-byte encoding merely because the bytes
// do not contradict it. Such an answer is none.
const noEvidence = 10

// detect guesses the encoding of a page that is neither UTF-8 nor labelled. Of its answers the
// most confident counts, and between equals the order of detectable: the library itself runs its
// recognizers as goroutines and lets the fastest of equals win, so its single best is not used.
func detect(page []byte) charset {
	fallback, _ := lookup("windows-1252")
	sample := sampleText(page)
	if len(sample) == 0 {
		return fallback
	}
	answers, err := chardet.NewTextDetector().DetectAll(sample)
	if err != nil {
		return fallback
	}
	best, confidence := "", noEvidence
	for _, d := range detectable {
		for _, a := range answers {
			if a.Charset == d.detector && a.Confidence > confidence {
				best, confidence = d.whatwg, a.Confidence
			}
		}
	}
	if cs, ok := lookup(best); ok && cs.codec != nil {
		return cs
	}
	return fallback
}

// sampleText returns up to detectBytes of the page's text without markup: only pieces that
// hold a byte above ASCII, because they alone tell encodings apart; nil when no piece does.
func sampleText(page []byte) []byte {
	var sample []byte
	s := scanner{page: page}
	title := false
	for len(sample) < detectBytes {
		t := s.next()
		if t.kind == tokenEnd {
			break
		}
		text := t.kind == tokenText || t.kind == tokenRaw && title
		title = t.kind == tokenStart && string(t.name) == "title"
		if !text || isASCII(t.body) {
			continue
		}
		room := detectBytes - len(sample)
		sample = append(sample, t.body[:min(len(t.body), room)]...)
		sample = append(sample, ' ')
	}
	return sample
}
