package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"sync"
)

// console is stderr as everything here writes to it: whole lines, which go above the progress bars
// while there are any.
type console struct {
	mu    sync.Mutex
	out   io.Writer
	above io.Writer // the bars, which print what they are given above themselves; nil without
}

// Write implements io.Writer. A stderr that is gone stops nothing.
func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.above != nil {
		if n, err := c.above.Write(p); err == nil {
			return n, nil
		}
	}
	return c.out.Write(p)
}

// cover makes w take what is written until it is nil again.
func (c *console) cover(w io.Writer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.above = w
}

// lineLog is a slog handler for people: level and message on one line, one attribute on each line
// below, everything that comes from data escaped. It prints no time, so that two equal runs print
// the same.
type lineLog struct {
	out   io.Writer
	attrs []slog.Attr
}

// Enabled implements slog.Handler.
func (l *lineLog) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelInfo
}

// Handle implements slog.Handler.
func (l *lineLog) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	level := strings.ToLower(r.Level.String())
	if level == "warn" {
		level = "warning"
	}
	fmt.Fprintf(&b, "%s: %s\n", level, printable(r.Message))
	line := func(a slog.Attr) bool {
		fmt.Fprintf(&b, "    %-7s %s\n", a.Key, attrText(a.Value))
		return true
	}
	for _, a := range l.attrs {
		line(a)
	}
	r.Attrs(line)
	_, err := io.WriteString(l.out, b.String())
	return err
}

// attrText keeps the lines of a stack apart and everything else on one.
func attrText(v slog.Value) string {
	s := printable(strings.TrimSpace(v.String()))
	return strings.ReplaceAll(s, "\n", "\n            ")
}

// WithAttrs implements slog.Handler.
func (l *lineLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &lineLog{l.out, append(l.attrs[:len(l.attrs):len(l.attrs)], attrs...)}
}

// WithGroup implements slog.Handler; nothing here uses groups.
func (l *lineLog) WithGroup(string) slog.Handler { return l }

// printable escapes what could steer a terminal; line breaks and tabs of our own messages stay.
func printable(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '\n' || r == '\t' || strconv.IsGraphic(r) && !(r == '\uFFFD' && s[i] != 0xEF):
			b.WriteRune(r)
		case r == '\uFFFD':
			fmt.Fprintf(&b, `\x%02x`, s[i])
		default:
			q := strconv.QuoteRune(r)
			b.WriteString(q[1 : len(q)-1])
		}
	}
	return b.String()
}

// quoted prints a value from data on one line, with everything unprintable escaped.
func quoted(s string) string { return strconv.QuoteToGraphic(s) }

// shown is quoted for names that are usually plain: quotes only where they are needed.
func shown(s string) string {
	if q := strconv.Quote(s); q != `"`+s+`"` || s == "" {
		return q
	}
	return s
}

// plainJSON escapes what encoding/json lets through though terminals obey it: C1 controls, marks
// of direction and the like.
func plainJSON(body []byte) []byte {
	clean := true
	for _, r := range string(body) {
		clean = clean && (r == '\n' || strconv.IsGraphic(r))
	}
	if clean {
		return body
	}
	var b []byte
	for _, r := range string(body) {
		switch {
		case r == '\n' || strconv.IsGraphic(r):
			b = append(b, string(r)...)
		case r > 0xFFFF:
			r -= 0x10000
			b = fmt.Appendf(b, `\u%04x\u%04x`, 0xD800+r>>10, 0xDC00+r&0x3FF)
		default:
			b = fmt.Appendf(b, `\u%04x`, r)
		}
	}
	return b
}
