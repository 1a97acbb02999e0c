package configs

import "reflect"

// Problems collects what a Validate(*Problems) method finds wrong with fields that depend on each
// other.
type Problems struct {
	node *Node
	d    *decoder
}

// Add reports a problem, at the place of the named field if the file sets it, else at the map. The
// message goes on after the field's name; field and hint may be empty.
func (p *Problems) Add(field, message, hint string) {
	n := p.node
	if v := n.Get(field); v != nil && v.Kind != Null {
		n = v
	}
	p.d.fail(n, field, &fault{code: "DP126", text: message, hint: hint})
}

// validate asks the struct itself.
func (d *decoder) validate(n *Node, v reflect.Value) {
	if !v.CanAddr() {
		return
	}
	switch x := v.Addr().Interface().(type) {
	case interface{ Validate(*Problems) }:
		x.Validate(&Problems{node: n, d: d})
	case interface{ Validate() error }:
		for _, err := range errorList(x.Validate()) {
			d.fail(n, "", &fault{code: "DP126", text: err.Error()})
		}
	}
}

// errorList takes apart what errors.Join made.
func errorList(err error) []error {
	if err == nil {
		return nil
	}
	if j, ok := err.(interface{ Unwrap() []error }); ok && len(j.Unwrap()) > 0 {
		return j.Unwrap()
	}
	return []error{err}
}
