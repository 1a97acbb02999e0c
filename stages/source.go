package stages

import (
	"io"

	"dataprep/stages/doc"
)

// SplitBytes is how much of a file one split covers. It decides addresses, so it is a constant of
// the sources' revisions and never a setting.
const SplitBytes = 32 << 20

// File is one input file as the planner found it.
type File struct {
	URI    string // how to open it; never published
	Path   string // relative to the input's root: the published file_path
	Size   int64
	SHA256 string // hex
}

// Split is a byte range of a file that one task reads. Start == 0 && End == File.Size is the whole.
type Split struct {
	File       File
	Start, End int64
}

// Origin is what the pipeline file says about one input and sources copy to every document.
type Origin struct {
	ID     string // the input's id, unique in the pipeline
	Source string // published column source
	Dump   string // published column dump; "" is null
}

// Source turns files into documents.
type Source interface {
	// Patterns returns the file patterns of the config, as written.
	Patterns() []string
	// Splits cuts a file into ranges that cover it, the same ones every time.
	Splits(f File, open Opener) ([]Split, error)
	// Open returns a reader of the documents of one split.
	Open(s Split, o Origin, open Opener) (Reader, error)
}

// Locator is the optional half of a source that re-opens one document at the place its offset and
// length columns name: reading there equals reading through.
type Locator interface {
	Locate(s Split, o Origin, offset, length int64, open Opener) (Reader, error)
}

// Opener opens a file for reading at any place.
type Opener func(f File) (ReadAtCloser, error)

// ReadAtCloser is an open input file.
type ReadAtCloser interface {
	io.ReaderAt
	io.Closer
}

// Reader yields the documents of one split in order.
type Reader interface {
	// Next adds documents until b is full; it returns io.EOF, with b possibly holding documents,
	// after the last. Another error means that the split cannot be read at all.
	Next(b *doc.Batch) error
	// Tally returns what was read and skipped so far.
	Tally() Tally
	io.Closer
}

// Tally counts the records of a split: Records = Documents + the sum of Skipped.
type Tally struct {
	Records   int64
	Documents int64
	Bytes     int64 // of the file's own bytes that were read
	Skipped   []Count
	Lost      []Lost // unreadable ranges
}

// Count is one named counter; lists of them are sorted by name.
type Count struct {
	Name string `json:"name"`
	N    int64  `json:"n"`
}

// Lost is a range of a file that could not be read.
type Lost struct {
	Path  string `json:"path"`
	From  int64  `json:"from"`
	To    int64  `json:"to"`
	Cause string `json:"cause"`
}

// AddCount adds n to the counter called name, keeping counts sorted by name.
func AddCount(counts []Count, name string, n int64) []Count {
	i := 0
	for i < len(counts) && counts[i].Name < name {
		i++
	}
	if i < len(counts) && counts[i].Name == name {
		counts[i].N += n
		return counts
	}
	counts = append(counts, Count{})
	copy(counts[i+1:], counts[i:])
	counts[i] = Count{name, n}
	return counts
}
