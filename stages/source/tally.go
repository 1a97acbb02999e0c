package source

import (
	"fmt"
	"slices"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// maxLost is how many lost ranges one split lists; further ones are counted as skipped only. A
// hostile file could otherwise make every few bytes one.
const maxLost = 1024

// The causes of skipped rows; those of web archives are warc.Cause.
const (
	causeBadJSON   = "bad_json"  // a line that is no JSON object
	causeTooLarge  = "too_large" // a line longer than maxLine
	causeNoText    = "no_text"   // the text is null
	causeNotText   = "not_text"  // a conversion record that is no plain text
	causeTruncated = "truncated" // the compressed stream ends too early
	causeGarbage   = "garbage"   // bytes behind the compressed stream
)

// ledger is the tally of one split while it is read.
type ledger struct {
	path       string
	start, end int64 // of the split, which bounds Bytes
	t          stages.Tally
}

func (l *ledger) begin(s stages.Split) {
	*l = ledger{path: s.File.Path, start: s.Start, end: s.End}
}

// document counts one and returns its ordinal in the split.
func (l *ledger) document() (uint32, error) {
	n := l.t.Documents
	if n >= doc.MaxRows {
		return 0, fmt.Errorf("read %s: %w: more than %d; cut the file",
			l.path, ErrTooMany, doc.MaxRows)
	}
	l.t.Records++
	l.t.Documents++
	return uint32(n), nil
}

func (l *ledger) skip(cause string) {
	l.t.Records++
	l.t.Skipped = stages.AddCount(l.t.Skipped, cause, 1)
}

// lose lists a range that could not be read; to == from when its end is not known.
func (l *ledger) lose(from, to int64, cause string) {
	if len(l.t.Lost) < maxLost {
		l.t.Lost = append(l.t.Lost, stages.Lost{Path: l.path, From: from, To: to, Cause: cause})
	}
}

// reach notes the place in the file up to which everything was read. Bytes behind the end of the
// split belong to the next one, so that the bytes of all splits sum up to the file's size.
func (l *ledger) reach(at int64) {
	l.t.Bytes = max(l.t.Bytes, min(at, l.end)-l.start)
}

// tally returns a copy that does not change with further reading.
func (l *ledger) tally() stages.Tally {
	t := l.t
	t.Skipped, t.Lost = slices.Clone(t.Skipped), slices.Clone(t.Lost)
	return t
}
