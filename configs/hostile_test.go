package configs

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

// What one file of 1 MiB may cost: bytes allocated, most of them garbage long before the end, and
// time. The worst here are 445 MB and a second. What is held at once is measured by TestMain.
const (
	maxParseBytes = 600 << 20
	maxParseTime  = 5 * time.Second
)

const maxFile = 1 << 20

// A hostile file is a unit repeated to 1 MiB between a head and a tail.
type hostile struct{ name, head, unit, tail string }

func (h hostile) text() []byte {
	n := 0
	if h.unit != "" {
		n = (maxFile - len(h.head) - len(h.tail)) / len(h.unit)
	}
	return []byte(h.head + strings.Repeat(h.unit, n) + h.tail)
}

// hostiles try the limits one by one: a token for each byte, nesting, a path that every value
// repeats, runs that the lexer looks over again and again.
func hostiles() []hostile {
	return []hostile{
		{"brackets", "", "[", ""}, {"maps", "", "{a: ", ""}, {"dashes", "", "- ", ""},
		{"empty items", "", "-\n", ""}, {"bare keys", "{", "a,", ""}, {"small maps", "", "{a},", ""},
		{"questions", "", "? ", ""}, {"keys", "", "a: 1\n", ""}, {"anchors", "", "&a ", ""},
		{"tags", "", "!a ", ""}, {"too large", strings.Repeat("x", maxFile+1), "", ""},
		{"stairs", stairs(1400), "", ""}, {"commas", "", ",", ""}, {"long list", "[", "a,", "]"},
		{"refs", "[", "${a},", "]"}, {"hidden", "a: [", `"\\x24{a}",`, "]"},
		{"quotes", "a: [", `"${a}",`, "]"},

		{"comments", "a: 1\n", "#\n", ""}, {"reserved", "", "@", ""}, {"directives", "", "%", ""},
		{"aliases in a word", "a: {", "*&", ""},
		{"dashes in brackets", "a: [", "- ", "]"}, {"angles", "a: ", "<", ""},
		{"angles by the thousand", "a: ", strings.Repeat("<", 499) + " ", ""},
		{"blank lines", "a: |\n x", "\n", ""}, {"lines of blanks", "a: |\n x", "\n ", ""},
		{"blank lines by the dozen", "", "- |\n x" + strings.Repeat("\n", 60), ""},
		{"long quotes", "a: [", `"${abc}",`, "]"}, {"a long reference", "[", "${,", "}]"},
		{"a long key", strings.Repeat("k", 20_000) + ": [", "a,", "]"},
		{"a long key over lines", `"` + strings.Repeat("k", 20_000) + "\n k\": [", "a,", "]"},
		{"long keys", ladder(60, 1000), strings.Repeat(" ", 60) + "- a\n", ""},
		{"deep lists", strings.Repeat("[", 60), "a,", strings.Repeat("]", 60)},
		{"a long key of a variable", "vars: {v: [" + strings.Repeat("a,", 90_000) + "]}\n" +
			strings.Repeat("k", 100_000) + ": ${v}\nb: |\n", " x\n", ""},
		{"the most that passes", "vars: {v: [" + strings.Repeat("1,", 90_000) + "]}\n" +
			strings.Repeat("k", 120) + ": [\"${v}\"," + strings.Repeat("1,", 44_000) + "]\n#", "x", ""},
		{"slips of many names", "vars:\n" + manyKeys(1900), "", "a: [" +
			strings.Repeat("\"${xbcd0000}\", \"${abxd12345}\",", 20_000) + "]\n"},
		{"a long name in each message", "version: 1\nname: d\ninput: {warc: a}\noutput: {jsonl: o}\n" +
			"stages:\n - badwords: {lists: {" + strings.Repeat("k", 300_000) + ": [", "[],", "]}}"},
	}
}

func stairs(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s-\n", strings.Repeat(" ", i))
	}
	return b.String()
}

func ladder(n, key int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + strings.Repeat("k", key) + ":\n")
	}
	return b.String()
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  abcd%04d: 1\n", i)
	}
	return b.String()
}

func TestHostileSizesAreRefusedQuickly(t *testing.T) {
	for _, h := range hostiles() {
		bytes, took := cost(t, h)
		if took > maxParseTime { // once more: another process may have had the machine
			_, took = cost(t, h)
		}
		if took > maxParseTime {
			t.Errorf("%s: took %v", h.name, took)
		}
		if bytes > maxParseBytes {
			t.Errorf("%s: took %d MB", h.name, bytes>>20)
		}
	}
}

// cost reads a file as the program does, and returns the bytes it allocated and the time.
func cost(t *testing.T, h hostile) (bytes uint64, took time.Duration) {
	defer free()
	var before, after runtime.MemStats
	src := h.text()
	runtime.ReadMemStats(&before)
	start := time.Now()
	_, ds := checkFile("p.yaml", src, testOptions())
	if !ds.HasErrors() {
		t.Errorf("%s: accepted", h.name)
	}
	_ = ds.String()
	took = time.Since(start)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, took
}

// TestTheLargestRealFilesAreRead guards the limits from the other side.
func TestTheLargestRealFilesAreRead(t *testing.T) {
	const head = "version: 1\nname: d\ninput: {warc: a}\nstages: [extract]\noutput: {jsonl: o}\nvars:\n"
	for _, h := range []hostile{
		{"words of six letters in a line", "  v: [", "letter, ", "letter]"},
		{"words of four letters in a block", "  v:\n", "  - word\n", ""},
		{"crawl paths", "  v:\n", "  - s3://commoncrawl/crawl-data/CC-MAIN-2024-10/segments/" +
			"1707947473347.0/warc/CC-MAIN-20240220211055-20240221001055-00000.warc.gz\n", ""},
		{"expressions", "  v:\n", `  - '(?:foo|bar)[a-z]{2,5}\b'` + "\n", ""},
		{"a block text", "  v: |\n", "    Some words, [in] {order}; \"quoted\": and so on.\n\n", ""},
		{"json", "  v: |\n", `    {"a":1,"b":[2,3],"c":{"d":null}}` + "\n", ""},
		{"one long text", `  v: "`, "word ", `"`},
		{"maps", "  v:\n", "  - {url: https://example.com/" + strings.Repeat("p", 1550) +
			", language: en, weight: 0.5}\n", ""},
	} {
		h.head = head + h.head
		if _, ds := checkFile("p.yaml", h.text(), testOptions()); len(ds.All()) > 0 {
			t.Errorf("%s: %.500s", h.name, ds)
		}
		free()
	}
}

// free gives the memory of a case back to the system, so that the peak of the process is that of
// one case. The lexer's pool keeps its last tokens over one collection.
func free() {
	runtime.GC()
	debug.FreeOSMemory()
}
