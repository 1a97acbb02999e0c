package doc

import (
	"slices"
	"strings"
	"testing"
)

func TestRollbackForgetsEverythingTheCallDid(t *testing.T) {
	b := texts(t, "a", "b", "c")
	b.MarkShadow(1)
	run(b, 0, nil, func() { b.Drop(1, "first") })
	before, judged := states(b), len(b.Judgements())
	writes := []Column{number.Column(), extra.Column()}
	b.Begin(1, writes)
	number.Of(b).Set(0, 7)
	extra.Of(b).SetString(0, "half")
	b.Rewrite(Text).Set(0, []byte("other"))
	b.Drop(0, "second")
	b.Drop(1, "second")
	b.Rollback(writes)
	equal(t, "states", states(b), before)
	equal(t, "judgements", len(b.Judgements()), judged)
	equal(t, "text", shown(Text.Of(b), 3), "a|b|c")
	equal(t, "extra", shown(extra.Of(b), 3), "-|-|-")
	if number.Of(b).Has(0) {
		t.Error("the number is still there")
	}
	b.Commit() // nothing is left to count
	equal(t, "text", shown(Text.Of(b), 3), "a|b|c")
}

// This is the engine's protocol after a panic.
func TestAPanicCostsTheGuiltyRowAlone(t *testing.T) {
	b := texts(t, "a", "boom", "c", "d")
	writes := []Column{number.Column()}
	process := func() {
		out := b.Rewrite(Text)
		for i := range b.Rows() {
			if string(Text.Of(b).At(i)) == "boom" {
				panic("boom")
			}
			number.Of(b).Set(i, int64(i))
			out.Set(i, append(Text.Of(b).At(i), '!'))
			b.AtMost(i, "late", float64(i), 2)
		}
	}
	calls := 0
	for failed := any("first"); failed != nil; calls++ {
		b.Begin(9, writes)
		if failed = panics(process); failed != nil {
			guilty := b.Cursor()
			b.Rollback(writes)
			b.Kill(guilty, 9, Panicked)
		}
	}
	var fallen []int
	for i := range b.Fallen() {
		fallen = append(fallen, i)
	}
	b.Commit()
	equal(t, "calls", calls, 2)
	equal(t, "fallen in the call that counts", fallen, []int{3})
	equal(t, "states", states(b), "live, gone panic, live, gone late")
	equal(t, "text", shown(Text.Of(b), 3), "a!|-|c!")
	equal(t, "number", number.Of(b).At(2), 2)
	if !b.Verdict(1).Dead || b.Verdict(3).Dead {
		t.Error("the wrong row is dead")
	}
}

func TestAPanicAfterTheLoopIsNoRowsFault(t *testing.T) {
	b := texts(t, "a", "b")
	b.Begin(0, nil)
	equal(t, "before", b.Cursor(), -1)
	for i := range b.Rows() {
		equal(t, "in hand", b.Cursor(), i)
	}
	equal(t, "after", b.Cursor(), -1)
	for range b.Rows() {
		break
	}
	equal(t, "left early", b.Cursor(), 0)
	b.Begin(1, nil)
	equal(t, "next stage", b.Cursor(), -1)
}

func TestARewriteCountsWhenTheStageReturns(t *testing.T) {
	b := texts(t, "a", "b", "c")
	col := Text.Of(b)
	run(b, 0, nil, func() {
		b.Rewrite(Text).Set(1, []byte("B"))
		equal(t, "while it runs", shown(Text.Of(b), 3), "a|b|c")
	})
	equal(t, "after", shown(Text.Of(b), 3), "a|B|c")
	if col != Text.Of(b) {
		t.Error("the column moved: a stage that found it before holds another")
	}
	run(b, 1, nil, func() { b.Rewrite(Text).Set(0, []byte("A")) })
	equal(t, "again", shown(Text.Of(b), 3), "A|B|c")
}

func TestRowsThatARewriteDoesNotSetKeepValueNullAndEmptiness(t *testing.T) {
	b := texts(t, "a", "-", "", "gone", "e", "-")
	run(b, 0, nil, func() {
		b.Drop(3, "x")
		b.Rewrite(Text).Set(2, []byte("was empty"))
	})
	equal(t, "text", shown(Text.Of(b), 6), "a|-|was empty|-|e|-")
	run(b, 1, nil, func() { b.Rewrite(Text) })
	equal(t, "nothing set", shown(Text.Of(b), 6), "a|-|was empty|-|e|-")
	run(b, 2, nil, func() { b.Rewrite(Text).Set(4, nil) })
	if c := Text.Of(b); !c.Has(4) || len(c.At(4)) != 0 || c.Has(5) || len(c.Off) != 7 {
		t.Errorf("%q, %d offsets", shown(c, 6), len(c.Off))
	}
}

func TestGhostsAreRewrittenLikeLiveRows(t *testing.T) {
	b := texts(t, "a", "b")
	b.MarkShadow(1)
	run(b, 0, nil, func() { b.Drop(1, "x") })
	run(b, 1, nil, func() {
		out := b.Rewrite(Text)
		for i := range b.Rows() {
			out.Set(i, append(slices.Clone(Text.Of(b).At(i)), '!'))
		}
	})
	equal(t, "text", shown(Text.Of(b), 2), "a!|b!")
}

func TestTwoRewritersOfOneCallDoNotMix(t *testing.T) {
	b := texts(t, "a", "b")
	run(b, 0, []Column{extra.Column()}, func() {
		extra.Of(b).SetString(0, "x")
		extra.Of(b).SetString(1, "y")
	})
	for round := range 3 {
		run(b, 1, nil, func() {
			one, two := b.Rewrite(Text), b.Rewrite(extra)
			if b.Rewrite(Text) != one || b.Rewrite(extra) != two || one == two {
				t.Fatal("a column does not have one rewriter")
			}
			one.Set(0, []byte("A"))
			two.Set(1, []byte("Y"))
		})
		equal(t, "text", shown(Text.Of(b), 2), "A|b")
		equal(t, "extra", shown(extra.Of(b), 2), "x|Y")
		if round == 1 { // the pooled rewriters change places
			run(b, 2, nil, func() { b.Rewrite(extra).Set(0, []byte("x")) })
		}
	}
}

func TestARewriteOutOfOrderIsRefused(t *testing.T) {
	b := texts(t, "a", "b")
	b.Begin(0, nil)
	out := b.Rewrite(Text)
	out.Set(1, []byte("B"))
	for _, i := range []int{1, 0} {
		if what := panics(func() { out.Set(i, nil) }); what == nil {
			t.Errorf("row %d was set after row 1", i)
		}
	}
}

func TestBeginAndBlankMakeColumnsNull(t *testing.T) {
	b := texts(t, "a", "b")
	fill := func() {
		number.Of(b).Set(0, 1)
		score.Of(b).Set(1, 2)
		list.Of(b).Set(0, []int32{1})
		Raw.Of(b).Append(0, []byte("<p>"))
	}
	all := []Column{number.Column(), score.Column(), list.Column(), Raw.Column()}
	null := func() bool {
		return !number.Of(b).Has(0) && !score.Of(b).Has(1) && !list.Of(b).Has(0) && len(Raw.Of(b).At(0)) == 0
	}
	b.Blank(all...)
	fill()
	b.Begin(0, all)
	if !null() {
		t.Error("Begin left something")
	}
	fill()
	b.Commit()
	if null() {
		t.Error("Commit lost what the stage wrote")
	}
	b.Blank(all...)
	if !null() || shown(Text.Of(b), 2) != "a|b" {
		t.Error("Blank blanks the wrong columns")
	}
}

func TestViewsBelongToOneVersionOfTheText(t *testing.T) {
	b := texts(t, "one two", "three", "-")
	count := func() (n [3]int) {
		for i := range n {
			s := b.Words().At(i)
			n[i] = s.Len()
		}
		return n
	}
	equal(t, "words", count(), [3]int{2, 1, 0})
	first := b.Words()
	if first != b.Words() || first == b.Lines() {
		t.Error("a view is not computed once")
	}
	run(b, 0, nil, func() {
		b.Rewrite(Text).Set(1, []byte("three four five"))
		equal(t, "while it runs", count(), [3]int{2, 1, 0})
	})
	equal(t, "after the rewrite", count(), [3]int{2, 3, 0})
	run(b, 1, []Column{extra.Column()}, func() { b.Rewrite(extra).Set(0, []byte("x y z")) })
	equal(t, "another column", count(), [3]int{2, 3, 0})
	run(b, 2, []Column{Text.Column()}, func() {
		Text.Of(b).SetString(0, "a b c d")
		equal(t, "half way", count(), [3]int{4, 0, 0})
		Text.Of(b).SetString(1, "e")
	})
	equal(t, "filled anew", count(), [3]int{4, 1, 0})
	b.Blank(Text.Column())
	equal(t, "blank", count(), [3]int{})
	i := b.Add(99)
	Text.Of(b).SetString(i, "late row")
	b.Close()
	if s := b.Words().At(i); s.Len() != 2 {
		t.Error("the view is of the rows before")
	}
}

func TestAViewMadeAfterADropIsMadeAnewWhenTheDropIsUndone(t *testing.T) {
	b := texts(t, "one two", "boom", "three")
	process := func() {
		for i := range b.Rows() {
			if i == 0 && b.State(1) == Live {
				b.Drop(0, "soon undone")
			}
			words := b.Words().At(i)
			b.AtLeast(i, "min_words", float64(words.Len()), 1)
			if string(Text.Of(b).At(i)) == "boom" {
				panic("boom")
			}
		}
	}
	b.Begin(0, nil)
	if panics(process) == nil {
		t.Fatal("the stage did not panic")
	}
	guilty := b.Cursor()
	b.Rollback(nil)
	b.Kill(guilty, 0, Panicked)
	b.Begin(0, nil)
	process()
	b.Commit()
	equal(t, "states", states(b), "live, gone panic, live")
}

func TestGoneRowsHaveNoSpans(t *testing.T) {
	b := texts(t, "one two", "three four", "five")
	run(b, 0, nil, func() { b.Drop(1, "x") })
	for _, v := range []*View{b.Words(), b.Lines()} {
		gone, last := v.At(1), v.At(2)
		if gone.Len() != 0 || last.Len() != 1 || string(last.At(Text.Of(b).At(2), 0)) != "five" {
			t.Errorf("%d spans of a gone row, %d of the next", gone.Len(), last.Len())
		}
	}
}

// A splitter looks at all rows, whoever asks first; what it panics on is the row it looks at.
func TestTheGuiltyRowOfASplitterIsTheOneItSplits(t *testing.T) {
	b := texts(t, "a", "b", "boom", "c")
	b.Begin(0, nil)
	v := View{}
	split := func(text string) {
		if strings.Contains(text, "boom") {
			panic("boom")
		}
	}
	if panics(func() { b.view(&v, splitting(split)) }) == nil {
		t.Fatal("no panic")
	}
	equal(t, "guilty", b.Cursor(), 2)
	for i := range b.Rows() {
		b.Words()
		equal(t, "in hand after a view", b.Cursor(), i)
	}
}
