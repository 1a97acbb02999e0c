package doc

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"

	"github.com/cespare/xxhash/v2"
)

// Address is a document's place inside one plan: generation 16 | shard 24 | row 24 bits. Shards are
// counted over the ordered splits of the input, rows over the live documents that a phase's frames of
// the split hold.
type Address uint64

// MakeAddress packs a shard and a row of generation 0.
func MakeAddress(shard, row uint32) Address { return Address(uint64(shard)<<24 | uint64(row)) }

// Shard returns the split's ordinal in the plan.
func (a Address) Shard() uint32 { return uint32(a>>24) & 0xffffff }

// Row returns the document's place among the live ones in the frames of its split.
func (a Address) Row() uint32 { return uint32(a) & 0xffffff }

// MaxRows is how many documents one split may hold, born ones included.
const MaxRows = NoRow

// NoRow is the row of an address that nothing has.
const NoRow = 1<<24 - 1

// Position is a document's place in the order of its split: the ordinal of the document that the
// source read, and the part, 0 for that document itself. It never changes, whatever else is born.
type Position uint64

// MakePosition packs an ordinal and a part.
func MakePosition(ordinal, part uint32) Position { return Position(ordinal)<<32 | Position(part) }

// Ordinal returns the place among the documents that the source read.
func (p Position) Ordinal() uint32 { return uint32(p >> 32) }

// Part returns which of the documents made of one this is.
func (p Position) Part() uint32 { return uint32(p) }

// PublicID writes the 32 hex digits hash64(normalised url) ‖ hash64(record id), xxh64 with seed 0.
//
// Without a URL the first half hashes the text as read; without a record id the second hashes
// file_path NUL place, its offset in the file (an ordinal would repeat in every split of it). The
// first half alone therefore finds a page by its URL.
func PublicID(dst *[32]byte, url, text, recordID, filePath []byte, place int64) {
	var raw [16]byte
	if len(url) > 0 {
		binary.BigEndian.PutUint64(raw[:8], urlHash(url))
	} else {
		binary.BigEndian.PutUint64(raw[:8], xxhash.Sum64(text))
	}
	if len(recordID) > 0 {
		binary.BigEndian.PutUint64(raw[8:], xxhash.Sum64(recordID))
	} else {
		var d xxhash.Digest
		d.Reset()
		_, _ = d.Write(filePath)
		var num [24]byte
		_, _ = d.Write(strconv.AppendUint(num[:1:24], uint64(place), 10))
		binary.BigEndian.PutUint64(raw[8:], d.Sum64())
	}
	hex.Encode(dst[:], raw[:])
}

// urlHash hashes a URL after the only normalisation that identity allows: scheme and host in lower
// case, the scheme's default port and the fragment dropped.
func urlHash(url []byte) uint64 {
	var buf [512]byte
	return xxhash.Sum64(NormalizeURL(buf[:0], url))
}

// NormalizeURL appends the identity form of url to dst: scheme and host in lower case, default port
// and fragment dropped, nothing else touched, user names and passwords neither. What does not begin
// with "scheme://" only loses its fragment.
func NormalizeURL(dst, url []byte) []byte {
	for i, c := range url {
		if c == '#' {
			url = url[:i]
			break
		}
	}
	colon := schemeEnd(url)
	if colon < 0 {
		return append(dst, url...)
	}
	start := len(dst)
	dst = appendLower(dst, url[:colon])
	scheme := string(dst[start:])
	dst = append(dst, "://"...)
	rest := url[colon+3:]
	end := len(rest)
	host := 0
	for i, c := range rest {
		if c == '/' || c == '?' {
			end = i
			break
		}
		if c == '@' {
			host = i + 1
		}
	}
	dst = append(dst, rest[:host]...)
	return append(appendLower(dst, dropPort(scheme, rest[host:end])), rest[end:]...)
}

// schemeEnd finds the colon of a leading "scheme://"; -1 where there is none.
func schemeEnd(url []byte) int {
	for i, c := range url {
		switch {
		case 'a' <= c|0x20 && c|0x20 <= 'z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		case i > 0 && c == ':' && i+2 < len(url) && url[i+1] == '/' && url[i+2] == '/':
			return i
		default:
			return -1
		}
	}
	return -1
}

func dropPort(scheme string, authority []byte) []byte {
	port := ""
	switch scheme {
	case "http":
		port = ":80"
	case "https":
		port = ":443"
	}
	n := len(authority) - len(port)
	if port != "" && n > 0 && string(authority[n:]) == port {
		return authority[:n]
	}
	return authority
}

func appendLower(dst, s []byte) []byte {
	for _, c := range s {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}
