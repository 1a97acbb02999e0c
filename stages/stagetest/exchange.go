package stagetest

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// collector keeps the rows that an exchange writes.
type collector struct{ rows []stages.Row }

// Write implements stages.RowWriter.
func (c *collector) Write(r stages.Row) error {
	r.Key, r.Value = bytes.Clone(r.Key), bytes.Clone(r.Value)
	c.rows = append(c.rows, r)
	return nil
}

// sink counts rows and forgets them.
type sink struct{ n int }

// Write implements stages.RowWriter.
func (s *sink) Write(stages.Row) error {
	s.n++
	return nil
}

func compareRows(a, b stages.Row) int {
	return cmp.Or(bytes.Compare(a.Key, b.Key), cmp.Compare(a.Addr, b.Addr),
		bytes.Compare(a.Value, b.Value))
}

// stream reads rows from memory. Every row is handed out in the same buffers, so that a step that
// keeps one finds it changed.
type stream struct {
	rows       []stages.Row
	key, value []byte
}

// Next implements stages.RowReader.
func (s *stream) Next() (stages.Row, error) {
	if len(s.rows) == 0 {
		return stages.Row{}, io.EOF
	}
	r := s.rows[0]
	s.rows = s.rows[1:]
	s.key, s.value = append(s.key[:0], r.Key...), append(s.value[:0], r.Value...)
	return stages.Row{Key: s.key, Addr: r.Addr, Value: s.value}, nil
}

// reduce takes emitted rows through all steps, with what is spread by hash in so many partitions.
// The verdicts come back sorted by address.
func reduce(x stages.Exchange, rows []stages.Row, partitions int) ([]stages.Row, error) {
	for _, step := range x.Reduces() {
		n := 1
		if step.In == stages.ByHash {
			n = partitions
		}
		slices.SortFunc(rows, compareRows)
		var out collector
		for p := range n {
			in := stream{rows: partition(rows, p, n)}
			err := guarded(func() error { return step.Run(&in, &out) })
			if err != nil {
				return nil, fmt.Errorf("step %s: %w", step.Name, err)
			}
		}
		rows = out.rows
	}
	slices.SortFunc(rows, func(a, b stages.Row) int {
		return cmp.Or(cmp.Compare(a.Addr, b.Addr), bytes.Compare(a.Value, b.Value))
	})
	return rows, nil
}

// partition returns the rows whose first 12 bits of key fall into part p of n.
func partition(rows []stages.Row, p, n int) []stages.Row {
	if n == 1 {
		return rows
	}
	var part []stages.Row
	for _, r := range rows {
		if prefix := (int(r.Key[0])<<8 | int(r.Key[1])) >> 4; prefix*n>>12 == p {
			part = append(part, r)
		}
	}
	return part
}

// verdicts looks rows up in ascending order, as the engine does.
type verdicts struct{ rows []stages.Row }

// Find implements stages.Verdicts.
func (v *verdicts) Find(a doc.Address) ([]byte, bool) {
	for len(v.rows) > 0 && v.rows[0].Addr < a {
		v.rows = v.rows[1:]
	}
	if len(v.rows) > 0 && v.rows[0].Addr == a {
		return v.rows[0].Value, true
	}
	return nil, false
}
