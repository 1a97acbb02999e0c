package tree

import (
	"strings"
	"unicode/utf8"
)

// HiddenText stands for a secret wherever it could be seen.
const HiddenText = "***"

// value returns what a reference stands for, or nil after reporting why there is nothing.
func (p *interpolator) value(s segment, pos Pos) *Node {
	r := s.ref
	if p.ds.full() && r.kind == varRef && p.vars.Key(r.name) == nil {
		p.ds.lost++ // hints cost time, and nobody reads the thousandth
		return nil
	}
	switch r.kind {
	case varRef:
		return p.varValue(r, pos)
	case envRef:
		v, ok := p.env(r.name)
		if r.given && v == "" {
			v, ok = r.other, true
		}
		if !ok {
			p.ds.Error("DP115", pos, "environment variable "+Quote(r.name)+" is not set",
				"set it, or give a default: ${env:"+r.name+":-…}")
			return nil
		}
		if !utf8.ValidString(v) {
			p.ds.Error("DP115", pos, "environment variable "+Quote(r.name)+" is not UTF-8", "")
			return nil
		}
		return &Node{Kind: Scalar, Raw: v, Pos: pos}
	case secretEnvRef:
		v, ok := p.env(r.name)
		if !ok || v == "" {
			p.ds.Error("DP117", pos, "secret "+Quote(r.name)+" is not in the environment",
				"set the variable where the program is started")
			return nil
		}
		return &Node{Kind: Scalar, Raw: HiddenText, Quoted: true, secret: &v, Pos: pos}
	}
	return p.fileSecret(r.name, pos)
}

func (p *interpolator) env(name string) (string, bool) {
	if p.from.Env == nil {
		return "", false
	}
	return p.from.Env(name)
}

// fileSecret does not repeat the reader's error: it could hold part of the content.
func (p *interpolator) fileSecret(path string, pos Pos) *Node {
	if p.from.ReadSecret == nil {
		p.ds.Error("DP117", pos, "secret files cannot be read here", "")
		return nil
	}
	b, err := p.from.ReadSecret(path)
	if err != nil {
		p.ds.Error("DP117", pos, "secret file "+Quote(path)+" cannot be read",
			"check that it exists and may be read")
		return nil
	}
	v := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	return &Node{Kind: Scalar, Raw: HiddenText, Quoted: true, secret: &v, Pos: pos}
}

func (p *interpolator) varValue(r *ref, pos Pos) *Node {
	for i, name := range p.chain {
		if name == r.name {
			p.ds.Error("DP116", pos, "variables go in a circle: "+
				strings.Join(append(p.chain[i:len(p.chain):len(p.chain)], name), " → "),
				"give one of them a value")
			return nil
		}
	}
	v := p.variable(r.name)
	if v != nil {
		return v
	}
	hint := DidYouMean(r.name, p.names)
	if _, set := p.env(r.name); set && hint == "" {
		hint = "for the environment write ${env:" + r.name + "}"
	}
	if hint == "" {
		hint = "define it under vars:, or write $${ for a literal ${"
	}
	p.ds.AddAt(pos, Diagnostic{Code: "DP115", Message: "undefined variable " + Quote(r.name),
		Hint: hint, Allowed: p.names})
	return nil
}
