package filter

import (
	"dataprep/stages"
	"dataprep/stages/doc"

	"github.com/cespare/xxhash/v2"
)

// URLFilter drops documents by their address: listed sites and pages, and words in the URL.
//
// Lists are files with one entry per line, plain or gzip; a line that begins with # is a comment.
// A file given replaces the embedded list; domains and urls have none. datatrove's own lists work
// as they are: domains and urls lie in assets/url_filterblacklists*.tar.gz of its package (unpack
// it), the words in assets/banned_words.txt, banned_subwords.txt and soft_banned_words.txt.
//
// The case of the URL is kept as in datatrove 0.10.1: SEX.com and /XXX/ pass the rules on names and
// words, not the one on parts of words. A document without a URL stays.
type URLFilter struct {
	// Documents of these sites are dropped: registered domains or full host names.
	// One per line, in lower case. Registered domains follow the ICANN part of the public suffix
	// list. None by default.
	Domains stages.Artifact `yaml:"domains"`
	// Documents with exactly these URLs are dropped, one per line, scheme included.
	// Entries without a scheme, as in datatrove's list, match nothing in web archives. None by
	// default.
	URLs stages.Artifact `yaml:"urls"`
	// Documents are dropped whose URL holds one of these words between other characters.
	// A short list of our own by default.
	BannedWords stages.Artifact `yaml:"banned_words"`
	// Documents are dropped whose URL holds one of these strings anywhere, marks left out.
	// The entry two words is found in /two-words/ and /notTwoWordsYet. A short list by default.
	BannedSubwords stages.Artifact `yaml:"banned_subwords"`
	// Words that only count together: see soft_word_limit. A short list of our own by default.
	SoftBannedWords stages.Artifact `yaml:"soft_banned_words"`
	// Documents are dropped whose URL holds this many different soft banned words or more.
	// Lower drops more. 2 is RefinedWeb's and datatrove's.
	SoftWordLimit int `yaml:"soft_word_limit" min:"1"`
}

const (
	domain        doc.Reason = "domain"
	subdomain     doc.Reason = "subdomain"
	listedURL     doc.Reason = "url"
	bannedWord    doc.Reason = "banned_words"
	softWordLimit doc.Reason = "soft_word_limit"
	bannedSubword doc.Reason = "banned_subwords"
)

func urlFilter() stages.StageSpec[URLFilter] {
	return stages.StageSpec[URLFilter]{
		Name:    "url_filter",
		Rev:     1,
		Default: URLFilter{SoftWordLimit: 2},
		Foreign: "golang.org/x/net/publicsuffix takes strings: with a domains list, hosts with a " +
			"listed parent are copied; the suffix list is worth it",
		Describe: func(URLFilter) stages.Shape {
			return stages.Shape{
				Reads: []doc.Column{doc.URL.Column()},
				Reasons: []doc.Reason{domain, subdomain, listedURL, bannedWord, softWordLimit,
					bannedSubword},
			}
		},
		Open: func(c URLFilter, env stages.Env) (stages.Maker, error) {
			lists, err := openLists(c, env)
			if err != nil {
				return nil, err
			}
			return func() stages.Stage {
				w := &urls{c: c, lists: lists}
				w.met.reset(lists.soft.n)
				return w
			}, nil
		},
	}
}

type urls struct {
	c     URLFilter
	lists *urlLists
	met   hashes // different soft banned words of one URL
	found int
}

// Process implements stages.Stage.
func (u *urls) Process(b *doc.Batch) error {
	addresses := doc.URL.Of(b)
	for i := range b.Rows() {
		if url := addresses.At(i); len(url) > 0 {
			_ = u.siteRules(b, i, url) && u.wordRules(b, i, url)
		}
	}
	return nil
}

func (u *urls) siteRules(b *doc.Batch, i int, url []byte) bool {
	if u.lists.domains.n > 0 {
		if host := hostOf(url); u.lists.domains.hasParent(host) {
			site := registered(string(host))
			if site != "" && u.lists.domains.has(xxhash.Sum64String(site)) && !b.Drop(i, domain) {
				return false
			}
			if site != "" && u.lists.domains.has(xxhash.Sum64(host)) && !b.Drop(i, subdomain) {
				return false
			}
		}
	}
	return !u.lists.urls.has(xxhash.Sum64(url)) || b.Drop(i, listedURL)
}

func (u *urls) wordRules(b *doc.Batch, i int, url []byte) bool {
	banned := u.look(url)
	if banned && !b.Drop(i, bannedWord) ||
		!b.Below(i, softWordLimit, float64(u.found), float64(u.c.SoftWordLimit)) {
		return false
	}
	return !u.lists.subwords.in(url) || b.Drop(i, bannedSubword)
}

// look goes through the words of url, runs of ASCII letters and digits. It reports whether one is
// banned and counts the different soft ones.
func (u *urls) look(url []byte) (banned bool) {
	if u.found > 0 {
		u.met.reset(u.lists.soft.n)
		u.found = 0
	}
	for at := 0; at < len(url); {
		if symbol[url[at]] == 0 {
			at++
			continue
		}
		start := at
		for at < len(url) && symbol[url[at]] != 0 {
			at++
		}
		h := xxhash.Sum64(url[start:at])
		banned = banned || u.lists.words.has(h)
		if u.lists.soft.has(h) {
			if _, added := u.met.add(h); added {
				u.found++
			}
		}
	}
	return banned
}
