package configs

import (
	"math/big"
	"reflect"
	"strconv"
	"strings"

	"dataprep/configs/tree"
)

// Range is a closed interval written `5%..60%`, `..0.1%` or `1B..`; a nil end is open. A percent
// sign divides by 100; k, M, B and T multiply by 10³, 10⁶, 10⁹ and 10¹². Ranges stand in for the
// comparison signs, which YAML reads as something else.
type Range struct{ Min, Max *float64 }

// Has reports whether x lies in the range, ends included.
func (r Range) Has(x float64) bool {
	return (r.Min == nil || x >= *r.Min) && (r.Max == nil || x <= *r.Max)
}

// String writes the range with plain numbers: `0.05..0.6`.
func (r Range) String() string {
	return end(r.Min) + ".." + end(r.Max)
}

func end(x *float64) string {
	if x == nil {
		return ""
	}
	return strconv.FormatFloat(*x, 'f', -1, 64)
}

func parseRange(raw string, f fieldInfo) (r Range, flt *fault) {
	bad := func(text, hint string) (Range, *fault) {
		return Range{}, &fault{code: "DP111", text: text, hint: hint}
	}
	lo, hi, ok := strings.Cut(raw, "..")
	if !ok {
		return bad("takes a range such as 5%..60%, not "+tree.Quote(raw), rangeHint(raw))
	}
	if lo == "" && hi == "" {
		return bad("is a range without ends", "write 5%..60%, ..60% or 5%..")
	}
	if r.Min, flt = rangeEnd(lo); flt == nil {
		r.Max, flt = rangeEnd(hi)
	}
	if flt != nil {
		return Range{}, flt
	}
	mixed := strings.HasSuffix(lo, "%") != strings.HasSuffix(hi, "%")
	if mixed && lo != "" && hi != "" && lo != "0" {
		return bad("mixes a percentage with a plain number", "give both ends the same unit")
	}
	if r.Min != nil && r.Max != nil && *r.Min > *r.Max {
		return Range{}, &fault{code: "DP107", text: "is a range that ends before it begins",
			hint: "write " + hi + ".." + lo}
	}
	for _, x := range [...]*float64{r.Min, r.Max} {
		if x != nil {
			if flt = inLimits(*x, f, raw); flt != nil {
				if flt.hint != "" {
					flt.hint = "did you mean " + percent(lo) + ".." + percent(hi) + "?"
				}
				return Range{}, flt
			}
		}
	}
	return r, nil
}

func percent(s string) string {
	if s == "" || s == "0" || strings.HasSuffix(s, "%") {
		return s
	}
	return s + "%"
}

// rangeEnd reads one end exactly and rounds once.
func rangeEnd(s string) (*float64, *fault) {
	if s == "" {
		return nil, nil
	}
	num, scale := strings.TrimSuffix(s, "%"), big.NewRat(1, 1)
	if num != s {
		scale = big.NewRat(1, 100)
	} else if m := multiple(s[len(s)-1:]); m > 1 {
		num, scale = s[:len(s)-1], big.NewRat(m, 1)
	}
	if !isDecimal(num) || len(num) > 30 {
		if f := odd(num, false); f != nil {
			return nil, f
		}
		return nil, &fault{code: "DP111", text: "has the unreadable end " + tree.Quote(s),
			hint: "ends are numbers such as 12, 0.5, 12%, 10k, 5M, 1B"}
	}
	x, _ := new(big.Rat).SetString(num)
	v, _ := x.Mul(x, scale).Float64()
	return &v, nil
}

// rangeHint knows the other ways in which people write ranges.
func rangeHint(raw string) string {
	if r := tree.RangeFor(strings.TrimSpace(raw)); r != "" {
		return "write " + r
	}
	for _, sep := range [...]string{"…", "–", " - ", "-", " to ", ":"} {
		lo, hi, ok := strings.Cut(raw, sep)
		lo, hi = strings.TrimSpace(lo), strings.TrimSpace(hi)
		if _, bad := rangeEnd(lo); ok && bad == nil && lo != "" {
			if _, bad := rangeEnd(hi); bad == nil && hi != "" {
				return "write " + lo + ".." + hi
			}
		}
	}
	if _, bad := rangeEnd(raw); bad == nil && raw != "" {
		return "write .." + raw + " for at most, " + raw + ".. for at least"
	}
	return ""
}

// special decodes Range and Artifact.
func (d *decoder) special(n *Node, v reflect.Value, f fieldInfo) {
	if a, ok := v.Addr().Interface().(*Artifact); ok {
		d.artifact(n, a, f)
		return
	}
	if n.Kind != Scalar {
		d.fail(n, f.name, &fault{code: "DP106", text: "takes a range such as 5%..60%, not " +
			n.Describe()})
		return
	}
	r, flt := parseRange(n.Raw, f)
	if flt != nil {
		d.fail(n, f.name, flt)
		return
	}
	v.Set(reflect.ValueOf(r))
}
