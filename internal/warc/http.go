package warc

import (
	"bytes"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// Field is one header field of a response; repeated fields stand one behind the other.
type Field struct{ Name, Value []byte }

// HTTP is a parsed HTTP response. One value serves any number of records; all slices hold until
// the next Parse, and as long as the block they were parsed from.
type HTTP struct {
	Status    int
	Fields    []Field // values without surrounding space, continuation lines joined by one space
	MediaType []byte  // of Content-Type, in lower case, without parameters; empty when there is none
	Charset   []byte  // its charset parameter as written, without quotes
	Body      []byte  // transfer and content codings undone where they were really applied
	// Cut says that a coding ended early and Body holds what could be decoded.
	Cut bool

	head    []byte
	media   []byte
	coded   [2][]byte // decoded bodies, used in turn
	turn    int
	clean   bool // the last decoder ran to its end
	chunked bool // the body was taken out of its chunks

	src    bytes.Reader
	flate  io.ReadCloser
	brotli *brotli.Reader
	zstd   *zstd.Decoder
}

// Parse takes a response record's block apart. It returns "", or BadHTTP without a status line,
// HeaderTooLarge above MaxHeader, TooLarge when the body decodes to more than MaxBody, GzipBomb
// above MaxRatio; then only Status and Fields are of use.
//
// Codings are undone only where the body shows them: archives of decoded bodies that still claim
// chunks or gzip are as common as honest ones (Common Crawl's before 2018, warcio's test files).
func (h *HTTP) Parse(block []byte) Cause {
	h.Status, h.Fields, h.Body, h.Cut, h.chunked = 0, h.Fields[:0], nil, false, false
	h.MediaType, h.Charset = nil, nil
	status, ok := statusLine(block)
	if !ok {
		return BadHTTP
	}
	h.Status = status
	n := httpEnd(block)
	if n > MaxHeader {
		return HeaderTooLarge
	}
	h.fields(block[:n])
	h.contentType(h.Header("content-type"))
	return h.decode(block[n:])
}

// Header returns the value of the first field of that name (lower case), nil when there is none.
func (h *HTTP) Header(name string) []byte {
	for _, f := range h.Fields {
		if equalFold(f.Name, name) {
			return f.Value
		}
	}
	return nil
}

// statusLine reads "HTTP/1.1 200 OK"; version and reason may be missing.
func statusLine(b []byte) (int, bool) {
	line, _ := cutLine(b[:min(len(b), MaxHeader)])
	if !hasFold(line, "http") {
		return 0, false
	}
	i := bytes.IndexAny(line, " \t")
	if i < 0 {
		return 0, false
	}
	line = bytes.TrimLeft(line[i:], " \t")
	if len(line) < 3 || len(line) > 3 && line[3] >= '0' && line[3] <= '9' {
		return 0, false
	}
	n := parseLength(line[:3])
	return int(n), n >= 100
}

// httpEnd returns the length of the header block: through the blank line, or up to a line that
// begins with "<", for servers that forgot it, or all of the block.
func httpEnd(b []byte) int {
	for i := 0; ; {
		j := bytes.IndexByte(b[i:], '\n')
		if j < 0 {
			return len(b)
		}
		i += j + 1
		rest := b[i:]
		switch {
		case i > MaxHeader || len(rest) > 0 && rest[0] == '<':
			return i
		case len(rest) > 0 && rest[0] == '\n':
			return i + 1
		case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
			return i + 2
		}
	}
}

func (h *HTTP) fields(block []byte) {
	h.head = append(h.head[:0], block...) // nextField writes to what it reads
	_, rest := cutLine(h.head)
	for len(rest) > 0 {
		var f Field
		if f.Name, f.Value, rest = nextField(rest); len(f.Name) > 0 {
			h.Fields = append(h.Fields, f)
		}
	}
}

func (h *HTTP) contentType(v []byte) {
	media, params, _ := bytes.Cut(v, []byte(";"))
	h.media = append(h.media[:0], bytes.TrimSpace(media)...)
	for i, c := range h.media {
		if c >= 'A' && c <= 'Z' {
			h.media[i] = c + 'a' - 'A'
		}
	}
	h.MediaType = h.media
	for len(params) > 0 {
		var p []byte
		p, params, _ = bytes.Cut(params, []byte(";"))
		name, value, _ := bytes.Cut(p, []byte("="))
		if equalFold(bytes.TrimSpace(name), "charset") {
			h.Charset = bytes.Trim(value, " \t\"'")
			return
		}
	}
}
