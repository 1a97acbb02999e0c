package scan

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// The twin is the slow and obvious scanner that the fast one is fuzzed against: at every position
// it asks each rule, as an expression or a library call, for a match that begins right there.

const (
	octetRule = `(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)`
	labelRule = `[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?`
	looseAtom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
	ownAtom   = "[A-Za-z0-9!$%'*+=^_`{}~-]+"
	quad      = `(?:` + octetRule + `\.){3}` + octetRule
)

type twin struct{ email, quad, plainQuad, card *regexp.Regexp }

func newTwin(d Dialect) twin {
	atom, tail := looseAtom, `(?:`+labelRule+`\.)+`+labelRule
	literal := `\[(?:` + octetRule + `\.){3}(?:` + octetRule + `|[A-Za-z0-9-]*[A-Za-z0-9]:)\]`
	if d == Own {
		atom = ownAtom
		literal = `\[` + quad + `\]`
	}
	return twin{
		email: regexp.MustCompile(`^` + atom + `(?:\.` + atom + `)*@(?:` + tail + `|` +
			literal + `)`),
		quad:      regexp.MustCompile(`^` + quad),
		plainQuad: regexp.MustCompile(`^[0-9]+(?:\.[0-9]+){3}`),
		card: regexp.MustCompile(`^(?:[0-9]{13,19}|[0-9]{4}(?: [0-9]{4}){3}(?: [0-9]{3})?|` +
			`[0-9]{4}(?:-[0-9]{4}){3}(?:-[0-9]{3})?|` +
			`[0-9]{4} [0-9]{6} [0-9]{4,5}|[0-9]{4}-[0-9]{6}-[0-9]{4,5})`),
	}
}

func asciiWord(c byte) bool {
	return c == '_' || c < 128 && (unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c)))
}

func wordAt(b string, i int) bool { return i >= 0 && i < len(b) && asciiWord(b[i]) }

func digitAt(b string, i int) bool { return i >= 0 && i < len(b) && b[i] >= '0' && b[i] <= '9' }

// emailAt returns the end of the address that begins at i, or a negative number: -1, or minus the
// place behind the '@' of a pseudonym, before which no other address may begin.
func (w twin) emailAt(s *Scanner, b string, i int) int {
	before := wordAt(b, i-1)
	if r, _ := utf8.DecodeLastRuneInString(b[:i]); s.Dialect == Datatrove && r != utf8.RuneError {
		before = r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r)
	}
	if before == wordAt(b, i) {
		return -1
	}
	m := w.email.FindString(b[i:])
	if m == "" || s.Dialect == Datatrove || strings.HasSuffix(m, "]") {
		return i + len(m)
	}
	// Own: the longest run of labels that ends in a top-level domain.
	at := strings.IndexByte(m, '@')
	labels := strings.Split(m[at+1:], ".")
	for ; len(labels) > 1; labels = labels[:len(labels)-1] {
		last := labels[len(labels)-1]
		if ok, _ := regexp.MatchString(`^(?:[A-Za-z]{2,}|(?i:xn)--.+)$`, last); ok {
			end := at + 1 + len(strings.Join(labels, "."))
			if ok, _ := regexp.MatchString(`^user-[0-9a-fA-F]{16}@example\.com$`, m[:end]); ok {
				return -(i + at + 1)
			}
			return i + end
		}
	}
	return -1
}

func (w twin) ipAt(s *Scanner, b string, i int) int {
	if s.Dialect == Datatrove {
		m := w.quad.FindString(b[i:])
		return i + len(m)
	}
	if m := w.plainQuad.FindString(b[i:]); m != "" {
		end := i + len(m)
		a, err := netip.ParseAddr(m)
		left := wordAt(b, i-1) || i > 1 && b[i-1] == '.' && wordAt(b, i-2)
		right := wordAt(b, end) || end < len(b) && b[end] == '.' && wordAt(b, end+1)
		if err == nil && !left && !right && (s.PrivateIPs || slowGlobal(a)) {
			return end
		}
	}
	in := func(r rune) bool { return strings.ContainsRune("0123456789abcdefABCDEF:.", r) }
	end := i
	for end < len(b) && in(rune(b[end])) {
		end++
	}
	if wordAt(b, i-1) || i > 0 && in(rune(b[i-1])) || wordAt(b, end) {
		return -1
	}
	t := strings.TrimSuffix(b[i:end], ".")
	if strings.HasSuffix(t, ":") && !strings.HasSuffix(t, "::") {
		t = t[:len(t)-1]
	}
	a, err := netip.ParseAddr(t)
	if err != nil || !a.Is6() || !s.PrivateIPs && !slowGlobal(a) {
		return -1
	}
	return i + len(t)
}

// slowGlobal lists the blocks that are not global.
func slowGlobal(a netip.Addr) bool {
	if a.Is4In6() {
		a = a.Unmap()
	}
	for _, yes := range []string{"192.0.0.9/32", "192.0.0.10/32", "2001:3::/32", "2001:4:112::/48",
		"2001:20::/28", "2001:30::/28"} {
		if netip.MustParsePrefix(yes).Contains(a) {
			return true
		}
	}
	for _, no := range []string{"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8",
		"169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16",
		"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "2001::/23",
		"2001:db8::/32", "2002::/16", "3fff::/20"} {
		if netip.MustParsePrefix(no).Contains(a) {
			return false
		}
	}
	return a.Is4() || netip.MustParsePrefix("2000::/3").Contains(a)
}

func (w twin) cardAt(b string, i int) int {
	if wordAt(b, i-1) || i > 0 && strings.ContainsRune("+/%", rune(b[i-1])) ||
		i > 0 && strings.ContainsRune(".,", rune(b[i-1])) && digitAt(b, i-2) {
		return -1
	}
	// Of the forms that begin here the longest that holds wins.
	for end := len(b); end > i; end-- {
		if w.card.FindString(b[i:end]) == b[i:end] && cardAlone(b, i, end) && slowCard(b[i:end]) {
			return end
		}
	}
	return -1
}

func cardAlone(b string, start, end int) bool {
	left, right := `(?:^|[^0-9])[0-9]{4,12}[ -]$`, `^[ -][0-9]{4,12}(?:$|[^0-9])`
	if !strings.ContainsAny(b[start:end], " -") {
		left, right = `[0-9]{4}-$`, `^-[0-9]{4}`
	}
	for _, no := range []string{right, `^[A-Za-z0-9_%]`, `^[.,][0-9]`} {
		if ok, _ := regexp.MatchString(no, b[end:]); ok {
			return false
		}
	}
	ok, _ := regexp.MatchString(left, b[:start])
	return !ok
}

func slowCard(b string) bool {
	var digits []int
	prefix := 0
	for _, c := range b {
		if c >= '0' && c <= '9' {
			if len(digits) < 4 {
				prefix = prefix*10 + int(c-'0')
			}
			digits = append(digits, int(c-'0'))
		}
	}
	sum := 0
	for i, v := range digits {
		if (len(digits)-i)%2 == 0 {
			v = v*2/10 + v*2%10
		}
		sum += v
	}
	return sum%10 == 0 && issued(prefix, len(digits))
}

// scan walks the text once, taking at each position the longest match of any kind.
func (w twin) scan(s *Scanner, text []byte) []Span {
	var out []Span
	b := string(text)
	spent := 0  // up to here datatrove's IP expression has used the text up
	masked := 0 // up to here the text is a pseudonym
	for i := 0; i < len(b); i++ {
		best := Span{}
		offer := func(k Kind, end int) {
			if end > i && end > best.End {
				best = Span{i, end, k}
			}
		}
		if s.Want.Has(Email) && i >= masked {
			end := w.emailAt(s, b, i)
			masked = max(masked, -end)
			offer(Email, end)
		}
		if s.Want.Has(IP) && i >= spent {
			end := w.ipAt(s, b, i)
			if s.Dialect == Datatrove && end > i {
				if a, err := netip.ParseAddr(b[i:end]); err != nil || !s.PrivateIPs && !slowGlobal(a) {
					spent, end = end, -1
				}
			}
			offer(IP, end)
		}
		if s.Want.Has(Card) {
			offer(Card, w.cardAt(b, i))
		}
		if best.End > 0 {
			out = append(out, best)
			i = best.End - 1
		}
	}
	return out
}

// seeds are texts in which rules meet.
var seeds = []string{
	"mail a.b-c+d@ex-ample.co.uk, é@x.de 邮箱a@b.cn a..b@c.de .a@b.de a.@b.de +x@y.org x@y",
	"https://medium.com/@user.name ?email=foo@bar.com&x react@18.2.0 user@[1.2.3.4] u@[1.2.3.a-b:]",
	"8.8.8.8 1.2.3.4.5 999.1.1.1 01.2.3.4 1.2.3.256 v1.2.3.4 (9.9.9.9). 8.8.4.4:53 10.0.0.1 x@1.2.3.4",
	"2001:4860:4860::8888. std::cout a::b 12:34:56 ::1 fe80::1% 2a00:1450:4001::200e: ::ffff:8.8.8.8",
	"4111 1111 1111 1111 4111-1111-1111-1111 4111111111111111 3782 822463 10005 41111111111111111",
	"5500 0000 0000 0004 123 4111 1111 1111 1111 2024 /4111111111111111 0.4111111111111111 +4111",
	"user-0123456789abcdef@example.com a@b.com.123 a@b.co-.x a@b.c a@xn--d1acufc.xn--p1ai a@b@c.de",
}

func FuzzScanEqualsTheTwin(f *testing.F) {
	for i, s := range seeds {
		f.Add([]byte(s), uint8(i))
	}
	twins := [...]twin{newTwin(Own), newTwin(Datatrove)}
	f.Fuzz(func(t *testing.T, text []byte, options uint8) {
		if len(text) > 200 {
			return // the twin is far from linear
		}
		s := Scanner{Want: All &^ Set(options&7), Dialect: Dialect(options >> 3 & 1),
			PrivateIPs: options>>4&1 == 1}
		got, want := s.Append(nil, text), twins[s.Dialect].scan(&s, text)
		if len(got) != len(want) {
			t.Fatalf("%q with %+v: %v, the twin has %v", text, s, got, want)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("%q with %+v: %v, the twin has %v", text, s, got, want)
			}
		}
	})
}

// TestScanEqualsTheTwinOnMixedPieces shuffles the seeds into many texts, for every option.
func TestScanEqualsTheTwinOnMixedPieces(t *testing.T) {
	var pieces []string
	for _, s := range seeds {
		pieces = append(pieces, strings.Split(s, " ")...)
	}
	glue := []string{" ", "-", ".", ":", "", "@", "1", "é", "/", "::", "@a.b"}
	twins := [...]twin{newTwin(Own), newTwin(Datatrove)}
	state, matches := uint32(1), 0
	next := func(n int) int {
		state = state*1664525 + 1013904223
		return int(state>>8) % n
	}
	for range 6000 {
		text := ""
		for range 1 + next(4) {
			text += pieces[next(len(pieces))] + glue[next(len(glue))]
		}
		s := Scanner{Want: All &^ Set(next(8)), Dialect: Dialect(next(2)), PrivateIPs: next(2) == 1}
		got, want := s.Append(nil, []byte(text)), twins[s.Dialect].scan(&s, []byte(text))
		if len(got) != len(want) {
			t.Fatalf("%q with %+v: %v, the twin has %v", text, s, got, want)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("%q with %+v: %v, the twin has %v", text, s, got, want)
			}
		}
		matches += len(got)
	}
	if matches < 2000 {
		t.Errorf("only %d matches: the texts test nothing", matches)
	}
}
