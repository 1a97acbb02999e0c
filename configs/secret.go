package configs

import (
	"fmt"
	"reflect"

	"dataprep/configs/tree"
)

// Secret is a value that is never shown: every way of printing or encoding it gives "***", and
// Canonical leaves it out. Only fields of this type take ${secret:…}.
type Secret struct{ value *string } // behind a pointer, so that no printer of structs shows it

// NewSecret hides a value.
func NewSecret(value string) Secret { return Secret{&value} }

// Reveal returns the value, empty if none is set.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsSet reports whether there is a value.
func (s Secret) IsSet() bool { return s.value != nil }

// String returns "***".
func (s Secret) String() string { return tree.HiddenText }

// Format writes "***" for every verb.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, tree.HiddenText) }

// MarshalText returns "***".
func (s Secret) MarshalText() ([]byte, error) { return []byte(tree.HiddenText), nil }

// secret decodes a reference, or with a warning a value in clear.
func (d *decoder) secret(n *Node, v reflect.Value, f fieldInfo) {
	switch {
	case n.Secret() != nil:
		v.Set(reflect.ValueOf(Secret{n.Secret()}))
		return
	case n.Kind != Scalar:
		d.fail(n, f.name, &fault{code: "DP106", text: "takes a secret, not " + n.Describe(),
			hint: "write ${secret:env:NAME} or ${secret:file:PATH}"})
		return
	}
	where := "the file"
	if n.Pos.File == tree.SetFile {
		where = "the shell's history"
	}
	d.ds.AddAt(n.Pos, Diagnostic{Code: "DP127", Severity: Warning, Hidden: true,
		Message: f.name + " stands in clear in " + where,
		Hint:    "write ${secret:env:NAME} or ${secret:file:PATH}"})
	v.Set(reflect.ValueOf(NewSecret(n.Raw)))
}
