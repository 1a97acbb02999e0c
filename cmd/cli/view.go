package cli

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// view prints what inspect found: rows at once for people, one JSON document at the end for
// programs.
type view struct {
	a      *app
	q      *inspection
	format string
	rows   []map[string]any
	facts  map[string]any
	lines  []string // printed after the rows
	found  int
}

// cell is one value of a row. The value is nil, a string, []byte, a number, a bool or a list.
type cell struct {
	name  string
	value any
}

// row shows a row; what says where it is, and its keys and values are also found in JSON.
func (v *view) row(what string, number int64, cells []cell) error {
	v.found++
	if v.a.json {
		m := map[string]any{what: number}
		for _, c := range cells {
			m[c.name] = v.jsonValue(c.value)
		}
		v.rows = append(v.rows, m)
		return nil
	}
	width := 12
	for _, c := range cells {
		width = max(width, min(utf8.RuneCountInString(c.name), 32))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s %d\n", what, number)
	for _, c := range cells {
		name := c.name
		if shown(name) != name {
			name = strconv.QuoteToGraphic(name)
		}
		fmt.Fprintf(&b, "%-*s  %s\n", width, name, v.text(c.value))
	}
	return v.a.print("%s", b.String())
}

func (v *view) cut(s string) string {
	if v.q.text == 0 || len(s) <= v.q.text {
		return s
	}
	n := 0
	for i := range s {
		if n++; n > v.q.text {
			return s[:i] + "…"
		}
	}
	return s
}

// text prints a value for people. A long text that was asked for whole keeps its lines.
func (v *view) text(value any) string {
	switch x := value.(type) {
	case nil:
		return "–"
	case json.RawMessage:
		return v.cut(printable(string(x)))
	case []byte:
		return v.text(string(x))
	case string:
		if v.q.text == 0 && strings.Contains(x, "\n") {
			return "│ " + strings.ReplaceAll(printable(strings.TrimRight(x, "\n")), "\n", "\n  │ ")
		}
		return quoted(v.cut(x))
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return v.cut(printable(fmt.Sprint(value)))
}

func (v *view) jsonValue(value any) any {
	switch x := value.(type) {
	case []byte:
		return v.cut(string(x))
	case string:
		return v.cut(x)
	}
	return value
}

// fact notes something about the whole: a member of the JSON document, and a line for people when
// there is one.
func (v *view) fact(name string, value any, line string, args ...any) {
	if v.facts == nil {
		v.facts = map[string]any{}
	}
	v.facts[name] = value
	if line != "" {
		v.lines = append(v.lines, fmt.Sprintf(line, args...))
	}
}

// end prints what is not a row.
func (v *view) end() error {
	if !v.a.json {
		for _, l := range v.lines {
			if err := v.a.print("%s\n", l); err != nil {
				return err
			}
		}
		return nil
	}
	if v.rows == nil {
		v.rows = []map[string]any{}
	}
	doc := map[string]any{
		"schema": "dataprep.inspect/v1", "file": v.q.path, "format": v.format, "rows": v.rows,
	}
	for name, value := range v.facts {
		doc[name] = value
	}
	return v.a.emit(doc)
}

// enough says whether all rows asked for were shown.
func (v *view) enough() bool {
	if v.q.at >= 0 {
		return v.found > 0
	}
	return v.found >= v.q.rows
}

// missing is the error when nothing lies at the offset asked for.
func (v *view) missing() error {
	return &exitError{exitNotFound,
		fmt.Errorf("inspect: no document at offset %d of %s", v.q.at, shown(v.q.path))}
}
