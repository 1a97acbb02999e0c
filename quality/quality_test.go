package quality

import (
	"bufio"
	"compress/gzip"
	"dataprep/stages/stagetest"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dataprep/internal/testdata"
)

type judged struct {
	Text      string
	Label     int
	Unanimous bool
}

func read(t testing.TB, name string) (rows []judged) {
	t.Helper()
	f, err := os.Open(filepath.Join(testdata.Dir(t, "quality"), name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	s := bufio.NewScanner(z)
	s.Buffer(nil, 16<<20)
	for s.Scan() {
		var r judged
		if err := json.Unmarshal(s.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
	return rows
}

func texts(rows []judged) (out []string) {
	for _, r := range rows {
		out = append(out, r.Text)
	}
	return out
}

func scores(x *stagetest.Bench, texts []string) (out []float64) {
	for _, s := range texts {
		x.Fill(0, []string{s})
		x.Process()
		out = append(out, Score.Of(x.Batch).At(0))
	}
	return out
}

// auc is the share of (kept, discarded) pairs in which the kept document scores higher.
func auc(rows []judged, scores []float64, unanimous bool) float64 {
	won, pairs := 0.0, 0.0
	for i, a := range rows {
		for j, b := range rows {
			if a.Label != 1 || b.Label != 0 || unanimous && !(a.Unanimous && b.Unanimous) {
				continue
			}
			pairs++
			switch {
			case scores[i] > scores[j]:
				won++
			case scores[i] == scores[j]:
				won += 0.5
			}
		}
	}
	return won / pairs
}

func TestKeptDocumentsScoreHigherThanDiscardedOnes(t *testing.T) {
	rows := read(t, "dclm-human-labels-dev.jsonl.gz")
	got := scores(stagetest.Start(t, quality(), nil, nil), texts(rows))
	all, sure := auc(rows, got, false), auc(rows, got, true)
	t.Logf("AUC %.3f for all %d documents, %.3f where the judges agreed", all, len(rows), sure)
	stay := [2]int{}
	of := [2]int{}
	for i, r := range rows {
		of[r.Label]++
		if got[i] >= 0.6 {
			stay[r.Label]++
		}
	}
	t.Logf("at 0.6 stay %d of %d kept and %d of %d discarded", stay[1], of[1], stay[0], of[0])
	if all < 0.75 || sure < 0.87 {
		t.Errorf("AUC %.3f and %.3f, want at least 0.75 and 0.87", all, sure)
	}
}

func TestEachSignalMovesTheScore(t *testing.T) {
	good := "The boats that we saw from the hill were back in their harbor before dark.\n" + prose
	x := stagetest.Start(t, quality(), nil, nil)
	best := scores(x, []string{good})[0]
	for name, worse := range map[string]string{
		"length":   good[:200],
		"finished": strings.ReplaceAll(good, ".\n", "\n"),
		"function": strings.NewReplacer(" the ", " ", " of ", " ", " and ", " ", " to ", " ",
			" a ", " ", " in ", " ", " that ", " ").Replace(good),
		"marks":    strings.ReplaceAll(good, "e", "e#"),
		"distinct": strings.Repeat(good[:90], len(good)/90),
	} {
		if got := scores(x, []string{worse})[0]; got >= best {
			t.Errorf("%s: %.4f is not below %.4f", name, got, best)
		}
	}
}

const prose = `A lighthouse keeper once had to climb the stairs every evening and light the lamp.
He would wait until the sun had set, and then he turned the great lens to the sea.
In the morning the keeper put out the flame and cleaned the glass of soot and salt.
Ships that passed at night could tell one tower from another by the rhythm of its beam.
Most of these towers work without anyone inside today, but some families still live there.
`

func TestMinScoreDropsWhatScoresLower(t *testing.T) {
	rows := []string{prose, "click here buy now $$$ 1 2 3"}
	x := stagetest.Start(t, quality(), func(c *Quality) { c.MinScore = 0.5 }, nil)
	x.Fill(0, rows)
	x.Process()
	if v := x.Batch.Verdict(0); v.Reason != "" {
		t.Errorf("prose: %+v", v)
	}
	v := x.Batch.Verdict(1)
	if v.Reason != minScore || v.Limit != 0.5 || v.Value != float32(Score.Of(x.Batch).At(1)) {
		t.Errorf("spam: %+v", v)
	}
	if s := quality().Describe(Quality{}); len(s.Reasons) != 0 {
		t.Error("a stage that only scores declares reasons")
	}
}

func TestScoreIsBetweenZeroAndOneWhateverTheText(t *testing.T) {
	for i, got := range scores(stagetest.Start(t, quality(), nil, nil), stagetest.Hostile()) {
		if !(got >= 0 && got <= 1) {
			t.Errorf("hostile text %d scores %v", i, got)
		}
	}
	if sum := weightLength + weightFunction + weightFinished + weightMarks + weightWords +
		weightDistinct; sum != 1 {
		t.Errorf("weights sum to %v", sum)
	}
}

func TestCutOfBatchesDoesNotChangeScores(t *testing.T) {
	rows := append(stagetest.Hostile(), texts(read(t, "dclm-human-labels-dev.jsonl.gz"))...)
	stagetest.Start(t, quality(), func(c *Quality) { c.MinScore = 0.6 }, nil).Cuts(rows)
}

func TestFunctionWordsFitTheirTable(t *testing.T) {
	words := strings.Fields(functionWords)
	for _, w := range words {
		if _, ok := pack([]byte(w)); !ok {
			t.Errorf("%q is too long", w)
		}
	}
	if !slices.IsSorted(words) || len(words)*3 > functionSlots {
		t.Errorf("%d words, in order: %v", len(words), slices.IsSorted(words))
	}
	m := newMeter()
	for w, want := range map[string]bool{"The": true, "THROUGH": true, "boat": false, "th": false} {
		if key, _ := pack([]byte(w)); has(m.function[:], key) != want {
			t.Errorf("%q is a function word: %v", w, !want)
		}
	}
}

func TestScoringDoesNotAllocate(t *testing.T) {
	x := stagetest.Start(t, quality(), nil, nil)
	rows := slices.Repeat([]string{prose, "short"}, 20)
	x.Fill(0, rows)
	x.Process()
	if n := testing.AllocsPerRun(5, x.Process); n > 3 {
		t.Errorf("%v allocations for a batch of %d", n, len(rows))
	}
}
