package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"dataprep/stages"
	"dataprep/stages/doc"
	"dataprep/stages/frames"
	"dataprep/workers"

	"github.com/spf13/cobra"
)

// inspection is what inspect was asked.
type inspection struct {
	rows int
	at   int64
	text int
}

func (a *app) inspectCommand() *cobra.Command {
	var q inspection
	c := &cobra.Command{
		Use:   "inspect FILE|FOLDER",
		Short: "Look into a WARC, JSONL, Parquet or frames file, or an output folder",
		Long: "Inspect prints what a file holds: columns and first rows, or for an output folder what\n" +
			"is published and what each run decided. Control characters are escaped.",
		Args: oneFile("file or folder"),
		RunE: func(c *cobra.Command, args []string) error { return a.inspect(args[0], q) },
	}
	c.Flags().IntVarP(&q.rows, "rows", "n", 5, "rows to print")
	c.Flags().Int64Var(&q.at, "at", -1, "print the one document at this offset")
	c.Flags().IntVar(&q.text, "text", 200, "characters of long values to print")
	return c
}

func (a *app) inspect(path string, q inspection) error {
	st, err := os.Stat(path)
	if err != nil {
		return &exitError{exitNotFound, fmt.Errorf("inspect: %w", err)}
	}
	if st.IsDir() {
		return a.inspectFolder(path)
	}
	kind := kindOf(path)
	switch kind {
	case "":
		return usage("inspect %s: not a WARC, JSONL, Parquet, frames or JSON file", quoted(path))
	case "json":
		raw, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("inspect: %w", err)
		}
		return a.print("%s\n", printable(string(raw)))
	case "frames":
		return a.inspectFrames(path, st.Size(), q)
	}
	return a.inspectSource(kind, path, st.Size(), q)
}

// kindOf tells a file's format by its name.
func kindOf(path string) string {
	name := strings.ToLower(filepath.Base(path))
	for _, zip := range []string{".gz", ".zst"} {
		name = strings.TrimSuffix(name, zip)
	}
	switch filepath.Ext(name) {
	case ".wet":
		return "wet"
	case ".warc", ".wat":
		return "warc"
	case ".jsonl", ".ndjson":
		return "jsonl"
	case ".parquet":
		return "parquet"
	case ".arrow":
		return "frames"
	case ".json", ".lock":
		return "json"
	}
	return ""
}

// inspectSource reads a file with the source of its format, as a run would.
func (a *app) inspectSource(kind, path string, size int64, q inspection) error {
	columns, r, err := a.openAny(kind, stages.File{URI: path, Path: filepath.Base(path), Size: size})
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	b := doc.New(columns, doc.DefaultLimits())
	shown, found := 0, false
	for done := false; !done; {
		b.Reset(0)
		err := r.Next(b)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("inspect %s: %w", path, err)
		}
		done = err != nil
		b.Close()
		for i := range b.Len() {
			here := q.at >= 0 && doc.Offset.In(b) && doc.Offset.Of(b).At(i) == q.at
			if here || q.at < 0 && shown < q.rows {
				shown++
				found = true
				if err := a.showRow(b, i, q); err != nil {
					return err
				}
			}
		}
	}
	if q.at >= 0 && !found {
		return &exitError{exitNotFound, fmt.Errorf("no document at offset %d of %s", q.at, path)}
	}
	return a.showTally(path, r.Tally())
}

// openAny opens a whole file through the catalog's source of that name.
func (a *app) openAny(kind string, f stages.File) ([]doc.Column, stages.Reader, error) {
	bound, ok := a.registry.Default(kind, stages.KindSource)
	if !ok {
		return nil, nil, usage("this program has no %s source", kind)
	}
	source, err := bound.Source(workers.Artifacts{})
	if err != nil {
		return nil, nil, err
	}
	r, err := source.Open(stages.Split{File: f, End: f.Size}, stages.Origin{}, workers.OpenLocal)
	if err != nil {
		return nil, nil, fmt.Errorf("inspect %s: %w", f.URI, err)
	}
	return doc.Union(doc.Identity(), bound.Shape.Writes...), r, nil
}

func (a *app) showTally(path string, t stages.Tally) error {
	if err := a.print("%s: %d records, %d documents\n", quoted(path), t.Records, t.Documents); err != nil {
		return err
	}
	for _, s := range t.Skipped {
		if err := a.print("  skipped %-28s %d\n", s.Name, s.N); err != nil {
			return err
		}
	}
	for _, l := range t.Lost {
		if err := a.print("  unreadable bytes %d to %d (%s)\n", l.From, l.To, l.Cause); err != nil {
			return err
		}
	}
	return nil
}

// showRow prints the columns of a row that have a value.
func (a *app) showRow(b *doc.Batch, i int, q inspection) error {
	if err := a.print("--- document %d\n", b.Ordinal(i)); err != nil {
		return err
	}
	for _, c := range b.Schema() {
		v, ok := valueOf(b, c, i)
		if !ok {
			continue
		}
		if r := []rune(v); q.text > 0 && len(r) > q.text {
			v = string(r[:q.text]) + "…"
		}
		if err := a.print("%-18s %s\n", c.Name, quoted(v)); err != nil {
			return err
		}
	}
	return nil
}

func valueOf(b *doc.Batch, c doc.Column, i int) (string, bool) {
	switch c.Kind {
	case doc.KindString:
		f := doc.Field[doc.Strings]{Name: c.Name}.Of(b)
		return string(f.At(i)), f.Has(i)
	case doc.KindInt64:
		f := doc.Field[doc.Num[int64]]{Name: c.Name}.Of(b)
		return fmt.Sprint(f.At(i)), f.Has(i)
	case doc.KindFloat64:
		f := doc.Field[doc.Num[float64]]{Name: c.Name}.Of(b)
		return fmt.Sprint(f.At(i)), f.Has(i)
	case doc.KindInt32List:
		f := doc.Field[doc.List[int32]]{Name: c.Name}.Of(b)
		return fmt.Sprint(f.At(i)), f.Has(i)
	}
	return string(doc.Field[doc.Spans]{Name: c.Name}.Of(b).At(i)), true
}

func (a *app) inspectFrames(path string, size int64, q inspection) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("inspect: %w", err)
	}
	defer func() { _ = f.Close() }()
	r, err := frames.Open(f, size)
	if err != nil {
		return fmt.Errorf("inspect %s: %w", path, err)
	}
	if err := a.print("%s: frames, %d blocks\n", quoted(path), r.Blocks()); err != nil {
		return err
	}
	b := doc.New(r.Schema(), doc.DefaultLimits())
	states := [...]string{"live", "ghost", "gone"}
	var counts [3]int
	shown := 0
	for done := false; !done; {
		b.Reset(0)
		err := r.Next(b)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("inspect %s: %w", path, err)
		}
		done = err != nil
		b.Close()
		for i := range b.Len() {
			counts[b.State(i)]++
			if shown++; shown > q.rows {
				continue
			}
			if err := a.showRow(b, i, q); err != nil {
				return err
			}
			v := b.Verdict(i)
			if err := a.print("%-18s %s %s\n", "state", states[b.State(i)], quoted(string(v.Reason))); err != nil {
				return err
			}
		}
	}
	return a.print("%d live, %d ghosts, %d gone\n", counts[0], counts[1], counts[2])
}

// inspectFolder prints what an output folder publishes and which runs it holds.
func (a *app) inspectFolder(path string) error {
	shown := false
	for _, name := range []string{"manifest.json", "stats.json", "plan.json"} {
		raw, err := os.ReadFile(filepath.Join(path, name))
		if err != nil {
			continue
		}
		shown = true
		if err := a.print("== %s\n%s\n", name, printable(string(raw))); err != nil {
			return err
		}
	}
	runs, err := filepath.Glob(filepath.Join(path, ".dataprep", "runs", "*"))
	if err != nil {
		return fmt.Errorf("inspect: %w", err)
	}
	decisions, err := filepath.Glob(filepath.Join(path, "decisions", "*"))
	if err != nil {
		return fmt.Errorf("inspect: %w", err)
	}
	for _, r := range append(runs, decisions...) {
		shown = true
		if err := a.print("%s\n", quoted(r)); err != nil {
			return err
		}
	}
	if !shown {
		return &exitError{exitNotFound, fmt.Errorf("%s holds no dataset and no run of dataprep", path)}
	}
	return nil
}
