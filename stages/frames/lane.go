package frames

import (
	"encoding/binary"
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// lane is one column of the block being filled, laid out as the file will hold it.
type lane struct {
	name  string
	shape shape
	n     int
	nulls int
	valid []byte // one bit a row, tail clear
	data  []byte // fixed-width values, bits, or the bytes of strings and lists
	off   []byte // int32 each, strings and lists: n+1 of them once a row is there
}

func (l *lane) reset() {
	l.n, l.nulls = 0, 0
	l.valid, l.data, l.off = l.valid[:0], l.data[:0], l.off[:0]
}

// row opens the next row.
func (l *lane) row(valid bool) {
	if l.n&7 == 0 {
		l.valid = append(l.valid, 0)
	}
	if valid {
		l.valid[l.n>>3] |= 1 << (l.n & 7)
	} else {
		l.nulls++
	}
	l.n++
}

func (l *lane) bit(v bool) {
	if l.n&7 == 0 {
		l.data = append(l.data, 0)
	}
	if v {
		l.data[l.n>>3] |= 1 << (l.n & 7)
	}
	l.row(true)
}

func (l *lane) uint8(v uint8) {
	l.row(true)
	l.data = append(l.data, v)
}

func (l *lane) uint16(v uint16) {
	l.row(true)
	l.data = binary.LittleEndian.AppendUint16(l.data, v)
}

func (l *lane) uint32(v uint32) {
	l.row(true)
	l.data = binary.LittleEndian.AppendUint32(l.data, v)
}

func (l *lane) float32(v float32) { l.uint32(math.Float32bits(v)) }

// word appends an 8-byte value; a null is stored as zero.
func (l *lane) word(v uint64, valid bool) {
	l.row(valid)
	if !valid {
		v = 0
	}
	l.data = binary.LittleEndian.AppendUint64(l.data, v)
}

// half is word for 4 bytes.
func (l *lane) half(v uint32, valid bool) {
	l.row(valid)
	if !valid {
		v = 0
	}
	l.data = binary.LittleEndian.AppendUint32(l.data, v)
}

func (l *lane) bytes(v []byte, valid bool) {
	l.open(valid)
	if valid {
		l.data = append(l.data, v...)
	}
	l.shut(len(l.data))
}

func (l *lane) string(v string, valid bool) {
	l.open(valid)
	l.data = append(l.data, v...)
	l.shut(len(l.data))
}

func (l *lane) list(v []int32, valid bool) {
	l.open(valid)
	if valid {
		for _, x := range v {
			l.data = binary.LittleEndian.AppendUint32(l.data, uint32(x))
		}
	}
	l.shut(len(l.data) / 4)
}

func (l *lane) open(valid bool) {
	l.row(valid)
	if len(l.off) == 0 {
		l.off = append(l.off, 0, 0, 0, 0)
	}
}

func (l *lane) shut(end int) { l.off = binary.LittleEndian.AppendUint32(l.off, uint32(end)) }

// array returns the lane as an Arrow array over the lane's own memory.
func (l *lane) array() arrow.Array {
	var valid *memory.Buffer
	if l.nulls > 0 {
		valid = memory.NewBufferBytes(l.valid)
	}
	data := memory.NewBufferBytes(l.data)
	buffers := []*memory.Buffer{valid, data}
	var children []arrow.ArrayData
	switch l.shape {
	case shapeString:
		buffers = []*memory.Buffer{valid, memory.NewBufferBytes(l.off), data}
	case shapeInt32List:
		values := []*memory.Buffer{nil, data}
		child := array.NewData(arrow.PrimitiveTypes.Int32, len(l.data)/4, values, nil, 0, 0)
		children = []arrow.ArrayData{child}
		buffers[1] = memory.NewBufferBytes(l.off)
	}
	d := array.NewData(dataType(l.shape), l.n, buffers, children, l.nulls, 0)
	return array.MakeFromData(d)
}

func dataType(s shape) arrow.DataType {
	switch s {
	case shapeUint8:
		return arrow.PrimitiveTypes.Uint8
	case shapeUint16:
		return arrow.PrimitiveTypes.Uint16
	case shapeUint32:
		return arrow.PrimitiveTypes.Uint32
	case shapeInt64:
		return arrow.PrimitiveTypes.Int64
	case shapeFloat32:
		return arrow.PrimitiveTypes.Float32
	case shapeFloat64:
		return arrow.PrimitiveTypes.Float64
	case shapeBool:
		return arrow.FixedWidthTypes.Boolean
	case shapeString:
		return arrow.BinaryTypes.String
	case shapeInt32List:
		return arrow.ListOf(arrow.PrimitiveTypes.Int32)
	}
	panic("frames: no such shape")
}
