package configs

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

// sample sets every field to something that is not zero.
func sample() *everything {
	x, n := 0.5, 3
	return &everything{embedded: embedded{"s"}, Text: "t", Flag: true, Count: 1, Small: 2, Num: 1.5,
		Single: 0.1, Ratio: 0.12, Size: 1 << 20, Wait: time.Second, Span: Range{&x, nil},
		Maybe: &Range{nil, &x}, List: []int{1, 2}, One: []string{"a"}, Dict: map[string]int{"b": 1, "a": 2},
		Nested: inner{1, 2}, Ptr: &inner{3, 4}, Structs: []inner{{5, 6}}, Opt: &n,
		Model:  Artifact{"file://m", strings.Repeat("a", 64)},
		Models: []Artifact{{"file://n", strings.Repeat("b", 64)}}, Names: map[string]string{"k": "v"},
		Any: &Node{Kind: Scalar, Raw: "1"}, Skipped: 1, ByName: true}
}

// TestEveryFieldButAnArtifactsAddressEntersTheKey changes one value after another, whatever its
// depth, and looks whether the canonical form notices.
func TestEveryFieldButAnArtifactsAddressEntersTheKey(t *testing.T) {
	base := string(Canonical(sample()))
	n := 0
	mutate(t, reflect.ValueOf(sample()).Elem(), "", func(path string, change func(root reflect.Value)) {
		cfg := sample()
		change(reflect.ValueOf(cfg).Elem())
		n++
		same := string(Canonical(cfg)) == base
		if free := strings.HasSuffix(path, ".URI") || path == ".Skipped"; same != free {
			t.Errorf("%s: changed the form: %v", path, !same)
		}
	})
	if n < 40 {
		t.Errorf("only %d values were changed", n)
	}
}

// mutate calls try for each leaf below v, with a function that changes it in another value.
func mutate(t *testing.T, v reflect.Value, path string,
	try func(string, func(reflect.Value)), steps ...func(reflect.Value) reflect.Value) {
	t.Helper()
	at := func(step func(reflect.Value) reflect.Value) []func(reflect.Value) reflect.Value {
		return append(append([]func(reflect.Value) reflect.Value{}, steps...), step)
	}
	set := func(change func(reflect.Value)) {
		try(path, func(root reflect.Value) {
			for _, s := range steps {
				root = s(root)
			}
			change(root)
		})
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if v.Type() == reflect.TypeFor[Node]() && f.Name != "Raw" && f.Name != "Quoted" {
				continue // places are no content
			}
			if f.IsExported() || f.Anonymous {
				mutate(t, v.Field(i), path+"."+f.Name, try,
					at(func(x reflect.Value) reflect.Value { return x.Field(i) })...)
			}
		}
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		set(func(x reflect.Value) { x.SetZero() })
		mutate(t, v.Elem(), path, try, at(func(x reflect.Value) reflect.Value { return x.Elem() })...)
	case reflect.Slice:
		if v.Len() == 0 {
			return
		}
		set(func(x reflect.Value) { x.Set(x.Slice(0, x.Len()-1)) })
		mutate(t, v.Index(0), path, try, at(func(x reflect.Value) reflect.Value { return x.Index(0) })...)
	case reflect.Map:
		set(func(x reflect.Value) { x.SetMapIndex(reflect.ValueOf("z"), reflect.Zero(x.Type().Elem())) })
	case reflect.String:
		set(func(x reflect.Value) { x.SetString(x.String() + "!") })
	case reflect.Bool:
		set(func(x reflect.Value) { x.SetBool(!x.Bool()) })
	case reflect.Float32, reflect.Float64:
		set(func(x reflect.Value) { x.SetFloat(x.Float() + 0.25) })
	case reflect.Uint8:
		set(func(x reflect.Value) { x.SetUint(x.Uint() + 1) })
	default:
		set(func(x reflect.Value) { x.SetInt(x.Int() + 1) })
	}
}

func TestCanonicalFormIsFixed(t *testing.T) {
	golden(t, "testdata/canonical.golden", string(Canonical(sample()))+"\n"+
		string(Canonical(everything{}))+"\n")
	if !json.Valid(Canonical(sample())) || !json.Valid(Canonical(everything{Text: "\x00\"\\é😀\x7f"})) {
		t.Error("not JSON")
	}
	for _, pair := range [][2]string{{"a\xff", "a\ufffd"}, {"a\xff", "a\xfe"}} {
		if string(Canonical(pair[0])) == string(Canonical(pair[1])) {
			t.Errorf("%q and %q are one", pair[0], pair[1])
		}
	}
}

func TestUnresolvedArtifactsDiffer(t *testing.T) {
	a, b := testQuality{Artifact{URI: "a"}}, testQuality{Artifact{URI: "b"}}
	if string(Canonical(a)) == string(Canonical(b)) {
		t.Error("two unresolved artifacts have one form")
	}
}

func TestFieldsDescribeTheStruct(t *testing.T) {
	var b strings.Builder
	for _, f := range Fields(&everything{Size: 1 << 20, Wait: 5 * time.Minute, Ratio: 0.12,
		Nested: inner{Deep: 3}, List: []int{1, 2}}) {
		line(&b, f, "")
	}
	golden(t, "testdata/fields.golden", b.String())
}

func line(b *strings.Builder, f Field, indent string) {
	b.WriteString(strings.TrimRight(indent+strings.Join([]string{f.Name, f.Type, f.In + "." + f.Go,
		"min=" + f.Min, "max=" + f.Max, "default=" + f.Text}, " "), " ") + "\n")
	for _, in := range f.Fields {
		line(b, in, indent+"  ")
	}
}

func TestArtifactsVisitsWhatResolvingMustFill(t *testing.T) {
	cfg, seen := sample(), ""
	Artifacts(cfg, func(a *Artifact) {
		seen += a.URI + " "
		a.SHA256 = strings.Repeat("c", 64)
	})
	if seen != "file://m file://n " || cfg.Models[0].SHA256[0] != 'c' {
		t.Errorf("visited %s", seen)
	}
}
