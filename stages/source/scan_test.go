package source

import (
	"bytes"
	"encoding/json"
	"strconv"
	"testing"
)

var scanFields = []field{{name: "text"}, {name: "a"}}

// members reads the line as our scanner does; ok is false when it is no object.
func members(line []byte) (text, a string, kinds [2]kind, ok bool) {
	var s scanner
	values := make([]value, 2)
	ok = s.object(line, scanFields, values, nil)
	out := [2]string{}
	for i, v := range values {
		raw := line[v.from:v.to]
		if v.escaped {
			raw = unescape(nil, raw)
		}
		out[i], kinds[i] = string(appendValid(nil, raw)), v.kind
	}
	return out[0], out[1], kinds, ok
}

func TestScannerReadsWhatJSONAllows(t *testing.T) {
	for _, c := range []struct {
		line, text string
		kind       kind
	}{
		{`{"text":"x"}`, "x", kindString},
		{` { "a" : [1,{"text":"in"}] , "text" : "\u00fc\n\ud83d\ude00\"" } `, "ü\n😀\"", kindString},
		{`{"text":"\ud800\u0041"}`, "\uFFFDA", kindString},
		{`{"te\u0078t":"escaped name"}`, "escaped name", kindString},
		{`{"text":"first","text":"last"}`, "last", kindString},
		{`{"text":-12}`, "-12", kindInt},
		{`{"text":-0.5e-3}`, "-0.5e-3", kindFloat},
		{`{"text":NaN,"b":-Infinity,"c":Infinity}`, "NaN", kindNaN},
		{`{"text":null}`, "null", kindNull},
		{`{"text":false}`, "false", kindBool},
		{`{"text":[]}`, "[]", kindArray},
		{`{"text":{"x":{}}}`, `{"x":{}}`, kindObject},
		{`{}`, "", kindAbsent},
	} {
		text, _, kinds, ok := members([]byte(c.line))
		if !ok || text != c.text || kinds[0] != c.kind {
			t.Errorf("%s: %q of kind %v, %v", c.line, text, kinds[0], ok)
		}
	}
}

func TestScannerRefusesWhatIsNoObject(t *testing.T) {
	for _, line := range []string{
		``, `x`, `[1]`, `"text"`, `{`, `{"text"}`, `{"text":}`, `{"text":"x"`, `{"text":"x"}}`,
		`{,}`,
		`{"text":"x",}`, `{"text":01}`, `{"text":1.}`, `{"text":1e}`, `{"text":-}`, `{"text":+1}`,
		"{\"text\":\"tab\there\"}", `{"text":"\x"}`, `{"text":"\u12g4"}`, `{"text":"\`,
		`{"text":tru}`,
		`{"text":'x'}`, `{text:"x"}`, `{"text":[1,]}`, `{"text":{"a"}}`, `{"text":"x"} {}`,
		`{"text":` + string(bytes.Repeat([]byte("["), 100_000)),
	} {
		if _, _, _, ok := members([]byte(line)); ok {
			t.Errorf("accepts %.40s", line)
		}
	}
}

func FuzzScannerAgreesWithEncodingJSON(f *testing.F) {
	for _, s := range []string{`{"text":"x","a":1}`, `{"a":-1.5e3,"text":"\ud83d\ude00\t"}`,
		`{"a":{"text":[null,true]},"text":"\xff"}`, `[]`, `{"text":"a","text":"b"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		text, a, kinds, ok := members(line)
		var want map[string]any
		d := json.NewDecoder(bytes.NewReader(line))
		d.UseNumber()
		valid := json.Valid(line) && bytes.HasPrefix(bytes.TrimSpace(line), []byte("{"))
		if !valid {
			python := bytes.Contains(line, []byte("NaN")) ||
				bytes.Contains(line, []byte("Infinity"))
			if ok && !python {
				t.Fatalf("accepts %q", line)
			}
			return
		}
		if err := d.Decode(&want); err != nil {
			return // nested deeper than a map can hold
		}
		if !ok {
			if bytes.Count(line, []byte("["))+bytes.Count(line, []byte("{")) < maxDepth {
				t.Fatalf("refuses %q", line)
			}
			return
		}
		same(t, line, want["text"], text, kinds[0])
		same(t, line, want["a"], a, kinds[1])
	})
}

func same(t *testing.T, line []byte, want any, got string, k kind) {
	switch w := want.(type) {
	case string:
		if k != kindString || got != w {
			t.Fatalf("%q: %q, want %q", line, got, w)
		}
	case json.Number:
		if got != w.String() || k != kindInt && k != kindFloat {
			t.Fatalf("%q: %q, want %q", line, got, w)
		}
		if n, err := strconv.ParseInt(got, 10, 64); k == kindInt {
			if mine, fits := parseInt([]byte(got)); fits != (err == nil) || fits && mine != n {
				t.Fatalf("%q: %d, want %d, %v", line, mine, n, err)
			}
		}
	case bool:
		if k != kindBool {
			t.Fatalf("%q: kind %d", line, k)
		}
	}
}
