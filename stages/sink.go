package stages

import (
	"io"

	"dataprep/stages/doc"
)

// Sink writes published shards.
type Sink interface {
	// Extension is the file name's ending with its dot, ".parquet".
	Extension() string
	// Open starts a shard of the given columns on w. The bytes written depend on the rows alone,
	// never on how they are cut into batches.
	Open(w io.Writer, columns []doc.Column) (Writer, error)
	// ShardBytes is the size a shard is cut at, in uncompressed published bytes.
	ShardBytes() int64
}

// Writer takes the live rows of batches; Close completes the file and leaves w open.
type Writer interface {
	Write(b *doc.Batch) error
	Close() error
}
