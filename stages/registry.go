package stages

import (
	"fmt"
	"slices"

	"dataprep/configs"
)

// Registry is the set of everything a pipeline file may name. It is a value: a company's own binary
// builds a larger one.
type Registry struct{ entries []Entry }

// NewRegistry joins lists of entries. Two entries of one kind and name are a programming error.
func NewRegistry(lists ...[]Entry) (*Registry, error) {
	r := &Registry{}
	for _, list := range lists {
		for _, e := range list {
			f := e.Facts()
			if _, taken := r.find(f.Name, f.Kind); taken {
				return nil, fmt.Errorf("the %s %q is registered twice", f.Kind, f.Name)
			}
			r.entries = append(r.entries, e)
		}
	}
	return r, nil
}

// Entries returns all entries in the order of registration.
func (r *Registry) Entries() []Entry { return slices.Clone(r.entries) }

// Names lists what a pipeline file may name as one of the kinds, sorted.
func (r *Registry) Names(kinds ...Kind) []string {
	var names []string
	for _, e := range r.entries {
		if slices.Contains(kinds, e.Facts().Kind) {
			names = append(names, e.Facts().Name)
		}
	}
	slices.Sort(names)
	return names
}

func (r *Registry) find(name string, kinds ...Kind) (Entry, bool) {
	for _, e := range r.entries {
		if f := e.Facts(); f.Name == name && slices.Contains(kinds, f.Kind) {
			return e, true
		}
	}
	return nil, false
}

// Bind decodes a config node for the entry of that name. ok is false when the name is unknown or
// the config has errors, which are in ds then.
func (r *Registry) Bind(name string, config *configs.Node, ds *configs.Diagnostics,
	kinds ...Kind) (Bound, bool) {
	e, found := r.find(name, kinds...)
	if !found {
		return Bound{}, false
	}
	c := e.Config()
	if !configs.Decode(config, c, ds) {
		return Bound{}, false
	}
	return e.bind(c), true
}

// Default binds an entry with its default config: for looking at files outside any pipeline.
func (r *Registry) Default(name string, kind Kind) (Bound, bool) {
	e, found := r.find(name, kind)
	if !found {
		return Bound{}, false
	}
	return e.bind(e.Config()), true
}
