package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"dataprep/stages"
	"dataprep/stages/doc"
	"dataprep/workers"

	"golang.org/x/crypto/blake2b"
)

// texts is the peers' digest of a set of documents: the sum, modulo 2^64, of their BLAKE2b hashes
// of eight bytes, read as little endian. Order does not count, so that runs on different numbers of
// cores can be compared.
type texts struct {
	sum   uint64
	rows  int64
	bytes int64
}

func (t *texts) add(text []byte) error {
	h, err := blake2b.New(8, nil)
	if err != nil {
		return fmt.Errorf("hash the texts: %w", err)
	}
	_, _ = h.Write(text) // a hash takes everything
	t.sum += binary.LittleEndian.Uint64(h.Sum(nil))
	t.rows++
	t.bytes += int64(len(text))
	return nil
}

func (t *texts) digest() string { return fmt.Sprintf("%016x", t.sum) }

// readBack reads the texts of the published Parquet files in a folder, after the clock stopped.
func readBack(r *stages.Registry, folder string) (*texts, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.parquet"))
	if err != nil {
		return nil, fmt.Errorf("look for shards: %w", err)
	}
	bound, ok := r.Default("parquet", stages.KindSource)
	if !ok {
		return nil, errors.New("there is no Parquet source to read the shards with")
	}
	source, err := bound.Source(nil)
	if err != nil {
		return nil, err
	}
	t := &texts{}
	batch := doc.New(doc.Union(doc.Identity(), bound.Shape.Writes...), doc.DefaultLimits())
	for _, path := range files {
		st, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("look at a shard: %w", err)
		}
		f := stages.File{URI: path, Path: filepath.Base(path), Size: st.Size()}
		rd, err := source.Open(stages.Split{File: f, End: f.Size}, stages.Origin{}, workers.OpenLocal)
		if err != nil {
			return nil, err
		}
		err = t.read(rd, batch)
		if cerr := rd.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *texts) read(r stages.Reader, b *doc.Batch) error {
	for {
		b.Reset(0)
		end := r.Next(b)
		if end != nil && end != io.EOF {
			return fmt.Errorf("read a shard: %w", end)
		}
		column := doc.Text.Of(b)
		for i := range b.Len() {
			if err := t.add(column.At(i)); err != nil {
				return err
			}
		}
		if end == io.EOF {
			return nil
		}
	}
}
