package configs

import (
	"fmt"
	"reflect"

	"dataprep/configs/tree"
)

// Decode fills the struct that cfg points to from n; what n does not mention keeps the value it
// has, which is how defaults are given. A nil n changes nothing but still meets required fields
// and Validate. All problems go to ds at the place of the value; the result is false if there was
// an error. Lists and maps given replace the default, nested structs are merged into it, and
// nothing that the default shares is written.
//
// Tags: yaml:"name" unit:"bytes|duration|ratio" min max enum:"a,b" required:"true"
// single:"true" (one value for a list of one) short:"true" (a value for the struct itself).
// A type with Validate() error or Validate(*Problems) on its pointer is asked after its fields
// are decoded without error. A cfg that is no pointer to a struct is a bug and panics.
func Decode(n *Node, cfg any, ds *Diagnostics) bool {
	v := reflect.ValueOf(cfg)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("configs.Decode: %T is not a pointer to a struct", cfg))
	}
	if n == nil {
		n = &Node{Kind: Null}
	}
	d := decoder{ds: ds}
	if n.Kind == Null && !n.Bad() {
		m := *n
		m.Kind = Map
		n = &m
	}
	d.structure(n, v.Elem(), n.Owner())
	return !d.failed
}

type decoder struct {
	ds     *Diagnostics
	failed bool
}

// A fault is a problem of one value; the decoder adds the field's name and the place.
type fault struct {
	code, text, hint string
	allowed          []string
}

func (d *decoder) fail(n *Node, name string, f *fault) {
	d.failed = true
	text := f.text
	if name != "" {
		text = name + " " + text
	}
	d.ds.AddAt(n.Pos, Diagnostic{Code: f.code, Message: text, Hint: f.hint, Allowed: f.allowed})
}

// structure decodes a map, or the short form of one, into a struct.
func (d *decoder) structure(n *Node, v reflect.Value, owner string) {
	if n.Bad() {
		d.failed = true
		return
	}
	fields := fieldsOf(v.Type())
	outer := d.failed
	d.failed = false
	if n.Kind == Map {
		d.keys(n, v, fields, owner)
	} else if f := shortField(fields); f != nil {
		d.value(n, v.FieldByIndex(f.index), *f, owner)
	} else {
		d.fail(n, owner, &fault{code: "DP106", text: "takes a map of parameters, not " + n.Describe(),
			hint: "write {name: value}", allowed: names(fields)})
	}
	if !d.failed {
		d.validate(n, v)
	}
	d.failed = d.failed || outer
}

func shortField(fields []fieldInfo) *fieldInfo {
	for i := range fields {
		if fields[i].short {
			return &fields[i]
		}
	}
	return nil
}

func (d *decoder) keys(n *Node, v reflect.Value, fields []fieldInfo, owner string) {
	given := make([]bool, len(fields))
next:
	for _, k := range n.Keys {
		for i, f := range fields {
			if f.name != k.Name {
				continue
			}
			given[i] = true
			d.value(k.Value, v.FieldByIndex(f.index), f, owner)
			continue next
		}
		d.unknown(k, fields, owner)
	}
	for i, f := range fields {
		if f.required && !given[i] && v.FieldByIndex(f.index).IsZero() {
			text := "needs " + tree.Quote(f.name)
			if owner == "" {
				text = tree.Quote(f.name) + " is missing"
			}
			d.fail(n, owner, &fault{code: "DP109", text: text, hint: "add " + f.name + ": …"})
		}
	}
}

func (d *decoder) unknown(k Key, fields []fieldInfo, owner string) {
	d.failed = true
	list := names(fields)
	of := ""
	if owner != "" {
		of = " of " + owner
	}
	x := Diagnostic{Code: "DP104", Message: "unknown parameter " + tree.Quote(k.Name) + of,
		Hint: tree.DidYouMean(k.Name, list), Allowed: list}
	if isDigits(k.Name) {
		x.Hint = "a comma ends a value: write numbers without separators, decimals with a point"
	}
	if len(list) == 0 {
		x.Hint = "it takes no parameters"
	}
	d.ds.AddAt(k.Pos, x)
}

// value decodes one field or element.
func (d *decoder) value(n *Node, v reflect.Value, f fieldInfo, owner string) {
	if n.Bad() {
		d.failed = true
		return
	}
	t := v.Type()
	switch {
	case t == reflect.TypeFor[*Node]():
		v.Set(reflect.ValueOf(n))
		return
	case isSecret(t):
		d.secret(n, v, f)
		return
	case n.Secret() != nil:
		d.fail(n, f.name, &fault{code: "DP117", text: "does not take a secret",
			hint: "values that decide bytes are recorded, so they cannot be secret"})
		return
	case n.Kind == Null:
		d.fail(n, f.name, &fault{code: "DP109", text: "has no value",
			hint: "give one, or delete the key to keep the default"})
		return
	}
	switch {
	case t.Kind() == reflect.Pointer:
		p := reflect.New(t.Elem())
		if !v.IsNil() {
			p.Elem().Set(v.Elem())
		}
		d.value(n, p.Elem(), f, owner)
		v.Set(p)
	case isValue(t):
		d.special(n, v, f)
	case t.Kind() == reflect.Struct:
		name := f.name
		if owner != "" {
			name = owner + "." + f.name
		}
		d.structure(n, v, name)
	case t.Kind() == reflect.Slice:
		d.list(n, v, f, owner)
	case t.Kind() == reflect.Map:
		d.dict(n, v, f, owner)
	default:
		d.scalar(n, v, f)
	}
}

func (d *decoder) list(n *Node, v reflect.Value, f fieldInfo, owner string) {
	items := n.Items
	if n.Kind != List {
		short := n.Kind == Map && leaf(v.Type()).Kind() == reflect.Struct
		if !f.single || n.Kind == Map && !short {
			hint := "write it as a list"
			if n.Kind == Scalar {
				hint = "write [" + n.Raw + "]"
			}
			d.fail(n, f.name, &fault{code: "DP106", text: "takes a list, not " + n.Describe(),
				hint: hint})
			return
		}
		items = []*Node{n}
	}
	if f.required && len(items) == 0 {
		d.fail(n, f.name, &fault{code: "DP109", text: "needs at least one item"})
		return
	}
	out := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, it := range items {
		d.value(it, out.Index(i), f, owner)
	}
	v.Set(out)
}

func (d *decoder) dict(n *Node, v reflect.Value, f fieldInfo, owner string) {
	if n.Kind != Map {
		d.fail(n, f.name, &fault{code: "DP106", text: "takes a map, not " + n.Describe(),
			hint: "write {name: value}"})
		return
	}
	out := reflect.MakeMapWithSize(v.Type(), len(n.Keys))
	for _, k := range n.Keys {
		e := reflect.New(v.Type().Elem()).Elem()
		g := f
		g.name = f.name + "." + tree.Short(k.Name)
		d.value(k.Value, e, g, owner)
		out.SetMapIndex(reflect.ValueOf(k.Name).Convert(v.Type().Key()), e)
	}
	v.Set(out)
}
