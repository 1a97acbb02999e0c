package main

import (
	"encoding/json"
	"strings"

	"dataprep/configs"
)

// reference lets a value that is no text be written as ${name}.
const reference = `\$\{`

// The forms of values that YAML itself has no type for.
const (
	percentForm  = `^-?[0-9]+(\.[0-9]+)?%$`
	sizeForm     = `^[0-9]+(\.[0-9]+)?([kKMGTP]B|[KMGTP]iB|B)$`
	durationForm = `^([0-9]+d)?([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))*$`
	rangeForm    = `^(-?[0-9.]+[%kKMBGT]?)?\.\.(-?[0-9.]+[%kKMBGT]?)?$`
	digestForm   = `^[0-9a-f]{64}$`
)

// optionSchema describes one option: what it is, what it holds by itself, what it takes.
func optionSchema(o option, owner string) object {
	head := object{{"title", owner + "." + o.Name}, {"description", o.doc}}
	return head.with("default", defaultOf(o)).join(typeSchema(o, o.Type))
}

// typeSchema describes the values of a type; list elements and map values come without the prefix.
func typeSchema(o option, t string) object {
	if elem, ok := strings.CutPrefix(t, "[]"); ok {
		return listSchema(o, typeSchema(o, elem))
	}
	if elem, ok := strings.CutPrefix(t, "map[string]"); ok {
		return object{{"type", "object"}, {"additionalProperties", typeSchema(o, elem)}}
	}
	switch t {
	case "string":
		return textSchema(o)
	case "bool":
		return scalar(reference, "boolean", "string")
	case "int":
		return limits(scalar(reference, "integer", "string"), o)
	case "float":
		return limits(scalar(reference, "number", "string"), o)
	case "ratio":
		return limits(scalar(percentForm+"|"+reference, "number", "string"), o)
	case "size":
		return limits(scalar(sizeForm+"|"+reference, "integer", "string"), o)
	case "duration":
		return scalar(durationForm+"|"+reference, "string")
	case "range":
		return scalar(rangeForm+"|"+reference, "string")
	case "artifact":
		return artifactSchema()
	case "secret":
		return object{{"type", "string"}}
	case "struct":
		return structSchema(o)
	}
	return object{}
}

func scalar(pattern string, types ...string) object {
	if len(types) == 1 {
		return object{{"type", types[0]}, {"pattern", pattern}}
	}
	return object{{"type", types}, {"pattern", pattern}}
}

// textSchema takes numbers too: the decoder reads what stands there, and 2024 is a fine name.
func textSchema(o option) object {
	if len(o.Enum) == 0 {
		return object{{"type", []string{"string", "number"}}}
	}
	return object{{"anyOf", []object{
		{{"enum", o.Enum}}, {{"type", "string"}, {"pattern", reference}},
	}}}
}

func artifactSchema() object {
	return object{
		{"type", []string{"string", "object"}},
		{"properties", object{
			{"uri", object{{"description", "Path or address of the file."}, {"type", "string"}}},
			{"sha256", object{{"description", "The file's SHA-256, which a run then insists on."},
				{"type", "string"}, {"pattern", digestForm}}},
		}},
		{"required", []string{"uri"}},
		{"additionalProperties", false},
	}
}

// listSchema adds, where one value may stand for a list of one, the value's own schema.
func listSchema(o option, items object) object {
	list := object{{"type", "array"}, {"items", items}}
	if o.Required {
		list = list.with("minItems", 1)
	}
	switch {
	case !o.Single:
		return list
	case items.get("anyOf") != nil:
		return object{{"anyOf", []object{list, items}}}
	}
	return list.join(items).with("type", append([]string{"array"}, typesOf(items)...))
}

// structSchema takes a map and, for a struct with a short form, that one option's value.
func structSchema(o option) object {
	s := mapSchema(o.options, o.Name)
	for _, in := range o.options {
		if in.Short {
			short := typeSchema(in, in.Type)
			s = s.join(short).with("type", append([]string{"object"}, typesOf(short)...))
		}
	}
	return s
}

// mapSchema describes a map with just these options.
func mapSchema(options []option, owner string) object {
	var properties object
	var required []string
	for _, o := range options {
		properties = append(properties, member{o.Name, optionSchema(o, owner)})
		if o.Required {
			required = append(required, o.Name)
		}
	}
	s := object{{"type", "object"}}
	if properties != nil {
		s = s.with("properties", properties)
	}
	if required != nil {
		s = s.with("required", required)
	}
	return s.with("additionalProperties", false)
}

func typesOf(s object) []string {
	switch t := s.get("type").(type) {
	case string:
		return []string{t}
	case []string:
		return t
	}
	return nil
}

func limits(s object, o option) object {
	return s.with("minimum", number(o.Min, o.Type)).with("maximum", number(o.Max, o.Type))
}

// number reads a limit as the decoder does; what is no number has no limit in the schema.
func number(tag, t string) any {
	if tag == "" {
		return nil
	}
	if t != "size" {
		if !json.Valid([]byte(tag)) {
			return nil
		}
		return json.Number(tag)
	}
	var c struct {
		Bytes int64 `unit:"bytes"`
	}
	n := &configs.Node{Kind: configs.Map, Keys: []configs.Key{
		{Name: "bytes", Value: &configs.Node{Kind: configs.Scalar, Raw: tag}},
	}}
	if !configs.Decode(n, &c, &configs.Diagnostics{}) {
		return nil
	}
	return c.Bytes
}

// defaultOf is the default as the schema shows it, nil when there is none to show.
func defaultOf(o option) any {
	if o.Text == "" || o.Required {
		return nil
	}
	switch o.Type {
	case "bool":
		return o.Text == "true"
	case "int", "float", "ratio":
		return json.Number(o.Text)
	case "string", "size", "duration", "range", "artifact":
		return o.Text
	}
	return o.Default
}
