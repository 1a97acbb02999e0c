package workers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dataprep/stages/doc"
	"dataprep/workers/fleet"
	"dataprep/workers/plan"
)

// families cuts lines into documents before the first exchange and their parts again after it.
const families = `version: 1
name: toy
input: {lines: [IN/*.txt], source: toys}
stages:
  - long: {min_words: 2}
  - split: {at: " has "}
  - exact_dedup
  - split: {at: " which "}
    id: again
  - long: {min_words: 3}
    id: longer
  - shout
output: {parquet: OUT, shard_size: 4KiB}
record: {shadow: 25%}
`

// TestBornDocumentsAreCountedDecidedAndPublishedInOrder: parts of parts, through an exchange, with
// a parent that panics while it gives birth, wherever the batches are cut.
func TestBornDocumentsAreCountedDecidedAndPublishedInOrder(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 3)
	appendLine(t, in, "f01.txt", "one has two which three and more has BARREN land")
	want := ""
	for _, rows := range []int{1, 2, 5, 4096} {
		y := newToy(t, in)
		y.text = families
		y.inMemory()
		y.set = []string{fmt.Sprintf("resources.batch_rows=%d", rows)}
		sum := y.must()
		c := &sum.Counts
		if c.Born < 100 || c.Dead != 1 || c.Documents+c.Born != c.Kept+c.Dropped+c.Dead {
			t.Fatalf("%+v", c)
		}
		for _, id := range []string{"split", "again"} {
			if s := c.Stage(id); s.Born == 0 || s.In+s.Born != s.Kept+s.Dropped+s.Dead {
				t.Errorf("%+v", s)
			}
		}
		list := decisions(t, y, sum.Run)
		if int64(len(list)) != c.Documents+c.Born {
			t.Fatalf("%d decisions of %d documents", len(list), c.Documents+c.Born)
		}
		checkOutcomes(t, y, list, sum)
		got := sum.Root
		for _, d := range list {
			got += fmt.Sprintln(d.ID, d.Offset, d.Outcome, d.Stage, d.Reason)
		}
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("batches of %d rows give another result", rows)
		}
	}
}

func TestChildrenHaveTheFirstHalfOfTheirParentsID(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 1)
	appendLine(t, in, "f00.txt", "alpha beta gamma which delta epsilon zeta has eta theta iota")
	y := newToy(t, in)
	y.text = families
	y.inMemory()
	sum := y.must()
	list := decisions(t, y, sum.Run)
	ids := map[string]bool{}
	for _, d := range list {
		if ids[d.ID] {
			t.Errorf("two documents have the id %s", d.ID)
		}
		ids[d.ID] = true
	}
	born := 0
	for i := 1; i < len(list); i++ {
		if list[i].Offset != list[i-1].Offset {
			continue
		}
		born++
		if list[i].ID[:16] != list[i-1].ID[:16] || list[i].ID == list[i-1].ID {
			t.Fatalf("%s follows %s", list[i].ID, list[i-1].ID)
		}
	}
	if int64(born) != sum.Counts.Born {
		t.Errorf("%d decisions follow their parent's, %d documents were born", born, sum.Counts.Born)
	}
}

// TestExpectJudgesAFinishedRunByTheSameCounts: documents and those born of them, at the run and when
// it is asked for again.
func TestExpectJudgesAFinishedRunByTheSameCounts(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 1)
	y := newToy(t, in)
	y.text = families
	first := y.must()
	c := &first.Counts
	share := float64(c.Kept) / float64(c.Documents+c.Born)
	if wrong := float64(c.Kept) / float64(c.Documents); wrong-share < 0.1 {
		t.Fatalf("%+v show nothing", c)
	}
	y.text += fmt.Sprintf("expect: [{kept: 1%%..%.0f%%}]\n", 100*share+2)
	if again := y.must(); !again.NoOp || again.Counts.Born != c.Born {
		t.Errorf("%+v", again)
	}
}

func TestAThirdStageThatMakesDocumentsIsRefused(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 1)
	y := newToy(t, in)
	y.text = strings.Replace(families, "  - shout", "  - split: {at: x}\n    id: third", 1)
	_, ds := y.bind()
	if got := ds.String(); !strings.Contains(got, "DP132") || !strings.Contains(got, "third") {
		t.Errorf("got %q", got)
	}
}

// line is a published row.
type line struct {
	ID   string `parquet:"id,optional"`
	Text string `parquet:"text,optional"`
}

// TestAStageSeesOnlyTheRowsItsMaskAdmits: every second document passes by the filter, the dedup
// and the rewriting; the rest fare as ever.
func TestAStageSeesOnlyTheRowsItsMaskAdmits(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 3)
	want := ""
	for _, rows := range []int{1, 7, 4096} {
		y := newToy(t, in)
		y.inMemory()
		y.set = []string{fmt.Sprintf("resources.batch_rows=%d", rows), "stages.minhash=off"}
		_, c := conductor(t, y, 2, func(string) fleet.Queue { return &twice{} })
		odd := func(id string) bool { return strings.IndexByte("13579bdf", id[31]) >= 0 }
		c.Engine.Admits = func(op *plan.Op, b *doc.Batch) doc.Bits {
			mask := make(doc.Bits, b.Len()/64+1)
			for i := range b.Len() {
				if odd(string(doc.ID.Of(b).At(i))) {
					mask.Set(i)
				}
			}
			return mask
		}
		sum, err := c.Do(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if want == "" {
			want = sum.Root
		}
		if sum.Root != want {
			t.Errorf("batches of %d rows give another root", rows)
		}
		seen := 0
		for _, d := range decisions(t, y, sum.Run) {
			if !odd(d.ID) && d.Outcome != "kept" {
				t.Fatalf("%+v was not admitted", d)
			}
			if odd(d.ID) && d.Outcome != "kept" {
				seen++
			}
		}
		published := table[line](t, y.out+"/data/*")
		if seen == 0 || len(published) == 0 {
			t.Fatalf("%d dropped, %d published show nothing", seen, len(published))
		}
		for _, r := range published {
			if odd(r.ID) != strings.HasSuffix(r.Text, "!") {
				t.Fatalf("%+v", r)
			}
		}
		if copies := slices.DeleteFunc(published, func(l line) bool {
			return l.Text != "the same line stands in every file of this toy"
		}); len(copies) < 2 {
			t.Errorf("%d copies are left of those that the dedup may not see", len(copies))
		}
	}
}
