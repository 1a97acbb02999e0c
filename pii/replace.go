package pii

import (
	"dataprep/pii/scan"
	"dataprep/stages/doc"
)

// replacer is the scratch of one worker.
type replacer struct {
	modes      [scan.Kinds]string
	scanner    scan.Scanner
	pseudonyms *scan.Pseudonyms
	spans      []scan.Span
	text       []byte
}

func newReplacer(c PII, key []byte) *replacer {
	r := &replacer{modes: c.modes()}
	for k, m := range r.modes {
		if m != off {
			r.scanner.Want = r.scanner.Want.With(scan.Kind(k))
		}
	}
	if key != nil {
		r.pseudonyms = scan.NewPseudonyms(key)
	}
	return r
}

// Process implements stages.Stage.
func (r *replacer) Process(b *doc.Batch) error {
	texts := doc.Text.Of(b)
	counts := [scan.Kinds]*doc.Num[int64]{
		scan.Email: Emails.Of(b), scan.IP: IPs.Of(b), scan.Card: Cards.Of(b),
	}
	var next *doc.Rewriter
	for i := range b.Rows() {
		data := texts.At(i)
		r.spans = r.scanner.Append(r.spans[:0], data)
		var found [scan.Kinds]int64
		for _, s := range r.spans {
			found[s.Kind]++
		}
		for k, n := range found {
			if r.modes[k] != off {
				counts[k].Set(i, n)
			}
		}
		if len(r.spans) == 0 {
			continue
		}
		if next == nil {
			next = b.Rewrite(doc.Text)
		}
		next.Set(i, r.replace(data))
	}
	return nil
}

// replace returns data with every span replaced as its kind is configured, where scan.Replace knows
// one way for all. The result lives until the next call.
func (r *replacer) replace(data []byte) []byte {
	r.text = r.text[:0]
	from := 0
	for _, s := range r.spans {
		r.text = append(r.text, data[from:s.Start]...)
		if r.modes[s.Kind] == pseudonym {
			r.text = r.pseudonyms.Append(r.text, s.Kind, data[s.Start:s.End])
		} else {
			r.text = append(r.text, s.Kind.Placeholder()...)
		}
		from = s.End
	}
	return append(r.text, data[from:]...)
}
