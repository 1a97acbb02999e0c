package configs

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The stages of the tests stand for those of the program: one field of each sort.
type (
	testLanguage struct {
		Keep     []string `yaml:"keep" single:"true"`
		MinScore float64  `yaml:"min_score" unit:"ratio" min:"0" max:"1"`
	}
	testGopher struct {
		MinWords int64   `yaml:"min_words" min:"0"`
		MaxWords int64   `yaml:"max_words"`
		Ratio    float64 `yaml:"ratio" unit:"ratio" min:"0" max:"1"`
		Bytes    int64   `yaml:"bytes" unit:"bytes"`
	}
	testMinhash struct {
		Bands int `yaml:"bands" min:"1" max:"1000"`
		Rows  int `yaml:"rows" min:"1"`
		Ngram int `yaml:"ngram"`
	}
	testC4  struct{ TerminalPunctuation bool }
	testPii struct {
		Email string `yaml:"email" enum:"mask,pseudonym,off"`
		IP    string `yaml:"ip" enum:"mask,pseudonym,off"`
	}
	testQuality  struct{ Model Artifact }
	testBadwords struct {
		Lists []string `yaml:"lists" required:"true"`
	}
	testCrawl   struct{ Token Secret }
	testExtract struct{}
)

func testStages() map[string]any {
	return map[string]any{
		"language": &testLanguage{MinScore: 0.65}, "gopher_quality": &testGopher{MinWords: 50},
		"minhash": &testMinhash{Bands: 14, Rows: 8}, "c4_quality": &testC4{true},
		"pii": &testPii{Email: "mask"}, "quality": &testQuality{}, "badwords": &testBadwords{},
		"crawl": &testCrawl{}, "extract": &testExtract{},
	}
}

func testOptions(sets ...string) Options {
	env := map[string]string{"TOKEN": "s3cr3t-t0ken", "WORDS": "70", "EMPTY": ""}
	return Options{
		Set: sets,
		Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		ReadSecret: func(path string) ([]byte, error) {
			if path == "/run/secrets/hook" {
				return []byte("https://hook.example/abc\n"), nil
			}
			return nil, errors.New("no such file")
		},
		Stages: []string{"extract", "language", "gopher_quality", "c4_quality", "minhash", "pii",
			"quality", "badwords", "crawl"},
	}
}

// check parses a file and decodes its stages, as the program does.
func checkFile(name string, src []byte, opts Options) (*File, *Diagnostics) {
	f, ds := Parse(name, src, opts)
	if f != nil {
		for _, s := range f.Stages {
			if c := testStages()[s.Name]; c != nil {
				Decode(s.Config, c, ds)
			}
		}
	}
	return f, ds
}

func TestBadFilesAreExplainedAtTheirPlace(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d bad files, want at least 40 (%v)", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, ds := checkFile(filepath.Base(file), src, testOptions())
			if len(ds.All()) == 0 {
				t.Error("nothing is reported")
			}
			for _, x := range ds.All() {
				if x.Line < 1 || x.Col < 1 || x.Len < 1 {
					t.Errorf("no place: %+v", x)
				}
				if x.Hint == "" && x.Allowed == nil {
					t.Logf("no hint: %s", x.Message)
				}
			}
			golden(t, strings.TrimSuffix(file, ".yaml")+".golden", ds.String())
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
