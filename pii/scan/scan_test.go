package scan

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"dataprep/internal/testdata"
)

func spans(s *Scanner, text string) string {
	var out []string
	for _, sp := range s.Append(nil, []byte(text)) {
		out = append(out, text[sp.Start:sp.End])
	}
	return strings.Join(out, " | ")
}

func TestOwnBoundaries(t *testing.T) {
	for text, want := range map[string]string{
		// e-mail
		"a@b.de":                          "a@b.de",
		"Ann.Lee+x_y%z-1@ex-ample.co.uk.": "Ann.Lee+x_y%z-1@ex-ample.co.uk",
		"<a@b.de>,(c@d.fr)":               "a@b.de | c@d.fr",
		"邮箱a@b.cn。":                       "a@b.cn",
		"mailto:a@b.de?cc=c@d.fr":         "a@b.de | cc=c@d.fr",
		"http://x.org/?m=a@b.de&n":        "m=a@b.de",
		"https://medium.com/@user.name":   "",
		"react@18.2.0 x@1.2.3.4":          "1.2.3.4",
		"a@b a@b. a@b.c a@.de a@-b.de":    "",
		"a@b.de.7 a@b.de- a@b.de-.fr":     "a@b.de | a@b.de | a@b.de",
		"a..b@c.de a.@c.de .d@c.de":       "b@c.de | d@c.de",
		"a@b@c.de":                        "b@c.de",
		"root@[9.9.9.9]":                  "root@[9.9.9.9]",
		// IPv4
		"8.8.8.8":                               "8.8.8.8",
		"8.8.8.8.":                              "8.8.8.8",
		"8.8.8.8:53, 9.9.9.9/24":                "8.8.8.8 | 9.9.9.9",
		"8.8.8.8-8.8.8.9":                       "8.8.8.8 | 8.8.8.9",
		"地址8.8.8.8在":                            "8.8.8.8",
		"1.2.3.4.5 999.1.1.1 1.2.3 1.2.3.256":   "",
		"v1.2.3.4 1.2.3.4a 08.8.8.8 8.8.8.08":   "",
		"host.8.8.8.8 8.8.8.8.in-addr.arpa":     "",
		"10.0.0.1 127.0.0.1 192.168.1.1":        "",
		"100.63.0.1 100.64.0.1 172.15.0.1":      "100.63.0.1 | 172.15.0.1",
		"198.17.0.1 198.18.0.1 198.20.0.1":      "198.17.0.1 | 198.20.0.1",
		"192.0.0.9 192.0.0.8 192.0.2.1":         "192.0.0.9",
		"224.0.0.1 240.0.0.1 255.255.255.255":   "224.0.0.1",
		"192.88.99.1 203.0.113.9 169.254.1.1":   "192.88.99.1",
		"2001:4860:4860::8888, [2a00::1]:80":    "2001:4860:4860::8888 | 2a00::1",
		"::ffff:8.8.8.8 ::ffff:10.0.0.1 ::1 ::": "::ffff:8.8.8.8",
		"std::cout a::b 12:34:56 2001:db8::1":   "",
		"2a00::1::2 2a00:12345::1 x2a00::1":     "",
		// cards
		"4111111111111111 4111 1111 1111 1111":        "4111111111111111 | 4111 1111 1111 1111",
		"5500-0000-0000-0004, 3782 822463 10005":      "5500-0000-0000-0004 | 3782 822463 10005",
		"4111 1111-1111 1111 4111111111111112":        "",
		"41111111111111112 a4111111111111111":         "",
		"5500000000000004 4111111111111111 7":         "5500000000000004 | 4111111111111111",
		"2024-4111111111111111 4111111111111111-0001": "",
		"4111 1111 1111 1111 5500000000000004":        "4111 1111 1111 1111 | 5500000000000004",
		"4111 1111 1111 1111 2024":                    "",
		"2024 4111 1111 1111 1111":                    "",
		"4111 1111 1111 1111 12/27 123":               "4111 1111 1111 1111",
		"/4111111111111111 0.4111111111111111":        "",
		"4111111111111111.5 9111111111111111":         "",
		"0000111111111117":                            "",
		"4222222222222 30569309025904":                "4222222222222 | 30569309025904",
	} {
		s := Scanner{Want: All}
		if got := spans(&s, text); got != want {
			t.Errorf("%q: found %q, want %q", text, got, want)
		}
	}
}

func TestDatatroveDialectHasItsBoundaries(t *testing.T) {
	for text, want := range map[string]string{
		"éa@b.com a@b.com":                  "a@b.com",
		"http://x.org/?m=a@b.de&n":          "x.org/?m=a@b.de",
		"react@18.2.0":                      "react@18.2.0",
		"a@b.c a@b":                         "a@b.c",
		"u@[1.2.3.a-b:] u@[1.2.3.4] +x@y.z": "u@[1.2.3.a-b:] | u@[1.2.3.4] | x@y.z",
		"999.1.1.1":                         "99.1.1.1",
		"1.2.3.4.5":                         "1.2.3.4",
		"1.2.3.256":                         "1.2.3.25",
		"10.0.0.1.2.3.4.5":                  "2.3.4.5",
		"01.2.3.4 8.8.8.8x":                 "8.8.8.8",
		"2001:4860:4860::8888":              "",
	} {
		s := Scanner{Want: Set(0).With(Email).With(IP), Dialect: Datatrove}
		if got := spans(&s, text); got != want {
			t.Errorf("%q: found %q, want %q", text, got, want)
		}
	}
}

func TestTheLeftmostAndThenTheLongestWins(t *testing.T) {
	s := Scanner{Want: All}
	for text, want := range map[string]string{
		"8.8.8.8@b.de":             "8.8.8.8@b.de email",
		"4111111111111111@b.de":    "4111111111111111@b.de email",
		"8.8.8.8 a@b.de 9.9.9.9":   "8.8.8.8 ip, a@b.de email, 9.9.9.9 ip",
		"4111111111111111 8.8.8.8": "4111111111111111 card, 8.8.8.8 ip",
	} {
		var got []string
		for _, sp := range s.Append(nil, []byte(text)) {
			got = append(got, fmt.Sprintf("%s %v", text[sp.Start:sp.End], sp.Kind))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%q: found %v, want %v", text, got, want)
		}
	}
}

func TestOnlyWantedKindsAreFound(t *testing.T) {
	const text = "a@b.de 8.8.8.8 4111111111111111"
	for want, found := range map[Set]string{
		0:                  "",
		Set(0).With(Email): "a@b.de",
		Set(0).With(IP):    "8.8.8.8",
		Set(0).With(Card):  "4111111111111111",
		All:                "a@b.de | 8.8.8.8 | 4111111111111111",
	} {
		s := Scanner{Want: want}
		if got := spans(&s, text); got != found {
			t.Errorf("set %b: found %q, want %q", want, got, found)
		}
	}
}

// TestHostileTextTakesLinearTime doubles a megabyte of every nasty pattern and allows the double
// text four times the time of the single one, plus a grace for a busy machine.
func TestHostileTextTakesLinearTime(t *testing.T) {
	for _, piece := range []string{"a.a.a.a@", "@", "a", ".", "1", "1.", "1.2.3.4", "4111 ",
		"4111 1111 1111 1111 ", ":", "1:", "::", "a:b:", "@a.", "a@b.", "+", "é", "a@b-", "-",
		"1.1.1.1@", "255.255.255.", "4111111111111111 ", "a@[1.2.3.", "ffff:", "a.@", "\x80@"} {
		text := bytes.Repeat([]byte(piece), 2<<20/len(piece))
		for _, d := range []Dialect{Own, Datatrove} {
			s := Scanner{Want: All, Dialect: d}
			buf := s.Append(nil, text)
			one, two := best(&s, buf, text[:len(text)/2]), best(&s, buf, text)
			if two > 4*one+100*time.Millisecond {
				t.Errorf("%q, dialect %d: 1 MiB in %v, 2 MiB in %v", piece, d, one, two)
			}
			if two > 2*time.Second {
				t.Errorf("%q, dialect %d: 2 MiB in %v", piece, d, two)
			}
		}
	}
}

// best is the shortest of two scans in processor time, which does not see what else the machine does.
func best(s *Scanner, buf []Span, text []byte) time.Duration {
	least := time.Hour
	for range 2 {
		start := processorTime()
		s.Append(buf[:0], text)
		least = min(least, processorTime()-start)
	}
	return least
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestNothingIsAllocatedPerText(t *testing.T) {
	text := []byte(strings.Join(seeds, "\n"))
	p := NewPseudonyms([]byte("key"))
	buf, out := make([]Span, 0, 64), make([]byte, 0, 4096)
	for _, d := range []Dialect{Own, Datatrove} {
		s := Scanner{Want: All, Dialect: d}
		if n := testing.AllocsPerRun(100, func() {
			buf = s.Append(buf[:0], text)
			out = replace(out[:0], text, buf, nil)
			out = replace(out[:0], text, buf, p)
		}); n != 0 {
			t.Errorf("dialect %d: %v allocations per text", d, n)
		}
	}
}

func benchmark(b *testing.B, want Set, text []byte) {
	s := Scanner{Want: want}
	var buf []Span
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		buf = s.Append(buf[:0], text)
	}
}

func webText(b *testing.B) []byte {
	names, _ := filepath.Glob(filepath.Join(testdata.Dir(b, "extraction"), "*", "*"))
	var text []byte
	for _, n := range names {
		if len(text) > 8<<20 {
			break
		}
		if data, err := os.ReadFile(n); err == nil && bytes.IndexByte(data, 0) < 0 {
			text = append(text, data...)
		}
	}
	if len(text) == 0 {
		b.Skip("no text under extraction")
	}
	return text
}

func BenchmarkScanEmail(b *testing.B) { benchmark(b, Set(0).With(Email), webText(b)) }
func BenchmarkScanAll(b *testing.B)   { benchmark(b, All, webText(b)) }
func BenchmarkScanProse(b *testing.B) {
	benchmark(b, All, bytes.Repeat([]byte("The quick brown fox jumps over 13 lazy dogs: it was "+
		"late, about 10:45 in 2024, and nobody saw it. "), 10_000))
}
