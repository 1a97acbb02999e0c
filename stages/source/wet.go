package source

import (
	"bytes"

	"dataprep/internal/warc"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// WET reads the plain texts of WET files, one document per conversion record. Skipped are other
// types of records, conversions to something else than plain text (not_text), and what is damaged.
// The language that a record's header may name is not taken: the language stage decides. datatrove
// drops texts that are not valid UTF-8 and of no charset it detects; here they are mended.
type WET struct {
	// Paths are the files to read, as globs; one may stand without brackets.
	Paths []string `yaml:"paths" single:"true" required:"true" key:"-"`
}

func (WET) describe() stages.Shape {
	return stages.Shape{Writes: append(doc.Identity(), doc.Text.Column())}
}

func newWET(c WET) *archives {
	return &archives{
		paths: c.Paths, step: stages.SplitBytes, want: warc.Conversion,
		form: func() form { return &plain{} },
	}
}

// plain takes the blocks of conversion records as they are.
type plain struct {
	text    *doc.Strings
	scratch []byte
}

func (p *plain) bind(b *doc.Batch) { p.text = doc.Text.Of(b) }

func (p *plain) judge(rec *warc.Record) string {
	media := mediaType(rec.ContentType)
	if len(media) > 0 && !bytes.EqualFold(media, []byte("text/plain")) {
		return causeNotText
	}
	return ""
}

func (p *plain) write(i int, rec *warc.Record) { setText(p.text, i, rec.Body, &p.scratch) }
