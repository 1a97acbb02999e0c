//go:build ignore

// Command build writes the sample corpus of this folder from Debian documentation packages.
//
// In: a folder of .deb files, exactly the packages and versions of the tables; no network is
// touched. Out, here or in -out: four WARC files, one WET and one JSONL file, the licence texts,
// PACKAGES.tsv, MANIFEST.tsv and SHA256SUMS. Every byte follows from the packages and the tables:
// dates and record ids are derived from SHA-1 of the address, order is by that hash.
// It refuses other package versions, missing pages and unknown charsets; a character that a legacy
// charset lacks becomes a numeric character reference. Format: WARC 1.0 and 1.1 (IIPC), one gzip
// member per record; the WET file has the header fields that Common Crawl gives its own.
//
//	go run configs/sample/*.go -packages DIR
package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// page is one document: where it is from, what it is, its bytes as they travel and as UTF-8.
type page struct {
	url, pkg, path, lang, header, note string
	charset, declared                  string
	body, source                       []byte
	coding                             string
	fixed                              bool
}

// row is one line of the manifest.
type row struct {
	file            string
	offset, length  int
	kind, uri, note string
	page            *page
}

// builder holds what is read and what is written so far.
type builder struct {
	files map[string]map[string][]byte // package, path, bytes
	sums  map[string][32]byte          // package, SHA-256 of its .deb
	pages []*page
	out   map[string][]byte
	rows  []row
}

func main() {
	dir := flag.String("packages", "", "folder of the .deb files")
	out := flag.String("out", "configs/sample", "folder to write")
	flag.Parse()
	if err := run(*dir, *out); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(dir, out string) error {
	b := &builder{files: map[string]map[string][]byte{}, sums: map[string][32]byte{},
		out: map[string][]byte{}}
	for _, p := range packages {
		if err := b.open(dir, p.name, p.version); err != nil {
			return fmt.Errorf("package %s: %w", p.name, err)
		}
	}
	for _, g := range slices.Concat(manuals(), project(), copies(), foreign()) {
		if err := b.expand(g); err != nil {
			return err
		}
	}
	if err := b.dress(); err != nil {
		return err
	}
	if err := b.archives(); err != nil {
		return err
	}
	if err := b.texts(); err != nil {
		return err
	}
	b.lists()
	for name, data := range b.out {
		path := filepath.Join(out, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("output folder: %w", err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return fmt.Errorf("output file: %w", err)
		}
	}
	return nil
}

// open reads the regular files of one package that can be wanted into memory.
func (b *builder) open(dir, name, version string) error {
	found, err := filepath.Glob(filepath.Join(dir, name+"_*.deb"))
	if err != nil || len(found) != 1 {
		return fmt.Errorf("%d .deb files in %q, want 1", len(found), dir)
	}
	got, err := exec.Command("dpkg-deb", "-f", found[0], "Version").Output()
	if err != nil {
		return fmt.Errorf("reading the version: %w", err)
	}
	if v := strings.TrimSpace(string(got)); v != version {
		return fmt.Errorf("version %s, the tables are made for %s", v, version)
	}
	deb, err := os.ReadFile(found[0])
	if err != nil {
		return err
	}
	b.sums[name] = sha256.Sum256(deb)
	raw, err := exec.Command("dpkg-deb", "--fsys-tarfile", found[0]).Output()
	if err != nil {
		return fmt.Errorf("unpacking: %w", err)
	}
	b.files[name], err = unpack(raw)
	return err
}

// unpack returns the regular files of a tar archive but for kinds that no table names.
func unpack(raw []byte) (map[string][]byte, error) {
	files := map[string][]byte{}
	for t := tar.NewReader(bytes.NewReader(raw)); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, fmt.Errorf("unpacking: %w", err)
		}
		path := strings.TrimPrefix(h.Name, "./")
		if h.Typeflag != tar.TypeReg {
			continue
		}
		switch filepath.Ext(path) {
		case ".pdf", ".gz", ".epub", ".svg":
			continue
		}
		if files[path], err = io.ReadAll(t); err != nil {
			return nil, fmt.Errorf("unpacking %s: %w", path, err)
		}
	}
}

// expand makes the pages of one group.
func (b *builder) expand(g group) error {
	for _, name := range strings.Fields(g.names) {
		at := func(s string) string { return strings.ReplaceAll(s, "*", name) }
		p := &page{url: at(g.url), pkg: g.pkg, path: at(g.path), lang: g.lang, header: g.header,
			note: at(g.note)}
		p.source = b.files[p.pkg][p.path]
		if p.source == nil {
			return fmt.Errorf("package %s has no file %s", p.pkg, p.path)
		}
		if b.find(p.url) != nil {
			return fmt.Errorf("address %s twice in the tables", p.url)
		}
		b.pages = append(b.pages, p)
	}
	return nil
}

func (b *builder) find(url string) *page {
	i := slices.IndexFunc(b.pages, func(p *page) bool { return p.url == url })
	if i < 0 {
		return nil
	}
	return b.pages[i]
}

// lists writes the licences, the list of packages, the manifest and the sums.
func (b *builder) lists() {
	versions, licences := map[string]string{}, map[string]string{}
	list := "package\tversion\tlicence\tsha256_of_deb\n"
	for _, p := range packages {
		versions[p.name], licences[p.name] = p.version, p.licence
		list += fmt.Sprintf("%s\t%s\t%s\t%x\n", p.name, p.version, p.licence, b.sums[p.name])
	}
	b.out["PACKAGES.tsv"] = []byte(list)
	for _, t := range texts {
		b.out["licenses/"+t[2]] = b.files[t[0]][t[1]]
	}
	var w strings.Builder
	w.WriteString("file\toffset\tlength\ttype\turl\tpackage\tversion\tlicence\tlanguage\t" +
		"declared_charset\tencoding\tpath\tnote\n")
	for _, r := range b.rows {
		p := r.page
		if p == nil {
			p = &page{}
		}
		declared, charset := p.declared, p.charset
		if r.kind == "conversion" || r.kind == "row" {
			declared, charset = "", "utf-8"
		}
		fields := []string{r.file, fmt.Sprint(r.offset), fmt.Sprint(r.length), r.kind, r.uri, p.pkg,
			versions[p.pkg], licences[p.pkg], p.lang, declared, charset, p.path, r.note}
		for i, f := range fields {
			if f == "" {
				fields[i] = "-"
			}
		}
		w.WriteString(strings.Join(fields, "\t") + "\n")
	}
	b.out["MANIFEST.tsv"] = []byte(w.String())
	var names []string
	for name := range b.out {
		names = append(names, name)
	}
	slices.Sort(names)
	sums := ""
	for _, name := range names {
		sums += fmt.Sprintf("%x  %s\n", sha256.Sum256(b.out[name]), name)
	}
	b.out["SHA256SUMS"] = []byte(sums)
}
