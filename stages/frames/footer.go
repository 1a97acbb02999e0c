package frames

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"

	"dataprep/stages/doc"
)

// maxFields is how many columns or metadata keys are looked at.
const maxFields = 4096

// magic opens a file, padded to 8 bytes, and closes it.
const magic = "ARROW1"

// Slots of Arrow's metadata tables (format/File.fbs, Schema.fbs, Message.fbs).
const (
	footerSchema, footerBatches          = 1, 3
	schemaEndian, schemaFields, schemaKV = 0, 1, 2
	fieldName, fieldTypeKind, fieldType  = 0, 2, 3
	fieldDictionary, fieldChildren       = 4, 5
	intWidth, intSigned                  = 0, 1
	floatPrecision                       = 0
	messageKind, messageTable            = 1, 2
	batchLength, batchNodes              = 0, 1
	batchBuffers, batchCompression       = 2, 3
	compressionCodec                     = 0
	typeInt, typeFloat, typeUtf8         = 2, 3, 5
	typeBool, typeList                   = 6, 12
	kindRecordBatch                      = 3
	codecZstd                            = 1
)

// place is where a record batch lies in the file.
type place struct {
	at   int64
	meta int64 // bytes of its metadata, with the 8 bytes before them
	body int64
}

// physical is a column of the file: its shape, and where its nodes and buffers begin among those of
// each record batch.
type physical struct {
	name         string
	shape        shape
	node, buffer int
}

// readFooter fills r with what the end of the file says. All it allocates is bounded by the size.
func (r *Reader) readFooter() error {
	const tail = 4 + len(magic)
	if r.size < int64(8+tail) {
		return corrupt("%d bytes are too few", r.size)
	}
	var start [8]byte
	var end [tail]byte
	if err := readAt(r.src, start[:], 0); err != nil {
		return err
	}
	if err := readAt(r.src, end[:], r.size-int64(tail)); err != nil {
		return err
	}
	if string(start[:len(magic)]) != magic || string(end[4:]) != magic {
		return corrupt("no Arrow file")
	}
	n := int64(binary.LittleEndian.Uint32(end[:]))
	if n > r.size-int64(8+tail) {
		return corrupt("footer of %d bytes", n)
	}
	b := make([]byte, n)
	if err := readAt(r.src, b, r.size-int64(tail)-n); err != nil {
		return err
	}
	f := flat{b: b}
	footer := f.root()
	schema := f.sub(footer, footerSchema)
	version, err := readVersion(&f, schema)
	if err != nil {
		return err
	}
	r.head = headOf(version)
	if err := r.readSchema(&f, schema); err != nil {
		return err
	}
	return r.readPlaces(&f, footer)
}

func readVersion(f *flat, schema int) (int, error) {
	first, n := f.vector(schema, schemaKV, 4)
	for i := range min(n, maxFields) {
		kv := f.follow(first + 4*i)
		if f.str(kv, 0) != MetadataKey {
			continue
		}
		v, err := strconv.Atoi(f.str(kv, 1))
		switch {
		case err != nil || v < 1:
			return 0, corrupt("version %q", f.str(kv, 1))
		case v > Version:
			return 0, fmt.Errorf("%w: %d, this program reads up to %d", ErrNewer, v, Version)
		}
		return v, nil
	}
	return 0, corrupt("no %s in its metadata", MetadataKey)
}

func (r *Reader) readSchema(f *flat, schema int) error {
	if f.field(schema, schemaEndian) != 0 && f.u16(f.field(schema, schemaEndian)) != 0 {
		return corrupt("big-endian")
	}
	first, n := f.vector(schema, schemaFields, 4)
	if n > maxFields {
		return corrupt("%d columns", n)
	}
	for i := range n {
		field := f.follow(first + 4*i)
		p := physical{name: f.str(field, fieldName), node: r.nodes, buffer: r.buffers}
		if p.shape = shapeOfField(f, field); p.shape == 0 {
			return corrupt("column %q is of a foreign type", p.name)
		}
		nodes, buffers := parts(p.shape)
		r.nodes += nodes
		r.buffers += buffers
		r.physical = append(r.physical, p)
	}
	if f.bad || len(r.physical) < r.head {
		return corrupt("schema")
	}
	for i, h := range head[:r.head] {
		if p := r.physical[i]; p.name != h.name || p.shape != h.shape {
			return corrupt("column %d is %q", i, p.name)
		}
	}
	for _, p := range r.physical[r.head:] {
		if kindOf(p.shape) == 0 {
			return corrupt("column %q is of a foreign type", p.name)
		}
		r.columns = append(r.columns, doc.Column{Name: p.name, Kind: kindOf(p.shape)})
	}
	return nil
}

// parts returns how many nodes and buffers a column has in a record batch.
func parts(s shape) (nodes, buffers int) {
	switch s {
	case shapeString:
		return 1, 3
	case shapeInt32List:
		return 2, 4
	}
	return 1, 2
}

// shapeOfField returns the shape of an Arrow field, 0 when frames have no such.
func shapeOfField(f *flat, field int) shape {
	if f.field(field, fieldDictionary) != 0 {
		return 0
	}
	typ := f.sub(field, fieldType)
	switch f.u8Or(field, fieldTypeKind) {
	case typeUtf8:
		return shapeString
	case typeBool:
		return shapeBool
	case typeInt:
		return shapeOfInt(f.i32Or(typ, intWidth), f.u8Or(typ, intSigned) != 0)
	case typeFloat:
		at := f.field(typ, floatPrecision)
		switch {
		case at != 0 && f.u16(at) == 1:
			return shapeFloat32
		case at != 0 && f.u16(at) == 2:
			return shapeFloat64
		}
	case typeList:
		first, n := f.vector(field, fieldChildren, 4)
		if n != 1 {
			return 0
		}
		child := f.follow(first)
		typ := f.sub(child, fieldType)
		if f.u8Or(child, fieldTypeKind) == typeInt && f.field(child, fieldDictionary) == 0 &&
			f.i32Or(typ, intWidth) == 32 && f.u8Or(typ, intSigned) != 0 {
			return shapeInt32List
		}
	}
	return 0
}

func shapeOfInt(width int, signed bool) shape {
	switch {
	case width == 64 && signed:
		return shapeInt64
	case width == 32 && !signed:
		return shapeUint32
	case width == 16 && !signed:
		return shapeUint16
	case width == 8 && !signed:
		return shapeUint8
	}
	return 0
}

// readPlaces lists the record batches: structs of offset int64, metadata length int32, 4 bytes of
// padding, body length int64.
func (r *Reader) readPlaces(f *flat, footer int) error {
	first, n := f.vector(footer, footerBatches, 24)
	r.places = make([]place, n)
	for i := range r.places {
		at := first + 24*i
		p := place{at: f.i64(at), meta: int64(f.i32(at + 8)), body: f.i64(at + 16)}
		if p.at < 8 || p.meta < 16 || p.body < 0 || p.at > r.size || p.meta > r.size-p.at ||
			p.body > r.size-p.at-p.meta {
			return corrupt("block %d lies outside of the file", i)
		}
		r.places[i] = p
	}
	if f.bad {
		return corrupt("footer")
	}
	return nil
}

func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrCorrupt}, args...)...)
}

// readAt fills b; a file that ends early is damaged, another failure is the store's.
func readAt(src io.ReaderAt, b []byte, at int64) error {
	if len(b) == 0 {
		return nil
	}
	n, err := src.ReadAt(b, at)
	switch {
	case n == len(b):
		return nil
	case err == nil || err == io.EOF:
		return corrupt("it ends at byte %d", at+int64(n))
	}
	return fmt.Errorf("read frames at %d: %w", at, err)
}
