package doc

import (
	"encoding/hex"
	"strconv"
	"testing"

	"github.com/cespare/xxhash/v2"
)

// bear makes a child of text for each of the given parents and returns the batch they moved to.
func bear(t *testing.T, b *Batch, generation int, parents []int, texts ...string) *Batch {
	t.Helper()
	b.Begin(1, nil)
	for k, p := range parents {
		Text.Of(b.Births().Rows).SetString(b.Births().Add(p), texts[k])
	}
	b.Commit()
	next := New(b.Schema(), DefaultLimits())
	next.Reset(b.Shard())
	k := 0
	for i := range b.Rows() {
		next.Take(b, i)
		for ; k < b.Births().Len() && b.Births().Parent(k) == i; k++ {
			next.TakeBorn(b, k, []Column{Text.Column()}, generation)
		}
	}
	next.Close()
	return next
}

func places(b *Batch) (out []Position) {
	for i := range b.Len() {
		out = append(out, b.Position(i))
	}
	return out
}

func family(t *testing.T) *Batch {
	t.Helper()
	b := New([]Column{ID.Column(), URL.Column(), Text.Column()}, DefaultLimits())
	b.Reset(3)
	for k, text := range []string{"a", "b", "c"} {
		i := b.Add(uint32(k))
		ID.Of(b).SetString(i, "0123456789abcdef000000000000000"+strconv.Itoa(k))
		URL.Of(b).SetString(i, "https://x.org/"+text)
		Text.Of(b).SetString(i, text)
	}
	b.Close()
	return b
}

func TestChildrenFollowTheirParentAndHaveWhatItHas(t *testing.T) {
	next := bear(t, family(t), 0, []int{0, 0, 2}, "a1", "a2", "c1")
	want := []string{"a", "a1", "a2", "b", "c", "c1"}
	for i, w := range want {
		equal(t, "text", string(Text.Of(next).At(i)), w)
		equal(t, "url", string(URL.Of(next).At(i)), "https://x.org/"+w[:1])
		equal(t, "state", next.State(i), Live)
	}
	equal(t, "places", places(next), []Position{MakePosition(0, 0), MakePosition(0, 1<<16),
		MakePosition(0, 2<<16), MakePosition(1, 0), MakePosition(2, 0), MakePosition(2, 1<<16)})
}

func TestGrandchildrenStandBetweenTheirParentAndItsSiblings(t *testing.T) {
	first := bear(t, family(t), 0, []int{0, 0}, "a1", "a2")
	next := bear(t, first, 1, []int{0, 1, 1}, "a-1", "a1-1", "a1-2")
	var got []string
	last := Position(0)
	for i := range next.Len() {
		got = append(got, string(Text.Of(next).At(i)))
		if p := next.Position(i); i > 0 && p <= last {
			t.Errorf("row %d stands at %x, after %x", i, p, last)
		}
		last = next.Position(i)
	}
	equal(t, "order", got, []string{"a", "a-1", "a1", "a1-1", "a1-2", "a2", "b", "c"})
}

// The id is computed here from its definition: the parent's first half, then xxh64 of the parent's
// id, NUL and the part.
func TestTheIDOfAChildIsAFunctionOfParentAndPart(t *testing.T) {
	next := bear(t, family(t), 0, []int{1, 1}, "x", "y")
	parent := "0123456789abcdef0000000000000001"
	for number, row := range map[int]int{1: 2, 2: 3} {
		sum := xxhash.Sum64String(parent + "\x00" + strconv.Itoa(number<<16))
		var raw [8]byte
		for i := range raw {
			raw[i] = byte(sum >> (56 - 8*i))
		}
		equal(t, "id", string(ID.Of(next).At(row)), parent[:16]+hex.EncodeToString(raw[:]))
	}
}

func TestOnlyLiveAdmittedRowsBearInOrder(t *testing.T) {
	refused := func(name string, call func(b *Batch)) {
		b := family(t)
		b.Begin(1, nil)
		defer func() {
			if recover() == nil {
				t.Errorf("%s: a document was born", name)
			}
		}()
		call(b)
	}
	refused("gone", func(b *Batch) { b.Drop(0, "x"); b.Births().Add(0) })
	refused("ghost", func(b *Batch) { b.MarkShadow(0); b.Drop(0, "x"); b.Births().Add(0) })
	refused("not admitted", func(b *Batch) { b.Admit(Bits{0b110}); b.Births().Add(0) })
	refused("backwards", func(b *Batch) { b.Births().Add(1); b.Births().Add(0) })
	refused("too many", func(b *Batch) {
		for range MaxBorn + 1 {
			b.Births().Add(0)
		}
	})
}

func TestARollbackForgetsTheBorn(t *testing.T) {
	b := family(t)
	b.Begin(1, nil)
	Text.Of(b.Births().Rows).SetString(b.Births().Add(0), "half a child")
	b.Rollback(nil)
	equal(t, "born", b.Births().Len(), 0)
	equal(t, "rows", b.Births().Rows.Len(), 0)
}

func TestOnlyAdmittedRowsAreVisitedUntilTheCallEnds(t *testing.T) {
	b := family(t)
	b.MarkShadow(1)
	b.Begin(0, nil)
	b.Drop(1, "x")
	b.Commit()
	visit := func() (rows, live []int) {
		for i := range b.Rows() {
			rows = append(rows, i)
		}
		for i := range b.Live() {
			live = append(live, i)
		}
		return rows, live
	}
	b.Begin(1, nil)
	b.Admit(Bits{0b011})
	rows, live := visit()
	equal(t, "rows", rows, []int{0, 1})
	equal(t, "live", live, []int{0})
	b.Commit()
	rows, live = visit()
	equal(t, "rows after the call", rows, []int{0, 1, 2})
	equal(t, "live after the call", live, []int{0, 2})
	b.Begin(1, nil)
	b.Admit(Bits{0})
	b.Rollback(nil)
	rows, _ = visit()
	equal(t, "rows after a panic", rows, []int{0, 1, 2})
}

func TestAddressesAreThePlacesInTheFrames(t *testing.T) {
	b := bear(t, family(t), 0, []int{0}, "a1")
	b.Begin(2, nil)
	b.Drop(2, "x") // b, which frames will not hold
	b.Commit()
	b.Restore(3, Ghost, Verdict{Reason: "x"}) // c, which no exchange sees
	equal(t, "next", b.Number(10), uint32(12))
	for row, want := range map[int]uint32{0: 10, 1: 11, 2: NoRow, 3: NoRow} {
		equal(t, "address", b.Address(row), MakeAddress(3, want))
	}
}

func TestSpansTellEmptyFromNull(t *testing.T) {
	b := New([]Column{Raw.Column()}, DefaultLimits())
	b.Reset(0)
	b.Add(0)
	b.Add(1)
	Raw.Of(b).Append(1, nil)
	b.Add(2)
	b.Close()
	next := New(b.Schema(), DefaultLimits())
	next.Reset(0)
	for i := range b.Len() {
		next.Take(b, i)
	}
	for name, c := range map[string]*Spans{"made": Raw.Of(b), "taken": Raw.Of(next)} {
		equal(t, name, []bool{c.Has(0), c.Has(1), c.Has(2)}, []bool{false, true, false})
		equal(t, name, len(c.At(0))+len(c.At(1)), 0)
	}
}
