package warc

import (
	"bytes"
	"io"
)

const (
	// headLook is how many bytes decide whether a line begins a record: the version line and the
	// first word of the line after it.
	headLook = 128
	// firstBytes is how many inflated bytes of a member decide whether it begins with a record.
	firstBytes = 64
)

const warcMark = "WARC/"

// findHead returns the index, above 0, of the first line of b that begins a record, or -1.
func findHead(b []byte) int {
	for i := 0; ; {
		j := bytes.IndexByte(b[i:], '\n')
		if j < 0 {
			return -1
		}
		if i += j + 1; isRecordHead(b[i:]) {
			return i
		}
	}
}

// isRecordHead says whether b begins with a version line and a field of WARC: what separates a
// record from a page that talks about "WARC/1.0".
func isRecordHead(b []byte) bool {
	b = b[:min(len(b), headLook-1)]
	if !hasFold(b, "warc/") {
		return false
	}
	eol := bytes.IndexByte(b, '\n')
	if eol < 0 {
		return false
	}
	for _, c := range bytes.TrimRight(b[len(warcMark):eol], " \t\r") {
		if c != '.' && (c < '0' || c > '9') {
			return false
		}
	}
	next := b[eol+1:]
	return hasFold(next, "warc-") || hasFold(next, "content-")
}

// hasFold says whether b begins with prefix, which is in lower case.
func hasFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && equalFold(b[:len(prefix)], prefix)
}

// equalFold compares ASCII without regard to case; lower is in lower case.
func equalFold(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// startsRecord says whether the first inflated bytes of a member begin a record. Line ends may come
// first: some writers leave those behind a record to the next member.
func startsRecord(b []byte) bool {
	b = b[:min(len(b), firstBytes)]
	return hasFold(bytes.TrimLeft(b, "\r\n"), "warc/")
}

// isHead says whether a member that begins with a record starts at the reading place. It inflates
// no more than the first bytes, and consumes nothing.
func (m *member) isHead() bool {
	n, err := m.header()
	if err != nil {
		return false
	}
	b, _ := m.br.Peek(n + 1<<10)
	m.probeSrc.Reset(b[n:])
	m.probe = restart(m.probe, &m.probeSrc)
	got, _ := io.ReadFull(m.probe, m.first[:])
	return startsRecord(m.first[:got])
}

// scan moves the reading place forward to the next member that begins with a record. It gives up
// at the end of the file and after limit bytes (0: any number).
func (m *member) scan(limit int64) bool {
	for from := m.offset(); limit == 0 || m.offset()-from < limit; {
		b, _ := m.br.Peek(max(m.br.Buffered(), len(gzipMagic)))
		if len(b) < len(gzipMagic) {
			_, _ = m.br.Discard(len(b))
			return false
		}
		i := bytes.Index(b, gzipMagic)
		if i < 0 {
			_, _ = m.br.Discard(len(b) - len(gzipMagic) + 1)
			continue
		}
		_, _ = m.br.Discard(i)
		if m.isHead() {
			return true
		}
		_, _ = m.br.Discard(1)
	}
	return false
}
