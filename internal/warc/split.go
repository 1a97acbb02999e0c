package warc

import (
	"bytes"
	"fmt"
	"io"
)

// Splits cuts a file of size bytes into ranges of step bytes (SplitSize, except in tests). A file
// that Probe finds unsplittable gets one range.
func Splits(size, step int64, splittable bool) []Range {
	if !splittable || step <= 0 || size <= step {
		return []Range{{0, size}}
	}
	ranges := make([]Range, 0, (size+step-1)/step)
	for at := int64(0); at < size; at += step {
		ranges = append(ranges, Range{at, min(at+step, size)})
	}
	return ranges
}

// Probe reads the beginning of a file, at most SplitSize bytes of it, and says whether ranges of it
// can be read on their own: its first gzip member ends there and another one follows. A plain file
// cannot: only a reading from its start tells a record from a page that quotes one. Where in such a
// file a range really begins, Align says.
// The error is the source's, ErrARC, ErrCompression; ErrNotWARC is left to the reader.
func Probe(src io.Reader) (splittable bool, err error) {
	var m member
	m.reset(src, 0)
	b, _ := m.br.Peek(16)
	if err := foreign(b); err != nil {
		return false, err
	}
	if m.open() != nil {
		return false, m.failed()
	}
	p := make([]byte, chunk)
	for first := true; m.offset() <= SplitSize; {
		n, err := m.read(p)
		if first {
			if err := foreign(p[:n]); err != nil {
				return false, err
			}
			first = false
		}
		if err == io.EOF {
			_, err = m.header()
			return err == nil && m.offset() <= SplitSize, m.failed()
		}
		if err != nil {
			break
		}
	}
	return false, m.failed()
}

// foreign names the formats that are no WARC by their first bytes.
func foreign(b []byte) error {
	for _, f := range [...]struct{ magic, name string }{
		{"\x28\xb5\x2f\xfd", "zstd"}, {"\x50\x2a\x4d\x18", "zstd with a dictionary"},
		{"\x5d\x2a\x4d\x18", "zstd with a dictionary"}, {"BZh", "bzip2"},
		{"\xfd7zXZ\x00", "xz"}, {"PK\x03\x04", "zip"}, {"\x04\x22\x4d\x18", "lz4"},
	} {
		if bytes.HasPrefix(b, []byte(f.magic)) {
			return fmt.Errorf("%w: %s", ErrCompression, f.name)
		}
	}
	if bytes.HasPrefix(b, []byte("filedesc:")) {
		return ErrARC
	}
	return nil
}
