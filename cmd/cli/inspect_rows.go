package cli

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"dataprep/internal/rows"
	"dataprep/stages/doc"
	"dataprep/stages/source"
	"dataprep/workers"
)

// parquet shows a Parquet file with its own columns; --at is the number of a row.
func (v *view) parquet() error {
	p, err := source.PeekParquet(v.q.file(), workers.OpenLocal)
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	first, last := int64(0), min(int64(v.q.rows), p.Rows)
	if v.q.at >= 0 {
		if first, last = v.q.at, v.q.at+1; last > p.Rows {
			return v.missing()
		}
	}
	for n := first; n < last; n++ {
		values, err := p.Row(n)
		if err != nil {
			return err
		}
		cells := make([]cell, len(values))
		for i, value := range values {
			cells[i] = cell{p.Columns[i].Name, jsonable(value)}
		}
		if err := v.row("row", n, cells); err != nil {
			return err
		}
	}
	if v.q.at >= 0 {
		return nil
	}
	v.fact("rows_total", p.Rows, "%s: %s, %s in %s", shown(v.q.path), bytesText(v.q.size),
		count(p.Rows, "row"), count(int64(p.Groups), "row group"))
	columns := make([]map[string]string, len(p.Columns))
	for i, c := range p.Columns {
		columns[i] = map[string]string{"name": c.Name, "type": c.Type}
		v.lines = append(v.lines, fmt.Sprintf("  %-24s %s", shown(c.Name), printable(c.Type)))
	}
	v.fact("columns", columns, "")
	return nil
}

// jsonable turns byte strings into strings, in lists too.
func jsonable(value any) any {
	switch x := value.(type) {
	case []byte:
		return string(x)
	case []any:
		for i := range x {
			x[i] = jsonable(x[i])
		}
	}
	return value
}

// jsonl shows JSON lines with their own members.
func (v *view) jsonl() error {
	var lines, bad int64
	whole := v.q.all || v.q.size <= wholeBelow
	ended := true
	err := source.PeekLines(v.q.file(), max(v.q.at, 0), workers.OpenLocal,
		func(at, _ int64, line []byte) (bool, error) {
			if len(bytes.TrimSpace(line)) == 0 {
				return v.q.at < 0, nil
			}
			lines++
			cells, ok := members(line)
			if !ok {
				bad++
			}
			if !v.enough() {
				if !ok {
					cells = []cell{{"(no JSON object)", string(line)}}
				}
				if err := v.row("offset", at, cells); err != nil {
					return false, err
				}
			}
			ended = v.q.at < 0 && (whole || !v.enough())
			return ended, nil
		})
	if err != nil {
		return err
	}
	if v.q.at >= 0 {
		if v.found == 0 {
			return v.missing()
		}
		return nil
	}
	scope := ""
	if !ended {
		scope = " in the part that was read; --all reads it to the end"
	}
	v.fact("lines", lines, "%s: %s, %s%s", shown(v.q.path), bytesText(v.q.size),
		count(lines, "line"), scope)
	v.fact("complete", ended, "")
	if v.fact("bad_json", bad, ""); bad > 0 {
		v.lines = append(v.lines, fmt.Sprintf("  %s no JSON object", count(bad, "line")))
	}
	return nil
}

// members decodes an object's members in their order.
func members(line []byte) (cells []cell, ok bool) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, false
		}
		var raw json.RawMessage
		if d.Decode(&raw) != nil {
			return nil, false
		}
		var value any = raw
		var s string
		switch {
		case len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, &s) == nil:
			value = s
		case string(raw) == "null":
			value = nil
		}
		cells = append(cells, cell{name.(string), value})
	}
	if _, err := d.Token(); err != nil {
		return nil, false
	}
	return cells, true
}

// exchanged shows the rows of an exchange in the order of their keys.
func (v *view) exchanged() error {
	if v.q.at >= 0 {
		return usage("inspect: a rows file has no offsets; -n prints its first rows")
	}
	f, err := os.Open(v.q.path)
	if err != nil {
		return &exitError{exitEnvironment, err}
	}
	defer func() { _ = f.Close() }()
	r, err := rows.Open(f, v.q.size, 0)
	if err != nil {
		return err
	}
	all := r.Range(nil, nil)
	for n := int64(0); !v.enough(); n++ {
		row, err := all.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		cells := []cell{{"key", hex.EncodeToString(row.Key)}}
		if !r.Narrow() {
			cells = append(cells, cell{"shard", int64(doc.Address(row.Addr).Shard())})
		}
		cells = append(cells, cell{"document", int64(doc.Address(row.Addr).Row())},
			cell{"value", hex.EncodeToString(row.Value)},
			cell{"value_bytes", int64(len(row.Value))})
		if err := v.row("row", n, cells); err != nil {
			return err
		}
	}
	kind := "rows of any shard"
	if r.Narrow() {
		kind = "rows of one shard, which the plan names"
	}
	v.fact("narrow", r.Narrow(), "")
	v.fact("rows_total", r.Rows(), "%s: %s, %s, %s", shown(v.q.path), bytesText(v.q.size),
		count(r.Rows(), "row"), kind)
	return nil
}
