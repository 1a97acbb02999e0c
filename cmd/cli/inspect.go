package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"dataprep/stages"

	"github.com/spf13/cobra"
)

// inspection is what inspect was asked, and of what.
type inspection struct {
	path string
	size int64
	rows int
	at   int64
	text int
	all  bool
}

func (q *inspection) file() stages.File {
	return stages.File{URI: q.path, Path: filepath.Base(q.path), Size: q.size}
}

func (a *app) inspectCommand() *cobra.Command {
	var q inspection
	c := &cobra.Command{
		Use:   "inspect FILE|FOLDER",
		Short: "Look into a data file, a work file, an output folder or a run folder",
		Long: "Inspect prints what a file holds: WARC, WET, JSONL, Parquet, frames (.arrow), exchanged\n" +
			"rows (.rows) and our JSON; of an output folder what is published and which runs made it,\n" +
			"of a run folder its plan. Everything that comes from data is escaped.",
		Example: "  dataprep inspect pages.warc.gz\n" +
			"  dataprep inspect pages.warc.gz --at 81423      the one document a decision names\n" +
			"  dataprep inspect out/quickstart/data/*.parquet -n 1 --text 0\n" +
			"  dataprep inspect out/quickstart --json",
		Args: oneFile("file or folder"),
		RunE: func(c *cobra.Command, args []string) error {
			if q.rows < 0 || q.text < 0 || q.at < 0 && c.Flags().Changed("at") {
				return usage("inspect: --rows, --at and --text cannot be negative")
			}
			if q.at >= 0 && !c.Flags().Changed("text") {
				q.text = 0
			}
			q.path = args[0]
			return a.inspect(q)
		},
	}
	c.Flags().IntVarP(&q.rows, "rows", "n", 5, "documents or rows to print")
	c.Flags().Int64Var(&q.at, "at", -1, "print the document, or the documents of the member, at this `offset`, whole")
	c.Flags().IntVar(&q.text, "text", 200, "`characters` of long values to print, 0 for all")
	c.Flags().BoolVar(&q.all, "all", false,
		"read a large archive or JSONL file to its end, to count what it holds")
	return c
}

func (a *app) inspect(q inspection) error {
	st, err := os.Stat(q.path)
	if errors.Is(err, os.ErrNotExist) {
		return &exitError{exitNotFound, fmt.Errorf("inspect: no file or folder %s", shown(q.path))}
	}
	if err != nil {
		return &exitError{exitEnvironment, fmt.Errorf("inspect: %w", err)}
	}
	if st.IsDir() {
		return a.inspectFolder(q.path)
	}
	if !st.Mode().IsRegular() {
		return usage("inspect: %s is no regular file", shown(q.path))
	}
	q.size = st.Size()
	kind, err := formatOf(q.path)
	if err != nil {
		return &exitError{exitEnvironment, fmt.Errorf("inspect: %w", err)}
	}
	look := &view{a: a, q: &q, format: kind}
	switch kind {
	case "json":
		return a.inspectJSON(q)
	case "frames":
		err = look.frames()
	case "rows":
		err = look.exchanged()
	case "parquet":
		err = look.parquet()
	case "jsonl":
		err = look.jsonl()
	case "warc", "wet":
		err = look.archive()
	default:
		return usage("inspect: %s is no WARC, WET, JSONL, Parquet, frames, rows or JSON file",
			shown(q.path))
	}
	if err != nil {
		return asked(err)
	}
	return look.end()
}

// asked gives an error of reading a file that somebody pointed at its exit code: the file is not
// what it should be, which is no fault of the program.
func asked(err error) error {
	var e *exitError
	if errors.As(err, &e) {
		return err
	}
	return usage("inspect: %w", err)
}

// formatOf tells a file's format by its name, else by its first bytes.
func formatOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, 4096)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	if kind := namedFormat(path); kind != "" {
		return kind, nil
	}
	return sniffed(head[:n]), nil
}

func namedFormat(path string) string {
	name := strings.ToLower(filepath.Base(path))
	bare := strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".zst")
	switch filepath.Ext(bare) {
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
	case ".rows":
		return "rows"
	case ".json", ".lock":
		if bare != name {
			return "jsonl"
		}
		return "json"
	}
	return ""
}

func sniffed(head []byte) string {
	for _, m := range [...]struct{ magic, format string }{
		{"WARC/", "warc"}, {"PAR1", "parquet"}, {"ARROW1", "frames"}, {"DPROWS", "rows"},
		{"{", "json"}, {"[", "json"}, {"\x1f\x8b", "warc"},
	} {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return m.format
		}
	}
	return ""
}

// maxJSON is above every JSON object of ours; larger files of that name are lines of data.
const maxJSON = 32 << 20

// inspectJSON prints one JSON value, and shows a file of many as JSON lines.
func (a *app) inspectJSON(q inspection) error {
	if q.size <= maxJSON {
		raw, err := os.ReadFile(q.path)
		if err != nil {
			return &exitError{exitEnvironment, fmt.Errorf("inspect: %w", err)}
		}
		if json.Valid(raw) {
			var b bytes.Buffer
			if err := json.Indent(&b, bytes.ToValidUTF8(bytes.TrimSpace(raw), []byte("\uFFFD")),
				"", "  "); err != nil {
				return usage("inspect %s: %w", shown(q.path), err)
			}
			return a.print("%s\n", plainJSON(b.Bytes()))
		}
	}
	look := &view{a: a, q: &q, format: "jsonl"}
	if err := look.jsonl(); err != nil {
		return asked(err)
	}
	return look.end()
}
