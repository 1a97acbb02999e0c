// Package sink writes published shards: Parquet and JSON Lines.
//
// In: the live rows of batches, in document order. Out: the bytes of one shard on a writer. The
// bytes depend on the rows and the columns alone: pages, row groups and compressor input are cut at
// counts that we make from the rows, never where a batch ends, and nothing of the machine, the
// clock or the build enters a file. Text is published as valid UTF-8: each byte that is part of no
// character becomes U+FFFD. Columns with a dot in their name become members of a nested struct,
// which is null when all its members are.
//
// The package knows no path and no shard number: the engine opens the file, cuts between rows and
// names the result. It refuses columns that cannot be published (the raw input) and rows without
// what every document must have (id, text).
package sink

import (
	"dataprep/stages"
	"dataprep/stages/doc"
)

// DefaultShardSize is what a shard holds unless the pipeline says otherwise: about 100 MB as
// Parquet, which loaders stream well and a row group or three fill.
const DefaultShardSize = 256 << 20

// Sinks lists the sinks of this package.
func Sinks() []stages.Entry {
	return []stages.Entry{
		stages.SinkSpec[ParquetConfig]{
			Name:    "parquet",
			Rev:     1,
			Default: ParquetConfig{ShardSize: DefaultShardSize, Schema: SchemaFull},
			Open: func(c ParquetConfig, _ stages.Env) (stages.Sink, error) {
				return NewParquet(c), nil
			},
		},
		stages.SinkSpec[JSONLConfig]{
			Name:    "jsonl",
			Rev:     1,
			Default: JSONLConfig{ShardSize: DefaultShardSize, Schema: SchemaFull},
			Open: func(c JSONLConfig, _ stages.Env) (stages.Sink, error) {
				return NewJSONL(c), nil
			},
		},
	}
}

// The values of a sink's schema option.
const (
	SchemaFull    = "full"
	SchemaFineWeb = "fineweb"
)

// fineweb is the schema of the FineWeb dataset on the Hugging Face Hub, in its order.
var fineweb = [...]doc.Column{
	{Name: "text", Kind: doc.KindString},
	{Name: "id", Kind: doc.KindString},
	{Name: "dump", Kind: doc.KindString},
	{Name: "url", Kind: doc.KindString},
	{Name: "date", Kind: doc.KindString},
	{Name: "file_path", Kind: doc.KindString},
	{Name: "language", Kind: doc.KindString},
	{Name: "language_score", Kind: doc.KindFloat64},
	{Name: "token_count", Kind: doc.KindInt64},
}
