// Package frames keeps batches between two phases: an Arrow IPC file of documents with their
// verdicts.
//
// In: the rows of batches, in the order of their documents. Out: the same rows, appended to batches
// of any schema. A file is cut into record batches, blocks, of BlockRows rows or MaxBlockBytes
// bytes, counted over the rows written and never over the batches they came in, so that equal rows
// give equal bytes. Every array is canonical by construction: offset 0, no validity bitmap without
// nulls and exactly ceil(n/8) bytes of it otherwise, data cut to length, nulls stored as zero.
//
// Arrow writes the files; reading is our own, because Arrow's reader decodes every column, trusts
// the sizes a file claims and panics on what it does not like. Each block is on its own: a reader
// may start at any. The package refuses files of a newer version, files of others and damaged
// files. Format: Apache Arrow columnar format 1.4, "IPC File Format", buffers under zstd.
package frames

import (
	"errors"

	"dataprep/stages/doc"
)

// Version is the version of the files written, in their metadata under MetadataKey. Version 1 had
// no parts: no document was born yet.
const Version = 2

// MetadataKey is the key of the schema's metadata that marks a file as ours.
const MetadataKey = "dataprep.frames"

// BlockRows is how many rows a block holds, the last one of a file aside. Published shards are cut
// between blocks: about 1 MB of text is fine enough for shards of 256 MiB.
const BlockRows = 256

// MaxBlockBytes closes a block before the row that would take it past this many bytes; one row may
// exceed it alone.
const MaxBlockBytes = 8 << 20

// Errors of readers; match them with errors.Is.
var (
	// ErrNewer: the file was written by a later version of the program.
	ErrNewer = errors.New("frames of a newer version")
	// ErrCorrupt: the file is damaged or no frames file at all.
	ErrCorrupt = errors.New("not a readable frames file")
)

// Block describes one record batch: its live rows and their published bytes, which are 8 for a
// number, the length of a string and 4 for each element of a list; nulls are free.
type Block struct {
	Rows  int64
	Bytes int64
}

// shape is the physical type of a column.
type shape uint8

const (
	shapeUint8 shape = iota + 1
	shapeUint16
	shapeUint32
	shapeInt64
	shapeFloat32
	shapeFloat64
	shapeBool
	shapeString
	shapeInt32List
)

// head is what a file says of every row before its columns: where it comes from and what was
// decided. Columns are told from it by place, so a document may have a column called state.
var head = [...]struct {
	name  string
	shape shape
}{
	headRow:      {"row", shapeUint32},
	headState:    {"state", shapeUint8},
	headShadow:   {"shadow", shapeBool},
	headStage:    {"stage", shapeUint16},
	headReason:   {"reason", shapeString},
	headMeasured: {"measured", shapeBool},
	headDead:     {"dead", shapeBool},
	headValue:    {"value", shapeFloat32},
	headLimit:    {"limit", shapeFloat32},
	headSurvivor: {"survivor", shapeString},
	headPart:     {"part", shapeUint32},
}

const (
	headRow      = iota // ordinal of the document in its split; the shard is the plan's to know
	headState           // doc.State
	headShadow          // member of the shadow sample
	headStage           // of the verdict, as are those below
	headReason          // null: nothing failed
	headMeasured        // value and limit mean something
	headDead
	headValue
	headLimit
	headSurvivor // 32 hex digits or null
	headPart     // of the documents made of one, see doc.Position; since version 2
	headLen
)

// headOf returns how many columns the head has in a file of that version.
func headOf(version int) int {
	if version == 1 {
		return headPart
	}
	return headLen
}

// shapeOf returns the shape of a document's column, 0 for what must not leave the process.
func shapeOf(k doc.Kind) shape {
	switch k {
	case doc.KindString:
		return shapeString
	case doc.KindInt64:
		return shapeInt64
	case doc.KindFloat64:
		return shapeFloat64
	case doc.KindFloat32:
		return shapeFloat32
	case doc.KindInt32List:
		return shapeInt32List
	}
	return 0
}

// kindOf is the inverse of shapeOf, 0 for shapes that only the head has.
func kindOf(s shape) doc.Kind {
	switch s {
	case shapeString:
		return doc.KindString
	case shapeInt64:
		return doc.KindInt64
	case shapeFloat64:
		return doc.KindFloat64
	case shapeFloat32:
		return doc.KindFloat32
	case shapeInt32List:
		return doc.KindInt32List
	}
	return 0
}
