package main

import (
	"fmt"
	"strconv"
	"strings"

	"dataprep/stages"
)

// exampleOf writes a piece of a pipeline file that uses an entry with all its options spelled out.
func exampleOf(e entry) (string, error) {
	lines, err := exampleLines(e)
	if err != nil {
		return "", fmt.Errorf("make an example of %s: %w", e.Name, err)
	}
	switch e.Kind {
	case stages.KindSource:
		return "input:\n  " + e.Name + ":\n" + indent(lines, 4), nil
	case stages.KindSink:
		return "output:\n  " + e.Name + ": out/my-dataset\n" + indent(lines, 2), nil
	}
	if len(lines) == 0 {
		return "stages:\n  - " + e.Name + "\n", nil
	}
	flow := "stages:\n  - " + e.Name + ": {" + strings.Join(lines, ", ") + "}\n"
	if len(flow) < 100 {
		return flow, nil
	}
	return "stages:\n  - " + e.Name + ":\n" + indent(lines, 6), nil
}

func indent(lines []string, n int) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.Repeat(" ", n) + l + "\n")
	}
	return b.String()
}

// exampleLines writes each option that has a value as name: value.
func exampleLines(e entry) ([]string, error) {
	var lines []string
	for _, o := range e.options {
		if e.Kind == stages.KindSink && o.Name == "path" {
			continue // it stands behind the kind
		}
		value := o.Text
		if o.Required && value == "" {
			if value = required(e, o); value == "" {
				return nil, fmt.Errorf("required() has no value for %s", o.Name)
			}
		}
		if o.Type == "string" && value != "" {
			value = quoted(value)
		}
		if value != "" {
			lines = append(lines, o.Name+": "+value)
		}
	}
	return lines, nil
}

// required makes values up for options that have no default.
func required(e entry, o option) string {
	switch {
	case o.Name == "paths" && e.Name == "parquet":
		return "[data/*.parquet]"
	case o.Name == "paths":
		return "[data/*." + e.Name + ".gz]"
	}
	return ""
}

// quoted leaves plain words plain.
func quoted(s string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./"
	_, err := strconv.ParseFloat(s, 64)
	if s != "" && strings.Trim(s, plain) == "" && err != nil && s != "true" && s != "false" &&
		s != "null" && s != "-" {
		return s
	}
	return strconv.Quote(s)
}
