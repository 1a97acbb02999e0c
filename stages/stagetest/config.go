package stagetest

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"dataprep/configs"
	"dataprep/stages"
)

// checkConfig holds a bound config to the law of configs: binding it again gives the same canonical
// bytes, and so does writing its values out as YAML.
func checkConfig(r *stages.Registry, b stages.Bound, config string) error {
	again, err := bind(r, b.Facts, config)
	if err != nil {
		return err
	}
	if !bytes.Equal(b.Canonical(), again.Canonical()) || len(b.Canonical()) == 0 {
		return fmt.Errorf("bound twice: %s and %s", b.Canonical(), again.Canonical())
	}
	written := written(configs.Fields(b.Config))
	read, err := bind(r, b.Facts, written)
	if err != nil {
		return fmt.Errorf("written out as %s: %w", written, err)
	}
	if !bytes.Equal(b.Canonical(), read.Canonical()) {
		return fmt.Errorf("%s, but after it was written out as %s: %s", b.Canonical(), written,
			read.Canonical())
	}
	if again := b.Rebind(); !bytes.Equal(b.Canonical(), again.Canonical()) {
		return fmt.Errorf("bound again: %s and %s", b.Canonical(), again.Canonical())
	}
	return nil
}

// written spells every parameter out that has a text form.
func written(fields []configs.Field) string {
	var items []string
	for _, f := range fields {
		switch {
		case f.Type == "struct":
			items = append(items, f.Name+": "+written(f.Fields))
		case f.Text == "":
		case f.Type == "string":
			items = append(items, f.Name+": "+strconv.Quote(f.Text))
		case f.Type == "[]string" && len(f.Enum) == 0:
			items = append(items, f.Name+": "+quotedItems(f.Default))
		default:
			items = append(items, f.Name+": "+f.Text)
		}
	}
	return "{" + strings.Join(items, ", ") + "}"
}

func quotedItems(list any) string {
	var items []string
	texts, ok := list.([]string)
	if !ok {
		return "[]"
	}
	for _, s := range texts {
		items = append(items, strconv.Quote(s))
	}
	return "[" + strings.Join(items, ", ") + "]"
}
