package source

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"dataprep/internal/warc"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// archives is a source of web archive files, whatever it takes out of them.
type archives struct {
	paths []string
	step  int64 // bytes of file in one split; smaller in tests only
	want  warc.Type
	form  func() form
}

// form is what makes documents of the records of the wanted type.
type form interface {
	// bind finds the columns in b.
	bind(b *doc.Batch)
	// judge says why a readable record is no document, "" when it is one.
	judge(rec *warc.Record) string
	// write fills row i from the record judged last.
	write(i int, rec *warc.Record)
}

// Patterns implements stages.Source.
func (a *archives) Patterns() []string { return a.paths }

// Splits implements stages.Source: ranges of SplitBytes at gzip members. A file that fits in one,
// or whose members are not one per record, is read in one piece.
func (a *archives) Splits(f stages.File, open stages.Opener) ([]stages.Split, error) {
	if f.Size <= a.step {
		return whole(f), nil
	}
	o, err := openFile(f, open)
	if err != nil {
		return nil, err
	}
	can, err := warc.Probe(o.from(0))
	if cerr := o.Close(); err == nil && cerr != nil {
		err = cerr
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.Path, err)
	}
	var splits []stages.Split
	for _, r := range warc.Splits(f.Size, a.step, can) {
		splits = append(splits, stages.Split{File: f, Start: r.Start, End: r.End})
	}
	return splits, nil
}

// Open implements stages.Source.
func (a *archives) Open(s stages.Split, o stages.Origin,
	open stages.Opener) (stages.Reader, error) {
	r, err := a.reader(s, o, open)
	if err != nil {
		return nil, err
	}
	var rg warc.Range
	rg.Start, err = warc.Align(r.file, s.File.Size, s.Start)
	if rg.End = rg.Start; err == nil && rg.Start < s.End {
		rg.End, err = warc.Align(r.file, s.File.Size, s.End)
	}
	if err != nil {
		_ = r.Close()
		return nil, fmt.Errorf("read %s: %w", s.File.Path, err)
	}
	r.records.Reset(r.file.from(rg.Start), rg)
	return r, nil
}

// Locate implements stages.Locator. The reader yields the documents of the gzip member at offset,
// one but for archives that keep several records in a member: there record_id tells them apart.
// Ordinals count from 0. The length is not needed.
func (a *archives) Locate(s stages.Split, o stages.Origin, offset, _ int64,
	open stages.Opener) (stages.Reader, error) {
	s.Start, s.End = offset, offset+1
	r, err := a.reader(s, o, open)
	if err != nil {
		return nil, err
	}
	r.found, err = r.records.Find(r.file.from(offset), offset, "")
	if err != nil && !errors.Is(err, warc.ErrNoRecord) {
		_ = r.Close()
		return nil, fmt.Errorf("read %s: %w", s.File.Path, err)
	}
	return r, nil
}

func (a *archives) reader(s stages.Split, o stages.Origin, open stages.Opener) (*archive, error) {
	file, err := openFile(s.File, open)
	if err != nil {
		return nil, err
	}
	r := &archive{file: file, form: a.form(), records: warc.NewReader(a.want)}
	r.ids = identity{file: s.File, origin: o}
	r.begin(s)
	return r, nil
}

// archive reads the documents of one split of an archive.
type archive struct {
	ledger
	file    *opened
	form    form
	records *warc.Reader
	found   *warc.Record // what Locate met first, not yet given out
	ids     identity
	url     *doc.Strings
	date    *doc.Strings
	record  *doc.Strings
	scratch []byte
}

// Next implements stages.Reader.
func (r *archive) Next(b *doc.Batch) error {
	r.ids.bind(b)
	r.form.bind(b)
	r.url, r.date, r.record = doc.URL.Of(b), doc.Date.Of(b), doc.RecordID.Of(b)
	err := r.fill(b)
	b.Close()
	return err
}

func (r *archive) fill(b *doc.Batch) error {
	for !b.Full() {
		rec, err := r.next()
		if err == io.EOF {
			r.reach(r.end)
			return err
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", r.path, err)
		}
		r.reach(rec.Offset + rec.Length)
		if rec.Skip != "" {
			r.pass(rec)
			continue
		}
		if cause := r.form.judge(rec); cause != "" {
			r.skip(cause)
			continue
		}
		n, err := r.document()
		if err != nil {
			return err
		}
		r.write(b.Add(n), rec)
	}
	return nil
}

func (r *archive) next() (*warc.Record, error) {
	if rec := r.found; rec != nil {
		r.found = nil
		return rec, nil
	}
	return r.records.Next()
}

// pass counts a record that the reader skipped. What was not asked for is not lost.
func (r *archive) pass(rec *warc.Record) {
	r.skip(string(rec.Skip))
	if !strings.HasPrefix(string(rec.Skip), "type_") {
		r.lose(rec.Offset, rec.Offset+rec.Length, string(rec.Skip))
	}
}

func (r *archive) write(i int, rec *warc.Record) {
	r.ids.set(i, rec.Offset, rec.Length)
	for _, f := range [...]struct {
		column *doc.Strings
		value  []byte
	}{{r.url, rec.URI}, {r.date, rec.Date}, {r.record, rec.ID}} {
		if len(f.value) > 0 {
			setText(f.column, i, f.value, &r.scratch)
		}
	}
	r.form.write(i, rec)
}

// Tally implements stages.Reader.
func (r *archive) Tally() stages.Tally { return r.tally() }

// Close implements stages.Reader.
func (r *archive) Close() error { return r.file.Close() }
