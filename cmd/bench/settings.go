package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
)

// settings is what the command line says.
type settings struct {
	corpus  string
	cores   int
	repeat  int
	lists   lists
	lid     string
	mode    string // of extract
	hash    string // of minhash
	cpu     string // where a CPU profile goes
	memory  string // where a profile of live and allocated memory goes
	keepDir string // where the dataset of the last run stays
}

// parse reads flags before and after the corpus, as the peers' scripts do.
func parse(args []string, stderr io.Writer) (*settings, error) {
	s := &settings{}
	f := flag.NewFlagSet("bench fineweb", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() {
		_, _ = io.WriteString(stderr, synopsis)
		f.PrintDefaults()
	}
	f.IntVar(&s.cores, "cores", 1, "copies of the corpus read, slots and GOMAXPROCS")
	f.IntVar(&s.repeat, "repeat", 1, "runs, each into a fresh folder")
	f.StringVar(&s.lists.domains, "url-domains", "", "blocked domains (default: the peer's)")
	f.StringVar(&s.lists.urls, "url-urls", "", "blocked URLs (default: the peer's)")
	f.StringVar(&s.lists.words, "banned-words", "", "banned words (default: the peer's)")
	f.StringVar(&s.lists.subwords, "banned-subwords", "", "banned subwords (default: the peer's)")
	f.StringVar(&s.lists.soft, "soft-banned-words", "", "soft banned words (default: the peer's)")
	f.StringVar(&s.lid, "lid", "", "lid.176.ftz (default: the shared folder's)")
	f.StringVar(&s.mode, "extract-mode", "balanced", "mode of extract: balanced or precision")
	f.StringVar(&s.hash, "hash", "sha1", "hash of minhash: sha1, as the peer's, or xxhash64")
	f.StringVar(&s.cpu, "cpuprofile", "", "write a CPU profile of the timed part to `FILE`")
	f.StringVar(&s.memory, "memprofile", "", "write a memory profile to `FILE` at the end")
	f.StringVar(&s.keepDir, "keep", "", "leave the dataset of the last run in `FOLDER`")
	var names []string
	for rest := args; ; {
		if err := f.Parse(rest); err != nil {
			return nil, err
		}
		if f.NArg() == 0 {
			break
		}
		names, rest = append(names, f.Arg(0)), f.Args()[1:]
	}
	switch {
	case len(names) != 1:
		return nil, fmt.Errorf("fineweb takes one folder of a corpus, got %d", len(names))
	case s.cores < 1 || s.repeat < 1:
		return nil, errors.New("--cores and --repeat are at least 1")
	}
	s.corpus = names[0]
	return s, s.find()
}
