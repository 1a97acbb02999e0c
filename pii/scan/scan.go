// Package scan finds e-mail addresses, IP addresses and payment card numbers in text, and replaces
// them.
//
// In: a text as bytes (any bytes; UTF-8 is not assumed). Out: spans {Start, End, Kind}, in order
// and without overlap: the leftmost match wins, of two that start together the longest. A finder
// steps from one rare mandatory byte to the next ('@', a digit, ':'), decides with hand-written
// rules, and touches each byte a bounded number of times, so hostile text costs no more than prose.
// Nothing is allocated but the spans that the caller's slice has no room for.
//
// Two dialects exist for e-mail and IP addresses. Own, the default, is built for precision on web
// text. Datatrove finds exactly what the PIIFormatter of datatrove 0.10.1 finds, one kind at a
// time. How they differ is said at Dialect.
//
// Refused: judging whether an address is in use, Unicode domains, names; card numbers in other
// groupings than printed on cards.
package scan

// Kind is what a span holds.
type Kind uint8

// The kinds that are found.
const (
	Email Kind = iota
	IP
	Card

	// Kinds is the number of kinds.
	Kinds = 3
)

// String returns the name that configuration, columns and metrics use.
func (k Kind) String() string { return [...]string{"email", "ip", "card"}[k] }

// Placeholder returns the text that stands for a masked value of the kind.
func (k Kind) Placeholder() string {
	return [...]string{MaskedEmail, MaskedIP, MaskedCard}[k]
}

// What masked values become.
const (
	MaskedEmail = "<EMAIL>"
	MaskedIP    = "<IP>"
	MaskedCard  = "<CARD>"
)

// Set is a set of kinds.
type Set uint8

// All holds every kind.
const All Set = 1<<Kinds - 1

// With returns s and k.
func (s Set) With(k Kind) Set { return s | 1<<k }

// Has tells whether k is in s.
func (s Set) Has(k Kind) bool { return s>>k&1 != 0 }

// Span is text[Start:End], offsets in bytes.
type Span struct {
	Start, End int
	Kind       Kind
}

// Dialect decides what counts as an e-mail or IP address.
type Dialect uint8

const (
	// Own wants a top-level domain (letters or "xn--") and leaves the parts of URLs and version
	// numbers out of e-mail addresses; IP addresses stand alone, so neither 1.2.3.4.5 nor
	// 999.1.1.1 holds one; IPv6 is found too. Letters of scripts without blanks may touch both.
	Own Dialect = iota
	// Datatrove is the regular expressions of datatrove: Python's \b in front of an e-mail address
	// and nothing behind it, any last label; IPv4 anywhere between digits, no IPv6.
	Datatrove
)

// Scanner holds the options of a scan. The zero value finds nothing: set Want.
type Scanner struct {
	Want    Set
	Dialect Dialect
	// PrivateIPs also reports addresses that are not globally routable.
	PrivateIPs bool
}

// found is the next match of one finder; a start of none means there are no more.
type found struct {
	Span
	fresh bool
}

const none = int(^uint(0) >> 1)

// Finders, in the order in which they win ties of start and length.
const (
	byEmail = iota
	byDigits
	byColon
	finders
)

// Append appends the spans of text to dst and returns the longer slice.
func (s *Scanner) Append(dst []Span, text []byte) []Span {
	var next [finders]found
	for from := 0; ; {
		best := -1
		for f := range next {
			if n := &next[f]; !n.fresh || n.Start < from {
				n.Span, n.fresh = s.find(f, text, from), true
			}
			if next[f].Start == none {
				continue
			}
			if best < 0 || before(next[f].Span, next[best].Span) {
				best = f
			}
		}
		if best < 0 {
			return dst
		}
		dst = append(dst, next[best].Span)
		from = next[best].End
	}
}

func before(a, b Span) bool {
	return a.Start < b.Start || a.Start == b.Start && a.End > b.End
}

// find returns the first match of finder f that starts at from or later.
func (s *Scanner) find(f int, text []byte, from int) Span {
	switch {
	case f == byEmail && s.Want.Has(Email):
		return s.email(text, from)
	case f == byDigits && (s.Want.Has(IP) || s.Want.Has(Card)):
		return s.digits(text, from)
	case f == byColon && s.Want.Has(IP) && s.Dialect == Own:
		return s.ipv6(text, from)
	}
	return Span{Start: none}
}
