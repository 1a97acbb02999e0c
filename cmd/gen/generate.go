package main

import (
	"fmt"
	"slices"
	"strings"

	"dataprep/cmd/catalog"
	"dataprep/stages"
)

// generate makes all files from the source tree at root.
func generate(root string) ([]file, error) {
	r, err := stages.NewRegistry(catalog.All()...)
	if err != nil {
		return nil, err
	}
	c := newComments(root)
	entries, err := collect(r, c)
	if err != nil {
		return nil, err
	}
	s, err := collectSettings(c)
	if err != nil {
		return nil, err
	}
	schema, err := indented(pipelineSchema(entries, s))
	if err != nil {
		return nil, err
	}
	files := []file{{schemaName, schema}, {pageFolder + "/README.md", []byte(index(entries))}}
	for _, e := range entries {
		text, err := page(e)
		if err != nil {
			return nil, err
		}
		files = append(files, file{pageFolder + "/" + pageName(e), []byte(text)})
	}
	return files, nil
}

// index lists all entries by kind, in the order of a usual pipeline.
func index(entries []entry) string {
	var b strings.Builder
	b.WriteString(pageMark + " from the catalog. -->\n\n# Sources, stages and sinks\n")
	for _, part := range []struct {
		title string
		kinds []stages.Kind
	}{
		{"Sources", []stages.Kind{stages.KindSource}},
		{"Stages", []stages.Kind{stages.KindStage, stages.KindExchange}},
		{"Sinks", []stages.Kind{stages.KindSink}},
	} {
		fmt.Fprintf(&b, "\n## %s\n\n| name | |\n|---|---|\n", part.title)
		for _, e := range entries {
			if slices.Contains(part.kinds, e.Kind) {
				fmt.Fprintf(&b, "| [%s](%s) | %s |\n", e.Name, pageName(e), cellText(summary(e)))
			}
		}
	}
	return b.String()
}

// summary is the first sentence of an entry's description without its name.
func summary(e entry) string {
	first, _, _ := strings.Cut(e.doc, "\n\n")
	first = strings.TrimPrefix(first, e.Name+" ")
	if end := strings.Index(first, ". "); end >= 0 {
		first = first[:end+1]
	}
	return first
}
