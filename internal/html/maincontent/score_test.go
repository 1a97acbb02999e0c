package maincontent

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"unicode"

	"dataprep/internal/html"
	"dataprep/internal/testdata"
)

// page is one benchmark page with its gold text.
type page struct {
	id, kind, gold string
	html           []byte
}

func readGzip(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// decoded reads one page as the product would.
func decoded(t testing.TB, dir, id string) []byte {
	raw := readGzip(t, filepath.Join(dir, "html", id+".html.gz"))
	text, _ := html.Decode(nil, raw, "")
	return text
}

// articles returns the 181 pages of article-extraction-benchmark by id.
func articles(t testing.TB) []page {
	dir := testdata.Dir(t, "extraction", "article-extraction-benchmark")
	raw, err := os.ReadFile(filepath.Join(dir, "ground-truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var truth map[string]struct{ ArticleBody string }
	if err := json.Unmarshal(raw, &truth); err != nil {
		t.Fatal(err)
	}
	var pages []page
	for id, g := range truth {
		pages = append(pages, page{id: id, kind: "article", gold: g.ArticleBody,
			html: decoded(t, dir, id)})
	}
	sort.Slice(pages, func(i, j int) bool { return pages[i].id < pages[j].id })
	return pages
}

// webPages returns the 240 pages of the wcxb sample in the order of the file.
func webPages(t testing.TB) []page {
	dir := testdata.Dir(t, "extraction", "wcxb-dev-sample")
	dec := json.NewDecoder(bytes.NewReader(readGzip(t, filepath.Join(dir,
		"ground-truth.jsonl.gz"))))
	var pages []page
	for dec.More() {
		var row struct {
			ID          string `json:"id"`
			PageType    string `json:"page_type"`
			MainContent string `json:"main_content"`
		}
		if err := dec.Decode(&row); err != nil {
			t.Fatal(err)
		}
		pages = append(pages, page{id: row.ID, kind: row.PageType, gold: row.MainContent,
			html: decoded(t, dir, row.ID)})
	}
	return pages
}

// words are the runs of letters, digits, marks of numbers and underscores: Python's \w+.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '_'
	})
}

// shingles counts the 4-grams of words; a shorter text is one shingle.
func shingles(s string) map[string]int {
	w, n := words(s), 4
	counts := map[string]int{}
	if len(w) > 0 && len(w) < n {
		n = len(w)
	}
	for i := 0; i+n <= len(w) && n > 0; i++ {
		if len(w) > 0 {
			counts[strings.Join(w[i:i+n], " ")]++
		}
		if len(w) == n {
			break
		}
	}
	return counts
}

func bag(s string) map[string]int {
	counts := map[string]int{}
	for _, w := range words(strings.ToLower(s)) {
		counts[w]++
	}
	return counts
}

// compare returns true positives, false positives and false negatives.
func compare(got, want map[string]int) (tp, fp, fn float64) {
	for k, n := range got {
		tp += float64(min(n, want[k]))
		fp += float64(max(n-want[k], 0))
	}
	for k, n := range want {
		fn += float64(max(n-got[k], 0))
	}
	return tp, fp, fn
}

// articleScore is the benchmark's own: fractions of shingles, averaged, F1 of the averages.
func articleScore(pages []page, texts []string) (f1, precision, recall float64) {
	np, nr := 0.0, 0.0
	for i, p := range pages {
		tp, fp, fn := compare(shingles(texts[i]), shingles(p.gold))
		if all := tp + fp + fn; all > 0 {
			tp, fp, fn = tp/all, fp/all, fn/all
		}
		if fp == 0 && fn == 0 || tp+fp > 0 {
			precision += ratio(tp, tp+fp)
			np++
		}
		if tp+fn > 0 || fp == 0 {
			recall += ratio(tp, tp+fn)
			nr++
		}
	}
	precision, recall = precision/np, recall/nr
	return 2 * precision * recall / (precision + recall), precision, recall
}

// ratio is a/b, and 1 for nothing of nothing.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 1
	}
	return a / b
}

// webScore is the mean F1 of lower-cased word bags, in all and by page type.
func webScore(pages []page, texts []string) (all float64, byKind map[string]float64) {
	byKind, count := map[string]float64{}, map[string]float64{}
	for i, p := range pages {
		tp, fp, fn := compare(bag(texts[i]), bag(p.gold))
		f1 := 0.0
		if tp > 0 {
			f1 = 2 * tp / (2*tp + fp + fn)
		}
		all += f1 / float64(len(pages))
		byKind[p.kind] += f1
		count[p.kind]++
	}
	for k := range byKind {
		byKind[k] /= count[k]
	}
	return all, byKind
}
