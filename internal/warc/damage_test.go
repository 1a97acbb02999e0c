package warc

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestTruncationAnywhereYieldsAPrefix(t *testing.T) {
	records, members := synthetic(4)
	plain := []byte(strings.Join(records, ""))
	for name, data := range map[string][]byte{
		"members": members, "plain": plain, "one member": zip(string(plain)),
	} {
		want := mustWhole(t, data)
		for n := range data {
			all, err := whole(data[:n])
			ok := readable(all)
			if err != nil || len(ok) > len(want) {
				t.Fatalf("%s cut at %d: %v, %v", name, n, all, err)
			}
			for i := range ok {
				if ok[i].ID != want[i].ID || ok[i].BodySum != want[i].BodySum {
					t.Fatalf("%s cut at %d: record %d is %v", name, n, i, ok[i])
				}
			}
			if lost := len(all) - len(ok); lost > 1 || lost == 1 && all[len(ok)].Skip != Truncated {
				t.Fatalf("%s cut at %d: %s", name, n, skips(all))
			}
		}
	}
}

func TestOneFlippedByteCostsOneRecord(t *testing.T) {
	_, data := synthetic(5)
	want := mustWhole(t, data)
	for i := range data {
		for _, mask := range []byte{1, 0x80, 0xff} {
			data[i] ^= mask
			all, err := whole(data)
			data[i] ^= mask
			if i < 2 { // no longer gzip
				continue
			}
			if err != nil {
				t.Fatalf("byte %d: %v", i, err)
			}
			missing := 0
			for _, w := range want {
				if !slices.Contains(all, w) {
					missing++
					if i < int(w.Offset) || i >= int(w.Offset+w.Length) {
						t.Fatalf("byte %d: lost %v", i, w)
					}
				}
			}
			if n := len(readable(all)); missing > 1 || n+missing != 5 && missing > 0 {
				t.Fatalf("byte %d: %d missing, %d readable, %s", i, missing, n, fmt.Sprint(all))
			}
		}
	}
}

func TestDamageIsReportedWithItsRange(t *testing.T) {
	records, _ := synthetic(3)
	a, b, c := zip(records[0]), zip(records[1]), zip(records[2])
	na, nb := len(a), len(b)
	broken := slices.Clone(b)
	broken[nb-6]++
	for _, x := range []struct {
		name, want string
		data       []byte
	}{
		{"checksum", fmt.Sprintf("damaged_member[%d,%d)", na, na+nb), slices.Concat(a, broken, c)},
		{"cut inside", fmt.Sprintf("damaged_member[%d,%d)", na, na+nb-9), slices.Concat(a, b[:nb-9], c)},
		{"between", fmt.Sprintf("garbage[%d,%d)", na, na+7), slices.Concat(a, []byte("rubbish"), c)},
		{"first", fmt.Sprintf("damaged_member[0,%d)", nb), slices.Concat(broken, a, c)},
		{"foreign member", fmt.Sprintf("garbage[%d,%d)", na, na+len(zip("<html>"))),
			slices.Concat(a, zip("<html>"), c)},
	} {
		all := mustWhole(t, x.data)
		if skips(all) != x.want || len(readable(all)) != 2 {
			t.Errorf("%s: %s with %d records, want %s", x.name, skips(all), len(readable(all)), x.want)
		}
	}
}

func TestWrongLengthsCostOneRecord(t *testing.T) {
	a := record("resource", "a", "http://a/", noise(1, 300))
	b := record("resource", "b", "http://b/", noise(2, 300))
	for name, bad := range map[string]string{
		"bad_length":        strings.Replace(a, "Content-Length: 300", "Content-Length: 400", 1),
		"no_content_length": strings.Replace(a, "Content-Length: 300", "Content-Length: 3e2", 1),
		"garbage":           strings.Replace(a, "Content-Length: 300", "Content-Length: 200", 1),
		"truncated":         strings.Replace(a, "Content-Length: 300", "Content-Length: 9000", 1),
	} {
		all := mustWhole(t, []byte(bad+b))
		last := all[len(all)-1]
		if name == "truncated" {
			name = "bad_length" // the next record shows that nothing is missing
		}
		if !strings.HasPrefix(skips(all), name) || last.ID != "<urn:b>" || last.Skip != "" {
			t.Errorf("%s: %v", name, all)
		}
	}
}

func TestAPageAboutWARCIsNoRecord(t *testing.T) {
	inner := record("response", "inner", "http://x/", "quoted")
	outer := record("response", "outer", "http://y/", "see:\r\n"+inner+inner)
	for _, data := range [][]byte{[]byte(outer + outer), zip(outer, outer), zip(outer + outer)} {
		all := mustWhole(t, data)
		if len(all) != 2 || all[0].ID != "<urn:outer>" || all[1].ID != "<urn:outer>" {
			t.Errorf("%v", all)
		}
	}
}

func TestLargeThingsAreSkippedAndTheRestRead(t *testing.T) {
	small := record("response", "small", "http://a/", "x")
	big := record("response", "big", "http://b/", strings.Repeat(noise(1, 1<<16), 257))
	edge := record("response", "edge", "http://b/", strings.Repeat(noise(1, 1<<16), 256))
	long := record("response", "long", "http://c/"+noise(1, 70<<10), "y")
	long = strings.ReplaceAll(long, "\n", "")
	long = strings.ReplaceAll(long, "\r", "\r\n")
	near := record("response", "near", "http://c/"+strings.Repeat("a", 64000), "y")
	for _, data := range [][]byte{
		[]byte(small + big + long + near + edge + small), zip(small, big, long, near, edge, small),
		zip(small + big + long + near + edge + small),
	} {
		var causes []string
		for _, g := range mustWhole(t, data) {
			causes = append(causes, strings.Trim(g.ID, "<>")+"="+string(g.Skip))
		}
		want := "urn:small= urn:big=too_large urn:long=header_too_large urn:near= urn:edge= urn:small="
		if s := strings.Join(causes, " "); s != want {
			t.Errorf("%s, want %s", s, want)
		}
	}
}

// hollow returns a gzip member of a record header and n zero bytes.
func hollow(n int) []byte {
	var b bytes.Buffer
	b.WriteString("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff")
	w, _ := flate.NewWriter(&b, 9)
	head := fmt.Sprintf("WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:bomb>\r\n"+
		"Content-Length: %d\r\n\r\n", n)
	sum := crc32.NewIEEE()
	out := io.MultiWriter(w, sum)
	_, _ = io.WriteString(out, head)
	zeros := make([]byte, 1<<20)
	for left := n; left > 0; left -= len(zeros) {
		_, _ = out.Write(zeros[:min(left, len(zeros))])
	}
	_ = w.Close()
	size, crc := uint32(n+len(head)), sum.Sum32()
	for _, v := range []uint32{crc, size} {
		b.Write([]byte{byte(v), byte(v >> 8), byte(v >> 16), byte(v >> 24)})
	}
	return b.Bytes()
}

func TestBombsCostNoMemory(t *testing.T) {
	_, rest := synthetic(2)
	data := slices.Concat(hollow(300<<20), rest)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	all := mustWhole(t, data)
	runtime.ReadMemStats(&after)
	if len(all) != 3 || all[0].Skip != GzipBomb || all[0].ID != "<urn:bomb>" {
		t.Errorf("%v", all)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
		t.Errorf("%d bytes allocated", used)
	}
	if ok, err := Probe(bytes.NewReader(data)); ok || err != nil {
		t.Errorf("probe: %v, %v", ok, err)
	}
}

func TestMembersThatOverlapTakeLinearTime(t *testing.T) {
	// Every member is one stored block that runs over the next members and then breaks.
	head := "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 9000000\r\n\r\n"
	one := "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x00\xff\xff\x00\x00" + head
	data := []byte(strings.Repeat(one, 20000))
	if all := mustWhole(t, data); len(readable(all)) != 0 {
		t.Errorf("%d readable", len(readable(all)))
	}
}

func TestForeignFilesAreRefused(t *testing.T) {
	page := "<?xml version=\"1.0\"?><Error><Code>SlowDown</Code></Error>"
	for _, c := range []struct {
		data string
		want error
	}{
		{page, ErrNotWARC}, {string(zip(page)), ErrNotWARC},
		{page + strings.Repeat("\n", 2000) + record("response", "a", "u", "b"), nil},
		{noise(1, 2<<20) + "\n" + record("response", "a", "u", "b"), ErrNotWARC},
		{"\x28\xb5\x2f\xfd....", ErrCompression}, {"BZh91AY", ErrCompression},
		{"filedesc://x", ErrARC}, {string(zip("filedesc://x")), ErrARC},
		{"", nil}, {string(zip("")), nil},
	} {
		if _, err := whole([]byte(c.data)); !errors.Is(err, c.want) {
			t.Errorf("%.20q: %v, want %v", c.data, err, c.want)
		}
	}
}

func TestErrorsOfTheSourceAreNoDamage(t *testing.T) {
	_, data := synthetic(10)
	broken := errors.New("connection reset")
	for _, n := range []int{0, 1, 100, len(data) / 2, len(data) - 1, len(data)} {
		src := io.MultiReader(bytes.NewReader(data[:n]), iotest.ErrReader(broken))
		r := NewReader()
		r.Reset(src, Range{0, int64(len(data))})
		all, err := collect(r)
		if !errors.Is(err, broken) || len(readable(all)) != len(all) {
			t.Errorf("broken at %d: %v, %v", n, skips(all), err)
		}
	}
}

func TestUnwantedTypesAreSkippedByName(t *testing.T) {
	for name, data := range shared(t) {
		full, _ := whole(data)
		r := NewReader(Response, Conversion)
		r.Reset(bytes.NewReader(data), Range{0, int64(len(data))})
		all, _ := collect(r)
		if len(all) != len(full) {
			t.Fatalf("%s: %d records, %d of all types", name, len(all), len(full))
		}
		for i, g := range all {
			w := full[i]
			if w.Skip == "" && w.Type != Response && w.Type != Conversion {
				w.Skip, w.BodyLen, w.BodySum = w.Type.Cause(), 0, 0
			}
			if g != w {
				t.Errorf("%s: %v, want %v", name, g, w)
			}
		}
	}
}
