package warc

import (
	"bytes"
	"errors"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

const (
	maxCodings = 4 // codings of a kind that one response may claim
	textLook   = 512
	zstdWindow = 8 << 20 // what RFC 9659 allows on the web
)

// decode undoes the transfer and then the content codings of body, in the order opposite to their
// naming.
func (h *HTTP) decode(body []byte) Cause {
	h.Body = body
	for _, name := range [...]string{"transfer-encoding", "content-encoding"} {
		if cause := h.undoAll(name); cause != "" {
			h.Body = nil
			return cause
		}
	}
	if len(h.Body) > MaxBody {
		h.Body = nil
		return TooLarge
	}
	return ""
}

// undoAll undoes the codings that fields of that name list.
func (h *HTTP) undoAll(name string) Cause {
	done := 0
	for i := len(h.Fields) - 1; i >= 0; i-- {
		if !equalFold(h.Fields[i].Name, name) {
			continue
		}
		for list := h.Fields[i].Value; len(list) > 0 && done < maxCodings; done++ {
			j := bytes.LastIndexByte(list, ',')
			coding := bytes.TrimSpace(list[j+1:])
			list = list[:max(j, 0)]
			if cause := h.undo(coding); cause != "" {
				return cause
			}
		}
	}
	return ""
}

// unchunk decodes a chunked body (RFC 9112 §7.1); one whose sizes are no sizes stays as it is.
func (h *HTTP) unchunk() {
	out := h.buffer()
	for b := h.Body; ; {
		line, rest := cutLine(b)
		size, ok := chunkSize(line)
		if len(rest) == 0 && (!ok || size > 0) {
			h.Cut = true // the last whole chunk is the end of the record
			if len(out) == 0 {
				h.Cut = false
				return
			}
			break
		}
		if !ok {
			return
		}
		if size == 0 {
			break
		}
		if size > len(rest) {
			out, h.Cut = append(out, rest...), true
			break
		}
		out = append(out, rest[:size]...)
		b = rest[size:]
		switch {
		case bytes.HasPrefix(b, []byte("\r\n")):
			b = b[2:]
		case bytes.HasPrefix(b, []byte("\n")):
			b = b[1:]
		case len(b) > 1:
			return
		}
	}
	h.keep(out)
}

// chunkSize reads the hexadecimal number of a chunk line; an extension may follow.
func chunkSize(line []byte) (int, bool) {
	line, _, _ = bytes.Cut(line, []byte(";"))
	line = bytes.TrimSpace(line)
	if len(line) == 0 || len(line) > 8 {
		return 0, false
	}
	n := 0
	for _, c := range line {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		n = n<<4 | int(c)
	}
	return n, true
}

// buffer returns the decoding buffer that the body does not lie in.
func (h *HTTP) buffer() []byte { return h.coded[h.turn][:0] }

// keep makes out, grown from buffer, the body.
func (h *HTTP) keep(out []byte) {
	h.coded[h.turn] = out
	h.turn ^= 1
	h.Body = out
}

// undo removes one content coding. Unknown ones, and bodies that are not in the coding, stay.
func (h *HTTP) undo(coding []byte) Cause {
	b := h.Body
	h.src.Reset(b)
	switch {
	case equalFold(coding, "chunked"):
		if !h.chunked {
			h.chunked = true // some servers say it twice
			h.unchunk()
		}
	case equalFold(coding, "gzip"), equalFold(coding, "x-gzip"):
		n, err := gzipHeader(b)
		if err != nil {
			return ""
		}
		h.src.Reset(b[n:])
		h.flate = restart(h.flate, &h.src)
		return h.drain(h.flate)
	case equalFold(coding, "deflate"):
		if isText(b) {
			return ""
		}
		if len(b) > 2 && b[0]&15 == 8 && (int(b[0])<<8|int(b[1]))%31 == 0 && b[1]&32 == 0 {
			h.src.Reset(b[2:]) // zlib's header; some servers send deflate without it
		}
		h.flate = restart(h.flate, &h.src)
		return h.drain(h.flate)
	case equalFold(coding, "br"):
		return h.unbrotli()
	case equalFold(coding, "zstd"):
		if !bytes.HasPrefix(b, []byte("\x28\xb5\x2f\xfd")) {
			return ""
		}
		if err := h.openZstd(); err != nil {
			return ""
		}
		return h.drain(h.zstd)
	}
	return ""
}

func (h *HTTP) unbrotli() Cause {
	if isText(h.Body) {
		return ""
	}
	if h.brotli == nil {
		h.brotli = brotli.NewReader(&h.src)
	}
	_ = h.brotli.Reset(&h.src)
	cause := h.drain(h.brotli)
	if !h.clean {
		h.brotli = nil // its Reset keeps input of a stream that was not read to the end
	}
	return cause
}

// isText says that a body can hardly be deflate or brotli data, which have no magic number: its
// first bytes hold no control characters. Bodies too short to tell are tried.
func isText(b []byte) bool {
	if len(b) < textLook/4 {
		return false
	}
	for _, c := range b[:min(len(b), textLook)] {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' {
			return false
		}
	}
	return true
}

func (h *HTTP) openZstd() (err error) {
	if h.zstd == nil {
		h.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderMaxWindow(zstdWindow), zstd.WithDecoderLowmem(true))
		if err != nil {
			return err
		}
	}
	return h.zstd.Reset(&h.src)
}

// drain decodes r into a buffer and makes it the body. A body that ends early counts as far as it
// goes. One that breaks was most likely never encoded and stays as it is. What follows
// the end of a deflate stream is ignored, as browsers do.
func (h *HTTP) drain(r io.Reader) Cause {
	out := h.buffer()
	in := int64(len(h.Body))
	h.clean = false
	for {
		if cap(out)-len(out) < chunk/2 {
			grown := make([]byte, len(out), min(max(2*cap(out), 4*chunk), MaxBody+chunk))
			copy(grown, out)
			out = grown
		}
		n, err := r.Read(out[len(out):cap(out)])
		out = out[:len(out)+n]
		h.coded[h.turn] = out
		switch {
		case bomb(int64(len(out)), in):
			return GzipBomb
		case len(out) > MaxBody:
			return TooLarge
		case err == io.EOF:
			h.clean = true
			h.keep(out)
			return ""
		case err != nil:
			if len(out) > 0 && errors.Is(err, io.ErrUnexpectedEOF) {
				h.Cut = true
				h.keep(out)
			}
			return ""
		}
	}
}
