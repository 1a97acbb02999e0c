package html

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Decode returns page as valid UTF-8 without a byte order mark, and the lower-case WHATWG name of
// the encoding it was read as. httpCharset is the charset parameter of the Content-Type header,
// "" for none. The result aliases page when nothing had to change but a byte order mark, else it
// is dst[:0] grown as needed. What an encoding cannot explain becomes U+FFFD.
//
// The chain, first answer wins:
//  1. a byte order mark (UTF-8, UTF-16LE, UTF-16BE);
//  2. valid UTF-8 with a byte above ASCII: UTF-8, whatever the labels say, because text in
//     another encoding does not read as UTF-8 by accident while wrong labels are common;
//  3. the header's label, unless it is utf-8, then the page's own (meta or XML declaration),
//     unless that is: many servers say utf-8 of whatever they serve;
//  4. seven-bit pages: ISO-2022-JP if its escapes are there, else UTF-8;
//  5. pages whose multi-byte sequences are at least mostlyValid times their errors: UTF-8;
//  6. the detector on the page's text, at most 64 KiB of it;
//  7. windows-1252.
func Decode(dst, page []byte, httpCharset string) (text []byte, label string) {
	if cs, skip := byteOrderMark(page); skip > 0 {
		return decodeAs(dst, page[skip:], cs)
	}
	ascii := isASCII(page)
	if !ascii && utf8.Valid(page) {
		return page, utf8Charset.name
	}
	cs, ok := lookup(httpCharset)
	if !ok || cs.codec == nil && !ascii && !mostlyUTF8(page) {
		cs, ok = declared(page)
	}
	switch {
	case ok && ascii && cs.codec != nil && cs.keepsASCII():
		return page, cs.name
	case ok && cs.codec != nil:
		return decodeAs(dst, page, cs)
	case ascii && hasJapaneseEscape(page):
		cs, _ = lookup("iso-2022-jp")
	case ascii || mostlyUTF8(page):
		cs = utf8Charset
	default:
		cs = detect(page)
	}
	return decodeAs(dst, page, cs)
}

// Decoder is Decode with a buffer that is used again. One per worker.
type Decoder struct{ buf []byte }

// Decode is Decode; the text is good until the next call or until page changes.
func (d *Decoder) Decode(page []byte, httpCharset string) (text []byte, label string) {
	text, label = Decode(d.buf[:0], page, httpCharset)
	if len(text) > 0 && !aliases(text, page) {
		d.buf = text
	}
	return text, label
}

// aliases reports whether text ends where page ends, which only a slice of page does.
func aliases(text, page []byte) bool {
	return len(page) > 0 && &text[len(text)-1] == &page[len(page)-1]
}

// decodeAs never fails: the codecs replace what they cannot read, and should one stop all the
// same, what it left is read as UTF-8.
func decodeAs(dst, page []byte, cs charset) ([]byte, string) {
	if cs.codec == nil {
		if utf8.Valid(page) {
			return page, cs.name
		}
		return appendValid(dst[:0], page), cs.name
	}
	out, n, err := transform.Append(cs.codec.NewDecoder(), dst[:0], page)
	if err != nil {
		out = appendValid(out, page[n:])
	}
	if !utf8.Valid(out) {
		out = bytes.ToValidUTF8(out, []byte("\uFFFD"))
	}
	return out, cs.name
}

// appendValid appends page with one U+FFFD for each maximal run of bytes that is not UTF-8.
func appendValid(dst, page []byte) []byte {
	for len(page) > 0 {
		n := validPrefix(page)
		dst = append(dst, page[:n]...)
		page = page[n:]
		if len(page) == 0 {
			break
		}
		dst = append(dst, "\uFFFD"...)
		for len(page) > 0 {
			if r, size := utf8.DecodeRune(page); r != utf8.RuneError || size > 1 {
				break
			}
			page = page[1:]
		}
	}
	return dst
}

func validPrefix(b []byte) int {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(b)
}

func byteOrderMark(page []byte) (charset, int) {
	switch {
	case bytes.HasPrefix(page, []byte("\xEF\xBB\xBF")):
		return utf8Charset, 3
	case bytes.HasPrefix(page, []byte("\xFF\xFE")):
		return charset{"utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}, 2
	case bytes.HasPrefix(page, []byte("\xFE\xFF")):
		return charset{"utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}, 2
	}
	return charset{}, 0
}

func isASCII(b []byte) bool {
	for len(b) >= 8 {
		if (b[0]|b[1]|b[2]|b[3]|b[4]|b[5]|b[6]|b[7])&0x80 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// hasJapaneseEscape looks for the escapes that switch ISO-2022-JP to kanji or to JIS Roman.
func hasJapaneseEscape(page []byte) bool {
	for _, escape := range [...]string{"\x1b$@", "\x1b$B", "\x1b(J"} {
		if bytes.Contains(page, []byte(escape)) {
			return true
		}
	}
	return false
}

// mostlyValid is how many good multi-byte sequences outweigh one byte that is not UTF-8. Text in
// a legacy encoding has next to none, a UTF-8 page cut or glued in the middle has thousands.
const mostlyValid = 10

func mostlyUTF8(page []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(page); {
		if page[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(page[i:])
		if r == utf8.RuneError && size == 1 {
			bad++
		} else {
			good++
		}
		i += size
	}
	return good >= mostlyValid*bad
}
