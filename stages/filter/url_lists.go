package filter

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"math/bits"

	"dataprep/internal/text"
	"dataprep/stages"

	"github.com/cespare/xxhash/v2"
)

//go:embed lists/banned_words.txt
var embeddedWords []byte

//go:embed lists/banned_subwords.txt
var embeddedSubwords []byte

//go:embed lists/soft_banned_words.txt
var embeddedSoft []byte

var (
	errArchive = errors.New("it is a tar archive: unpack it and name the list inside")
	errBinary  = errors.New("it holds NUL bytes: a list is a text with an entry on each line")
)

// urlLists is what the URL filter looks up; workers share it.
type urlLists struct {
	domains, urls, words, soft list
	subwords                   *automaton
}

func openLists(c URLFilter, env stages.Env) (*urlLists, error) {
	l := &urlLists{}
	var subwords [][]byte
	for _, x := range [...]struct {
		name     string
		artifact stages.Artifact
		embedded []byte
		verbatim bool // entries are trimmed, not normalized
		list     *list
	}{
		{"domains", c.Domains, nil, true, &l.domains},
		{"urls", c.URLs, nil, true, &l.urls},
		{"banned_words", c.BannedWords, embeddedWords, false, &l.words},
		{"soft_banned_words", c.SoftBannedWords, embeddedSoft, false, &l.soft},
		{"banned_subwords", c.BannedSubwords, embeddedSubwords, false, nil},
	} {
		var found []uint64
		err := eachLine(x.artifact, x.embedded, env, func(entry []byte) {
			switch {
			case x.list == nil:
				subwords = append(subwords, bytes.Clone(squeeze(entry)))
			case x.verbatim:
				found = append(found, xxhash.Sum64(entry))
			default:
				found = append(found, xxhash.Sum64(squeeze(entry)))
			}
		})
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", x.name, err)
		}
		if x.list != nil {
			*x.list = newList(found)
		}
	}
	l.subwords = newAutomaton(subwords)
	return l, nil
}

// eachLine calls entry for every line of the artifact, or of embedded if there is none, that is
// neither blank nor a comment. The bytes live for the call and may be changed.
func eachLine(a stages.Artifact, embedded []byte, env stages.Env, entry func([]byte)) error {
	if a.URI == "" {
		return scanLines(bytes.NewReader(embedded), entry)
	}
	f, err := env.Open(a)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<16)
	if magic, _ := in.Peek(2); len(magic) == 2 && magic[0] == 0x1F && magic[1] == 0x8B {
		z, err := gzip.NewReader(in)
		if err != nil {
			return err
		}
		in = bufio.NewReaderSize(z, 1<<16)
	}
	if head, _ := in.Peek(262); len(head) == 262 && string(head[257:]) == "ustar" {
		return errArchive
	}
	return scanLines(in, entry)
}

func scanLines(in io.Reader, entry func([]byte)) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 1<<16), 1<<20)
	for lines.Scan() {
		line := lines.Bytes()
		if len(line) > 0 && line[0] == '#' {
			continue
		}
		if bytes.IndexByte(line, 0) >= 0 {
			return errBinary
		}
		if line = text.TrimSpace(line); len(line) > 0 {
			entry(line)
		}
	}
	return lines.Err()
}

// squeeze removes in place all but ASCII letters and digits and lowers the letters, which is how
// word lists and URLs meet.
func squeeze(entry []byte) []byte {
	out := entry[:0]
	for _, c := range entry {
		if s := symbol[c]; s != 0 {
			out = append(out, character[s])
		}
	}
	return out
}

// list is a set of strings that never changes, kept as 64-bit hashes in an open table that is three
// quarters full: 11 bytes for each of millions of domains.
type list struct {
	slots []uint64 // 0 is free
	n     int
}

func newList(entries []uint64) list {
	if len(entries) == 0 {
		return list{}
	}
	l := list{slots: make([]uint64, len(entries)*4/3+1)}
	for _, h := range dealt(entries) {
		h |= b2u(h == 0)
		at := l.home(h)
		for l.slots[at] != 0 && l.slots[at] != h {
			at = l.after(at)
		}
		if l.slots[at] == 0 {
			l.slots[at] = h
			l.n++
		}
	}
	return l
}

// dealt orders hashes by their first byte. Millions of them then fill the table a 256th at a time,
// which fits a cache, and not all over it.
func dealt(entries []uint64) []uint64 {
	var from [257]int
	for _, h := range entries {
		from[h>>56+1]++
	}
	for i := range 256 {
		from[i+1] += from[i]
	}
	out := make([]uint64, len(entries))
	for _, h := range entries {
		out[from[h>>56]] = h
		from[h>>56]++
	}
	return out
}

// home spreads hashes over the slots by their top bits, so that any number of slots will do.
func (l *list) home(h uint64) int {
	hi, _ := bits.Mul64(h, uint64(len(l.slots)))
	return int(hi)
}

func (l *list) after(at int) int {
	if at++; at == len(l.slots) {
		at = 0
	}
	return at
}

func (l *list) has(h uint64) bool {
	if l.n == 0 {
		return false
	}
	h |= b2u(h == 0)
	for at := l.home(h); l.slots[at] != 0; at = l.after(at) {
		if l.slots[at] == h {
			return true
		}
	}
	return false
}
