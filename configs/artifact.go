package configs

import (
	"reflect"
	"strings"

	"dataprep/configs/tree"
)

// Artifact is a file whose content decides bytes: a model, a list, an index. In YAML it is a path
// or address, or {uri: …, sha256: …}. SHA256 is 64 lower-case hex digits, empty until the artifact
// is resolved; only the digest enters content keys, so a file may move.
type Artifact struct {
	URI    string
	SHA256 string
}

func (d *decoder) artifact(n *Node, a *Artifact, f fieldInfo) {
	switch n.Kind {
	case Scalar:
		if d.uri(n, f.name) {
			*a = Artifact{URI: n.Raw}
		}
		return
	case List:
		d.fail(n, f.name, &fault{code: "DP106", text: "takes one file, not a list",
			hint: "write a path or {uri: …, sha256: …}"})
		return
	}
	allowed := []string{"uri", "sha256"}
	var out Artifact
	for _, k := range n.Keys {
		name := f.name + "." + tree.Short(k.Name)
		switch {
		case k.Name != "uri" && k.Name != "sha256":
			d.failed = true
			d.ds.AddAt(k.Pos, Diagnostic{Code: "DP104", Message: "unknown parameter " +
				tree.Quote(k.Name) + " of " + f.name, Hint: tree.DidYouMean(k.Name, allowed), Allowed: allowed})
		case k.Value.Bad():
			d.failed = true
		case k.Value.Secret() != nil:
			d.fail(k.Value, name, &fault{code: "DP117", text: "does not take a secret"})
		case k.Value.Kind != Scalar:
			d.fail(k.Value, name, &fault{code: "DP106", text: "takes a text, not " +
				k.Value.Describe()})
		case k.Name == "uri":
			d.uri(k.Value, name)
			out.URI = k.Value.Raw
		default:
			if flt := digestFault(k.Value.Raw); flt != nil {
				d.fail(k.Value, name, flt)
			}
			out.SHA256 = k.Value.Raw
		}
	}
	if n.Key("uri") == nil {
		d.fail(n, f.name, &fault{code: "DP109", text: `needs "uri"`, hint: "add uri: file://…"})
	}
	*a = out
}

func (d *decoder) uri(n *Node, name string) bool {
	text := ""
	switch scheme, rest, ok := strings.Cut(n.Raw, "://"); {
	case strings.TrimSpace(n.Raw) == "":
		text = "is empty"
	case strings.TrimSpace(n.Raw) != n.Raw || strings.ContainsFunc(n.Raw, isControl):
		text = "begins or ends with a space, or holds a control character"
	case ok && scheme == "":
		text = "is an address without a scheme"
	case ok && rest == "":
		text = "is an address without a path"
	}
	if text == "" {
		return true
	}
	d.fail(n, name, &fault{code: "DP128", text: text,
		hint: "write a path, file://…, s3://… or https://…"})
	return false
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

func digestFault(s string) *fault {
	f := &fault{code: "DP128", text: "is not a SHA-256: 64 digits 0-9a-f"}
	switch hex := strings.ToLower(strings.TrimPrefix(s, "sha256:")); {
	case !isHex(hex):
	case len(hex) == 40 || len(hex) == 32:
		f.hint = "this looks like SHA-1 or MD5; run sha256sum"
	case len(hex) != 64:
		f.hint = "this one has " + tree.Count(len(hex), "digit")
	case hex == s:
		return nil
	default:
		f.hint = "write it in lower case, without a prefix"
	}
	return f
}

func isHex(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdef") == ""
}

// Artifacts visits every artifact of a config struct, in the order of its fields, so that resolving
// can fill the digests in. cfg is a pointer.
func Artifacts(cfg any, visit func(*Artifact)) {
	artifacts(reflect.ValueOf(cfg), visit)
}

func artifacts(v reflect.Value, visit func(*Artifact)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			artifacts(v.Elem(), visit)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			artifacts(v.Index(i), visit)
		}
	case reflect.Struct:
		if a, ok := v.Addr().Interface().(*Artifact); ok {
			visit(a)
			return
		}
		for _, f := range fieldsOf(v.Type()) {
			artifacts(v.FieldByIndex(f.index), visit)
		}
	}
}
