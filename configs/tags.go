package configs

import (
	"reflect"
	"strings"
	"time"
)

// A fieldInfo is what a struct field says about itself by its tags.
type fieldInfo struct {
	name     string
	index    []int
	typ      reflect.Type
	goName   string
	unit     string // bytes, duration, ratio
	min, max string
	enum     []string
	required bool
	single   bool // one value stands for a list of one
	short    bool // a value that is no map stands for the struct with this field
	place    bool // says where, not what: left out of the canonical form
}

// fieldsOf lists the settable fields of a struct in their order, embedded structs in place.
func fieldsOf(t reflect.Type) []fieldInfo {
	var out []fieldInfo
	for i := range t.NumField() {
		f := t.Field(i)
		tag, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if tag == "-" {
			continue
		}
		if f.Anonymous && tag == "" && f.Type.Kind() == reflect.Struct && !isValue(f.Type) {
			for _, in := range fieldsOf(f.Type) {
				in.index = append([]int{i}, in.index...)
				out = append(out, in)
			}
			continue
		}
		if !f.IsExported() {
			continue
		}
		if tag == "" {
			tag = snake(f.Name)
		}
		info := fieldInfo{name: tag, index: []int{i}, typ: f.Type, goName: f.Name,
			unit: f.Tag.Get("unit"), min: f.Tag.Get("min"), max: f.Tag.Get("max"),
			required: f.Tag.Get("required") == "true", single: f.Tag.Get("single") == "true",
			short: f.Tag.Get("short") == "true", place: f.Tag.Get("key") == "-"}
		if enum := f.Tag.Get("enum"); enum != "" {
			info.enum = strings.Split(enum, ",")
		}
		if info.unit == "" && leaf(f.Type) == reflect.TypeFor[time.Duration]() {
			info.unit = "duration"
		}
		out = append(out, info)
	}
	return out
}

// leaf strips pointers, lists and maps.
func leaf(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	return t
}

// isValue tells the struct types that are single values, not maps.
func isValue(t reflect.Type) bool {
	return t == reflect.TypeFor[Range]() || t == reflect.TypeFor[Artifact]() || isSecret(t)
}

func isSecret(t reflect.Type) bool { return t == reflect.TypeFor[Secret]() }

// snake turns MinWords into min_words, for fields without a tag.
func snake(s string) string {
	var b strings.Builder
	for i, r := range s {
		if r >= 'A' && r <= 'Z' {
			if i > 0 && !(s[i-1] >= 'A' && s[i-1] <= 'Z') {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

func names(fields []fieldInfo) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.name
	}
	return out
}
