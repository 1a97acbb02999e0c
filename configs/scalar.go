package configs

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"dataprep/configs/tree"
)

// scalar decodes strings, booleans and numbers, and holds them against their tags.
func (d *decoder) scalar(n *Node, v reflect.Value, f fieldInfo) {
	if n.Kind != Scalar {
		flt := &fault{code: "DP106", text: "takes " + wanted(v.Type(), f) + ", not " + n.Describe()}
		if len(n.Items) == 1 && n.Items[0].Kind == Scalar {
			flt.hint = "write " + n.Items[0].Raw
		}
		d.fail(n, f.name, flt)
		return
	}
	if flt := setScalar(n, v, f); flt != nil {
		d.fail(n, f.name, flt)
	}
}

// wanted names what a field takes, for messages.
func wanted(t reflect.Type, f fieldInfo) string {
	switch {
	case f.unit == "bytes":
		return "a size such as 256MiB"
	case f.unit == "duration":
		return "a duration such as 30s"
	case f.unit == "ratio":
		return "a ratio such as 0.12 or 12%"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a text"
	case reflect.Float32, reflect.Float64:
		return "a number"
	}
	return "a whole number"
}

func setScalar(n *Node, v reflect.Value, f fieldInfo) *fault {
	if f.unit == "" && v.Kind() == reflect.String {
		v.SetString(n.Raw)
		return inEnum(n.Raw, f)
	}
	if n.Quoted && n.Raw != "" {
		return &fault{code: "DP106", text: "takes " + wanted(v.Type(), f) + ", not a quoted text",
			hint: "remove the quotes"}
	}
	switch v.Kind() {
	case reflect.Bool:
		return setBool(n.Raw, v, f)
	case reflect.Float32, reflect.Float64:
		x, flt := parseFloat(n.Raw, f)
		if flt == nil {
			flt = inLimits(x, f, n.Raw)
		}
		v.SetFloat(x)
		return flt
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return setInt(n.Raw, v, f)
	}
	panic(fmt.Sprintf("configs: field %s has the unsupported type %s", f.goName, v.Type()))
}

func setBool(raw string, v reflect.Value, f fieldInfo) *fault {
	switch raw {
	case "true", "false":
		v.SetBool(raw == "true")
		return nil
	}
	hint := "write true or false"
	switch strings.ToLower(raw) {
	case "yes", "on", "y", "true", "1":
		hint = "write true"
	case "no", "off", "n", "false", "0":
		hint = "write false"
	}
	return &fault{code: "DP106", text: "takes true or false, not " + tree.Quote(raw), hint: hint}
}

func setInt(raw string, v reflect.Value, f fieldInfo) *fault {
	var x int64
	var flt *fault
	switch f.unit {
	case "bytes":
		x, flt = parseSize(raw)
	case "duration":
		var t time.Duration
		t, flt = parseDuration(raw)
		x = int64(t)
	default:
		x, flt = parseInt(raw)
	}
	if flt == nil {
		flt = intInLimits(x, f, raw)
	}
	if flt != nil {
		return flt
	}
	if v.CanInt() {
		if v.OverflowInt(x) {
			return &fault{code: "DP107", text: "is too large"}
		}
		v.SetInt(x)
		return nil
	}
	if x < 0 || v.OverflowUint(uint64(x)) {
		return &fault{code: "DP107", text: "must be between 0 and " +
			strconv.FormatUint(math.MaxUint64>>(64-v.Type().Bits()), 10)}
	}
	v.SetUint(uint64(x))
	return nil
}

func inEnum(raw string, f fieldInfo) *fault {
	if len(f.enum) == 0 || slices.Contains(f.enum, raw) {
		return nil
	}
	return &fault{code: "DP110", text: "cannot be " + tree.Quote(raw), hint: tree.DidYouMean(raw, f.enum),
		allowed: f.enum}
}

// inLimits checks min and max. A ratio above 1 was usually meant in percent.
func inLimits(x float64, f fieldInfo, raw string) *fault {
	lo, hasLo := limit(f.min, f)
	hi, hasHi := limit(f.max, f)
	if (!hasLo || x >= lo) && (!hasHi || x <= hi) {
		return nil
	}
	flt := &fault{code: "DP107", text: limitText(f)}
	if f.unit == "ratio" && x > 1 && x <= 100 && hi <= 1 && raw[len(raw)-1] != '%' {
		flt.hint = "did you mean " + raw + "%?"
		if r, bad := parseFloat(raw+"%", f); bad == nil {
			flt.hint = "did you mean " + strconv.FormatFloat(r, 'f', -1, 64) + " or " + raw + "%?"
		}
	}
	return flt
}

func intInLimits(x int64, f fieldInfo, raw string) *fault {
	lo, hasLo := intLimit(f.min, f)
	hi, hasHi := intLimit(f.max, f)
	if (!hasLo || x >= lo) && (!hasHi || x <= hi) {
		return nil
	}
	return &fault{code: "DP107", text: limitText(f) + ", not " + raw}
}

func limitText(f fieldInfo) string {
	switch {
	case f.max == "":
		return "must be at least " + f.min
	case f.min == "":
		return "must be at most " + f.max
	}
	return "must be between " + f.min + " and " + f.max
}

// limit reads a limit from a tag; one that cannot be read is a bug in the struct.
func limit(tag string, f fieldInfo) (float64, bool) {
	if tag == "" {
		return 0, false
	}
	x, flt := parseFloat(tag, f)
	if flt != nil {
		panic(fmt.Sprintf("configs: field %s has the bad limit %q", f.goName, tag))
	}
	return x, true
}

func intLimit(tag string, f fieldInfo) (x int64, ok bool) {
	if tag == "" {
		return 0, false
	}
	var flt *fault
	switch f.unit {
	case "bytes":
		x, flt = parseSize(tag)
	case "duration":
		var t time.Duration
		t, flt = parseDuration(tag)
		x = int64(t)
	default:
		x, flt = parseInt(tag)
	}
	if flt != nil {
		panic(fmt.Sprintf("configs: field %s has the bad limit %q", f.goName, tag))
	}
	return x, true
}
