package main

import (
	"fmt"
	"strings"

	"dataprep/stages"
	"dataprep/stages/doc"
)

const (
	pageFolder = "docs/stages"
	pageMark   = "<!-- Made by `go run ./cmd/gen`"
)

// pageName keeps sources and sinks apart from stages: one format may be both.
func pageName(e entry) string {
	switch e.Kind {
	case stages.KindSource, stages.KindSink:
		return e.Name + "-" + string(e.Kind) + ".md"
	}
	return e.Name + ".md"
}

// page writes the reference page of one entry.
func page(e entry) (string, error) {
	example, err := exampleOf(e)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s from %s: edit the comments there. -->\n\n", pageMark, e.file)
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", e.Name, prose(e.doc))
	fmt.Fprintf(&b, "```yaml\n%s```\n\n", example)
	writeFacts(&b, e)
	writeOptions(&b, e)
	writeReasons(&b, e)
	return b.String(), nil
}

func writeFacts(b *strings.Builder, e entry) {
	fmt.Fprintf(b, "| | |\n|---|---|\n| kind | %s |\n| revision | %d |\n", kindWords(e.Kind), e.Rev)
	for _, row := range []struct {
		what    string
		columns []doc.Column
	}{
		{"reads", e.shape.Reads}, {"writes", e.shape.Writes}, {"edits", e.shape.Edits},
	} {
		var cells []string
		for _, c := range row.columns {
			cells = append(cells, fmt.Sprintf("`%s` (%s)", c.Name, c.Kind))
		}
		cells = append(cells, conditional(e.extra, row.what)...)
		if len(cells) > 0 {
			fmt.Fprintf(b, "| %s | %s |\n", row.what, strings.Join(cells, ", "))
		}
	}
	if e.Foreign != "" {
		fmt.Fprintf(b, "| stands on | %s |\n", cellText(e.Foreign))
	}
	b.WriteString("\n")
}

func kindWords(k stages.Kind) string {
	if k == stages.KindExchange {
		return "exchange: a stage that must see all documents"
	}
	return string(k)
}

// conditional lists what only some configs touch.
func conditional(list []extra, what string) []string {
	var cells []string
	for _, x := range list {
		if x.what == what {
			cells = append(cells, fmt.Sprintf("`%s` (with `%s`)", x.name, x.with))
		}
	}
	return cells
}

func writeOptions(b *strings.Builder, e entry) {
	b.WriteString("## Options\n\n")
	if len(e.options) == 0 {
		b.WriteString("None.\n\n")
		return
	}
	b.WriteString("| option | type | default | allowed | |\n|---|---|---|---|---|\n")
	writeRows(b, "", e.options)
	b.WriteString("\n")
}

func writeRows(b *strings.Builder, prefix string, options []option) {
	for _, o := range options {
		fmt.Fprintf(b, "| `%s%s` | %s | %s | %s | %s |\n", prefix, o.Name, typeWords(o),
			defaultWords(o), allowedWords(o), cellText(o.doc))
		writeRows(b, prefix+o.Name+".", o.options)
	}
}

// typeWords names a type with its unit.
func typeWords(o option) string {
	t := o.Type
	many := ""
	if elem, ok := strings.CutPrefix(t, "[]"); ok {
		t, many = elem, "list of "
		if o.Single {
			many = "one or a list of "
		}
	} else if elem, ok := strings.CutPrefix(t, "map[string]"); ok {
		t, many = elem, "map to "
	}
	switch t {
	case "string":
		t = "text"
		if len(o.Enum) > 0 {
			t = "word"
		}
	case "bool":
		t = "true or false"
	case "int":
		t = "whole number"
	case "float":
		t = "number"
	case "ratio":
		t = "ratio (0.12 or 12%)"
	case "size":
		t = "size (256MiB)"
	case "duration":
		t = "duration (30s)"
	case "range":
		t = "range (5%..60%)"
	case "artifact":
		t = "file (path or address)"
	case "struct":
		t = "map"
	case "any":
		t = "anything"
	}
	return many + t
}

func defaultWords(o option) string {
	switch {
	case o.Required:
		return "required"
	case o.Text == "":
		return "none"
	}
	return "`" + o.Text + "`"
}

func allowedWords(o option) string {
	switch {
	case len(o.Enum) > 0:
		return "`" + strings.Join(o.Enum, "` `") + "`"
	case o.Min != "" && o.Max != "":
		return o.Min + " to " + o.Max
	case o.Min != "":
		return o.Min + " or more"
	case o.Max != "":
		return "up to " + o.Max
	}
	return ""
}

// writeReasons lists why documents are dropped; a reason named after an option is that option's.
func writeReasons(b *strings.Builder, e entry) {
	if e.Kind != stages.KindStage && e.Kind != stages.KindExchange {
		return
	}
	b.WriteString("## Reasons\n\n")
	cells := conditional(e.extra, "reason")
	if len(e.shape.Reasons)+len(cells) == 0 {
		b.WriteString("It drops no document.\n")
		return
	}
	var names []string
	for _, r := range e.shape.Reasons {
		names = append(names, "`"+string(r)+"`")
	}
	fmt.Fprintf(b, "Documents are dropped for %s. A reason with the name of an option is that "+
		"option's rule.\n", strings.Join(append(names, cells...), ", "))
}

// markup makes plain text safe for Markdown without touching what stands in backquotes.
func markup(s string) string {
	parts := strings.Split(s, "`")
	for i := range parts {
		if i%2 == 0 || i == len(parts)-1 {
			parts[i] = strings.NewReplacer("<", `\<`, ">", `\>`, "*", `\*`, "[", `\[`, "]", `\]`).
				Replace(parts[i])
		}
	}
	return strings.Join(parts, "`")
}

// prose writes paragraphs; the name at the very beginning is code.
func prose(text string) string {
	first, rest, _ := strings.Cut(text, " ")
	if strings.Contains(first, "_") || first == strings.ToLower(first) {
		return "`" + first + "` " + markup(rest)
	}
	return markup(text)
}

// cellText fits a text into one cell of a table.
func cellText(text string) string {
	s := strings.ReplaceAll(markup(text), "|", `\|`)
	return strings.ReplaceAll(s, "\n\n", "<br>")
}
