package doc

import (
	"bytes"
	"math"
	"syscall"
	"testing"

	"dataprep/internal/text"
)

func splitting(f func(string)) func(*text.Spans, []byte) {
	return func(s *text.Spans, row []byte) {
		s.Reset()
		f(string(row))
	}
}

func TestStringsKeepRowsPassedOverAsNulls(t *testing.T) {
	for _, rows := range []int{1, 2, 63, 64, 65, 128, 130} {
		b := New([]Column{Text.Column()}, DefaultLimits())
		for range 2 { // the second time over used memory
			b.Reset(0)
			for i := range rows {
				b.Add(uint32(i))
			}
			c := Text.Of(b)
			for i := 1; i < rows; i += 3 {
				c.Set(i, []byte{byte(i)})
			}
			b.Close()
			if len(c.Off) != rows+1 || len(c.Valid) != (rows+63)/64 {
				t.Fatalf("%d rows: %d offsets, %d words of validity", rows, len(c.Off), len(c.Valid))
			}
			for i := range rows {
				if c.Has(i) != (i%3 == 1) || c.Has(i) != bytes.Equal(c.At(i), []byte{byte(i)}) {
					t.Fatalf("row %d of %d: %v %q", i, rows, c.Has(i), c.At(i))
				}
			}
		}
	}
}

func TestColumnsSetOutOfOrderAreRefused(t *testing.T) {
	b := texts(t, "-", "-", "-")
	b.Blank(Text.Column(), list.Column())
	sets := map[string]func(i int){
		"Set":       func(i int) { Text.Of(b).Set(i, nil) },
		"SetString": func(i int) { Text.Of(b).SetString(i, "") },
		"list":      func(i int) { list.Of(b).Set(i, nil) },
	}
	for name, set := range sets {
		b.Blank(Text.Column(), list.Column())
		set(1)
		for _, i := range []int{0, 1} {
			if panics(func() { set(i) }) == nil {
				t.Errorf("%s: row %d was set after row 1", name, i)
			}
		}
		set(2)
	}
}

func TestCloseCompletesEveryColumn(t *testing.T) {
	b := texts(t, "a", "-", "-")
	b.Blank(list.Column())
	list.Of(b).Set(0, []int32{1, 2})
	b.Close()
	if n := len(list.Of(b).Off); n != 4 {
		t.Errorf("a list column of 3 rows has %d offsets", n)
	}
	if n := len(Text.Of(b).Off); n != 4 {
		t.Errorf("a string column of 3 rows has %d offsets", n)
	}
	if list.Of(b).Has(1) || len(list.Of(b).At(2)) != 0 {
		t.Error("rows passed over are not null")
	}
	i := b.Add(9)
	Text.Of(b).SetString(i, "later")
	list.Of(b).Set(i, []int32{3})
	b.Close()
	equal(t, "text", shown(Text.Of(b), 4), "a|-|-|later")
	equal(t, "list", list.Of(b).At(3), []int32{3})
}

// The arena is 2 GiB that nobody touches: memory in name only.
func TestAnArenaBeyondItsOffsetsIsRefusedAndNotWrapped(t *testing.T) {
	equal(t, "the last offset", offset(math.MaxInt32), math.MaxInt32)
	if panics(func() { offset(math.MaxInt32 + 1) }) == nil {
		t.Error("an offset wrapped")
	}
	// Addresses alone: memory of Go's own would be cleared, and so be held.
	arena, err := syscall.Mmap(-1, 0, math.MaxInt32-3, syscall.PROT_NONE,
		syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Munmap(arena) }()
	for name, set := range map[string]func(v []byte){
		"Set": func(v []byte) { (&Strings{Data: arena, Off: []int32{0}}).Set(0, v) },
		"SetString": func(v []byte) {
			(&Strings{Data: arena, Off: []int32{0}}).SetString(0, string(v))
		},
		"Spans": func(v []byte) { (&Spans{Data: arena}).Append(0, v) },
	} {
		what := panics(func() { set(make([]byte, 4)) })
		if s, ok := what.(string); !ok || s != "doc: a column of one batch holds more than 2 GiB" {
			t.Errorf("%s: %v", name, what)
		}
	}
}

func TestNullNumbersAreZeroWhateverStoodThere(t *testing.T) {
	b := texts(t, "a", "b")
	number.Of(b).Set(1, 5)
	b.Blank(number.Column())
	if c := number.Of(b); c.At(1) != 0 || c.Has(1) {
		t.Error("a null shows its old value")
	}
	b.Reset(0)
	b.Add(0)
	b.Add(1)
	if c := number.Of(b); c.Has(1) || c.At(1) != 0 {
		t.Error("a reused batch shows the last one's value")
	}
}

func TestAFieldOfTheWrongTypeOrNameSaysSo(t *testing.T) {
	b := texts(t, "a")
	for want, f := range map[string]func(){
		`doc: column "text" is a string`:                      func() { Field[Num[int64]]{"text"}.Of(b) },
		`doc: column "nothing" is not declared by this stage`: func() { Field[Strings]{"nothing"}.Of(b) },
	} {
		if got := panics(f); got != want {
			t.Errorf("%v, want %s", got, want)
		}
	}
	if panics(func() { Field[Num[uint16]]{"x"}.Column() }) == nil {
		t.Error("a column of a type that no schema knows")
	}
	if (Field[Strings]{"nothing"}).In(b) || !Text.In(b) {
		t.Error("In is wrong")
	}
}

func TestSpansOutliveAMoveOfTheirArena(t *testing.T) {
	b := texts(t, "-", "-", "-")
	raw := Raw.Of(b)
	raw.Append(2, []byte("third"))
	for range 10 {
		raw.Append(0, bytes.Repeat([]byte("x"), 1000))
	}
	if string(raw.At(2)) != "third" || len(raw.At(0)) != 1000 || len(raw.At(1)) != 0 {
		t.Error("a span moved away from its bytes")
	}
}
