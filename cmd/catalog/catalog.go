// Package catalog is the list of everything a pipeline file can name.
//
// It is the only package that imports every stage; a company that adds its own builds a binary of
// its own with cli.Main(append(catalog.All(), mine.Stages()), …). It holds no logic.
package catalog

import (
	"dataprep/dedup"
	"dataprep/pii"
	"dataprep/quality"
	"dataprep/stages"
	"dataprep/stages/extract"
	"dataprep/stages/filter"
	"dataprep/stages/language"
	"dataprep/stages/sink"
	"dataprep/stages/source"
	"dataprep/tokenize"
)

// All returns the entries of every package, sources first, in the order of a usual pipeline.
func All() [][]stages.Entry {
	return [][]stages.Entry{
		source.Sources(),
		extract.Stages(),
		language.Stages(),
		filter.Stages(),
		dedup.Stages(),
		pii.Stages(),
		quality.Stages(),
		tokenize.Stages(),
		sink.Sinks(),
	}
}
