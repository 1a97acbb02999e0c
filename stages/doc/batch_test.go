package doc

import (
	"bytes"
	"fmt"
	"testing"
)

func TestABatchIsFullByRowsOrBytesAndNeverWhenEmpty(t *testing.T) {
	rows := New(columns(), Limits{Rows: 2, Bytes: 1 << 20})
	rows.Reset(0)
	for want := range 3 {
		equal(t, fmt.Sprintf("%d rows", want), rows.Full(), want >= 2)
		rows.Add(uint32(want))
	}
	size := New(columns(), Limits{Rows: 1000, Bytes: 1000})
	size.Reset(0)
	i := size.Add(0)
	Text.Of(size).Set(i, bytes.Repeat([]byte("x"), 500))
	equal(t, "half", size.Full(), false)
	i = size.Add(1)
	Raw.Of(size).Append(i, bytes.Repeat([]byte("x"), 500))
	equal(t, "bytes of all columns", size.Full(), true)
	size.Reset(1)
	i = size.Add(0)
	Text.Of(size).Set(i, make([]byte, 16<<20)) // one row may exceed the limit
	if !size.Full() || len(Text.Of(size).At(0)) != 16<<20 {
		t.Error("a big row is not taken whole")
	}
	none := New(columns(), Limits{})
	none.Reset(0)
	equal(t, "an empty batch without limits", none.Full(), false)
	none.Add(0)
	equal(t, "with one row", none.Full(), true)
}

func TestResetLeavesNothingOfTheLastDocuments(t *testing.T) {
	b := texts(t, "a", "b", "c")
	b.MarkShadow(2)
	b.Blank(list.Column())
	list.Of(b).Set(0, []int32{1})
	run(b, 3, nil, func() {
		b.Drop(2, "x")
		b.Drop(0, "x")
		b.Rewrite(Text).Set(1, []byte("B"))
	})
	b.Words()
	b.Reset(8)
	equal(t, "rows", b.Len(), 0)
	equal(t, "judgements", len(b.Judgements()), 0)
	for k := range 3 {
		i := b.Add(uint32(k))
		if b.State(i) != Live || b.Shadow(i) || b.Verdict(i) != (Verdict{}) || Text.Of(b).Has(i) ||
			list.Of(b).Has(i) || len(Raw.Of(b).At(i)) != 0 {
			t.Errorf("row %d remembers", i)
		}
	}
	b.Close()
	equal(t, "address", b.Address(2), MakeAddress(8, 2))
	if s := b.Words().At(1); s.Len() != 0 {
		t.Error("the views remember")
	}
}

// The engine's refill moves survivors to a batch with another schema.
func TestTakeKeepsColumnsStatesVerdictsAndNulls(t *testing.T) {
	from := texts(t, "a", "-", "", "d")
	from.MarkShadow(3)
	from.Blank(list.Column())
	number.Of(from).Set(3, 7)
	score.Of(from).Set(0, 0)
	list.Of(from).Set(2, []int32{})
	list.Of(from).Set(3, []int32{1, 2})
	Raw.Of(from).Append(3, []byte("<p>"))
	run(from, 2, nil, func() {
		from.AtLeast(3, "min_words", 1, 2)
		from.Drop(1, "x")
	})
	to := New([]Column{
		{"only_here", KindString}, list.Column(), Text.Column(), number.Column(), score.Column(),
	}, DefaultLimits())
	to.Reset(3)
	to.Add(77) // rows that were there before
	for i := range from.Rows() {
		to.Take(from, i)
	}
	to.Close()
	equal(t, "states", states(to), "live, live, live, ghost min_words")
	equal(t, "verdict", to.Verdict(3), from.Verdict(3))
	equal(t, "text", shown(Text.Of(to), 4), "-|a||d")
	equal(t, "column of its own", shown(Field[Strings]{"only_here"}.Of(to), 4), "-|-|-|-")
	equal(t, "ordinals", []uint32{to.Ordinal(1), to.Ordinal(2), to.Ordinal(3)}, []uint32{0, 20, 30})
	equal(t, "address", to.Address(3), MakeAddress(3, 30))
	if c := number.Of(to); c.At(3) != 7 || c.Has(1) {
		t.Error("numbers moved")
	}
	if c := score.Of(to); !c.Has(1) || c.Has(2) {
		t.Error("a zero became null, or a null zero")
	}
	if c := list.Of(to); !c.Has(2) || len(c.At(2)) != 0 || len(c.At(3)) != 2 || c.Has(1) {
		t.Error("lists moved")
	}
	if !to.Shadow(3) || to.Shadow(2) {
		t.Error("the shadow moved")
	}
	run(to, 5, nil, func() { to.Above(3, "ratio", 1, 0) })
	equal(t, "a ghost goes on being judged", len(to.Judgements()), 1)
}

// steady is what the loop does with a batch of pages, over and over.
func steady(b, second *Batch, row []byte, writes []Column) {
	b.Reset(1)
	for k := 0; !b.Full(); k++ {
		i := b.Add(uint32(k))
		Text.Of(b).Set(i, row)
		list.Of(b).Set(i, []int32{1, 2})
		Raw.Of(b).Append(i, row)
		if k%4 == 0 {
			b.MarkShadow(i)
		}
	}
	b.Close()
	b.Begin(0, writes)
	words := b.Words()
	out, other := b.Rewrite(Text), b.Rewrite(extra)
	for i := range b.Rows() {
		s := words.At(i)
		number.Of(b).Set(i, int64(s.Len()))
		if b.AtLeast(i, "min_words", float64(i%5), 1) {
			out.Set(i, row[:len(row)-1])
			other.Set(i, row[:3])
		}
	}
	b.Commit()
	b.Begin(1, nil)
	b.Lines()
	b.Rollback(nil)
	second.Reset(1)
	for i := range b.Rows() {
		second.Take(b, i)
	}
	second.Close()
	for range b.Fallen() {
	}
}

func TestASteadyBatchDoesNotAllocate(t *testing.T) {
	b := New(columns(), Limits{Rows: 100, Bytes: 8 << 20})
	second := New([]Column{Text.Column(), extra.Column(), list.Column(), number.Column()},
		Limits{Rows: 100, Bytes: 8 << 20})
	row := []byte("a page with some words in it,\nand a second line of them")
	writes := []Column{number.Column()}
	for range 3 {
		steady(b, second, row, writes)
	}
	if n := testing.AllocsPerRun(20, func() { steady(b, second, row, writes) }); n != 0 {
		t.Errorf("%v allocations per batch", n)
	}
}

func TestSchemasJoinByName(t *testing.T) {
	a := Union(Identity(), Text.Column(), URL.Column(), Text.Column())
	equal(t, "columns", len(a), len(Identity())+1)
	if !Contains(a, "text") || Contains(a, "raw") {
		t.Error("Contains is wrong")
	}
	b := New(a, DefaultLimits())
	if len(b.Schema()) != len(a) {
		t.Error("the batch has another schema")
	}
	for k, want := range map[Kind]string{
		KindString: "string", KindInt64: "int64", KindFloat64: "float64", KindInt32List: "list<int32>",
		KindSpans: "bytes", 0: "invalid",
	} {
		equal(t, "kind", k.String(), want)
	}
}
