package configs

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"dataprep/configs/tree"
)

type inner struct {
	Deep  int     `yaml:"deep" max:"10"`
	Other float64 `yaml:"other"`
}

type embedded struct {
	Shared string `yaml:"shared"`
}

type everything struct {
	embedded
	Text    string            `yaml:"text"`
	Flag    bool              `yaml:"flag"`
	Count   int64             `yaml:"count"`
	Small   uint8             `yaml:"small"`
	Num     float64           `yaml:"num"`
	Single  float32           `yaml:"single32"`
	Ratio   float64           `yaml:"ratio" unit:"ratio"`
	Size    int64             `yaml:"size" unit:"bytes" min:"1KiB" max:"1GiB"`
	Wait    time.Duration     `yaml:"wait" max:"1h"`
	Span    Range             `yaml:"span"`
	Maybe   *Range            `yaml:"maybe"`
	List    []int             `yaml:"list" min:"0"`
	One     []string          `yaml:"one" single:"true"`
	Dict    map[string]int    `yaml:"dict"`
	Nested  inner             `yaml:"nested"`
	Ptr     *inner            `yaml:"ptr"`
	Structs []inner           `yaml:"structs"`
	Opt     *int              `yaml:"opt"`
	Model   Artifact          `yaml:"model"`
	Models  []Artifact        `yaml:"models" single:"true"`
	Names   map[string]string `yaml:"names"`
	Any     *Node             `yaml:"any"`
	Skipped int               `yaml:"-"`
	ByName  bool
}

func decodeText(t *testing.T, src string, cfg any) *Diagnostics {
	t.Helper()
	ds := &Diagnostics{}
	if n := tree.Parse("c.yaml", []byte(src), ds); n != nil {
		Decode(n, cfg, ds)
	}
	return ds
}

func TestEveryTypeDecodes(t *testing.T) {
	old := inner{Deep: 1, Other: 2}
	list := []int{9, 9, 9}
	got := everything{Ptr: &old, List: list, Nested: inner{Deep: 5, Other: 6}, Text: "default"}
	ds := decodeText(t, `
shared: s
text: 012
flag: true
count: -9223372036854775808
small: 255
num: -1.5
single32: 0.1
ratio: 12%
size: 1.5MiB
wait: 1m30s
span: ..0.1%
maybe: 1B..
list: [1, 2]
one: a
dict: {a: 1, b: 2}
nested: {deep: 7}
ptr: {deep: 8}
structs: [{deep: 1}, {other: 2}]
opt: 0
model: file://m.bin
models: {uri: m, sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}
names: {a: 1.10, b: NO}
any: {x: [1]}
by_name: true
`, &got)
	if len(ds.All()) > 0 {
		t.Fatal(ds)
	}
	tenth, billion, zero := 0.001, 1e9, 0
	got.Any = nil
	want := everything{embedded: embedded{"s"}, Text: "012", Flag: true,
		Count: -9223372036854775808, Small: 255, Num: -1.5, Single: 0.1, Ratio: 0.12,
		Size: 3 << 19, Wait: 90 * time.Second, Span: Range{Max: &tenth}, Maybe: &Range{Min: &billion},
		List: []int{1, 2}, One: []string{"a"}, Dict: map[string]int{"a": 1, "b": 2},
		Nested: inner{7, 6}, Ptr: &inner{8, 2}, Structs: []inner{{Deep: 1}, {Other: 2}}, Opt: &zero,
		Model: Artifact{URI: "file://m.bin"}, Models: []Artifact{{"m", strings.Repeat("0123456789abcdef", 4)}},
		Names: map[string]string{"a": "1.10", "b": "NO"}, ByName: true}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if old != (inner{1, 2}) || list[0] != 9 {
		t.Error("the defaults were written")
	}
}

func TestPercentagesAreExact(t *testing.T) {
	for raw, want := range map[string]float64{"12%": 0.12, "0.01%": 0.0001, "1%": 0.01, "7%": 0.07,
		"100%": 1, "57%": 0.57, "29%": 0.29} {
		x, flt := parseFloat(raw, fieldInfo{unit: "ratio"})
		r, flt2 := parseRange(raw+"..", fieldInfo{})
		if flt != nil || flt2 != nil || x != want || *r.Min != want {
			t.Errorf("%s: %v %v %v", raw, x, flt, flt2)
		}
	}
}

func TestScalarFaults(t *testing.T) {
	for _, tc := range []struct{ src, code, say string }{
		{"small: 256", "DP107", "between 0 and 255"}, {"small: -1", "DP107", "between 0 and 255"},
		{"count: 9223372036854775808", "DP107", "64 bits"}, {"count: -0", "DP108", "write 0"},
		{"count: 00", "DP108", "write 0"}, {"count: -012", "DP108", "write -12"},
		{"count: 0o17", "DP108", "write 15"}, {"count: 1.5k", "DP108", "write 1500"},
		{"count: 1_000.0", "DP108", "write 1000.0"}, {"count: '5'", "DP106", "remove the quotes"},
		{"count: ''", "DP106", "not"}, {"count: true", "DP106", "whole number"},
		{"num: 1e400", "DP106", "number"}, {"num: 5.", "DP108", "write 5"}, {"num: -.5", "DP108", "-0.5"},
		{"num: 12%", "DP106", "not a percentage"}, {"num: .inf", "DP106", "number"},
		{"num: 1,5", "DP108", "write 1.5"}, {"num: 1,500", "DP108", "write 1500"},
		{"num: 1.2.3", "DP106", "number"}, {"ratio: 012%", "DP108", "write 12%"},
		{"size: 1", "DP107", "between 1KiB and 1GiB"}, {"size: 2GiB", "DP107", "not 2GiB"},
		{"size: 5m", "DP111", "5MiB (1024)"}, {"size: 9999999PiB", "DP107", "8EiB"},
		{"size: -1KiB", "DP107", "8EiB"}, {"size: 010", "DP108", "write 10"},
		{"wait: 2h", "DP107", "at most 1h"}, {"wait: -5s", "DP111", "units"},
		{"wait: 999999999h", "DP111", "units"}, {"wait: 99999d999999h", "DP107", ""},
		{"span: 5", "DP111", "write ..5"}, {"span: 1 to 5", "DP111", "write 1..5"},
		{"span: '>= 5'", "DP111", "write 5.."}, {"span: 01..", "DP108", "write 1"},
		{"list: 3", "DP106", "write [3]"}, {"list: [1, -1]", "DP107", "at least 0"},
		{"list: [1, , 2]", "DP103", "delete a comma"}, {"list: [~]", "DP109", "no value"},
		{"nested: 3", "DP106", "map of parameters"}, {"nested: {dep: 3}", "DP104", `"deep"`},
		{"nested: {deep: 11}", "DP107", "at most 10"}, {"dict: [a]", "DP106", "takes a map"},
		{"dict: {a: x}", "DP106", "dict.a takes"}, {"text: [a]", "DP106", "takes a text"},
		{"text: {}", "DP106", "not a map"}, {"Skipped: 1", "DP104", ""}, {"model: ''", "DP128", "empty"},
		{"model: ' a'", "DP128", "space"}, {"flag: 1", "DP106", "write true"},
		{"flag: Off", "DP106", "write false"}, {"model: {uri: a, sha256: [b]}", "DP106", "a list"},
	} {
		ds := decodeText(t, tc.src, &everything{})
		all := ds.All()
		if len(all) != 1 || all[0].Code != tc.code || !strings.Contains(ds.String(), tc.say) {
			t.Errorf("%s: want %s %q, got\n%s", tc.src, tc.code, tc.say, ds)
		}
	}
}

type picky struct {
	A int   `yaml:"a"`
	B int   `yaml:"b"`
	N fussy `yaml:"n"`
}

func (p *picky) Validate() error {
	if p.A > p.B {
		return errors.Join(errors.New("a must not exceed b"), errors.New("really"))
	}
	return nil
}

type fussy struct{ X, Y int }

func (f *fussy) Validate(p *Problems) {
	if f.X > f.Y {
		p.Add("x", "must not exceed y", "lower x")
	}
}

func TestValidateIsAskedOnceFieldsAreSound(t *testing.T) {
	for src, want := range map[string]string{
		"a: 2\nb: 1":                  "1:1 a must not exceed b|1:1 really|",
		"a: 2\nb: x":                  "2:4 b takes a whole number, not \"x\"|",
		"n: {y: 1, x: 2}":             "1:14 x must not exceed y|",
		"a: 1\nb: 2\nn: {x: 0}":       "",
		"a: 3\nn: {x: 2}":             "2:8 x must not exceed y|",
		"a: 3\nb: 4\nn: {x: 2, q: 1}": "3:11 unknown parameter \"q\" of n|",
	} {
		got := ""
		for _, x := range decodeText(t, src, &picky{}).All() {
			got += strings.Join([]string{itoa(x.Line) + ":" + itoa(x.Col), x.Message}, " ") + "|"
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", src, got, want)
		}
	}
}

func itoa(n int) string { return string(appendFloat(nil, float64(n), 64)) }
