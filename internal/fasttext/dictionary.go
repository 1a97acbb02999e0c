package fasttext

import (
	"fmt"
	"math/bits"
)

// endOfLine is the token that the reference puts at the end of every line.
const endOfLine = "</s>"

const (
	entryWord  = 0
	entryLabel = 1

	// minEntry is the smallest size of a stored entry: NUL, count, type.
	minEntry = 10
)

// dictionary holds words, then labels, as bytes of one arena, and finds them by FNV-1a hash in an
// open-addressed table at most half full.
type dictionary struct {
	words, labels int32
	pruned        int64 // -1: no n-gram was pruned, 0: all were, else the number that was kept
	arena         []byte
	off           []int   // entry i is arena[off[i]:off[i+1]]
	counts        []int64 // occurrences by label
	slots         []slot
	shift         uint32
	sub           []int32 // input rows of word i are sub[subOff[i]:subOff[i+1]]
	subOff        []int
}

// slot is a place of the hash table; id is the entry plus one, 0 is free.
type slot struct {
	hash uint32
	id   int32
}

// prunePair says that n-gram bucket of the training has input row words+row in this model.
type prunePair struct{ bucket, row int32 }

// read reads the dictionary part of a file and returns its prune index.
func (d *dictionary) read(s *source, bucket int32) ([]prunePair, error) {
	size := s.int32()
	d.words = s.int32()
	d.labels = s.int32()
	s.int64() // tokens seen in training
	d.pruned = s.int64()
	if !s.claim(int64(size), minEntry) {
		return nil, s.err
	}
	if d.words < 0 || d.labels < 1 || int64(d.words)+int64(d.labels) != int64(size) {
		return nil, fmt.Errorf("%w: %d entries for %d words and %d labels",
			ErrFormat, size, d.words, d.labels)
	}
	if err := d.readEntries(s); err != nil {
		return nil, err
	}
	return d.readPrune(s, bucket)
}

func (d *dictionary) readEntries(s *source) error {
	d.off = append(d.off, 0)
	for i := range d.words + d.labels {
		d.arena = s.word(d.arena)
		d.off = append(d.off, len(d.arena))
		count := s.int64()
		kind := s.byte()
		if s.err != nil {
			return s.err
		}
		want := byte(entryWord)
		if i >= d.words {
			want = entryLabel
			d.counts = append(d.counts, count)
		}
		if kind != want {
			return fmt.Errorf("%w: entry %d of %d has type %d, want %d",
				ErrFormat, i, d.words+d.labels, kind, want)
		}
	}
	return nil
}

func (d *dictionary) readPrune(s *source, bucket int32) ([]prunePair, error) {
	if d.pruned <= 0 {
		d.pruned = max(d.pruned, -1)
		return nil, s.err
	}
	if !s.claim(d.pruned, 8) {
		return nil, s.err
	}
	var pairs []prunePair
	for range d.pruned {
		p := prunePair{s.int32(), s.int32()}
		if s.err != nil {
			return nil, s.err
		}
		if p.bucket < 0 || p.bucket >= bucket || p.row < 0 {
			return nil, fmt.Errorf("%w: prune index maps bucket %d of %d to row %d",
				ErrFormat, p.bucket, bucket, p.row)
		}
		pairs = append(pairs, p)
	}
	return pairs, nil
}

// entry returns word or label i.
func (d *dictionary) entry(i int32) []byte { return d.arena[d.off[i]:d.off[i+1]] }

// index builds the hash table. Of equal entries the last one wins, as in the reference.
func (d *dictionary) index() {
	n := len(d.off) - 1
	d.shift = uint32(32 - bits.Len(uint(2*n-1)))
	d.slots = make([]slot, 1<<(32-d.shift))
	for i := range int32(n) {
		w := d.entry(i)
		h := hashBytes(w)
		*d.place(h, w) = slot{h, i + 1}
	}
}

// place returns the slot of w: the one that holds it, or the free one where it belongs.
func (d *dictionary) place(h uint32, w []byte) *slot {
	mask := uint32(len(d.slots) - 1)
	for at := (h * 0x9e3779b1) >> d.shift; ; at++ {
		s := &d.slots[at&mask]
		if s.id == 0 || s.hash == h && string(d.entry(s.id-1)) == string(w) {
			return s
		}
	}
}

// find returns the entry that spells w, whose hash is h, or -1.
func (d *dictionary) find(h uint32, w []byte) int32 { return d.place(h, w).id - 1 }
