package workers_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cespare/xxhash/v2"
)

// droppedText is a row of the texts kept of what was dropped.
type droppedText struct {
	Stage  string   `parquet:"stage,optional"`
	Reason string   `parquet:"reason,optional"`
	Value  *float32 `parquet:"value,optional"`
	ID     string   `parquet:"id,optional"`
	Text   string   `parquet:"text,optional"`
}

// TestDroppedTextsAreASampleByHashOfEachReason: those with the smallest hashes among all that the
// decisions say were dropped so, whatever the splits and batches, and never more than asked for.
func TestDroppedTextsAreASampleByHashOfEachReason(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 3)
	const most = 7
	want := ""
	for _, rows := range []int{1, 5, 4096} {
		y := newToy(t, in)
		y.inMemory()
		y.set = []string{fmt.Sprintf("record.dropped_text=%d", most),
			fmt.Sprintf("resources.batch_rows=%d", rows)}
		sum := y.must()
		kept := map[string][]string{}
		got := ""
		run := filepath.Join(y.out, ".dataprep/runs", sum.Run)
		for _, d := range table[droppedText](t, filepath.Join(run, "dropped_text", "*")) {
			kept[d.Stage+" "+d.Reason] = append(kept[d.Stage+" "+d.Reason], d.ID)
			got += fmt.Sprintln(d.Stage, d.Reason, d.ID, d.Text)
			if d.Text == "" || (d.Reason == "min_words") != (d.Value != nil) {
				t.Errorf("%+v", d)
			}
			if words := len(strings.Fields(d.Text)); d.Reason == "min_words" && words != int(*d.Value) {
				t.Errorf("%q has %d words, not %v", d.Text, words, *d.Value)
			}
		}
		all := map[string][]string{}
		for _, d := range decisions(t, y, sum.Run) {
			if d.Outcome == "dropped" {
				all[d.Stage+" "+d.Reason] = append(all[d.Stage+" "+d.Reason], d.ID)
			}
		}
		for why, ids := range all {
			slices.SortFunc(ids, func(a, b string) int {
				if xxhash.Sum64String(a) < xxhash.Sum64String(b) {
					return -1
				}
				return 1
			})
			if ids = ids[:min(most, len(ids))]; !slices.Equal(kept[why], ids) {
				t.Errorf("%s: %v, want %v", why, kept[why], ids)
			}
		}
		if len(all) < 3 || len(kept) != len(all) {
			t.Errorf("%d reasons of %d", len(kept), len(all))
		}
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("batches of %d rows give another sample", rows)
		}
	}
}

func TestNoDroppedTextIsKeptUnasked(t *testing.T) {
	in := t.TempDir()
	toyInput(t, in, 1)
	y := newToy(t, in)
	y.inMemory()
	y.set = []string{"record.dropped_text=0"}
	sum := y.must()
	found, err := filepath.Glob(filepath.Join(y.out, ".dataprep/runs", sum.Run, "dropped_text*"))
	if err != nil || len(found) > 0 {
		t.Errorf("%v, %v", found, err)
	}
}
