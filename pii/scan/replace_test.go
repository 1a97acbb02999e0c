package scan

// replace appends text to dst with every span of it replaced: by its stand-in of p, or by the
// placeholder of its kind when p is nil. Spans are as Append of a Scanner returns them.
func replace(dst, text []byte, spans []Span, p *Pseudonyms) []byte {
	from := 0
	for _, s := range spans {
		dst = append(dst, text[from:s.Start]...)
		if p == nil {
			dst = append(dst, s.Kind.Placeholder()...)
		} else {
			dst = p.Append(dst, s.Kind, text[s.Start:s.End])
		}
		from = s.End
	}
	return append(dst, text[from:]...)
}
