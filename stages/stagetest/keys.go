package stagetest

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"

	"dataprep/configs"
	"dataprep/stages"
)

// Keys changes every field of every config of a catalog, one at a time, and demands that the
// canonical form, which enters content keys, changes with it. Only what says where and not what
// may be left out: the address of an artifact whose digest is known, secrets, and fields tagged
// key:"-", which must be.
func Keys(t *testing.T, entries [][]stages.Entry) {
	t.Helper()
	r, err := stages.NewRegistry(entries...)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Entries() {
		f := e.Facts()
		t.Run(string(f.Kind)+"/"+f.Name, func(t *testing.T) {
			bound, _ := r.Default(f.Name, f.Kind)
			for _, err := range mutate(bound) {
				t.Error(err)
			}
		})
	}
}

// mutate tries every field of a bound default and returns what the key missed.
func mutate(b stages.Bound) (wrong []error) {
	m := mutation{canonical: b.Canonical}
	m.structure(reflect.ValueOf(b.Config).Elem(), b.Name, false)
	return m.wrong
}

type mutation struct {
	canonical func() []byte
	wrong     []error
}

// structure goes through the fields that a pipeline file can set; place tells that they lie in one
// tagged key:"-".
func (m *mutation) structure(v reflect.Value, path string, place bool) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() && !f.Anonymous || f.Tag.Get("yaml") == "-" {
			continue
		}
		m.value(v.Field(i), path+"."+f.Name, place || f.Tag.Get("key") == "-")
	}
}

// value tries all ways in which a value can be another.
func (m *mutation) value(v reflect.Value, path string, place bool) {
	switch x := v.Interface().(type) {
	case configs.Artifact:
		m.artifact(v, x, path, place)
		return
	case configs.Secret:
		m.change(v, reflect.ValueOf(configs.NewSecret("hidden")), path, true)
		return
	case configs.Range:
		low := -7.25
		m.change(v, reflect.ValueOf(configs.Range{Min: &low, Max: x.Max}), path+".Min", place)
		m.change(v, reflect.ValueOf(configs.Range{Min: x.Min, Max: &low}), path+".Max", place)
		return
	case *configs.Node:
		n := &configs.Node{Kind: configs.Scalar, Raw: "mutated"}
		m.change(v, reflect.ValueOf(n), path, place)
		return
	}
	if v.Kind() == reflect.Struct {
		m.structure(v, path, place)
		return
	}
	m.change(v, other(v), path, place)
}

func (m *mutation) artifact(v reflect.Value, x configs.Artifact, path string, place bool) {
	digest := fmt.Sprintf("%064x", 7)
	m.change(v, reflect.ValueOf(configs.Artifact{URI: x.URI, SHA256: digest}), path+".SHA256", place)
	m.change(v, reflect.ValueOf(configs.Artifact{URI: "file://mutated"}), path+".URI", place)
	old := reflect.ValueOf(x)
	v.Set(reflect.ValueOf(configs.Artifact{URI: "file://one", SHA256: digest}))
	m.change(v, reflect.ValueOf(configs.Artifact{URI: "file://two", SHA256: digest}),
		path+".URI with a digest", true)
	v.Set(old)
}

// change sets v for a moment and compares the canonical forms.
func (m *mutation) change(v, to reflect.Value, path string, place bool) {
	before := m.canonical()
	old := reflect.New(v.Type()).Elem()
	old.Set(v)
	v.Set(to)
	after := m.canonical()
	v.Set(old)
	switch kept := bytes.Equal(before, after); {
	case kept && !place:
		m.wrong = append(m.wrong, fmt.Errorf("%s does not enter the key: %s", path, before))
	case !kept && place:
		m.wrong = append(m.wrong, fmt.Errorf("%s says where, but enters the key: %s", path, after))
	}
	if !bytes.Equal(before, m.canonical()) {
		m.wrong = append(m.wrong, fmt.Errorf("%s changed another field too", path))
	}
}

// other returns a value of the same type that differs from v.
func other(v reflect.Value) reflect.Value {
	x := reflect.New(v.Type()).Elem()
	switch {
	case v.Kind() == reflect.Bool:
		x.SetBool(!v.Bool())
	case v.CanInt():
		x.SetInt(v.Int() ^ 1)
	case v.CanUint():
		x.SetUint(v.Uint() ^ 1)
	case v.CanFloat():
		x.SetFloat(v.Float()/2 + 0.375)
	case v.Kind() == reflect.String:
		x.SetString(v.String() + "~")
	case v.Kind() == reflect.Pointer:
		x.Set(reflect.New(v.Type().Elem()))
		if !v.IsNil() {
			x.Elem().Set(other(v.Elem()))
		}
	case v.Kind() == reflect.Slice:
		x = reflect.Append(reflect.AppendSlice(x, v), other(reflect.Zero(v.Type().Elem())))
	case v.Kind() == reflect.Map:
		x = reflect.MakeMap(v.Type())
		for _, k := range v.MapKeys() {
			x.SetMapIndex(k, v.MapIndex(k))
		}
		key := reflect.ValueOf("mutated").Convert(v.Type().Key())
		x.SetMapIndex(key, other(reflect.Zero(v.Type().Elem())))
	case v.Kind() == reflect.Struct && v.NumField() > 0:
		x.Set(v)
		x.Field(0).Set(other(v.Field(0)))
	}
	return x
}
