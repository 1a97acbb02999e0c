package dedup

import (
	"testing"

	"dataprep/internal/text"
	"dataprep/stages/doc"
)

func TestGroupsAreThoseOfEqualTexts(t *testing.T) {
	for _, normalize := range []string{normalizeNone, normalizeSimplify} {
		papers := collection(t, "lohelp-en")
		var s text.Simplifier
		first, label := map[string]int{}, make([]int, len(papers))
		for i, d := range papers {
			key := d.text
			if normalize == normalizeSimplify {
				key = string(s.Simplify([]byte(d.text)))
			}
			if _, seen := first[key]; !seen {
				first[key] = i
			}
			label[i] = first[key]
		}
		dropped := len(papers) - len(first)
		t.Logf("%s: %d of %d dropped", normalize, dropped, len(papers))
		if dropped < 50 {
			t.Fatalf("%s: only %d duplicates", normalize, dropped)
		}
		p := playExact(t, ExactDedup{Keep: keepFirst, Normalize: normalize})
		diff(t, normalize, p.run(t, papers), expected(papers, label, exactDuplicate))
	}
}

// One record read from two files has one public id; still only one of the two may stay.
func TestTwinsOfOneIDLeaveOneSurvivor(t *testing.T) {
	body := "a text of some more words than five"
	papers := []paper{{id: number(1), text: body}, {id: number(1), text: body}}
	exact := playExact(t, exactSpec().Default)
	for _, p := range []play{exact, playMinhash(t, minhashSpec().Default)} {
		p.shard = 1
		got := p.run(t, papers)
		if got[0].state != doc.Live || got[1].state != doc.Gone || got[0].size != 2 {
			t.Errorf("%+v", got)
		}
	}
}

func TestGhostsAreNeverComparedAndShadowDuplicatesLiveOn(t *testing.T) {
	body := "a text of some more words than five"
	papers := []paper{
		{id: number(0), text: body, ghost: true},
		{id: number(1), text: body},
		{id: number(2), text: body, shadow: true},
		{id: number(3), text: body},
	}
	exact := playExact(t, exactSpec().Default)
	for _, p := range []play{exact, playMinhash(t, minhashSpec().Default)} {
		first := number(1)
		diff(t, string(p.marks.reason), p.run(t, papers), []fate{
			{state: doc.Ghost, reason: "min_words", size: -1},
			{cluster: first, size: 3},
			{doc.Ghost, p.marks.reason, first, first, 3},
			{doc.Gone, p.marks.reason, first, first, 3},
		})
	}
}

func TestKeepDecidesWhoStays(t *testing.T) {
	papers := []paper{
		{id: number(4), text: "Same words", date: "2020-01-01", score: -0.5},
		{id: number(3), text: "same words", date: "2021-06-01T00:00:00+02:00", score: 0.25},
		{id: number(2), text: "same, words!", date: "2021-05-31T22:00:00.5Z"},
		{id: number(1), text: "same words", date: "yesterday", score: 0.125},
	}
	for keep, want := range map[string]int{
		keepFirst: 0, keepLongest: 2, keepNewest: 2, keepBest: 1,
	} {
		p := playExact(t, ExactDedup{Keep: keep, Normalize: normalizeSimplify})
		for i, f := range p.run(t, papers) {
			if (f.state == doc.Live) != (i == want) || f.cluster != papers[want].id {
				t.Errorf("keep %s: document %d: %+v, want %d to stay", keep, i, f, want)
			}
		}
	}
}

func TestTextsThatAreNullAreNobodysDuplicate(t *testing.T) {
	p := playExact(t, exactSpec().Default)
	b := doc.New(p.schema(), doc.DefaultLimits())
	b.Reset(0)
	for i := range 2 {
		b.Add(uint32(i))
		doc.ID.Of(b).SetString(i, number(i))
	}
	b.Close()
	var n counter
	if err := p.exchange.Map().Emit(b, &n); err != nil || n != 0 {
		t.Errorf("%d rows, %v", n, err)
	}
}
