package frames

import "encoding/binary"

// flat reads the FlatBuffers tables that Arrow keeps its metadata in. Positions are offsets into b;
// 0 is an absent field. A read outside b sets bad and gives zero, so that a walk over hostile bytes
// ends by itself and is judged once, at its end.
//
// A table starts with the signed distance back to its vtable; the vtable holds its own size, the
// table's size, and per field the field's distance from the table's start.
type flat struct {
	b   []byte
	bad bool
}

func (f *flat) in(at, n int) bool {
	if at < 0 || n < 0 || at > len(f.b)-n {
		f.bad = true
		return false
	}
	return true
}

func (f *flat) u8(at int) uint8 {
	if !f.in(at, 1) {
		return 0
	}
	return f.b[at]
}

func (f *flat) u16(at int) int {
	if !f.in(at, 2) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(f.b[at:]))
}

func (f *flat) u32(at int) int {
	if !f.in(at, 4) {
		return 0
	}
	return int(binary.LittleEndian.Uint32(f.b[at:]))
}

func (f *flat) i32(at int) int { return int(int32(f.u32(at))) }

func (f *flat) i64(at int) int64 {
	if !f.in(at, 8) {
		return 0
	}
	return int64(binary.LittleEndian.Uint64(f.b[at:]))
}

// root returns the root table.
func (f *flat) root() int { return f.u32(0) }

// field returns where a table's field lies, 0 when it is absent.
func (f *flat) field(table, slot int) int {
	if table == 0 {
		return 0
	}
	vtable := table - f.i32(table)
	at := 4 + 2*slot
	if at+2 > f.u16(vtable) {
		return 0
	}
	if d := f.u16(vtable + at); d != 0 {
		return table + d
	}
	return 0
}

// follow returns what the reference at a field points to: a table, string or vector.
func (f *flat) follow(field int) int {
	if field == 0 {
		return 0
	}
	return field + f.u32(field)
}

// sub returns the table that a field refers to, 0 when absent.
func (f *flat) sub(table, slot int) int { return f.follow(f.field(table, slot)) }

// vector returns the first element and the length of a field that is a vector of elements of size
// bytes each.
func (f *flat) vector(table, slot, size int) (first, n int) {
	at := f.sub(table, slot)
	if at == 0 {
		return 0, 0
	}
	n = f.u32(at)
	if !f.in(at+4, n*size) {
		return 0, 0
	}
	return at + 4, n
}

// maxName bounds strings: many references to one long string must not multiply it.
const maxName = 1024

func (f *flat) str(table, slot int) string {
	first, n := f.vector(table, slot, 1)
	if n > maxName {
		f.bad = true
		return ""
	}
	return string(f.b[first : first+n])
}

// Fields that may be absent, with the value that absence means.

func (f *flat) u8Or(table, slot int) uint8 {
	if at := f.field(table, slot); at != 0 {
		return f.u8(at)
	}
	return 0
}

func (f *flat) i32Or(table, slot int) int {
	if at := f.field(table, slot); at != 0 {
		return f.i32(at)
	}
	return 0
}

func (f *flat) i64Or(table, slot int) int64 {
	if at := f.field(table, slot); at != 0 {
		return f.i64(at)
	}
	return 0
}
