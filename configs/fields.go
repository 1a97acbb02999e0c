package configs

import (
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Field describes one parameter of a config struct, for the schema and the reference pages.
type Field struct {
	Name string
	// Go is the name of the struct field, by which its comment is found; In its struct's type.
	Go, In string
	// Type is string, bool, int, float, size, duration, ratio, range, artifact, secret, any,
	// struct, or a list `[]T` or map `map[string]T` of one.
	Type     string
	Min, Max string
	Enum     []string
	Required bool
	// Single tells that one value may stand for a list of one; Short that the struct may be given
	// as this field's value alone.
	Single, Short bool
	// Default is the field's Go value, Text the same as YAML would write it, empty for structs,
	// nil pointers, empty lists and secrets.
	Default any
	Text    string
	// Fields are those of a nested struct, or of the structs in a list or map.
	Fields []Field
}

// Fields lists the parameters of a config struct, which holds the defaults, in their order.
func Fields(cfg any) []Field {
	v := reflect.ValueOf(cfg)
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	var out []Field
	for _, f := range fieldsOf(v.Type()) {
		out = append(out, describeField(f, v.FieldByIndex(f.index), v.Type()))
	}
	return out
}

func describeField(f fieldInfo, v reflect.Value, in reflect.Type) Field {
	for i := range len(f.index) - 1 { // an embedded struct owns the comment
		in = in.Field(f.index[i]).Type
	}
	x := Field{Name: f.name, Go: f.goName, In: in.Name(), Type: typeName(f.typ, f), Min: f.min,
		Max: f.max, Enum: f.enum, Required: f.required, Single: f.single, Short: f.short}
	node := f.typ == reflect.TypeFor[*Node]()
	if l := leaf(f.typ); l.Kind() == reflect.Struct && !isValue(l) && !node {
		inner := reflect.New(l).Elem()
		if w := reflect.Indirect(v); w.IsValid() && w.Type() == l {
			inner = w
		}
		x.Fields = Fields(inner.Interface())
		return x
	}
	if !isSecret(leaf(f.typ)) {
		x.Default = v.Interface()
		x.Text = yamlText(v, f)
	}
	return x
}

func typeName(t reflect.Type, f fieldInfo) string {
	switch {
	case t == reflect.TypeFor[*Node]():
		return "any"
	case t == reflect.TypeFor[Range]():
		return "range"
	case t == reflect.TypeFor[Artifact]():
		return "artifact"
	case isSecret(t):
		return "secret"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeName(t.Elem(), f)
	case reflect.Slice:
		return "[]" + typeName(t.Elem(), f)
	case reflect.Map:
		return "map[string]" + typeName(t.Elem(), f)
	case reflect.Struct:
		return "struct"
	}
	switch {
	case f.unit == "bytes":
		return "size"
	case f.unit != "":
		return f.unit
	case t.Kind() == reflect.String || t.Kind() == reflect.Bool:
		return t.Kind().String()
	case t.Kind() == reflect.Float64 || t.Kind() == reflect.Float32:
		return "float"
	}
	return "int"
}

// yamlText writes a default as a user would.
func yamlText(v reflect.Value, f fieldInfo) string {
	switch x := v.Interface().(type) {
	case Range:
		if x.Min == nil && x.Max == nil {
			return ""
		}
		return x.String()
	case Artifact:
		return x.URI
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || v.Type() == reflect.TypeFor[*Node]() {
			return ""
		}
		return yamlText(v.Elem(), f)
	case reflect.Slice:
		var items []string
		for i := range v.Len() {
			items = append(items, yamlText(v.Index(i), f))
		}
		if items == nil {
			return ""
		}
		return "[" + strings.Join(items, ", ") + "]"
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'f', -1, v.Type().Bits())
	}
	switch {
	case f.unit == "bytes" && v.CanInt():
		return sizeText(v.Int())
	case f.unit == "duration" && v.CanInt():
		return durationText(time.Duration(v.Int()))
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	}
	return ""
}

// sizeText uses the largest binary unit that divides n.
func sizeText(n int64) string {
	for _, u := range [...]struct {
		shift uint
		name  string
	}{{50, "PiB"}, {40, "TiB"}, {30, "GiB"}, {20, "MiB"}, {10, "KiB"}} {
		if n != 0 && n%(1<<u.shift) == 0 {
			return strconv.FormatInt(n>>u.shift, 10) + u.name
		}
	}
	return strconv.FormatInt(n, 10)
}

// durationText drops the zeros of Go's own form: 5m0s is 5m.
func durationText(t time.Duration) string {
	s := t.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
