package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"dataprep/stages"
)

// Lock pins everything that decides published bytes. It is published as pipeline.lock: no store
// path, no time, no machine.
type Lock struct {
	Version   int              `json:"version"`
	Name      string           `json:"name"`
	Formats   Formats          `json:"formats"`
	Inputs    []LockedInput    `json:"inputs"`
	Stages    []LockedStage    `json:"stages"`
	Output    LockedStage      `json:"output"`
	Shadow    float64          `json:"shadow"`
	Columns   []string         `json:"columns"`
	Artifacts []LockedArtifact `json:"artifacts"`
	Modules   []Module         `json:"modules"`
}

// Formats are the revisions of our own files.
type Formats struct {
	Frames int `json:"frames"`
	Rows   int `json:"rows"`
}

// LockedInput is one input with its files by content.
type LockedInput struct {
	ID     string          `json:"id"`
	Kind   string          `json:"kind"`
	Rev    int             `json:"rev"`
	Source string          `json:"source"`
	Dump   string          `json:"dump"`
	Config json.RawMessage `json:"config"`
	Files  []LockedFile    `json:"files"`
}

// LockedFile is one input file.
type LockedFile struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	Splits int    `json:"splits"`
}

// LockedStage is one configured stage.
type LockedStage struct {
	ID     string          `json:"id,omitempty"`
	Stage  string          `json:"stage"`
	Rev    int             `json:"rev"`
	Config json.RawMessage `json:"config"`
}

// LockedArtifact is one model or list: the URI as written, the digest as found.
type LockedArtifact struct {
	URI    string `json:"uri"`
	SHA256 string `json:"sha256"`
}

// Module is a library whose version decides bytes.
type Module struct {
	Path    string `json:"path"`
	Version string `json:"version"`
}

// Modules lists the libraries that decide bytes; a test holds it against go.mod.
func Modules() []Module {
	return []Module{
		{"github.com/abadojack/whatlanggo", "v1.0.1"},
		{"github.com/andybalholm/brotli", "v1.1.1"},
		{"github.com/andybalholm/cascadia", "v1.3.2"},
		{"github.com/apache/arrow/go/v17", "v17.0.0"},
		{"github.com/clipperhouse/uax29/v2", "v2.7.0"},
		{"github.com/go-shiori/dom", "v0.0.0-20230515143342-73569d674e1c"},
		{"github.com/go-shiori/go-readability", "v0.0.0-20241012063810-92284fa8a71f"},
		{"github.com/gogs/chardet", "v0.0.0-20211120154057-b7413eaefb8f"},
		{"github.com/klauspost/compress", "v1.20.3"},
		{"github.com/markusmobius/go-domdistiller", "v0.0.0-20240926050704-25b8d046ffb4"},
		{"github.com/markusmobius/go-trafilatura", "v1.12.2"},
		{"github.com/parquet-go/parquet-go", "v0.32.0"},
		{"github.com/pkoukk/tiktoken-go-loader", "v0.0.2"},
		{"golang.org/x/net", "v0.62.0"},
		{"golang.org/x/text", "v0.44.0"},
	}
}

// NewLock writes down a bound pipeline over its splits.
func NewLock(b *Bound, splits []Split) Lock {
	l := Lock{
		Version: Version, Name: b.Name, Formats: Formats{FramesRev, RowsRev},
		Shadow: b.Record.Shadow, Modules: Modules(), Output: locked("", b.Sink),
	}
	for i := range b.Inputs {
		in := &b.Inputs[i]
		l.Inputs = append(l.Inputs, LockedInput{
			ID: in.Origin.ID, Kind: in.Source.Name, Rev: in.Source.Rev, Source: in.Origin.Source,
			Dump: in.Origin.Dump, Config: in.Source.Canonical(), Files: lockedFiles(i, splits),
		})
	}
	for i := range b.Ops {
		l.Stages = append(l.Stages, locked(b.Ops[i].ID, b.Ops[i].Bound))
	}
	for _, c := range b.Published() {
		l.Columns = append(l.Columns, c.Name)
	}
	b.Artifacts(func(a *stages.Artifact) {
		if a.URI != "" {
			l.Artifacts = append(l.Artifacts, LockedArtifact{a.URI, a.SHA256})
		}
	})
	return l
}

func locked(id string, b stages.Bound) LockedStage {
	return LockedStage{ID: id, Stage: b.Name, Rev: b.Rev, Config: b.Canonical()}
}

func lockedFiles(input int, splits []Split) (files []LockedFile) {
	for _, s := range splits {
		if s.Input != input {
			continue
		}
		if n := len(files); n > 0 && files[n-1].Path == s.File.Path {
			files[n-1].Splits++
			continue
		}
		files = append(files, LockedFile{s.File.Path, s.File.Size, s.File.SHA256, 1})
	}
	return files
}

// Bytes returns the lock as it is published.
func (l Lock) Bytes() []byte {
	b, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		panic(fmt.Sprintf("plan: a lock always encodes: %v", err)) // only strings and numbers in it
	}
	return append(b, '\n')
}

// RunID names the run: 16 hex digits of the lock's digest. The same work has the same id.
func (l Lock) RunID() string {
	sum := sha256.Sum256(l.Bytes())
	return hex.EncodeToString(sum[:8])
}
