package bpe

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"dataprep/tokenize/pretok"
	"dataprep/tokenize/vocab"
)

// naive merges as the definition reads: whole-piece tokens first, then rescan all pairs of byte
// strings after every merge. O(n²) look-ups in a map; the scanner is shared, having its own twin.
type naive struct {
	ranks   map[string]int32
	classes *pretok.Classes
}

func newNaive(v *vocab.Vocab) naive {
	n := naive{make(map[string]int32), pretok.NewClasses()}
	for id := range int32(v.Len()) {
		n.ranks[string(v.Token(id))] = id
	}
	return n
}

func (n naive) encode(text string) []int32 {
	var ids []int32
	for start := 0; start < len(text); {
		end := n.classes.Next([]byte(text), start)
		ids = append(ids, n.piece(text[start:end])...)
		start = end
	}
	return ids
}

func (n naive) piece(piece string) []int32 {
	if id, ok := n.ranks[piece]; ok {
		return []int32{id}
	}
	parts := make([]string, len(piece))
	for i := range parts {
		parts[i] = piece[i : i+1]
	}
	for {
		at, best := -1, int32(0)
		for i := 0; i+1 < len(parts); i++ {
			if rank, ok := n.ranks[parts[i]+parts[i+1]]; ok && (at < 0 || rank < best) {
				at, best = i, rank
			}
		}
		if at < 0 {
			break
		}
		parts[at] += parts[at+1]
		parts = slices.Delete(parts, at+1, at+2)
	}
	ids := make([]int32, len(parts))
	for i, part := range parts {
		ids[i] = n.ranks[part]
	}
	return ids
}

func FuzzFastPathEqualsNaiveMerging(f *testing.F) {
	for _, seed := range []string{
		"", "Hello, world! It's 2026.", strings.Repeat("ab", 200), strings.Repeat(" ", 130) + "x",
		strings.Repeat("=-", 70), "<|endoftext|>", "Привет мир", "日本語のテキスト", "a\xffb\xe2\x82",
		strings.Repeat("e\u0301", 60), "antidisestablishmentarianism" + strings.Repeat("ism", 40),
	} {
		f.Add(seed)
	}
	m := gpt2(f)
	n := newNaive(m.Vocab())
	warm := m.NewEncoder()
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			t.Skip("slow in the twin")
		}
		want := n.encode(text)
		got := warm.Encode(nil, []byte(text))
		if !slices.Equal(got, want) {
			t.Fatalf("%q: ids %d, want %d", text, got, want)
		}
		if again := warm.Encode(nil, []byte(text)); !slices.Equal(again, want) {
			t.Fatalf("%q: ids from the cache %d, want %d", text, again, want)
		}
		if count := warm.Count([]byte(text)); count != len(want) {
			t.Errorf("%q: counted %d, want %d", text, count, len(want))
		}
		back, err := m.Vocab().Decode(nil, got)
		if err != nil || string(back) != text {
			t.Errorf("%q decodes to %q, %v", text, back, err)
		}
	})
}

func TestHeapAndScanMergeAlike(t *testing.T) {
	v := gpt2(t).Vocab()
	var short shortMerger
	var long longMerger
	const alphabet = "etaoin shrdlu=-0\xc3\xa9\xe3\x81"
	seed := uint64(1)
	for range 20000 {
		piece := make([]byte, 0, maxShort)
		for n := 0; n == 0 || seed>>58 > 5 && n < maxShort; n++ {
			seed = seed*6364136223846793005 + 1442695040888963407
			piece = append(piece, alphabet[seed>>33%uint64(len(alphabet))])
		}
		scan := short.merge(nil, v, piece)
		if heap := long.merge(nil, v, piece); !slices.Equal(heap, scan) {
			t.Fatalf("%q: heap %d, scan %d", piece, heap, scan)
		}
	}
}

func TestEveryTokenIsReachedByMerging(t *testing.T) {
	v := gpt2(t).Vocab()
	var short shortMerger
	var long longMerger
	for id := range int32(v.Len()) {
		token := v.Token(id)
		var got []int32
		if len(token) <= maxShort {
			got = short.merge(nil, v, token)
		} else {
			got = long.merge(nil, v, token)
		}
		if !slices.Equal(got, []int32{id}) {
			t.Errorf("token %d %q merges to %d", id, token, got)
		}
	}
}

func TestIDsDoNotDependOnTheCache(t *testing.T) {
	m := gpt2(t)
	docs := slices.Concat(texts(t, "quality", "wiki-demo.jsonl.gz"), languages(t)[:40])
	one := m.NewEncoder()
	for _, doc := range docs {
		one.Count(doc)
	}
	tiny := m.NewEncoder()
	tiny.cache = make(cache, 1)
	for i, doc := range docs {
		want := m.NewEncoder().Encode(nil, doc)
		if got := one.Encode(nil, doc); !slices.Equal(got, want) {
			t.Errorf("document %d: ids depend on earlier documents", i)
		}
		if got := tiny.Encode(nil, doc); !slices.Equal(got, want) {
			t.Errorf("document %d: ids depend on the size of the cache", i)
		}
	}
}

func TestSpecialTokenNamesAreOrdinaryText(t *testing.T) {
	e := gpt2(t).NewEncoder()
	want := []int32{27, 91, 437, 1659, 5239, 91, 29}
	if got := e.Encode(nil, []byte("<|endoftext|>")); !slices.Equal(got, want) {
		t.Errorf("ids %d, want %d", got, want)
	}
}

// Expected ids are those of tiktoken 0.14.0. All but the last code point are newer than Go's
// Unicode 15.0; only after a letter or number is the apostrophe the start of a suffix.
func TestLettersAndNumbersOfUnicode16AreKnown(t *testing.T) {
	e := gpt2(t).NewEncoder()
	for text, want := range map[string][]int32{
		"\u1c89's":      {157, 110, 231, 338},
		"\U000105c0'll": {172, 238, 245, 222, 1183},
		"\U0002ebf0're": {172, 106, 107, 108, 821},
		"\U00010d40't":  {172, 238, 113, 222, 470},
		"\U0001ccf9'd":  {172, 250, 111, 117, 1549},
		"\U00011f5a's":  {172, 239, 121, 248, 6, 82},
	} {
		if got := e.Encode(nil, []byte(text)); !slices.Equal(got, want) {
			t.Errorf("%q: ids %d, want %d", text, got, want)
		}
	}
}

func TestEncodeAppends(t *testing.T) {
	got := gpt2(t).NewEncoder().Encode([]int32{7}, []byte("Hello"))
	if !slices.Equal(got, []int32{7, 15496}) {
		t.Errorf("ids %d", got)
	}
}

func TestSteadyStateDoesNotAllocate(t *testing.T) {
	e := gpt2(t).NewEncoder()
	docs := languages(t)
	docs = append(docs, bytes.Repeat([]byte("a"), 100000))
	ids := make([]int32, 0, 1<<20)
	for _, doc := range docs {
		ids = e.Encode(ids[:0], doc)
		e.Count(doc)
	}
	if n := testing.AllocsPerRun(1, func() {
		for _, doc := range docs {
			ids = e.Encode(ids[:0], doc)
			e.Count(doc)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestHostilePiecesTakeAboutLinearTime(t *testing.T) {
	e := gpt2(t).NewEncoder()
	for _, unit := range []string{"a", " ", "ab", "-=", "\n", "日", "\xff", "\u0301", "0123456789"} {
		text := bytes.Repeat([]byte(unit), 1<<20/len(unit))
		begin := time.Now()
		ids := e.Encode(nil, text)
		if took := time.Since(begin); took > 10*time.Second {
			t.Errorf("1 MB of %q takes %v", unit, took)
		} else {
			t.Logf("1 MB of %q: %v, %d ids", unit, took, len(ids))
		}
		if back, err := e.vocab.Decode(nil, ids); err != nil || !bytes.Equal(back, text) {
			t.Errorf("1 MB of %q does not survive the round trip: %v", unit, err)
		}
	}
	if cap(e.long.parts) > keep {
		t.Errorf("room for %d parts is kept", cap(e.long.parts))
	}
}

func BenchmarkEncode(b *testing.B) {
	m := gpt2(b)
	for _, test := range []struct {
		name string
		docs [][]byte
	}{
		{"C4", texts(b, "quality", "c4-demo.jsonl.gz")},
		{"Wikipedia", texts(b, "quality", "wiki-demo.jsonl.gz")},
		{"UDHR", languages(b)},
		{"OnePiece", [][]byte{bytes.Repeat([]byte("abc"), 1<<18)}},
	} {
		size := int64(0)
		for _, doc := range test.docs {
			size += int64(len(doc))
		}
		b.Run(test.name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			e := m.NewEncoder()
			var ids []int32
			for b.Loop() {
				for _, doc := range test.docs {
					ids = e.Encode(ids[:0], doc)
				}
			}
		})
	}
}
