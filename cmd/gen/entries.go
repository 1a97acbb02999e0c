package main

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"dataprep/configs"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// entry is all that the pages and the schema say about one name.
type entry struct {
	stages.Facts
	file    string // the source file of its config
	doc     string // the config's comment, paragraphs apart
	options []option
	shape   stages.Shape // of the default config
	extra   []extra      // what other configs add to the shape
}

// extra is a column or reason that comes with an option.
type extra struct {
	what string // reads, writes, edits or reason
	name string
	with string // "store: ids"
}

// collect describes the whole catalog, in its order.
func collect(r *stages.Registry, c *comments) ([]entry, error) {
	var list []entry
	for _, e := range r.Entries() {
		x := entry{Facts: e.Facts()}
		t := reflect.TypeOf(e.Config()).Elem()
		dir, ours := strings.CutPrefix(t.PkgPath(), "dataprep/")
		if !ours {
			return nil, fmt.Errorf("the config of %s is in %s, outside this module", x.Name,
				t.PkgPath())
		}
		var err error
		if x.options, err = c.options(dir, configs.Fields(e.Config())); err != nil {
			return nil, err
		}
		about, named := c.structure(dir, t.Name()), t.Name()
		if maker := strings.TrimSuffix(named, "Config"); c.types[dir+"."+maker].text != "" {
			about, named = c.types[dir+"."+maker], maker // what it makes says more than its config
		}
		x.file = about.file
		x.doc = paragraphs(about.text)
		if rest, ok := strings.CutPrefix(x.doc, named+" "); ok {
			x.doc = x.Name + " " + rest
		}
		x.shape, x.extra = shapes(r, x.Facts, x.options)
		list = append(list, x)
	}
	return list, c.err()
}

// shapes returns the shape of the default config, and what single options add to it.
func shapes(r *stages.Registry, f stages.Facts, options []option) (stages.Shape, []extra) {
	bound, _ := r.Default(f.Name, f.Kind)
	var found []extra
	for _, o := range options {
		for _, v := range variants(o) {
			other, _ := r.Default(f.Name, f.Kind)
			field := reflect.ValueOf(other.Config).Elem().FieldByName(o.Go)
			if !v.value.IsValid() || v.value.Type() != field.Type() {
				continue
			}
			field.Set(v.value)
			with := o.Name
			if v.text != "" {
				with += ": " + v.text
			}
			found = append(found, added(bound.Shape, other.Rebind().Shape, with)...)
		}
	}
	return bound.Shape, found
}

// variant is another value of an option.
type variant struct {
	text  string
	value reflect.Value
}

// variants tries each allowed word, and one value that switches the option on.
func variants(o option) []variant {
	if o.Default == nil {
		return nil
	}
	v := reflect.ValueOf(o.Default)
	switch {
	case v.Kind() == reflect.String && len(o.Enum) > 0:
		var all []variant
		for _, word := range o.Enum {
			all = append(all, variant{word, reflect.ValueOf(word).Convert(v.Type())})
		}
		return all
	case v.Kind() == reflect.Bool:
		return []variant{{fmt.Sprint(!v.Bool()), reflect.ValueOf(!v.Bool())}}
	case v.Type() == reflect.TypeFor[[]string]():
		return []variant{{"", reflect.ValueOf([]string{"en"})}}
	case v.Type() == reflect.TypeFor[map[string]string]() && len(o.Enum) > 0:
		return nil // the pipeline names the columns
	case v.CanFloat() && v.IsZero():
		return []variant{{"", reflect.ValueOf(0.5).Convert(v.Type())}}
	case v.CanInt() && v.IsZero():
		return []variant{{"", reflect.ValueOf(1).Convert(v.Type())}}
	}
	return nil
}

// added lists what a shape has that another lacks.
func added(base, other stages.Shape, with string) []extra {
	var list []extra
	for _, p := range []struct {
		what        string
		base, other []doc.Column
	}{
		{"reads", base.Reads, other.Reads}, {"writes", base.Writes, other.Writes},
		{"edits", base.Edits, other.Edits},
	} {
		for _, c := range p.other {
			if !slices.Contains(p.base, c) {
				list = append(list, extra{p.what, c.Name, with})
			}
		}
	}
	for _, r := range other.Reasons {
		if !slices.Contains(base.Reasons, r) {
			list = append(list, extra{"reason", string(r), with})
		}
	}
	return list
}
