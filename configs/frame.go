package configs

import (
	"slices"
	"strings"

	"dataprep/configs/tree"
)

// frameKeys are the top keys of version 1.
var frameKeys = [...]string{"version", "name", "vars", "input", "stages", "output", "expect",
	"record", "errors", "resources"}

type frame struct {
	file *File
	opts Options
	ds   *Diagnostics
	slip map[string]bool // keys that a misspelt one was taken for
}

// readFrame types the top keys. It always returns a File, as far as it could be read.
func readFrame(path string, root *Node, opts Options, ds *Diagnostics) *File {
	if len(opts.Sources) == 0 {
		opts.Sources = []string{"warc", "wet", "jsonl", "parquet"}
	}
	if len(opts.Sinks) == 0 {
		opts.Sinks = []string{"parquet", "jsonl"}
	}
	f := &frame{file: &File{Path: path, Root: root}, opts: opts, ds: ds, slip: map[string]bool{}}
	f.file.Record, f.file.Errors, f.file.Resources = DefaultSettings()
	for _, k := range root.Keys {
		f.topKey(k)
	}
	f.missing(root)
	return f.file
}

func (f *frame) topKey(k Key) {
	n := k.Value
	switch k.Name {
	case "version":
		f.version(n)
	case "name":
		f.name(n)
	case "vars":
	case "input":
		f.inputs(n)
	case "stages":
		f.stages(n)
	case "output":
		f.output(n)
	case "expect":
		f.expects(n)
	case "record":
		f.settings(k, &f.file.Record, nil)
	case "errors":
		f.settings(k, &f.file.Errors, laterErrors[:])
	case "resources":
		f.settings(k, &f.file.Resources, laterLimits[:])
	default:
		if slices.Contains(laterKeys[:], k.Name) {
			f.later(k.Pos, tree.Quote(k.Name))
			return
		}
		known := slices.Concat(frameKeys[:], laterKeys[:])
		f.slip[Nearest(k.Name, known)] = true
		f.ds.AddAt(k.Pos, Diagnostic{Code: "DP104", Message: "unknown key " + tree.Quote(k.Name),
			Hint: tree.DidYouMean(k.Name, known), Allowed: slices.Clone(frameKeys[:])})
	}
}

func (f *frame) settings(k Key, cfg any, later []string) {
	Decode(f.without(k.Value, later).Owned(k.Name), cfg, f.ds)
}

func (f *frame) missing(root *Node) {
	for _, need := range [...]struct{ key, hint string }{
		{"version", "add version: 1"},
		{"name", "add name: my-pipeline"},
		{"input", "add input: {warc: [data/*.warc.gz]}"},
		{"stages", "add stages: with a list of stages"},
		{"output", "add output: {parquet: out/my-pipeline}"},
	} {
		if root.Key(need.key) == nil && !f.slip[need.key] {
			p := root.Pos
			p.Len = 1
			f.ds.Error("DP109", p, tree.Quote(need.key)+" is missing", need.hint)
		}
	}
}

// text returns the text of a scalar, or reports what stands there instead.
func (f *frame) text(n *Node, what string) (string, bool) {
	switch {
	case n.Bad():
	case n.Secret() != nil:
		f.ds.Error("DP117", n.Pos, what+" does not take a secret", "")
	case n.Kind == Null:
		f.ds.Error("DP109", n.Pos, what+" has no value", "give one, or delete the key")
	case n.Kind != Scalar:
		f.ds.Error("DP106", n.Pos, what+" takes a text, not "+n.Describe(), "")
	default:
		return n.Raw, true
	}
	return "", false
}

func (f *frame) version(n *Node) {
	raw, ok := f.text(n, "version")
	switch {
	case !ok:
	case raw == "1" && !n.Quoted:
		f.file.Version = 1
	case raw == "1":
		f.ds.Error("DP119", n.Pos, "version is a plain number", "remove the quotes: version: 1")
	case strings.Trim(raw, "0123456789") == "" && strings.TrimLeft(raw, "0") > "1" && raw[0] != '0':
		f.ds.Error("DP119", n.Pos, "version "+raw+" is newer than this program",
			"use a newer dataprep, or write version: 1")
	default:
		f.ds.Error("DP119", n.Pos, "version "+tree.Quote(raw)+" does not exist",
			"the version of the file format is 1; versions have no decimals")
	}
}

func (f *frame) name(n *Node) {
	raw, ok := f.text(n, "name")
	if !ok {
		return
	}
	if fixed := f.nameLike(n, raw, "name", "._-", 64); fixed {
		f.file.Name = raw
	}
}

// nameLike checks [a-z0-9][a-z0-9<also>]{0,limit-1} and suggests a name that fits.
func (f *frame) nameLike(n *Node, raw, what, also string, limit int) bool {
	const first = "abcdefghijklmnopqrstuvwxyz0123456789"
	ok := raw != "" && len(raw) <= limit && strings.Trim(raw, first+also) == "" &&
		strings.IndexByte(first, raw[0]) >= 0
	if ok {
		return true
	}
	fixed := strings.Map(func(r rune) rune {
		switch {
		case r < 0x80 && strings.ContainsRune(first+also, r):
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return rune(also[len(also)-1])
	}, raw)
	fixed = strings.Trim(fixed[:min(len(fixed), limit)], also)
	hint := "use lower-case letters, digits and " + strings.Join(strings.Split(also, ""), " ") +
		", beginning with a letter or digit"
	if fixed != "" {
		hint = "write " + what + ": " + fixed
	}
	msg := what + " cannot be " + tree.Quote(raw)
	if len(raw) > limit {
		msg = what + " is longer than 64 characters"
	}
	f.ds.Error("DP120", n.Pos, msg, hint)
	return false
}

func (f *frame) expects(n *Node) {
	items := n.Items
	switch {
	case n.Bad() || n.Kind == Null:
		return
	case n.Kind == Map:
		f.ds.Error("DP106", n.Pos, "expect takes a list of gates, not a map",
			"begin each gate with a dash: - kept: 5%..60%")
		return
	case n.Kind != List:
		f.ds.Error("DP106", n.Pos, "expect takes a list of gates, not "+n.Describe(),
			"write - kept: 5%..60%")
		return
	}
	for _, it := range items {
		if it.Bad() {
			continue
		}
		if it.Kind != Map || len(it.Keys) == 0 {
			f.ds.Error("DP106", it.Pos, "a gate is a map such as kept: 5%..60%, not "+
				it.Describe(), "")
			continue
		}
		for _, k := range it.Keys {
			if k.Name != "kept" {
				f.later(k.Pos, "gate "+tree.Quote(k.Name))
				continue
			}
			var gate struct {
				Kept Range `yaml:"kept" min:"0" max:"1" unit:"ratio"`
			}
			if Decode(&Node{Kind: Map, Pos: it.Pos, Keys: []Key{k}}, &gate, f.ds) {
				f.file.Expect = append(f.file.Expect, Expect{k.Name, gate.Kept, k.Pos})
			}
		}
	}
}
