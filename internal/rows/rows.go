// Package rows is the file in which an exchange's rows wait for their reduce.
//
// In: (key, address, value) rows in any order. Out: one object, sorted by key, then address, then
// value, in blocks of about 64 KiB with a checksum each and an index of first keys, so that a
// reader gets any range of keys with a few reads and merges many files in bounded memory.
//
//	"DPROWS1" flags | block… | index | index length u32 | xxh64 of index | "DPRX1\x00\x00\x00"
//	block = length u32 | xxh64 u64 | (uvarint key length, key, address, uvarint length, value)…
//
// An address is 8 bytes big-endian, or its low 3 bytes in 4 when the file is narrow: rows of one
// shard, whose ordinal the reader adds. Equal rows give equal bytes whatever the order they came
// in. The package knows no documents; sorting is in memory, by tasks that are small by design.
package rows

import "errors"

// Version is the format's version; newer files are refused.
const Version = 1

const (
	magic     = "DPROWS"
	tail      = "DPRX1\x00\x00\x00"
	headerLen = 8
	footerLen = 4 + 8 + len(tail)

	// blockBytes bounds what one reader of a merge holds. 64 KiB keeps 1,000-way merges under
	// 100 MB and costs one index entry per thousand rows.
	blockBytes = 64 << 10

	rowMask = 1<<24 - 1
)

// Errors of damaged or foreign files; both are found before any row is believed.
var (
	ErrCorrupt = errors.New("rows: corrupt file")
	ErrVersion = errors.New("rows: file of a newer version")
)

// Row is one row; a reader's slices live until its next call.
type Row struct {
	Key   []byte
	Addr  uint64
	Value []byte
}
