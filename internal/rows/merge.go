package rows

import "io"

// Merge yields the rows of several sorted iterators in one order: key, address, value.
type Merge struct {
	heap []head
	cur  int // index of the head handed out last, to be advanced first; -1 before
}

type head struct {
	row Row
	it  *Iter
}

// NewMerge loads the first row of each iterator.
func NewMerge(iters []*Iter) (*Merge, error) {
	m := &Merge{cur: -1}
	for _, it := range iters {
		r, err := it.Next()
		if err == io.EOF {
			continue
		}
		if err != nil {
			return nil, err
		}
		m.heap = append(m.heap, head{r, it})
	}
	for i := len(m.heap)/2 - 1; i >= 0; i-- {
		m.down(i)
	}
	return m, nil
}

// Next returns the next row or io.EOF. Its slices live until the call after.
func (m *Merge) Next() (Row, error) {
	if m.cur == 0 {
		r, err := m.heap[0].it.Next()
		switch {
		case err == io.EOF:
			n := len(m.heap) - 1
			m.heap[0] = m.heap[n]
			m.heap = m.heap[:n]
		case err != nil:
			return Row{}, err
		default:
			m.heap[0].row = r
		}
		m.down(0)
	}
	if len(m.heap) == 0 {
		m.cur = -1
		return Row{}, io.EOF
	}
	m.cur = 0
	return m.heap[0].row, nil
}

func (m *Merge) down(i int) {
	for {
		c := 2*i + 1
		if c >= len(m.heap) {
			return
		}
		if c+1 < len(m.heap) && compare(m.heap[c+1].row, m.heap[c].row) < 0 {
			c++
		}
		if compare(m.heap[i].row, m.heap[c].row) <= 0 {
			return
		}
		m.heap[i], m.heap[c] = m.heap[c], m.heap[i]
		i = c
	}
}
