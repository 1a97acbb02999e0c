package tree

import "strings"

// A segment of a scalar: literal text, or a reference.
type segment struct {
	text string // literal, or the reference as written: ${…}
	ref  *ref
}

// A ref is what stands between ${ and }.
type ref struct {
	kind  refKind
	name  string // variable or path
	other string // text used when the variable is unset or empty
	given bool   // there is such a text, be it empty
}

type refKind uint8

const (
	varRef refKind = iota
	envRef
	secretEnvRef
	secretFileRef
)

// A refError is a malformed reference and its text, by which its place is found.
type refError struct{ text, message, hint string }

// splitRefs cuts a scalar at its references; $${ stands for a literal ${.
func splitRefs(s string) ([]segment, *refError) {
	var out []segment
	var lit strings.Builder
	flush := func() {
		if lit.Len() > 0 {
			out = append(out, segment{text: lit.String()})
			lit.Reset()
		}
	}
	for s != "" {
		i := strings.IndexByte(s, '$')
		if i < 0 {
			break
		}
		lit.WriteString(s[:i])
		s = s[i:]
		if strings.HasPrefix(s, "$${") {
			lit.WriteString("${")
			s = s[3:]
			continue
		}
		if !strings.HasPrefix(s, "${") {
			lit.WriteByte('$')
			s = s[1:]
			continue
		}
		end := strings.IndexByte(s, '}')
		if end < 0 {
			return nil, &refError{"${", "${ without }", "close it, or write $${ for a literal ${"}
		}
		flush()
		r, err := parseRef(s[:end+1])
		if err != nil {
			return nil, err
		}
		out = append(out, segment{text: s[:end+1], ref: r})
		s = s[end+1:]
	}
	lit.WriteString(s)
	flush()
	return out, nil
}

func parseRef(text string) (*ref, *refError) {
	body := text[2 : len(text)-1]
	fail := func(msg, hint string) (*ref, *refError) { return nil, &refError{text, msg, hint} }
	if strings.Contains(body, "${") {
		return fail("references cannot be nested", "put the inner one under vars:")
	}
	kind, arg, colon := strings.Cut(body, ":")
	switch {
	case !colon:
		if !isName(body) {
			return fail(Quote(body)+" is not the name of a variable",
				"names have letters, digits and _; write $${ for a literal ${")
		}
		return &ref{kind: varRef, name: body}, nil
	case kind == "env":
		name, other, given := strings.Cut(arg, ":-")
		if !isName(name) {
			return fail(Quote(name)+" is not the name of an environment variable",
				"write ${env:NAME} or ${env:NAME:-default}")
		}
		return &ref{kind: envRef, name: name, other: other, given: given}, nil
	case kind == "secret":
		from, arg, _ := strings.Cut(arg, ":")
		if from == "env" && isName(arg) {
			return &ref{kind: secretEnvRef, name: arg}, nil
		}
		if from == "file" && arg != "" {
			return &ref{kind: secretFileRef, name: arg}, nil
		}
		return fail("a secret comes from the environment or a file",
			"write ${secret:env:NAME} or ${secret:file:PATH}")
	case strings.HasPrefix(arg, "-"):
		return fail("only environment variables have defaults",
			"write ${env:"+kind+":"+arg+"} or put the value under vars:")
	}
	return fail(Quote(kind)+" is not a kind of reference",
		"write ${name}, ${env:NAME}, ${secret:env:NAME} or ${secret:file:PATH}")
}

// isName takes letters, digits and _, not beginning with a digit, and dots and dashes inside.
func isName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c != '.' && c != '-' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != ""
}
