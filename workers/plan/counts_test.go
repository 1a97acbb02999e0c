package plan

import (
	"math/rand/v2"
	"testing"

	"dataprep/stages"
)

// taskCounts is what some task may have counted; its sums hold.
func taskCounts(r *rand.Rand) *Counts {
	c := &Counts{BytesRead: r.Int64N(100)}
	skipped := r.Int64N(4)
	if skipped > 0 {
		c.Skipped = stages.AddCount(nil, "blank", skipped)
	}
	c.Documents = 1 + r.Int64N(20)
	c.Records = c.Documents + skipped
	live := c.Documents
	for _, id := range []string{"long", "grade", "shout"}[r.IntN(3):] {
		s := c.Stage(id)
		s.In, s.Dropped = live, r.Int64N(live+1)
		s.Kept = live - s.Dropped
		for _, reason := range []string{"min_words", "max_words"} {
			n := r.Int64N(s.Dropped + 1)
			if reason == "max_words" {
				n = s.Dropped - sum(s.Reasons)
			}
			if n > 0 {
				s.Reasons = stages.AddCount(s.Reasons, reason, n)
			}
		}
		live, c.Dropped = s.Kept, c.Dropped+s.Dropped
	}
	c.Kept = live
	c.Sums = stages.AddCount(c.Sums, "text_bytes", 10*live)
	return c
}

func sum(counts []stages.Count) (n int64) {
	for _, c := range counts {
		n += c.N
	}
	return n
}

func TestSumsHoldHoweverCountsAreMerged(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 3))
		parts := make([]*Counts, 6)
		for i := range parts {
			parts[i] = taskCounts(r)
			if what, ok := parts[i].Conserved(); !ok {
				t.Fatalf("seed %d: the sums of %s do not hold to begin with", seed, what)
			}
		}
		start := func() *Counts {
			c := &Counts{}
			for _, id := range []string{"long", "grade", "shout"} { // as the conductor does
				c.Stage(id)
			}
			return c
		}
		forth, back, tree := start(), start(), start()
		for i := range parts {
			forth.Merge(parts[i])
			back.Merge(parts[len(parts)-1-i])
		}
		for i := 0; i < len(parts); i += 2 {
			pair := start()
			pair.Merge(parts[i+1])
			pair.Merge(parts[i])
			tree.Merge(pair)
		}
		if what, ok := forth.Conserved(); !ok {
			t.Fatalf("seed %d: the sums of %s do not hold", seed, what)
		}
		if a := toJSON(t, forth); a != toJSON(t, back) || a != toJSON(t, tree) {
			t.Fatalf("seed %d: the order of merging is in the sum", seed)
		}
	}
}

func TestEveryBrokenSumIsNamed(t *testing.T) {
	for want, breaks := range map[string]func(*Counts){
		"documents":       func(c *Counts) { c.Kept++ },
		"records":         func(c *Counts) { c.Records++ },
		"stage long":      func(c *Counts) { c.Stage("long").In++ },
		"reasons of long": func(c *Counts) { c.Stage("long").Reasons[0].N++ },
	} {
		c := &Counts{Records: 7, Documents: 6, Kept: 4, Dropped: 1, Dead: 1}
		c.Skipped = stages.AddCount(nil, "blank", 1)
		s := c.Stage("long")
		s.In, s.Kept, s.Dropped, s.Dead = 6, 4, 1, 1
		s.Reasons = stages.AddCount(stages.AddCount(nil, "panic", 1), "min_words", 1)
		if what, ok := c.Conserved(); !ok {
			t.Fatalf("%s does not hold to begin with", what)
		}
		breaks(c)
		if what, ok := c.Conserved(); ok || what != want {
			t.Errorf("%q, want %q", what, want)
		}
	}
	born := &Counts{Documents: 2, Born: 3, Kept: 5}
	if what, ok := born.Conserved(); !ok {
		t.Errorf("%s: born documents do not count", what)
	}
}
