package doc

import (
	"strings"
	"testing"
)

// The golden ids are computed from the definition by a program of its own, which hashes
// xxh64("") to ef46db3751d8e999 and xxh64("abc") to 44bc2cf5ad770999 as the algorithm's authors say.
func TestPublicIDIsTheHashOfAddressAndRecord(t *testing.T) {
	const uuid = "<urn:uuid:5ac26a11-dba4-4ea0-a57b-3da9b80ac1d1>"
	const url = "https://example.org/Path?Q=1"
	const text = "the text as read, of a page without an address"
	for _, c := range []struct {
		name, url, text, record, path string
		ordinal                       uint32
		want                          string
	}{
		{"both", url, text, uuid, "f", 7, "21833bddc113275edb70ff0f147a4f60"},
		{"the URL decides, not the text", url, "another", uuid, "g", 8, "21833bddc113275edb70ff0f147a4f60"},
		{"no URL", "", text, uuid, "f", 7, "b8127af4422a71cedb70ff0f147a4f60"},
		{"no record id", url, text, "", "part/a.jsonl", 42, "21833bddc113275e1e0c4a6e7aba52f2"},
		{"neither", "", text, "", "part/a.jsonl", 0, "b8127af4422a71cea380c5974469dd74"},
		{"nothing at all", "", "", "", "", 0, "ef46db3751d8e999cd174ac1b3e73aa1"},
		{"last ordinal", url, "", "", "f", MaxRows, "21833bddc113275e601cb4f4a145815d"},
		{"other spelling", "HTTPS://EXAMPLE.org:443/Path?Q=1#top", text, uuid, "", 0,
			"21833bddc113275edb70ff0f147a4f60"},
	} {
		var id [32]byte
		PublicID(&id, []byte(c.url), []byte(c.text), []byte(c.record), []byte(c.path), int64(c.ordinal))
		if string(id[:]) != c.want {
			t.Errorf("%s: %s, want %s", c.name, id[:], c.want)
		}
	}
}

func TestIdentityOfAURLIsNoMoreThanHostCasePortAndFragment(t *testing.T) {
	for in, want := range map[string]string{
		"http://Example.COM/A?B=C#d":           "http://example.com/A?B=C",
		"HTTP://example.com:80/":               "http://example.com/",
		"https://example.com:443":              "https://example.com",
		"https://example.com:80/":              "https://example.com:80/",
		"http://example.com:443/":              "http://example.com:443/",
		"http://example.com:8080/":             "http://example.com:8080/",
		"http://example.com:080/":              "http://example.com:080/",
		"http://example.com:/":                 "http://example.com:/",
		"ftp://Example.com:80/":                "ftp://example.com:80/",
		"http://Example.com?Q=A":               "http://example.com?Q=A",
		"http://Example.com:80?Q=A":            "http://example.com?Q=A",
		"http://example.com/%7Efoo/../b":       "http://example.com/%7Efoo/../b",
		"http://example.com/a?u=http://B.c:80": "http://example.com/a?u=http://B.c:80",
		"http://User:Pa55@Example.com:80/x":    "http://User:Pa55@example.com/x",
		"http://user:80@Host/":                 "http://user:80@host/",
		"http://example.com/M@Home":            "http://example.com/M@Home",
		"http://[2001:DB8::1]:80/":             "http://[2001:db8::1]/",
		"http://BÜCHER.example/":               "http://bÜcher.example/",
		"http://:80":                           "http://:80",
		"http://":                              "http://",
		"HTTP":                                 "HTTP",
		"MAILTO:Me@Example.com#x":              "MAILTO:Me@Example.com",
		"Example.com/A#b":                      "Example.com/A",
		"/Path?u=HTTP://Host":                  "/Path?u=HTTP://Host",
		"://Host":                              "://Host",
		"1HTTP://Host":                         "1HTTP://Host",
		"#only":                                "",
		"":                                     "",
	} {
		if got := string(NormalizeURL([]byte("x"), []byte(in))); got != "x"+want {
			t.Errorf("%q becomes %q, want %q", in, got[1:], want)
		}
		again := string(NormalizeURL(nil, []byte(want)))
		if again != want {
			t.Errorf("%q is not stable: %q", want, again)
		}
	}
}

func TestAddressHoldsShardAndRow(t *testing.T) {
	for _, c := range [][2]uint32{{0, 0}, {1, 2}, {MaxRows, MaxRows}} {
		a := MakeAddress(c[0], c[1])
		if a.Shard() != c[0] || a.Row() != c[1] || a>>48 != 0 {
			t.Errorf("%v: %x", c, uint64(a))
		}
	}
	if MakeAddress(1, 0) <= MakeAddress(0, MaxRows) {
		t.Error("addresses do not sort by shard first")
	}
}

func TestPublicIDDoesNotAllocate(t *testing.T) {
	var id [32]byte
	url := []byte("HTTPS://User@Example.org:443/" + strings.Repeat("p", 300) + "#f")
	path := []byte("part/a.jsonl")
	if n := testing.AllocsPerRun(100, func() { PublicID(&id, url, nil, nil, path, 12345) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestEqualTextsAtOtherPlacesOfAFileAreOtherDocuments(t *testing.T) {
	var a, b [32]byte
	PublicID(&a, nil, []byte("the same text"), nil, []byte("f.jsonl"), 0)
	PublicID(&b, nil, []byte("the same text"), nil, []byte("f.jsonl"), 32<<20)
	if a == b {
		t.Fatalf("both are %s", a)
	}
}
