package source

import (
	"bytes"
	"fmt"
	"io"
	"math"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// JSONL reads JSON lines, one document per line: plain, gzip or zstd, told by the first bytes.
//
// A line that is no JSON object is skipped (bad_json), as is one above 64 MiB (too_large) or one
// whose text is null (no_text); blank lines are nothing at all. A line that lacks the text column,
// or has another type in a declared column, fails the part of the file (about 32 MiB) that holds it:
// the config does not fit it (datatrove warns and goes on). The part's documents are not published,
// and stats.json lists its bytes. A compressed file that ends too early is read as far as it goes,
// and bytes behind it are passed over; both are counted and listed. One that is broken in the middle
// fails, because nobody can tell from where on its rows were wrong.
//
// The columns offset and length name a line with its line end, in the file or, where that is
// compressed, in the decompressed stream.
type JSONL struct {
	// Paths are the files to read, as globs; one may stand without brackets.
	Paths []string `yaml:"paths" single:"true" required:"true" key:"-"`
	Names
}

func newJSONL(c JSONL) *lineFiles {
	return &lineFiles{paths: c.Paths, fields: c.fields(), step: stages.SplitBytes}
}

// lineFiles is the source of JSON lines.
type lineFiles struct {
	paths  []string
	fields []field
	step   int64 // bytes of file in one split; smaller in tests only
}

// Patterns implements stages.Source.
func (l *lineFiles) Patterns() []string { return l.paths }

// Splits implements stages.Source: ranges of SplitBytes at line ends; a compressed file is one.
func (l *lineFiles) Splits(f stages.File, open stages.Opener) ([]stages.Split, error) {
	if f.Size <= l.step {
		return whole(f), nil
	}
	o, err := openFile(f, open)
	if err != nil {
		return nil, err
	}
	c, err := o.coding()
	if cerr := o.Close(); err == nil && cerr != nil {
		err = fmt.Errorf("close %s: %w", f.Path, cerr)
	}
	if err != nil {
		return nil, err
	}
	if c != codingNone {
		return whole(f), nil
	}
	var splits []stages.Split
	for at := int64(0); at < f.Size; at += l.step {
		splits = append(splits, stages.Split{File: f, Start: at, End: min(at+l.step, f.Size)})
	}
	return splits, nil
}

// coding tells how the file is compressed.
func (o *opened) coding() (coding, error) {
	head, err := o.head()
	if err != nil {
		return 0, err
	}
	c, err := codingOf(head)
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", o.file.Path, err)
	}
	return c, nil
}

// Open implements stages.Source.
func (l *lineFiles) Open(s stages.Split, o stages.Origin,
	open stages.Opener) (stages.Reader, error) {
	r, err := l.reader(s, o, open)
	if err != nil {
		return nil, err
	}
	if s.Start == 0 || r.zip.out != nil {
		return r.ready(r.seek(0))
	}
	// The line that Start falls into belongs to the split before, unless it begins right there.
	r.lines.reset(r.file.from(s.Start-1), s.Start-1)
	if err := r.lines.skip(s.End); err != nil && err != io.EOF {
		return r.ready(fmt.Errorf("read %s: %w", s.File.Path, err))
	}
	return r, nil
}

// ready hands r on, or closes it when it could not begin.
func (r *rows) ready(err error) (stages.Reader, error) {
	if err != nil {
		_ = r.Close()
		return nil, err
	}
	return r, nil
}

// Locate implements stages.Locator. The document's ordinal is 0. A compressed file is read up to
// the line.
func (l *lineFiles) Locate(s stages.Split, o stages.Origin, offset, _ int64,
	open stages.Opener) (stages.Reader, error) {
	s.Start, s.End = 0, s.File.Size
	r, err := l.reader(s, o, open)
	if err != nil {
		return nil, err
	}
	r.stop = offset + 1
	return r.ready(r.seek(offset))
}

func (l *lineFiles) reader(s stages.Split, o stages.Origin, open stages.Opener) (*rows, error) {
	file, err := openFile(s.File, open)
	if err != nil {
		return nil, err
	}
	r := &rows{file: file, fields: l.fields, values: make([]value, len(l.fields)), stop: s.End}
	r.ids = identity{file: s.File, origin: o}
	r.begin(s)
	c, err := file.coding()
	if err == nil && c != codingNone {
		r.stop = math.MaxInt64
		err = r.zip.start(file, c)
	}
	if err != nil {
		_ = r.Close()
		return nil, err
	}
	return r, nil
}

// rows reads the documents of one split of JSON lines.
type rows struct {
	ledger
	file   *opened
	zip    stream // of a compressed file
	lines  lines
	stop   int64 // no line that begins here or behind is read
	number int64 // lines seen, blank ones included
	ended  bool

	fields  []field
	values  []value
	slots   []slot
	scan    scanner
	ids     identity
	plain   []byte // an unescaped string
	scratch []byte
}

// seek begins at a place of the stream.
func (r *rows) seek(at int64) error {
	if r.zip.out == nil {
		r.lines.reset(r.file.from(at), at)
		return nil
	}
	// Damage before the place shows again in the reading.
	_, _ = io.CopyN(io.Discard, r.zip.out, at)
	r.lines.reset(r.zip.out, at)
	return r.file.err
}

// Next implements stages.Reader.
func (r *rows) Next(b *doc.Batch) error {
	r.ids.bind(b)
	r.slots = bindSlots(r.slots, r.fields, b)
	err := r.fill(b)
	b.Close()
	return err
}

func (r *rows) fill(b *doc.Batch) error {
	for !b.Full() {
		if r.ended || r.lines.at() >= r.stop {
			r.reach(r.end)
			return io.EOF
		}
		l, err := r.lines.next()
		if err != nil && l.size == 0 {
			if err := r.finish(err); err != nil {
				return err
			}
			continue
		}
		r.number++
		if err := r.row(b, l); err != nil {
			return err
		}
		r.progress()
	}
	return nil
}

func (r *rows) progress() {
	if r.zip.out != nil {
		r.reach(r.zip.at())
	} else {
		r.reach(r.lines.at())
	}
}

// finish ends the reading: at the end of the stream, or where a compressed one breaks.
func (r *rows) finish(err error) error {
	switch {
	case r.file.err != nil:
		return r.file.err
	case err != io.EOF && r.zip.out == nil:
		return fmt.Errorf("read %s: %w", r.path, err)
	case err != io.EOF:
		cause := r.zip.cause(err)
		if cause == "" {
			return fmt.Errorf("read %s: %w: before byte %d: %w",
				r.path, ErrDamaged, r.zip.at(), err)
		}
		r.skip(cause)
		r.lose(min(r.zip.damaged(err), r.end), r.end, cause)
	}
	r.ended = true
	return nil
}

// row makes a document of a line, or counts why not.
func (r *rows) row(b *doc.Batch, l line) error {
	if l.data == nil {
		r.skip(causeTooLarge)
		return nil
	}
	data := l.data
	if l.at == 0 {
		data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil
	}
	if !r.scan.object(data, r.fields, r.values, nil) {
		if l.at == 0 && bytes.TrimSpace(data)[0] == '[' {
			return fmt.Errorf("read %s: %w: one JSON list; write one object per line",
				r.path, ErrFormat)
		}
		r.skip(causeBadJSON)
		return nil
	}
	for i := range r.fields {
		if err := r.check(i, l); err != nil {
			return err
		}
	}
	if r.values[0].kind == kindNull {
		r.skip(causeNoText)
		return nil
	}
	n, err := r.document()
	if err != nil {
		return err
	}
	i := b.Add(n)
	r.ids.set(i, l.at, l.size)
	for f := range r.fields {
		r.set(i, f, data)
	}
	return nil
}

// Tally implements stages.Reader.
func (r *rows) Tally() stages.Tally { return r.tally() }

// Close implements stages.Reader.
func (r *rows) Close() error {
	r.zip.close()
	return r.file.Close()
}
