package main

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"dataprep/configs"
)

// validator checks values against the subset of JSON Schema that the generator writes; a keyword
// it does not know is an error, so that none goes untested.
type validator struct{ defs map[string]any }

func (v *validator) check(schema, value any, at string) error {
	s := schema.(map[string]any)
	for _, k := range keywords(s) {
		if err := v.keyword(s, k, value, at); err != nil {
			return err
		}
	}
	return nil
}

func keywords(s map[string]any) []string {
	var all []string
	for k := range s {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

func (v *validator) keyword(s map[string]any, k string, value any, at string) error {
	fail := func(why string) error { return fmt.Errorf("%s: %s", at, why) }
	list, _ := value.([]any)
	text, isText := value.(string)
	num, isNum := value.(json.Number)
	fields, isMap := value.(map[string]any)
	switch k {
	case "title", "description", "default", "$schema", "$defs", "then", "else", "additionalProperties":
	case "type":
		if !hasType(s[k], value) {
			return fail(fmt.Sprintf("%v is no %v", value, s[k]))
		}
	case "enum":
		if !slices.ContainsFunc(s[k].([]any), func(x any) bool {
			return reflect.DeepEqual(x, value)
		}) {
			return fail(fmt.Sprintf("%v is not allowed", value))
		}
	case "pattern":
		if isText && !regexp.MustCompile(s[k].(string)).MatchString(text) {
			return fail(fmt.Sprintf("%q does not match %s", text, s[k]))
		}
	case "minimum", "maximum":
		if isNum && (compare(num, s[k].(json.Number)) < 0) == (k == "minimum") &&
			compare(num, s[k].(json.Number)) != 0 {
			return fail(fmt.Sprintf("%v is beyond the %s %v", num, k, s[k]))
		}
	case "minItems":
		if n, _ := s[k].(json.Number).Int64(); list != nil && int64(len(list)) < n {
			return fail("too few items")
		}
	case "minProperties":
		if n, _ := s[k].(json.Number).Int64(); isMap && int64(len(fields)) < n {
			return fail("too few keys")
		}
	case "items":
		for i, x := range list {
			if err := v.check(s[k], x, fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
	case "required":
		for _, r := range s[k].([]any) {
			if _, has := fields[r.(string)]; isMap && !has {
				return fail("lacks " + r.(string))
			}
		}
	case "properties":
		return v.properties(s, fields, at)
	case "anyOf":
		var err error
		for _, x := range s[k].([]any) {
			if err = v.check(x, value, at); err == nil {
				return nil
			}
		}
		return err
	case "if":
		branch := "then"
		if v.check(s["if"], value, at) != nil {
			branch = "else"
		}
		return v.check(s[branch], value, at)
	case "$ref":
		return v.check(v.defs[strings.TrimPrefix(s[k].(string), "#/$defs/")], value, at)
	default:
		return fail("the schema has the unknown keyword " + k)
	}
	return nil
}

func (v *validator) properties(s, fields map[string]any, at string) error {
	properties := s["properties"].(map[string]any)
	for _, name := range keywords(fields) {
		p, known := properties[name]
		if !known {
			if s["additionalProperties"] == false {
				return fmt.Errorf("%s: %s is not allowed", at, name)
			}
			continue
		}
		if err := v.check(p, fields[name], at+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func hasType(want, value any) bool {
	if list, ok := want.([]any); ok {
		return slices.ContainsFunc(list, func(t any) bool { return hasType(t, value) })
	}
	switch x := value.(type) {
	case nil:
		return want == "null"
	case bool:
		return want == "boolean"
	case string:
		return want == "string"
	case json.Number:
		return want == "number" || want == "integer" && !strings.ContainsAny(string(x), ".eE")
	case []any:
		return want == "array"
	}
	return want == "object"
}

func compare(a, b json.Number) int {
	x, _ := new(big.Rat).SetString(string(a))
	y, _ := new(big.Rat).SetString(string(b))
	return x.Cmp(y)
}

// plain turns a node into what an editor's YAML reader makes of it.
func plain(n *configs.Node) any {
	switch {
	case n.Kind == configs.List:
		list := []any{}
		for _, it := range n.Items {
			list = append(list, plain(it))
		}
		return list
	case n.Kind == configs.Map:
		m := map[string]any{}
		for _, k := range n.Keys {
			m[k.Name] = plain(k.Value)
		}
		return m
	case n.Kind == configs.Null:
		return nil
	case n.Quoted || !utf8.ValidString(n.Raw):
		return n.Raw
	case n.Raw == "true" || n.Raw == "false":
		return n.Raw == "true"
	case json.Valid([]byte(n.Raw)) && strings.Trim(n.Raw, "-.0123456789") == "":
		return json.Number(n.Raw)
	}
	return n.Raw
}
