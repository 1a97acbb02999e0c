// Package warc turns the bytes of a web archive file into records.
//
// In: an io.Reader that begins at a known offset of a WARC or WET file (plain, one gzip member per
// record, or a few members holding many records). Out: records in file order, each with its place,
// the header fields the program uses and its block. What cannot be read comes out in the same
// stream as a record whose Skip says why and whose place covers the lost bytes, so that
// records = readable + skipped holds by construction.
//
// Invariant: what a range yields depends on the file and the range only, never on read sizes;
// ranges that tile a splittable file yield together what one reader of the whole file yields.
//
// Refused with an error: ARC, zstd, bzip2, xz, zip, and anything without a record in its first MiB.
// Specification: WARC 1.1 (ISO 28500:2017) and its Annex D on gzip. We are laxer: LF line ends, any
// version, names and types in any case, any number of blank lines between records, records that run
// over several members. The library of reference for odd files is warcio; unlike it we go on after
// damage at the next member.
package warc

import "errors"

// Limits. They are constants because they decide which records exist.
const (
	SplitSize  = 32 << 20 // bytes of file in one range
	MaxBody    = 16 << 20 // bytes of a block, and of an HTTP body after decoding
	MaxHeader  = 64 << 10 // bytes of a WARC or an HTTP header block
	MaxRatio   = 200      // inflated bytes per compressed byte
	ratioFloor = 1 << 20  // inflated bytes below which the ratio is not looked at
	sniffLimit = 1 << 20  // bytes of file within which the first record must begin
)

// Errors that end a file; all others of Reader.Next come from the source.
var (
	ErrNotWARC     = errors.New("not a WARC file")
	ErrARC         = errors.New("an ARC file, not WARC: convert it first")
	ErrCompression = errors.New("compression other than gzip")
	ErrNoRecord    = errors.New("no such record at this place")
)

// Type is the kind of a record (WARC-Type).
type Type uint8

// The types of WARC 1.1; Other is any word beside them, or none.
const (
	Other Type = iota
	Warcinfo
	Response
	Resource
	Request
	Metadata
	Revisit
	Conversion
	Continuation
	typeCount
)

var typeNames = [typeCount]string{
	"other", "warcinfo", "response", "resource", "request",
	"metadata", "revisit", "conversion", "continuation",
}

// String returns the word of the specification.
func (t Type) String() string { return typeNames[t%typeCount] }

// Cause says why a record is not readable; the empty cause means that it is.
type Cause string

// The closed set of causes. NotHTML and HTTPStatus are never set here: they are for the caller that
// judges readable responses, so that every skip of an archive has a name from one list.
const (
	DamagedMember   Cause = "damaged_member"    // broken deflate data or checksum
	Truncated       Cause = "truncated"         // the file or member ends inside the record
	Garbage         Cause = "garbage"           // bytes that are no record, between records
	BadLength       Cause = "bad_length"        // Content-Length reaches into the next record
	NoContentLength Cause = "no_content_length" // missing or not a number
	HeaderTooLarge  Cause = "header_too_large"  // above MaxHeader
	TooLarge        Cause = "too_large"         // above MaxBody
	GzipBomb        Cause = "gzip_bomb"         // above MaxRatio
	BadHTTP         Cause = "bad_http"          // a response without a status line
	NotHTML         Cause = "not_html"
	HTTPStatus      Cause = "http_status"

	typeCause = "type_" // followed by the name of a type the reader was told to leave out
)

var typeCauses = [typeCount]Cause{
	typeCause + "other", typeCause + "warcinfo", typeCause + "response", typeCause + "resource",
	typeCause + "request", typeCause + "metadata", typeCause + "revisit",
	typeCause + "conversion", typeCause + "continuation",
}

// Cause returns the skip cause of records of type t that nobody asked for.
func (t Type) Cause() Cause { return typeCauses[t%typeCount] }

// Record is one record, or one stretch of file that should have been one. All slices are the
// reader's and hold until its next call.
type Record struct {
	Type Type
	Skip Cause // empty: readable

	// Offset is the place in the file of the gzip member the record was found in (of the record
	// itself when the file is plain), Length the bytes from there to the end of the record's last
	// member (of its block). Length is 0 when the member goes on after this record, because its end
	// is not known yet. Index counts the records since Offset, from 0.
	Offset, Length int64
	Index          int

	ID            []byte // WARC-Record-ID as written, with its angle brackets
	URI           []byte // WARC-Target-URI without the angle brackets some writers add
	Date          []byte // WARC-Date
	ContentType   []byte // of the block
	PayloadType   []byte // WARC-Identified-Payload-Type
	Truncated     []byte // WARC-Truncated: why the crawler cut the block, as it says
	ContentLength int64  // as declared; -1 when unknown
	Body          []byte // the block; nil when Skip is set
}
