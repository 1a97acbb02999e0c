package filter

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"dataprep/internal/text"
)

// naiveTop is the rule in plain words: the most frequent run, the first of equals.
func naiveTop(words []string, n int) int {
	count, order := map[string]int{}, []string{}
	for i := 0; i+n <= len(words); i++ {
		g := strings.Join(words[i:i+n], " ")
		if count[g] == 0 {
			order = append(order, g)
		}
		count[g]++
	}
	best := ""
	for _, g := range order {
		if best == "" || count[g] > count[best] {
			best = g
		}
	}
	return utf8.RuneCountInString(best) * count[best]
}

func naiveRepeated(words []string, n int) (chars int) {
	seen := map[string]bool{}
	for i := 0; i+n <= len(words); {
		g := strings.Join(words[i:i+n], "")
		if seen[g] {
			chars += utf8.RuneCountInString(g)
			i += n
			continue
		}
		seen[g] = true
		i++
	}
	return chars
}

func TestGramsCountAsTheRuleInPlainWords(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var g grams
	var seen hashes
	for range 2000 {
		var words []string
		var spans text.Spans
		data := ""
		for range r.IntN(40) {
			// Few letters, so that runs repeat and meet across word boundaries.
			w := strings.Repeat([]string{"a", "b", "é", "ab"}[r.IntN(4)], 1+r.IntN(4)/3*r.IntN(5))
			words = append(words, w)
			spans.Append(len(data), len(data)+len(w))
			data += w + " "
		}
		g.load([]byte(data), &spans, false)
		for _, spaced := range []bool{true, false} {
			g.start(spaced)
			for n := 2; g.widen(); n++ {
				got, want := g.repeated(&seen), naiveRepeated(words, n)
				if spaced {
					got, want = g.mostFrequent(&seen), naiveTop(words, n)
				}
				if got != want {
					t.Fatalf("%d words of %q, spaced %v: %d, want %d", n, words, spaced, got, want)
				}
			}
		}
	}
}

func TestPolynomialOfJoinedTextsFollowsFromTheParts(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 1000 {
		data := make([]byte, r.IntN(30))
		for k := range data {
			data[k] = byte(r.IntN(3)) - 1
		}
		whole, power := polynomial(data)
		cut := r.IntN(len(data) + 1)
		a, pa := polynomial(data[:cut])
		b, pb := polynomial(data[cut:])
		if addmod(mulmod(a, pb), b) != whole || mulmod(pa, pb) != power {
			t.Fatalf("%x cut at %d", data, cut)
		}
	}
}

func TestPiecesAreThoseOfTheRegex(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	one, two := regexp.MustCompile(`\n+`), regexp.MustCompile(`\n{2,}`)
	var spans text.Spans
	for range 2000 {
		var s strings.Builder
		for range r.IntN(12) {
			s.WriteString([]string{"\n", "\n", "a", " "}[r.IntN(4)])
		}
		for least, re := range []*regexp.Regexp{1: one, 2: two} {
			if re == nil {
				continue
			}
			splitFeeds(&spans, []byte(s.String()), least)
			var got []string
			for k := range spans.Len() {
				got = append(got, string(spans.At([]byte(s.String()), k)))
			}
			if want := re.Split(s.String(), -1); fmt.Sprint(len(got), got) != fmt.Sprint(len(want), want) {
				t.Fatalf("%q cut at %v: %q, want %q", s.String(), re, got, want)
			}
		}
	}
}

func prose(bytes int) string {
	r := rand.New(rand.NewPCG(9, 10))
	var s strings.Builder
	for s.Len() < bytes {
		for range 5 + r.IntN(12) {
			fmt.Fprintf(&s, "%s%c ", []string{"the", "word", "of", "sentence", "garden", "with"}[r.IntN(6)],
				'a'+r.IntN(26))
		}
		s.WriteString("end.\n")
	}
	return s.String()
}

func TestProcessAllocatesNothingOnceGrown(t *testing.T) {
	texts := []string{prose(3000), prose(500), "", "a [1] b.\n" + prose(100), "é {x}. " + prose(2000)}
	urls := []string{"http://a.example.com/poker/b?c=" + strings.Repeat("x-", 100), "", "http://b/sex"}
	for _, x := range []*bench{open(t, gopherRepetition(), nil), open(t, gopherQuality(), nil),
		open(t, c4Quality(), nil), open(t, finewebQuality(), nil), open(t, urlFilter(), nil)} {
		run := func() {
			if x.name == "url_filter" {
				x.fill(urls, true)
			} else {
				x.fill(texts, true)
			}
			x.process()
		}
		run()
		run()
		if n := testing.AllocsPerRun(20, run); n > 0 {
			t.Errorf("%s: %v allocations per batch", x.name, n)
		}
	}
}

// BenchmarkFilters judges one shadow document by every rule, words and lines included. The speed of
// the long text must be that of the short one.
func BenchmarkFilters(b *testing.B) {
	data := prose(20_000)
	for _, x := range []*bench{open(b, gopherRepetition(), nil), open(b, gopherQuality(), nil),
		open(b, c4Quality(), nil), open(b, finewebQuality(), nil)} {
		for _, n := range []int{1, 16} {
			whole := strings.Repeat(data, n)
			b.Run(fmt.Sprintf("%s/%dk", x.name, len(whole)/1000), func(b *testing.B) {
				b.SetBytes(int64(len(whole)))
				for b.Loop() {
					x.fill([]string{whole}, true)
					x.process()
				}
			})
		}
	}
}
