package tree

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

const (
	zwj     = '\u200d' // joins emoji into one
	tabStop = 4
)

// cell returns what a rune shows as at a terminal column, and how many columns it takes. Invisible
// and direction-changing characters are shown by their number: they are the ones to be looked for.
func cell(r rune, column int, joined bool) (string, int) {
	switch {
	case r == '\t':
		n := tabStop - column%tabStop
		return strings.Repeat(" ", n), n
	case r == zwj:
		return string(r), 0
	case r == ' ':
		return " ", 1
	case !unicode.IsPrint(r):
		s := fmt.Sprintf(`\u{%x}`, r)
		return s, len(s)
	case unicode.In(r, unicode.Mn, unicode.Me), joined, r >= 0x1f3fb && r <= 0x1f3ff:
		return string(r), 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return string(r), 2
	}
	return string(r), 1
}

// printable escapes all that could move a cursor, change a color or hide text.
func printable(s string) string {
	clean := true
	for _, r := range s {
		if r != zwj && !unicode.IsPrint(r) || r == utf8.RuneError {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError:
			_, size := utf8.DecodeRuneInString(s[i:])
			if size == 1 {
				fmt.Fprintf(&b, `\x%02x`, s[i])
				continue
			}
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == zwj || unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
	}
	return b.String()
}

// Quote puts a value into a message: in quotes and not longer than a line can bear.
func Quote(s string) string { return `"` + Short(s) + `"` }

// Short cuts a name or value to what a line can bear.
func Short(s string) string {
	const limit = 60
	if n := 0; len(s) > limit {
		for i := range s {
			if n++; n > limit {
				return s[:i] + "…"
			}
		}
	}
	return s
}

// cut returns at most so many bytes of a text, and a sign that there were more.
func cut(s string, bytes int) string {
	if len(s) <= bytes {
		return s
	}
	return s[:runeStart(s, bytes)] + "…"
}
