package sink

import (
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"dataprep/stages"
	"dataprep/stages/doc"
)

// ParquetConfig says how Parquet shards are written.
type ParquetConfig struct {
	// Path is the folder that the dataset is published in. It belongs to the pipeline's name.
	Path string `yaml:"path" key:"-"`
	// ShardSize is the uncompressed size at which a new shard is started. Numbers count 8 bytes,
	// text its length and list elements 4; files are smaller by what compression saves. 256 MiB
	// gives files of about 100 MB, which the Hub and loaders like.
	ShardSize int64 `yaml:"shard_size" unit:"bytes" min:"1"`
	// Schema says which columns are published. full is all that the pipeline knows of a document;
	// fineweb is exactly the columns of the FineWeb dataset, null where nothing writes them.
	Schema string `yaml:"schema" enum:"full,fineweb"`
}

// Parquet is the sink of Parquet files.
//
// Physical form: format version 2, data pages V2 under zstd level 3, no dictionary (parquet-go
// writes its indices differently with and without AVX2), strings as lengths and bytes, page index,
// split-block Bloom filters on id and url, no statistics or bounds on text (they would be whole
// documents). All columns but id and text are optional. Lists have three levels.
type Parquet struct{ config ParquetConfig }

// NewParquet returns the sink of a checked config.
func NewParquet(c ParquetConfig) stages.Sink { return &Parquet{c} }

// Extension implements stages.Sink.
func (p *Parquet) Extension() string { return ".parquet" }

// ShardBytes implements stages.Sink.
func (p *Parquet) ShardBytes() int64 { return p.config.ShardSize }

// Open implements stages.Sink.
func (p *Parquet) Open(w io.Writer, columns []doc.Column) (stages.Writer, error) {
	l, err := newLayout(columns, p.config.Schema)
	if err != nil {
		return nil, fmt.Errorf("open parquet: %w", err)
	}
	return newParquetWriter(w, l, defaultCuts()), nil
}

// pageBuffer is the library's own limit on a page, which must never fire: it looks only where a
// Write ends. Ours lie below. Required columns allocate theirs at once, so it is not set sky-high.
const pageBuffer = 8 << 20

// bloomBits is the bits a value takes in a Bloom filter: about 1 % false positives.
const bloomBits = 10

// options are the writer's settings for a schema, each of them measured to give equal bytes on
// every machine.
func options(l *layout) []parquet.WriterOption {
	o := []parquet.WriterOption{
		newSchema(l),
		parquet.CreatedBy("dataprep", "1", "0"),
		parquet.KeyValueMetadata("dataprep.parquet", "1"),
		parquet.PageBufferSize(pageBuffer),
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedDefault}),
		parquet.SkipPageBounds(doc.Text.Name),
		parquet.SkipPageStatistics(doc.Text.Name),
	}
	var filters []parquet.BloomFilterColumn
	for _, f := range l.fields {
		if f.Name == doc.ID.Name || f.Name == doc.URL.Name {
			filters = append(filters, parquet.SplitBlockFilter(bloomBits, f.Name))
		}
	}
	return append(o, parquet.BloomFilters(filters...))
}

// newSchema builds the Parquet schema.
func newSchema(l *layout) *parquet.Schema {
	var root tree
	groups := make([]*tree, len(l.groups))
	for _, f := range l.fields {
		node := nodeOf(f.Column)
		if f.group < 0 {
			root.add(f.leaf, node)
			continue
		}
		if groups[f.group] == nil {
			groups[f.group] = &tree{}
			root.add(l.groups[f.group], nil)
		}
		groups[f.group].add(f.leaf, node)
	}
	for i, g := range groups {
		root.put(l.groups[i], parquet.Optional(g.node()))
	}
	return parquet.NewSchema("schema", root.node())
}

func nodeOf(c doc.Column) parquet.Node {
	var n parquet.Node
	switch c.Kind {
	case doc.KindString:
		n = parquet.String()
	case doc.KindInt64:
		n = parquet.Leaf(parquet.Int64Type)
	case doc.KindFloat64:
		n = parquet.Leaf(parquet.DoubleType)
	case doc.KindFloat32:
		n = parquet.Leaf(parquet.FloatType)
	case doc.KindInt32List:
		n = parquet.List(parquet.Optional(parquet.Leaf(parquet.Int32Type)))
	}
	if required(c.Name) {
		return parquet.Required(n)
	}
	return parquet.Optional(n)
}

// tree collects the members of a struct in order.
type tree struct {
	names []string
	nodes parquet.Group
}

func (t *tree) add(name string, n parquet.Node) {
	t.names = append(t.names, name)
	t.put(name, n)
}

func (t *tree) put(name string, n parquet.Node) {
	if t.nodes == nil {
		t.nodes = parquet.Group{}
	}
	t.nodes[name] = n
}

// node returns the struct as a schema node.
func (t *tree) node() parquet.Node {
	g := &ordered{Group: t.nodes}
	for _, name := range t.names {
		for _, f := range t.nodes.Fields() {
			if f.Name() == name {
				g.fields = append(g.fields, f)
			}
		}
	}
	return g
}

// ordered is a group that keeps the order of its fields; the library's own sorts them by name.
type ordered struct {
	parquet.Group
	fields []parquet.Field
}

// Fields returns the members in our order.
func (o *ordered) Fields() []parquet.Field { return o.fields }
