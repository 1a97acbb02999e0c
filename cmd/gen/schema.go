package main

import (
	"dataprep/configs"
	"dataprep/stages"
)

// schemaName is where editors find the schema.
const schemaName = "configs/pipeline.schema.json"

// inputKeys are the keys that stand beside a source's kind. The parser owns them; a test holds the
// two against each other.
type inputKeys struct {
	// Name of the input, unique in the pipeline. The kind of the source when not given.
	ID string `yaml:"id"`
	// Text of the column dump of all its documents, such as CC-MAIN-2024-10.
	Dump string `yaml:"dump"`
	// Text of the column source of all its documents.
	Source string `yaml:"source"`
}

// gate is a check on the run's statistics before anything is published.
type gate struct {
	// Share of the documents that the run must keep, else nothing is published: 5%..60%.
	Kept configs.Range `yaml:"kept"`
}

// settings are the parts of a pipeline file that are no stages.
type settings struct {
	input, gate, record, errors, resources []option
	about                                  map[string]string
}

// collectSettings describes the structs of the frame.
func collectSettings(c *comments) (*settings, error) {
	record, errs, resources := configs.DefaultSettings()
	s := &settings{about: map[string]string{}}
	for _, x := range []struct {
		name, dir, of string
		cfg           any
		to            *[]option
	}{
		{"input", "cmd/gen", "inputKeys", inputKeys{}, &s.input},
		{"expect", "cmd/gen", "gate", gate{}, &s.gate},
		{"record", "configs", "Record", record, &s.record},
		{"errors", "configs", "Errors", errs, &s.errors},
		{"resources", "configs", "Resources", resources, &s.resources},
	} {
		var err error
		if *x.to, err = c.options(x.dir, configs.Fields(x.cfg)); err != nil {
			return nil, err
		}
		s.about[x.name] = paragraphs(c.structure(x.dir, x.of).text)
	}
	return s, c.err()
}

// pipelineSchema is the schema of a whole pipeline file.
func pipelineSchema(entries []entry, s *settings) object {
	return object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"title", "dataprep pipeline"},
		{"description", "What to read, which stages to send it through, and where to publish."},
		{"type", "object"},
		{"properties", object{
			{"version", about("version", "Version of the file format.").
				with("enum", []int{1})},
			{"name", about("name", "Name of the dataset: lower-case letters, digits and . _ -").
				with("type", []string{"string", "number"}).
				with("pattern", `^[a-z0-9][a-z0-9._-]{0,63}$|`+reference)},
			{"vars", about("vars", "Values to use elsewhere as ${name}.").with("type", "object")},
			{"input", inputSchema()},
			{"stages", stagesSchema(entries)},
			{"output", outputSchema(entries)},
			{"expect", about("expect", "Gates that a run must pass before it publishes.").
				with("type", "array").with("items", mapSchema(s.gate, "expect"))},
			{"record", frame("record", s.about["record"], s.record)},
			{"errors", frame("errors", s.about["errors"], s.errors)},
			{"resources", frame("resources", s.about["resources"], s.resources)},
		}},
		{"required", []string{"version", "name", "input", "stages", "output"}},
		{"additionalProperties", false},
		{"$defs", object{{"source", sourceSchema(entries, s.input)}}},
	}
}

func about(title, description string) object {
	return object{{"title", title}, {"description", description}}
}

func frame(name, description string, options []option) object {
	return about(name, description).join(mapSchema(options, name))
}

// inputSchema is one source or a list of them.
func inputSchema() object {
	source := object{{"$ref", "#/$defs/source"}}
	return about("input", "What to read: one source, or a list of sources.").
		with("if", object{{"type", "array"}}).
		with("then", object{{"minItems", 1}, {"items", source}}).
		with("else", source)
}

// sourceSchema is a map with the kind of a source and the keys beside it.
func sourceSchema(entries []entry, beside []option) object {
	var properties object
	for _, e := range entries {
		if e.Kind != stages.KindSource {
			continue
		}
		long := mapSchema(e.options, e.Name)
		properties = append(properties, member{e.Name, about(e.Name, e.doc).join(long).
			with("type", []string{"string", "array", "object"}).
			with("items", object{{"type", "string"}}).with("minItems", 1)})
	}
	for _, o := range beside {
		properties = append(properties, member{o.Name, optionSchema(o, "input")})
	}
	return object{{"type", "object"}, {"properties", properties}, {"minProperties", 1},
		{"additionalProperties", false}}
}

// outputSchema is a map with the kind of a sink and its options beside it.
func outputSchema(entries []entry) object {
	var kinds, beside object
	for _, e := range entries {
		if e.Kind != stages.KindSink {
			continue
		}
		long := mapSchema(e.options, e.Name)
		kinds = append(kinds, member{e.Name, about(e.Name, e.doc).join(long).
			with("type", []string{"string", "object"})})
		for _, o := range e.options {
			if o.Name != "path" && beside.get(o.Name) == nil {
				beside = beside.with(o.Name, optionSchema(o, "output"))
			}
		}
	}
	return about("output", "Where and how to publish.").with("type", "object").
		with("properties", kinds.join(beside)).with("minProperties", 1).
		with("additionalProperties", false)
}

// stagesSchema is a list of names and one-key maps.
func stagesSchema(entries []entry) object {
	var names []string
	var properties object
	for _, e := range entries {
		if e.Kind != stages.KindStage && e.Kind != stages.KindExchange {
			continue
		}
		names = append(names, e.Name)
		properties = append(properties, member{e.Name, about(e.Name, e.doc).
			join(mapSchema(e.options, e.Name)).with("type", []string{"object", "null", "string"}).
			with("pattern", "^off$")})
	}
	properties = append(properties, member{"id", about("id", "Name of the stage in reports, for "+
		"pipelines that use it twice.").with("type", []string{"string", "number"})})
	item := object{
		{"if", object{{"type", "string"}}},
		{"then", object{{"enum", names}}},
		{"else", object{{"type", "object"}, {"properties", properties}, {"minProperties", 1},
			{"additionalProperties", false}}},
	}
	return about("stages", "What happens to the documents, in this order. An item is a stage's "+
		"name, or the name with its parameters.").with("type", "array").with("items", item)
}
