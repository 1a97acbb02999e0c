package doc

import (
	"fmt"
	"testing"
)

var (
	extra  = Field[Strings]{"extra"}
	number = Field[Num[int64]]{"number"}
	score  = Field[Num[float64]]{"score"}
	list   = Field[List[int32]]{"list"}
)

// columns is a schema with each kind of column.
func columns() []Column {
	return []Column{
		Text.Column(), extra.Column(), number.Column(), score.Column(), list.Column(), Raw.Column(),
	}
}

// texts makes a batch of rows with these texts; "-" is null.
func texts(t testing.TB, all ...string) *Batch {
	t.Helper()
	b := New(columns(), DefaultLimits())
	b.Reset(3)
	for k, s := range all {
		i := b.Add(uint32(10 * k))
		if s != "-" {
			Text.Of(b).SetString(i, s)
		}
	}
	b.Close()
	return b
}

// run does what the engine does around one stage call.
func run(b *Batch, stage uint16, writes []Column, process func()) {
	b.Begin(stage, writes)
	process()
	b.Commit()
}

// states writes a batch's states and reasons: "live, ghost min_words, gone x".
func states(b *Batch) (all string) {
	for i := range b.Len() {
		name := [...]string{"live", "ghost", "gone"}[b.State(i)]
		if r := b.Verdict(i).Reason; r != "" {
			name += " " + string(r)
		}
		if i > 0 {
			all += ", "
		}
		all += name
	}
	return all
}

// shown writes a string column's values, null as "-".
func shown(c *Strings, n int) (all string) {
	for i := range n {
		if i > 0 {
			all += "|"
		}
		if c.Has(i) {
			all += string(c.At(i))
		} else {
			all += "-"
		}
	}
	return all
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Errorf("%s: %s, want %s", what, g, w)
	}
}

// panics returns what f panics with, nil when it returns.
func panics(f func()) (what any) {
	defer func() { what = recover() }()
	f()
	return nil
}
