package dedup

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// idLen is the length of a public id in bytes; columns hold it as twice as many hex digits.
const idLen = 16

// A verdict row has the member's address and the value
//
//	survives u8 | public id of the survivor [16] | size of the cluster u64 big-endian
//
// The first byte is needed because public ids need not differ: one record read from two files has
// one id. Addresses of survivors stay out: they hold the shard's ordinal, and a new input file must
// not change the verdicts of old shards.
const verdictLen = 1 + idLen + 8

type verdict struct {
	survives bool
	size     int64
}

// parseVerdict decodes a value and writes the survivor's id to dst in hex.
func parseVerdict(value []byte, dst *[2 * idLen]byte) (verdict, error) {
	if len(value) != verdictLen || value[0] > 1 {
		return verdict{}, fmt.Errorf("dedup: a verdict of %d bytes: %x", len(value), value)
	}
	hex.Encode(dst[:], value[1:1+idLen])
	size := binary.BigEndian.Uint64(value[1+idLen:])
	return verdict{survives: value[0] == 1, size: int64(size)}, nil
}

// verdictWriter writes verdict rows.
type verdictWriter struct {
	out stages.RowWriter
	buf [verdictLen]byte
}

func (w *verdictWriter) write(member, survivor doc.Address, id []byte, size uint64) error {
	w.buf[0] = 0
	if member == survivor {
		w.buf[0] = 1
	}
	copy(w.buf[1:], id)
	binary.BigEndian.PutUint64(w.buf[1+idLen:], size)
	return w.out.Write(stages.Row{Addr: member, Value: w.buf[:]})
}
