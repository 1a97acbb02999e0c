package doc

import "math"

// Bits is one bit per row, least significant first, as Arrow lays validity out.
type Bits []uint64

// Has says whether bit i is set.
func (b Bits) Has(i int) bool { return b[i>>6]&(1<<(i&63)) != 0 }

// Set sets bit i.
func (b Bits) Set(i int) { b[i>>6] |= 1 << (i & 63) }

// Clear clears bit i.
func (b Bits) Clear(i int) { b[i>>6] &^= 1 << (i & 63) }

// grown returns b with room for n rows, new bits clear.
func (b Bits) grown(n int) Bits {
	for len(b) < (n+63)>>6 {
		b = append(b, 0)
	}
	return b
}

// Number is what a Num or List column may hold.
type Number interface {
	~int32 | ~int64 | ~uint16 | ~float32 | ~float64
}

// column is what the batch needs of its columns; Num, Strings, List and Spans are the only ones.
type column interface {
	reset()                           // no rows, capacity kept
	grow(n int)                       // n rows; new ones are null
	null(n int)                       // n rows, all null
	close(n int)                      // n rows with complete offsets
	copy(row int, from column, i int) // row := from[i], rows in ascending order
	weight() int                      // bytes held, for the batch limit
}

// Num is one number per row. V[i] means something only where Valid has i.
type Num[T Number] struct {
	V     []T
	Valid Bits
}

// Set gives row i a value.
func (c *Num[T]) Set(i int, v T) {
	c.V[i] = v
	c.Valid.Set(i)
}

// At returns row i's value, zero when null.
func (c *Num[T]) At(i int) T {
	if !c.Valid.Has(i) {
		return 0
	}
	return c.V[i]
}

// Has says whether row i has a value.
func (c *Num[T]) Has(i int) bool { return c.Valid.Has(i) }

func (c *Num[T]) reset() { c.V = c.V[:0]; c.Valid = c.Valid[:0] }

func (c *Num[T]) grow(n int) {
	for len(c.V) < n {
		c.V = append(c.V, 0)
	}
	c.Valid = c.Valid.grown(n)
}

func (c *Num[T]) null(n int) {
	c.reset()
	c.grow(n)
}

func (c *Num[T]) close(n int) { c.grow(n) }

func (c *Num[T]) copy(row int, from column, i int) {
	f := from.(*Num[T])
	c.grow(row + 1)
	if f.Valid.Has(i) {
		c.Set(row, f.V[i])
	}
}

func (c *Num[T]) weight() int { return len(c.V) * 8 }

// Strings is one byte string per row in one arena: row i is Data[Off[i]:Off[i+1]].
//
// The layout is Arrow's own, so frames take it over without conversion. Rows are set in ascending
// order; rows passed over are null.
type Strings struct {
	Data  []byte
	Off   []int32
	Valid Bits
	n     int
}

// At returns row i's bytes, valid until the column is rewritten; empty when null.
func (c *Strings) At(i int) []byte {
	if i+1 >= len(c.Off) {
		return nil
	}
	return c.Data[c.Off[i]:c.Off[i+1]:c.Off[i+1]]
}

// Has says whether row i has a value, the empty string included.
func (c *Strings) Has(i int) bool { return c.Valid.Has(i) }

// Set appends row i's bytes. It panics when the row or a later one was set before, since rows come
// in order, and when the column's bytes no longer fit its offsets.
func (c *Strings) Set(i int, v []byte) {
	c.fill(i)
	end := offset(len(c.Data) + len(v))
	c.Data = append(c.Data, v...)
	c.Off = append(c.Off, end)
	c.Valid.Set(i)
}

// SetString is Set for a string.
func (c *Strings) SetString(i int, v string) {
	c.fill(i)
	end := offset(len(c.Data) + len(v))
	c.Data = append(c.Data, v...)
	c.Off = append(c.Off, end)
	c.Valid.Set(i)
}

// fill passes over the rows before i.
func (c *Strings) fill(i int) {
	c.Off = filled(c.Off, i, len(c.Data))
	c.grow(i + 1)
}

// filled completes offsets up to the start of row i; the rows passed over are empty.
func filled(off []int32, i, end int) []int32 {
	if len(off) == 0 {
		off = append(off, 0)
	}
	if len(off) > i+1 {
		panic("doc: column set out of row order")
	}
	for len(off) <= i {
		off = append(off, int32(end))
	}
	return off
}

// offset is a place in a column's arena. Batches close at a few MiB and one row holds at most some
// 16 MiB more; whoever comes near 2 GiB forgot to look at Full, and wrapping would mix documents.
func offset(n int) int32 {
	if n > math.MaxInt32 {
		panic("doc: a column of one batch holds more than 2 GiB")
	}
	return int32(n)
}

func (c *Strings) reset() {
	c.Data, c.Off, c.Valid, c.n = c.Data[:0], c.Off[:0], c.Valid[:0], 0
}

func (c *Strings) grow(n int) {
	if n > c.n {
		c.n = n
		c.Valid = c.Valid.grown(n)
	}
}

func (c *Strings) null(n int) {
	c.reset()
	c.grow(n)
}

// close makes Off complete for n rows.
func (c *Strings) close(n int) {
	c.grow(n)
	if n > 0 && len(c.Off) < n+1 {
		c.Off = filled(c.Off, n, len(c.Data))
	}
}

func (c *Strings) copy(row int, from column, i int) {
	f := from.(*Strings)
	if f.Has(i) {
		c.Set(row, f.At(i))
	} else {
		c.grow(row + 1)
	}
}

func (c *Strings) weight() int { return len(c.Data) + 4*len(c.Off) }

// List is one list of numbers per row: row i is Data[Off[i]:Off[i+1]]. Rows are set in order.
type List[T Number] struct {
	Data  []T
	Off   []int32
	Valid Bits
}

// At returns row i's list, empty when null.
func (c *List[T]) At(i int) []T {
	if i+1 >= len(c.Off) {
		return nil
	}
	return c.Data[c.Off[i]:c.Off[i+1]:c.Off[i+1]]
}

// Has says whether row i has a list.
func (c *List[T]) Has(i int) bool { return c.Valid.Has(i) }

// Set appends row i's list. Rows come in ascending order, else it panics.
func (c *List[T]) Set(i int, v []T) {
	c.Off = filled(c.Off, i, len(c.Data))
	end := offset(len(c.Data) + len(v))
	c.Data = append(c.Data, v...)
	c.Off = append(c.Off, end)
	c.Valid = c.Valid.grown(i + 1)
	c.Valid.Set(i)
}

func (c *List[T]) reset() { c.Data, c.Off, c.Valid = c.Data[:0], c.Off[:0], c.Valid[:0] }

func (c *List[T]) grow(n int) { c.Valid = c.Valid.grown(n) }

func (c *List[T]) null(n int) {
	c.reset()
	c.grow(n)
}

// close makes Off complete for n rows.
func (c *List[T]) close(n int) {
	c.grow(n)
	if n > 0 && len(c.Off) < n+1 {
		c.Off = filled(c.Off, n, len(c.Data))
	}
}

func (c *List[T]) copy(row int, from column, i int) {
	f := from.(*List[T])
	c.grow(row + 1)
	if f.Has(i) {
		c.Set(row, f.At(i))
	}
}

func (c *List[T]) weight() int { return 8*len(c.Data) + 4*len(c.Off) }

// Spans is one range per row over an arena that a reader owns: row i is Data[Start[i]:End[i]].
//
// It carries what is too big to copy (a page's HTML) and lives until the reader's next batch.
type Spans struct {
	Data       []byte
	Start, End []int32
	Valid      Bits
}

// At returns row i's bytes, empty when null.
func (c *Spans) At(i int) []byte { return c.Data[c.Start[i]:c.End[i]:c.End[i]] }

// Has says whether row i has a value, the empty one included.
func (c *Spans) Has(i int) bool { return c.Valid.Has(i) }

// Set makes row i the range [start, end) of Data, which a reader that owns the arena has filled.
func (c *Spans) Set(i int, start, end int32) {
	c.grow(i + 1)
	c.Start[i], c.End[i] = start, end
	c.Valid.Set(i)
}

// Append copies v to the arena as row i's bytes. The arena may move; spans are offsets.
func (c *Spans) Append(i int, v []byte) {
	start, end := int32(len(c.Data)), offset(len(c.Data)+len(v))
	c.Data = append(c.Data, v...)
	c.Set(i, start, end)
}

func (c *Spans) reset() {
	c.Data, c.Start, c.End, c.Valid = c.Data[:0], c.Start[:0], c.End[:0], c.Valid[:0]
}

func (c *Spans) grow(n int) {
	for len(c.Start) < n {
		c.Start, c.End = append(c.Start, 0), append(c.End, 0)
	}
	c.Valid = c.Valid.grown(n)
}

func (c *Spans) null(n int) {
	c.reset()
	c.grow(n)
}

func (c *Spans) close(n int) { c.grow(n) }

func (c *Spans) copy(row int, from column, i int) {
	f := from.(*Spans)
	c.grow(row + 1)
	if f.Has(i) {
		c.Append(row, f.At(i))
	}
}

func (c *Spans) weight() int { return len(c.Data) + 8*len(c.Start) }
