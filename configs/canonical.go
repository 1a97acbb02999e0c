package configs

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Canonical returns the form of a config struct that enters content keys: JSON with every field in
// the struct's order, defaults included, floats in their shortest form, lists empty rather than
// null, map keys sorted. A field tagged key:"-" says where bytes lie and not what they are, and
// is left out. An Artifact is its digest alone; one that is not resolved yet is written
// with its URI and a marker, so that two different ones are never taken for equal. Secrets are
// left out. A type that configs cannot hold is a bug and panics.
func Canonical(cfg any) []byte {
	return canonical(nil, reflect.ValueOf(cfg))
}

func canonical(b []byte, v reflect.Value) []byte {
	if !v.IsValid() {
		return append(b, "null"...)
	}
	switch x := v.Interface().(type) {
	case Artifact:
		return canonicalArtifact(b, x)
	case *Node:
		return canonicalNode(b, x)
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return append(b, "null"...)
		}
		return canonical(b, v.Elem())
	case reflect.Struct:
		return canonicalStruct(b, v)
	case reflect.Slice, reflect.Array:
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			b = canonical(b, v.Index(i))
		}
		return append(b, ']')
	case reflect.Map:
		return canonicalMap(b, v)
	case reflect.String:
		return appendString(b, v.String())
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.Float32, reflect.Float64:
		return appendFloat(b, v.Float(), v.Type().Bits())
	}
	switch {
	case v.CanInt():
		return strconv.AppendInt(b, v.Int(), 10)
	case v.CanUint():
		return strconv.AppendUint(b, v.Uint(), 10)
	}
	panic(fmt.Sprintf("configs.Canonical: a config cannot hold %s", v.Type()))
}

func canonicalStruct(b []byte, v reflect.Value) []byte {
	if r, ok := v.Interface().(Range); ok {
		b = canonical(append(b, `{"min":`...), reflect.ValueOf(r.Min))
		b = canonical(append(b, `,"max":`...), reflect.ValueOf(r.Max))
		return append(b, '}')
	}
	b = append(b, '{')
	n := 0
	for _, f := range fieldsOf(v.Type()) {
		if f.place || isSecret(leaf(f.typ)) {
			continue
		}
		if n++; n > 1 {
			b = append(b, ',')
		}
		b = append(appendString(b, f.name), ':')
		b = canonical(b, v.FieldByIndex(f.index))
	}
	return append(b, '}')
}

func canonicalMap(b []byte, v reflect.Value) []byte {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(x, y reflect.Value) int {
		if x.String() < y.String() {
			return -1
		}
		return 1
	})
	b = append(b, '{')
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = canonical(append(appendString(b, k.String()), ':'), v.MapIndex(k))
	}
	return append(b, '}')
}

func canonicalArtifact(b []byte, a Artifact) []byte {
	switch {
	case a.SHA256 != "":
		return appendString(b, "sha256:"+a.SHA256)
	case a.URI == "":
		return append(b, "null"...)
	}
	return append(appendString(append(b, `{"unresolved":`...), a.URI), '}')
}

// canonicalNode keeps a quoted scalar apart from a plain one: "1" is not 1.
func canonicalNode(b []byte, n *Node) []byte {
	switch {
	case n == nil || n.Kind == Null:
		return append(b, "null"...)
	case n.Kind == List:
		b = append(b, '[')
		for i, it := range n.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = canonicalNode(b, it)
		}
		return append(b, ']')
	case n.Kind == Map:
		b = append(b, '{')
		for i, k := range n.Keys {
			if i > 0 {
				b = append(b, ',')
			}
			b = canonicalNode(append(appendString(b, k.Name), ':'), k.Value)
		}
		return append(b, '}')
	case n.Quoted:
		return appendString(b, n.Raw)
	}
	return append(appendString(append(b, `{"plain":`...), n.Raw), '}')
}

// appendFloat writes what JSON has no number for as a text.
func appendFloat(b []byte, x float64, bits int) []byte {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return appendString(b, strconv.FormatFloat(x, 'g', -1, bits))
	}
	return strconv.AppendFloat(b, x, 'g', -1, bits)
}

// appendString escapes quotes, backslashes, control characters and bytes that are not UTF-8; the
// last as \udcXX, so that different texts stay different.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ' || c == 0x7f:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case c < utf8.RuneSelf:
			b = append(b, c)
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				b = append(b, '\\', 'u', 'd', 'c', hex[c>>4], hex[c&15])
				break
			}
			b = append(b, s[i:i+n]...)
			i += n
			continue
		}
		i++
	}
	return append(b, '"')
}
