package source

import (
	"bytes"

	"dataprep/internal/warc"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// WARC reads the web pages of WARC files, one document per page.
//
// A page is a response record with status 200 that is HTML: by WARC-Identified-Payload-Type where
// the crawler wrote one, else by the response's Content-Type, else by its first bytes. Skipped are
// other types of records (type_request…), responses that are no HTTP (bad_http), http_status,
// not_html, and what is damaged. datatrove looks at neither status nor Content-Type and sniffs
// where no type was identified; on Common Crawl's main archives, which hold status 200 with an
// identified type, both take the same records.
type WARC struct {
	// Paths are the files to read, as globs; one may stand without brackets.
	Paths []string `yaml:"paths" single:"true" required:"true" key:"-"`
}

func (WARC) describe() stages.Shape {
	return stages.Shape{Writes: append(doc.Identity(), doc.Raw.Column(), doc.ContentType.Column())}
}

func newWARC(c WARC) *archives {
	return &archives{
		paths: c.Paths, step: stages.SplitBytes, want: warc.Response,
		form: func() form { return &page{} },
	}
}

// page takes HTML out of responses.
type page struct {
	http    warc.HTTP
	raw     *doc.Spans
	media   *doc.Strings
	scratch []byte
}

func (p *page) bind(b *doc.Batch) { p.raw, p.media = doc.Raw.Of(b), doc.ContentType.Of(b) }

func (p *page) judge(rec *warc.Record) string {
	cause := p.http.Parse(rec.Body)
	switch {
	case cause == warc.BadHTTP && foreignBlock(rec.ContentType):
		return string(warc.NotHTML) // a DNS answer, a Gemini page
	case cause == warc.BadHTTP:
		return string(cause)
	case p.http.Status != 200:
		return string(warc.HTTPStatus)
	case cause != "":
		return string(cause)
	case !isHTML(rec.PayloadType, p.http.MediaType, p.http.Body):
		return string(warc.NotHTML)
	}
	return ""
}

func (p *page) write(i int, _ *warc.Record) {
	p.raw.Append(i, p.http.Body)
	if v := p.http.Header("content-type"); len(v) > 0 {
		setText(p.media, i, v, &p.scratch)
	}
}

// foreignBlock says that a block is declared as something else than an HTTP message.
func foreignBlock(contentType []byte) bool {
	const http = "application/http"
	return len(contentType) > 0 &&
		!(len(contentType) >= len(http) && bytes.EqualFold(contentType[:len(http)], []byte(http)))
}

// isHTML decides by the type the crawler identified, the type the server declared, or the body.
func isHTML(identified, declared, body []byte) bool {
	media := mediaType(identified)
	if len(media) == 0 {
		media = declared
	}
	switch {
	case isUnknown(media):
		return sniffHTML(body)
	case bytes.EqualFold(media, []byte("text/html")):
		return true
	}
	return bytes.EqualFold(media, []byte("application/xhtml+xml"))
}

// mediaType cuts the parameters off a content type.
func mediaType(v []byte) []byte {
	media, _, _ := bytes.Cut(v, []byte(";"))
	return bytes.TrimSpace(media)
}
