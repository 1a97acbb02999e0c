package html

import (
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

// charset is an encoding and its WHATWG name; a nil codec means UTF-8.
type charset struct {
	name  string
	codec encoding.Encoding
}

var utf8Charset = charset{name: "utf-8"}

// keepsASCII reports whether seven-bit pages read the same in c.
func (c charset) keepsASCII() bool {
	return c.name != "utf-16le" && c.name != "utf-16be" && c.name != "iso-2022-jp"
}

// longestLabel is longer than any label of the WHATWG table with blanks around it.
const longestLabel = 64

// lookup resolves a WHATWG label such as "latin1" or "x-sjis" in any case. Labels of the
// "replacement" encoding are unknown here: the detector may still read such a page.
func lookup(label string) (charset, bool) {
	if len(label) > longestLabel {
		return charset{}, false
	}
	codec, err := htmlindex.Get(strings.Trim(label, " \t\r\n\f\"'"))
	if err != nil || codec == nil {
		return charset{}, false
	}
	name, err := htmlindex.Name(codec)
	switch {
	case err != nil || name == "replacement":
		return charset{}, false
	case name == "utf-8":
		return utf8Charset, true
	case name == "x-user-defined":
		return lookup("windows-1252")
	}
	return charset{name: name, codec: codec}, true
}

// detectable maps the names the detector answers with to WHATWG ones. The order decides between
// equal confidences, the likelier on the web first. Names that are missing (EBCDIC, UTF-32 and
// the ISO-2022 kinds that browsers dropped) are never answers.
var detectable = [...]struct{ detector, whatwg string }{
	{"UTF-8", "utf-8"},
	{"Shift_JIS", "shift_jis"},
	{"EUC-JP", "euc-jp"},
	{"GB18030", "gb18030"},
	{"Big5", "big5"},
	{"EUC-KR", "euc-kr"},
	{"windows-1251", "windows-1251"},
	{"windows-1252", "windows-1252"},
	{"ISO-8859-1", "windows-1252"},
	{"windows-1250", "windows-1250"},
	{"ISO-8859-2", "iso-8859-2"},
	{"windows-1254", "windows-1254"},
	{"ISO-8859-9", "windows-1254"},
	{"windows-1253", "windows-1253"},
	{"ISO-8859-7", "iso-8859-7"},
	{"windows-1255", "windows-1255"},
	{"ISO-8859-8", "windows-1255"},
	{"ISO-8859-8-I", "windows-1255"},
	{"windows-1256", "windows-1256"},
	{"ISO-8859-6", "iso-8859-6"},
	{"KOI8-R", "koi8-r"},
	{"ISO-8859-5", "iso-8859-5"},
	{"ISO-2022-JP", "iso-2022-jp"},
}
