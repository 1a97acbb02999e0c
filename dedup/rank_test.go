package dedup

import (
	"bytes"
	"math"
	"testing"
	"time"
)

func TestDatesAreReadAsTimeReadsThem(t *testing.T) {
	for _, s := range []string{
		"2013-05-18T05:48:54Z", "2013-05-18T05:48:54.123456Z", "2013-05-18T05:48:54+02:00",
		"2013-05-18T05:48:54.5-11:30", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
	} {
		want, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		sec, nano, ok := parseDate([]byte(s))
		if !ok || sec != want.Unix() || int(nano) != want.Nanosecond() {
			t.Errorf("%s: %d %d %v, want %d %d", s, sec, nano, ok, want.Unix(), want.Nanosecond())
		}
	}
	for _, s := range []string{"2013-05-18", "2013-05-18 00:00:00", "2013-05-18T02:00:00+0200"} {
		if sec, _, ok := parseDate([]byte(s)); !ok || sec != 1368835200 {
			t.Errorf("%s: %d %v", s, sec, ok)
		}
	}
	for _, s := range []string{
		"", "2013", "2013-05", "2013-13-01", "2013-05-18T", "2013-05-18T05:48", "yesterday",
		"2013-05-18T05:48:54.Z", "2013-05-18T05:48:54Zulu", "2013-05-18T05:48:54+", "2013-5-18",
		"2013-05-18x05:48:54Z", "20x3-05-18", "2013-05-18T25:00:00Z",
	} {
		if _, _, ok := parseDate([]byte(s)); ok {
			t.Errorf("%q is taken for a date", s)
		}
	}
}

func TestBallotsCompareAsTheirDocuments(t *testing.T) {
	dates := []string{"9999-01-01", "2021-01-01T00:00:00.2Z", "2021-01-01T00:00:00.1Z",
		"2021-01-01", "1960-01-01", "0000-01-01", "?"}
	for i := range dates[1:] {
		a := appendNewestFirst(nil, []byte(dates[i]))
		b := appendNewestFirst(nil, []byte(dates[i+1]))
		if bytes.Compare(a, b) >= 0 || len(a) != dateLen || len(b) != dateLen {
			t.Errorf("%s does not come before %s", dates[i], dates[i+1])
		}
	}
	scores := []float64{math.Inf(1), 3, 2.5, 1e-300, 0, -1e-300, -2, math.Inf(-1), math.NaN()}
	for i := range scores[1:] {
		if bestFirst(scores[i], true) >= bestFirst(scores[i+1], true) {
			t.Errorf("%v does not come before %v", scores[i], scores[i+1])
		}
	}
	if bestFirst(math.Copysign(0, -1), true) != bestFirst(0, true) {
		t.Error("minus zero is not zero")
	}
	if bestFirst(3, false) != bestFirst(math.NaN(), true) {
		t.Error("no score is not last")
	}
}
