package doc

import (
	"math"
	"testing"
)

func TestAPlainRowIsGoneAtItsFirstFailureAndKeepsIt(t *testing.T) {
	b := texts(t, "a", "b", "c")
	var went []bool
	run(b, 4, nil, func() {
		went = append(went, b.AtLeast(0, "min_words", 1, 50))
		went = append(went, b.AtLeast(0, "second", 1, 2)) // a stage that did not stop
		went = append(went, b.AtMost(1, "max_words", 3, 50))
		went = append(went, b.Drop(2, "lorem_ipsum"))
	})
	equal(t, "go on", went, []bool{false, false, true, false})
	equal(t, "states", states(b), "gone min_words, live, gone lorem_ipsum")
	equal(t, "verdict", b.Verdict(0),
		Verdict{Stage: 4, Measured: true, Reason: "min_words", Value: 1, Limit: 50})
	if len(b.Judgements()) != 0 {
		t.Errorf("plain rows have judgements: %v", b.Judgements())
	}
}

func TestAShadowRowLivesOnAsAGhostAndIsJudgedToTheEnd(t *testing.T) {
	b := texts(t, "a", "b")
	b.MarkShadow(1)
	run(b, 0, nil, func() {
		for i := range b.Rows() {
			b.AtLeast(i, "min_words", 10, 5)
		}
	})
	run(b, 1, nil, func() {
		for i := range b.Rows() {
			if !b.Above(i, "ratio", 0.1, 0.2) {
				continue
			}
			b.Drop(i, "after") // reached by the ghost alone
		}
	})
	run(b, 2, nil, func() {
		for i := range b.Rows() {
			b.Below(i, "rep", 0.25, 0.5)
		}
	})
	equal(t, "states", states(b), "gone ratio, ghost ratio")
	ten := MakePosition(10, 0)
	equal(t, "judgements", b.Judgements(), []Judgement{
		{Place: ten, Stage: 0, Pass: true, Measured: true, Reason: "min_words", Value: 10, Limit: 5},
		{Place: ten, Stage: 1, Measured: true, Reason: "ratio", Value: 0.1, Limit: 0.2},
		{Place: ten, Stage: 1, Reason: "after"},
		{Place: ten, Stage: 2, Pass: true, Measured: true, Reason: "rep", Value: 0.25, Limit: 0.5},
	})
	equal(t, "live", b.CountLive(), 0)
}

func TestGhostsAreVisitedByStagesAndNotByEmit(t *testing.T) {
	b := texts(t, "a", "b", "c", "d")
	b.MarkShadow(1)
	run(b, 0, nil, func() {
		b.Drop(1, "x")
		b.Drop(2, "x")
	})
	var rows, live []int
	for i := range b.Rows() {
		rows = append(rows, i)
	}
	for i := range b.Live() {
		live = append(live, i)
	}
	equal(t, "rows", rows, []int{0, 1, 3})
	equal(t, "live", live, []int{0, 3})
	equal(t, "count", b.CountLive(), 2)
}

func TestEachComparisonHoldsAtItsLimitOrNot(t *testing.T) {
	type judge func(*Batch, int, Reason, float64, float64) bool
	above, below := math.Nextafter(1, 2), math.Nextafter(1, 0)
	for name, c := range map[string]struct {
		judge               judge
		under, at, over, no bool // no: not a number
	}{
		"AtLeast": {(*Batch).AtLeast, false, true, true, false},
		"AtMost":  {(*Batch).AtMost, true, true, false, false},
		"Above":   {(*Batch).Above, false, false, true, false},
		"Below":   {(*Batch).Below, true, false, false, false},
	} {
		b := texts(t, "a", "b", "c", "d")
		b.Begin(0, nil)
		got := [4]bool{
			c.judge(b, 0, "r", below, 1), c.judge(b, 1, "r", 1, 1), c.judge(b, 2, "r", above, 1),
			c.judge(b, 3, "r", math.NaN(), 1),
		}
		equal(t, name, got, [4]bool{c.under, c.at, c.over, c.no})
	}
}

func TestComparisonIsInFloat64AndTheRecordInFloat32(t *testing.T) {
	b := texts(t, "a")
	run(b, 0, nil, func() { b.AtMost(0, "r", 0.30000000000000004, 0.3) })
	v := b.Verdict(0)
	if b.State(0) != Gone || v.Value != v.Limit || v.Value != 0.3 {
		t.Errorf("%v %+v", b.State(0), v)
	}
}

func TestDuplicatesNameTheirSurvivor(t *testing.T) {
	b := texts(t, "a", "b")
	b.MarkShadow(1)
	const id = "21833bddc113275edb70ff0f147a4f60"
	run(b, 2, nil, func() {
		b.Duplicate(0, "duplicate", []byte(id))
		if !b.Duplicate(1, "duplicate", []byte(id)) {
			t.Error("a shadow row does not go on as a ghost")
		}
	})
	v := b.Verdict(1)
	if string(v.Survivor[:]) != id || v.Measured || v.Dead || v.Stage != 2 {
		t.Errorf("%+v", v)
	}
}

func TestNothingRevivesARowThatIsGone(t *testing.T) {
	b := texts(t, "a", "b")
	b.MarkShadow(0)
	b.Begin(0, nil)
	b.Kill(0, 0, Panicked)
	before := len(b.Judgements())
	b.Begin(1, nil)
	if b.Drop(0, "later") || b.AtLeast(0, "later", 1, 2) || b.AtLeast(0, "later", 2, 1) {
		t.Error("a dead row goes on")
	}
	b.Commit()
	equal(t, "states", states(b), "gone panic, live")
	equal(t, "judgements", len(b.Judgements()), before)
	if v := b.Verdict(0); !v.Dead {
		t.Errorf("%+v", v)
	}
}

func TestAGhostThatDiesKeepsTheVerdictOfItsFirstFailure(t *testing.T) {
	b := texts(t, "a")
	b.MarkShadow(0)
	run(b, 1, nil, func() { b.AtLeast(0, "min_words", 1, 2) })
	b.Begin(2, nil)
	b.Kill(0, 2, Panicked)
	equal(t, "states", states(b), "gone min_words")
	if v := b.Verdict(0); v.Dead || v.Stage != 1 {
		t.Errorf("%+v", v)
	}
}

func TestRestoreBringsBackAGhostWithItsVerdict(t *testing.T) {
	b := texts(t, "a", "b")
	v := Verdict{Stage: 5, Measured: true, Reason: "min_words", Value: 1, Limit: 2}
	b.Restore(1, Ghost, v)
	b.MarkShadow(1)
	run(b, 6, nil, func() { b.AtLeast(1, "other", 1, 2) })
	equal(t, "states", states(b), "live, ghost min_words")
	equal(t, "verdict", b.Verdict(1), v)
	equal(t, "judgements", len(b.Judgements()), 1)
}
