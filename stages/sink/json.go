package sink

import (
	"bytes"
	"math"
	"strconv"
	"unicode/utf8"

	"dataprep/stages/doc"
)

const hexDigits = "0123456789abcdef"

// appendValue appends row i of a column as JSON (RFC 8259).
func appendValue(dst []byte, v *doc.Cells, i int) []byte {
	switch {
	case !v.Has(i):
		return append(dst, "null"...)
	case v.Strings != nil:
		return appendString(dst, v.Strings.At(i))
	case v.Int64 != nil:
		return strconv.AppendInt(dst, v.Int64.At(i), 10)
	case v.Float64 != nil:
		return appendFloat(dst, v.Float64.At(i), 64)
	case v.Float32 != nil:
		return appendFloat(dst, float64(v.Float32.At(i)), 32)
	}
	dst = append(dst, '[')
	for k, e := range v.List.At(i) {
		if k > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(dst, int64(e), 10)
	}
	return append(dst, ']')
}

// appendFloat appends the shortest digits that read back as x, a number of that many bits, with a point or an exponent, so that
// readers which infer types never see an integer column in one shard and a float one in the next.
func appendFloat(dst []byte, x float64, bits int) []byte {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return append(dst, "null"...)
	}
	format := byte('f')
	if abs := math.Abs(x); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, x, format, -1, bits)
	if !bytes.ContainsAny(dst[start:], ".e") {
		dst = append(dst, ".0"...)
	}
	return dst
}

// appendString appends s quoted. Besides what JSON asks for it escapes U+0085, U+2028 and U+2029,
// at which some programs break lines; other characters stay as they are.
func appendString(dst, s []byte) []byte {
	dst = append(dst, '"')
	done := 0 // s[:done] is in dst
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' {
				i++
				continue
			}
			dst = appendEscape(append(dst, s[done:i]...), c)
			i++
			done = i
			continue
		}
		r, size := utf8.DecodeRune(s[i:])
		if r == utf8.RuneError && size == 1 {
			dst = append(append(dst, s[done:i]...), "\uFFFD"...)
		} else if r == 0x85 || r == 0x2028 || r == 0x2029 {
			dst = append(append(dst, s[done:i]...), '\\', 'u', hexDigits[r>>12],
				hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
		} else {
			i += size
			continue
		}
		i += size
		done = i
	}
	return append(append(dst, s[done:]...), '"')
}

// appendEscape appends a quote, a backslash or a control character.
func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
