package filter

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"dataprep/stages/doc"

	"github.com/cespare/xxhash/v2"
)

func TestHostIsCutOutOfURLs(t *testing.T) {
	for url, want := range map[string]string{
		"http://example.com/a":                 "example.com",
		"https://user:p@ss@Example.COM:8080?q": "Example.COM",
		"//example.com#x":                      "example.com",
		"example.com/http://other.org":         "example.com",
		"ftp+x://a.b./c":                       "a.b",
		"http://[::1]:80/":                     "",
		"mailto:a@b.com":                       "b.com",
		"http://":                              "",
		"":                                     "",
	} {
		if got := string(hostOf([]byte(url))); got != want {
			t.Errorf("host of %q is %q, want %q", url, got, want)
		}
	}
}

func TestRegisteredDomainsIgnorePrivateSuffixes(t *testing.T) {
	for host, want := range map[string]string{
		"example.com":                          "example.com",
		"a.b.example.co.uk":                    "example.co.uk",
		"me.github.io":                         "github.io",
		"a.me.blogspot.com":                    "blogspot.com",
		"x.eu-west-1.compute.amazonaws.com.cn": "amazonaws.com.cn",
		"www.ck":                               "www.ck",
		"a.b.c.ck":                             "b.c.ck",
		"a.city.kawasaki.jp":                   "city.kawasaki.jp",
		"A.Example.Com":                        "Example.Com",
		"com":                                  "",
		"co.uk":                                "",
		"localhost":                            "",
		"a.nonexistenttld":                     "",
		"1.2.3.4":                              "",
		"a..com":                               "",
		".com":                                 "",
		"":                                     "",
	} {
		if got := registered(host); got != want {
			t.Errorf("registered domain of %q is %q, want %q", host, got, want)
		}
	}
}

func TestDomainsAreFoundUnderTheirHosts(t *testing.T) {
	env := files{"d": "listed.co.uk\nco.uk\nblog.example.com\n"}
	x := openEnv(t, urlFilter(), func(c *URLFilter) { c.Domains.URI = "d" }, env)
	for url, want := range map[string]doc.Reason{
		"http://listed.co.uk/":                domain,
		"http://a.b.listed.co.uk:80/x":        domain,
		"http://unlisted.co.uk/":              "", // a suffix on the list is no domain
		"http://blog.example.com/":            subdomain,
		"http://a.blog.example.com/":          "",
		"http://example.com/blog.example.com": "",
		"http://listed.co.uk.example.org/":    "",
	} {
		if v, _, _ := x.judge(url); v.Reason != want {
			t.Errorf("%s: %q, want %q", url, v.Reason, want)
		}
	}
}

func TestListsReplaceTheEmbeddedOnesPlainOrPacked(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	fmt.Fprint(z, "# a comment\r\nTwo Words\r\n\r\n")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	env := files{"words": "#xxx\nfoo\n", "sub": packed.String(), "soft": "one\ntwo\n",
		"urls": " http://example.com/page \n"}
	x := openEnv(t, urlFilter(), func(c *URLFilter) {
		c.BannedWords.URI, c.BannedSubwords.URI, c.SoftBannedWords.URI = "words", "sub", "soft"
		c.URLs.URI = "urls"
	}, env)
	for url, want := range map[string]doc.Reason{
		"http://example.com/xxx":            "",
		"http://example.com/a_foo":          bannedWord,
		"http://example.com/food":           "",
		"http://example.com/aTWO--wordsb":   bannedSubword,
		"http://one.com/two":                softWordLimit,
		"http://example.com/page":           listedURL,
		"https://example.com/page":          "",
		"http://example.com/page?poker=sex": "",
	} {
		if v, _, _ := x.judge(url); v.Reason != want {
			t.Errorf("%s: %q, want %q", url, v.Reason, want)
		}
	}
}

func TestUnreadableListsAreErrors(t *testing.T) {
	tar := strings.Repeat("d", 257) + "ustar" + strings.Repeat("\x00", 300)
	for name, content := range map[string]string{
		"tar": tar, "long": strings.Repeat("x", 2<<20), "gzip": "\x1f\x8bno",
		"binary": "example.org\n\x00\x01",
	} {
		c := urlFilter().Default
		c.Domains.URI = name
		if _, err := urlFilter().Open(c, files{name: content}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	c := urlFilter().Default
	c.URLs.URI = "missing"
	_, err := urlFilter().Open(c, files{})
	if err == nil || !strings.Contains(err.Error(), "urls") {
		t.Errorf("missing list: %v", err)
	}
}

func TestDocumentsWithoutURLStay(t *testing.T) {
	x := open(t, urlFilter(), nil)
	x.batch.Reset(0)
	x.batch.Add(0)
	x.batch.Close()
	x.process()
	if v := x.batch.Verdict(0); v.Reason != "" {
		t.Errorf("dropped for %q", v.Reason)
	}
}

func TestListHoldsWhatWasPutIn(t *testing.T) {
	const n = 100_000
	key := func(k int) uint64 { return xxhash.Sum64String(fmt.Sprint("entry", k)) }
	var all []uint64
	for k := range n {
		all = append(all, key(k), key(k/2))
	}
	l := newList(append(all, 0))
	if l.n != n+1 {
		t.Errorf("%d entries, want %d", l.n, n+1)
	}
	for k := range n {
		if !l.has(key(k)) || l.has(key(n+k)) {
			t.Fatalf("entry %d is lost, or %d made up", k, n+k)
		}
	}
}

func TestAutomatonFindsWhatContainsFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	random := func(n int) string {
		var s []byte
		for range n {
			s = append(s, "abA0-"[r.IntN(5)])
		}
		return string(s)
	}
	for range 3000 {
		var words [][]byte
		for range 1 + r.IntN(4) {
			words = append(words, squeeze([]byte(random(1+r.IntN(6)))))
		}
		text := random(r.IntN(20))
		plain, want := string(squeeze([]byte(text))), false
		for _, w := range words {
			want = want || len(w) > 0 && strings.Contains(plain, string(w))
		}
		if got := newAutomaton(words).in([]byte(text)); got != want {
			t.Fatalf("%q in %q: %v, want %v", words, text, got, want)
		}
	}
}
