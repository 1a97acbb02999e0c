package sink

import (
	"fmt"
	"strings"

	"dataprep/stages/doc"
)

// required says whether every published row has a value in the column.
func required(name string) bool { return name == doc.ID.Name || name == doc.Text.Name }

// field is one published column with its place in the tree.
type field struct {
	doc.Column
	leaf   string // name inside the group, or the whole name
	group  int    // index of the struct it is in, -1 for none
	source bool   // batches have the column; otherwise it is null throughout
	cells  doc.Cells
	dirty  bool // the batch in hand has text here that is not UTF-8
}

// layout is the published schema: fields in order, the members of a group side by side where its
// first member stood.
type layout struct {
	fields []field
	groups []string
}

// newLayout arranges columns for publishing.
func newLayout(columns []doc.Column, schema string) (*layout, error) {
	wanted := columns
	switch schema {
	case SchemaFull, "":
	case SchemaFineWeb:
		wanted = fineweb[:]
	default:
		return nil, fmt.Errorf("no output schema %q", schema)
	}
	l := &layout{}
	byGroup := [][]field{}
	top := []field{} // group leaders stand for their group
	for _, c := range wanted {
		f, err := newField(c, columns)
		if err != nil {
			return nil, err
		}
		name, leaf, nested := strings.Cut(c.Name, ".")
		if !nested {
			top = append(top, f)
			continue
		}
		f.leaf = leaf
		if f.group = l.find(name); f.group < 0 {
			f.group = len(l.groups)
			l.groups = append(l.groups, name)
			byGroup = append(byGroup, nil)
			top = append(top, f)
		}
		byGroup[f.group] = append(byGroup[f.group], f)
	}
	for _, f := range top {
		if f.group >= 0 {
			l.fields = append(l.fields, byGroup[f.group]...)
		} else {
			l.fields = append(l.fields, f)
		}
	}
	return l, l.check()
}

func newField(c doc.Column, columns []doc.Column) (field, error) {
	f := field{Column: c, leaf: c.Name, group: -1}
	for _, have := range columns {
		if have.Name == c.Name {
			f.source = true
			if have.Kind != c.Kind {
				return f, fmt.Errorf("column %q is a %s, published as a %s", c.Name, have.Kind,
					c.Kind)
			}
		}
	}
	switch {
	case c.Kind < doc.KindString || c.Kind >= doc.KindSpans:
		return f, fmt.Errorf("column %q is a %s and cannot be published", c.Name, c.Kind)
	case required(c.Name) && !f.source:
		return f, fmt.Errorf("nothing writes column %q", c.Name)
	}
	return f, nil
}

// find returns the index of a group, -1 when there is none.
func (l *layout) find(group string) int {
	for i, name := range l.groups {
		if name == group {
			return i
		}
	}
	return -1
}

// check refuses names that give no tree.
func (l *layout) check() error {
	for i, f := range l.fields {
		if f.leaf == "" || strings.ContainsAny(f.leaf, ".,") || f.Name[0] == '.' {
			return fmt.Errorf("column %q cannot be published under this name", f.Name)
		}
		if l.find(f.Name) >= 0 {
			return fmt.Errorf("column %q has the name of a struct", f.Name)
		}
		for _, other := range l.fields[:i] {
			if other.Name == f.Name {
				return fmt.Errorf("column %q is there twice", f.Name)
			}
		}
	}
	return nil
}

// bind finds the fields in a batch.
func (l *layout) bind(b *doc.Batch) error {
	for i := range l.fields {
		f := &l.fields[i]
		if f.source && !f.cells.Bind(b, f.Column) {
			return fmt.Errorf("the batch has no %s column %q", f.Kind, f.Name)
		}
	}
	return nil
}

// present says whether row i has any member of a group.
func (l *layout) present(group, i int) bool {
	for k := range l.fields {
		if f := &l.fields[k]; f.group == group && f.cells.Has(i) {
			return true
		}
	}
	return false
}
