package fasttext

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"dataprep/internal/testdata"
)

// The files under testdata are what `fasttext predict-prob` of Debian's fasttext 0.9.2 printed,
// with "__label__" cut off. Toy models were trained by the same program on invented lines.

// printed is how far six printed digits may be from the value that was printed.
const printed = 1e-6

func openModel(t testing.TB, path string) *Model {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := Read(f, 64<<20)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func lid176(t testing.TB) *Model {
	return openModel(t, filepath.Join(testdata.Dir(t, "langid"), "lid.176.ftz"))
}

// sentences returns the texts of the language sample, without its header line.
func sentences(t testing.TB) [][]byte {
	t.Helper()
	f, err := os.Open(filepath.Join(testdata.Dir(t, "langid"), "lingua-testdata-sample.tsv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var texts [][]byte
	s := bufio.NewScanner(z)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		_, text, _ := bytes.Cut(s.Bytes(), []byte("\t"))
		_, text, _ = bytes.Cut(text, []byte("\t"))
		texts = append(texts, bytes.Clone(text))
	}
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
	return texts[1:]
}

func lines(t testing.TB, name string) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
}

func number(t testing.TB, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestLanguageLabelsAndScoresEqualTheReference(t *testing.T) {
	m := lid176(t)
	texts := sentences(t)
	p := m.NewPredictor()
	var top []Score
	worst, rows := 0.0, 0
	for _, line := range lines(t, "lid176-top2.tsv")[1:] {
		field := strings.Split(line, "\t")
		row, err := strconv.Atoi(field[0])
		if err != nil {
			t.Fatal(err)
		}
		p.Set(texts[row])
		top = p.Top(top[:0], 2, 0)
		if len(top) != (len(field)-1)/2 {
			t.Fatalf("row %d: %d labels, the reference has %d", row, len(top), (len(field)-1)/2)
		}
		for i, s := range top {
			want := number(t, field[2+2*i])
			diff := math.Abs(float64(s.Prob) - want)
			if got := m.Label(s.Label); got != field[1+2*i] || diff > 1e-4 {
				t.Errorf("row %d, place %d: %s %v, want %s %v",
					row, i, got, s.Prob, field[1+2*i], want)
			}
			if one := p.Prob(s.Label); one != s.Prob {
				t.Errorf("row %d: Prob(%s) = %v, Top says %v", row, field[1+2*i], one, s.Prob)
			}
			worst = max(worst, diff)
		}
		rows++
	}
	// 5e-6 is the rounding of the printed reference where a score exceeds 1.
	t.Logf("%d texts, two labels each; largest difference %.2g", rows, worst)
	if worst > 5e-6 {
		t.Errorf("largest difference is %v: within the limit of 1e-4, but it was nothing", worst)
	}
}

// TestEveryLossEqualsTheReference runs toy models of each loss over lines that include labels,
// control characters, broken UTF-8, an early end of line and words never seen.
func TestEveryLossEqualsTheReference(t *testing.T) {
	queries := lines(t, "toy-queries.txt")
	for _, name := range []string{"toy-hs.bin", "toy-softmax.bin", "toy-ova.bin", "toy-ns.bin",
		"toy-pq.ftz"} {
		m := openModel(t, filepath.Join("testdata", name))
		stem := name[:len(name)-4]
		checkToy(t, m, stem+"-all.txt", queries, -1, 0)
		checkToy(t, m, stem+"-2.txt", queries, 2, 0.2)
	}
}

func checkToy(t *testing.T, m *Model, file string, queries []string, k int, threshold float32) {
	t.Helper()
	want := lines(t, file)
	p := m.NewPredictor()
	for _, q := range queries {
		line := strings.Fields(want[0])
		want = want[1:]
		if strings.Contains(q, endOfLine) {
			want = want[1:] // the reference goes on behind the token as if on a new line
		}
		p.Set([]byte(q))
		top := p.Top(nil, k, threshold)
		if len(top) != len(line)/2 {
			t.Errorf("%s, %q: %d labels, want %v", file, q, len(top), line)
			continue
		}
		for _, s := range top {
			i := index(line, m.Label(s.Label))
			if i < 0 {
				t.Errorf("%s, %q: %s is not among %v", file, q, m.Label(s.Label), line)
			} else if x := number(t, line[i+1]); math.Abs(float64(s.Prob)-x) > printed {
				t.Errorf("%s, %q: %s %v, want %v", file, q, line[i], s.Prob, x)
			}
			if one := p.Prob(s.Label); one != s.Prob {
				t.Errorf("%s, %q: Prob %v, Top %v", file, q, one, s.Prob)
			}
		}
	}
}

// index finds a label; places may differ where printed scores are equal.
func index(line []string, label string) int {
	for i := 0; i < len(line); i += 2 {
		if line[i] == label {
			return i
		}
	}
	return -1
}
