package warc

import "bytes"

// lookHeader finds the header block at the reading place and copies it, up to MaxHeader bytes, to
// r.head. It returns the block's length with its blank line; 0 when none ends within MaxBody.
func (r *Reader) lookHeader() (int, state) {
	for from := 0; ; {
		b := r.s.rest()
		if n := headerEnd(b, from); n > 0 {
			r.head = append(r.head[:0], b[:min(n, MaxHeader)]...)
			if n > MaxHeader { // whole lines only
				r.head = r.head[:bytes.LastIndexByte(r.head, '\n')+1]
			}
			return n, more
		}
		if len(b) > MaxBody {
			return 0, more
		}
		from = max(0, len(b)-3)
		if st := r.s.need(len(b) + 1); st != more {
			return 0, st
		}
	}
}

// headerEnd returns the index behind the first blank line of b, looking from index from on; 0 when
// there is none.
func headerEnd(b []byte, from int) int {
	for i := from; ; {
		j := bytes.IndexByte(b[i:], '\n')
		if j < 0 {
			return 0
		}
		i += j + 1
		switch {
		case i < len(b) && b[i] == '\n':
			return i + 1
		case i+1 < len(b) && b[i] == '\r' && b[i+1] == '\n':
			return i + 2
		}
	}
}

// nextField cuts the first field off a header block: its name, its value with continuation lines
// joined by one space, and the rest of the block. It writes to h when it joins. A line without a
// colon gives an empty name.
func nextField(h []byte) (name, value, rest []byte) {
	line, rest := cutLine(h)
	if i := bytes.IndexByte(line, ':'); i >= 0 {
		name, value = bytes.TrimSpace(line[:i]), bytes.TrimSpace(line[i+1:])
	}
	joined := value
	for len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') {
		line, rest = cutLine(rest)
		line = bytes.TrimSpace(line)
		if name == nil || len(line) == 0 {
			continue
		}
		if len(joined) == 0 {
			joined = line
			continue
		}
		joined = append(append(joined, ' '), line...) // shorter than what it overwrites
	}
	return name, joined, rest
}

// cutLine cuts the first line off b, without its line end.
func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return b, nil
	}
	return bytes.TrimSuffix(b[:i], []byte("\r")), b[i+1:]
}

// parseHeader fills r.rec from the header block in r.head. Of repeated fields the first counts.
func (r *Reader) parseHeader() {
	rec := &r.rec
	line, h := cutLine(r.head)
	r.lf = len(line) < len(r.head) && r.head[len(line)] == '\n'
	for len(h) > 0 {
		var name, value []byte
		if name, value, h = nextField(h); len(name) == 0 {
			continue
		}
		switch {
		case equalFold(name, "warc-type"):
			if rec.Type == Other {
				rec.Type = parseType(value)
			}
		case equalFold(name, "content-length"):
			if rec.ContentLength < 0 {
				rec.ContentLength = parseLength(value)
			}
		case equalFold(name, "warc-target-uri"):
			first(&rec.URI, bytes.TrimSpace(unbracket(value)))
		case equalFold(name, "warc-record-id"):
			first(&rec.ID, value)
		case equalFold(name, "warc-date"):
			first(&rec.Date, value)
		case equalFold(name, "content-type"):
			first(&rec.ContentType, value)
		case equalFold(name, "warc-identified-payload-type"):
			first(&rec.PayloadType, value)
		case equalFold(name, "warc-truncated"):
			first(&rec.Truncated, value)
		}
	}
}

// longLength finds Content-Length in a header block that is too large to keep.
func longLength(h []byte) int64 {
	for len(h) > 0 {
		var name, value []byte
		if name, value, h = nextField(h); equalFold(name, "content-length") {
			return parseLength(value)
		}
	}
	return -1
}

func first(field *[]byte, value []byte) {
	if *field == nil {
		*field = value
	}
}

func unbracket(b []byte) []byte {
	if len(b) >= 2 && b[0] == '<' && b[len(b)-1] == '>' {
		return b[1 : len(b)-1]
	}
	return b
}

func parseType(b []byte) Type {
	for t := Warcinfo; t < typeCount; t++ {
		if equalFold(b, typeNames[t]) {
			return t
		}
	}
	return Other
}

// parseLength returns the number b is, -1 when it is none or has more than 18 digits.
func parseLength(b []byte) int64 {
	if len(b) == 0 || len(b) > 18 {
		return -1
	}
	n := int64(0)
	for _, c := range b {
		if c < '0' || c > '9' {
			return -1
		}
		n = 10*n + int64(c-'0')
	}
	return n
}
