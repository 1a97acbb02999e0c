package warc

import "io"

// storedBlock is the most bytes that deflate stores in one piece (RFC 1951 §3.2.4). Gzip members
// inside an incompressible payload stand in the file as they are, but for the header of a stored
// block among every so many bytes.
const storedBlock = 1<<16 - 1

// Align returns where the records of a range that begins at a byte of a splittable file begin: the
// first member from at on that begins with a record and from which members follow each other,
// whole and without a gap, for longer than a stored block. A member inside another one's payload
// fails that. size is the file's; it is returned when nothing is found. Every reader of the file
// finds the same place, so that what ends one range begins the next; where damage is near, that is
// behind it. The error is the source's.
func Align(src io.ReaderAt, size, at int64) (int64, error) {
	if at <= 0 || at >= size {
		return min(max(at, 0), size), nil
	}
	var look, chain member
	look.reset(io.NewSectionReader(src, at, size-at), at)
	for look.scan(0) {
		from := look.offset()
		ok, err := chain.follows(src, size, from)
		if ok || err != nil {
			return from, err
		}
		// Whoever stands between comes to where this row of members broke as well.
		next := min(max(from, chain.start)+1, size)
		look.reset(io.NewSectionReader(src, next, size-next), next)
	}
	return size, look.failed()
}

// follows says whether members stand side by side from a place on, for longer than a stored block
// or up to the end of the file, which may cut the last one.
func (m *member) follows(src io.ReaderAt, size, from int64) (bool, error) {
	m.reset(io.NewSectionReader(src, from, size-from), from)
	p := make([]byte, chunk)
	for m.offset()-from <= storedBlock && m.offset() < size {
		err := m.open()
		for err == nil {
			_, err = m.read(p)
		}
		switch {
		case m.failed() != nil:
			return false, m.failed()
		case err == errCut && m.offset() == size:
			return true, nil
		case err != io.EOF:
			return false, nil
		}
	}
	return true, nil
}
