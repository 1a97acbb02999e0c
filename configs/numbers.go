package configs

import (
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"

	"dataprep/configs/tree"
)

// parseInt takes plain decimal numbers only.
func parseInt(raw string) (int64, *fault) {
	digits := strings.TrimPrefix(raw, "-")
	if isDigits(digits) && (digits == "0" && raw == digits || digits[0] != '0') {
		x, err := strconv.ParseInt(raw, 10, 64)
		if err != nil {
			return 0, &fault{code: "DP107", text: "is beyond what 64 bits hold"}
		}
		return x, nil
	}
	if f := odd(raw, true); f != nil {
		return 0, f
	}
	return 0, &fault{code: "DP106", text: "takes a whole number, not " + tree.Quote(raw)}
}

// parseFloat takes decimals such as 12, 0.12 and -1.5; with unit ratio also 12%, which is exactly
// 0.12: the shift is made on the digits.
func parseFloat(raw string, f fieldInfo) (float64, *fault) {
	num, percent := strings.CutSuffix(raw, "%")
	if percent && f.unit != "ratio" {
		return 0, &fault{code: "DP106", text: "takes a number, not a percentage"}
	}
	if !isDecimal(num) {
		if fl := odd(num, false); fl != nil {
			if percent {
				fl.hint += "%"
			}
			return 0, fl
		}
		return 0, &fault{code: "DP106", text: "takes " + wanted(reflect.TypeFor[float64](), f) +
			", not " + tree.Quote(raw)}
	}
	if percent {
		num += "e-2"
	}
	x, err := strconv.ParseFloat(num, 64)
	if err != nil || math.IsInf(x, 0) {
		return 0, &fault{code: "DP107", text: "is beyond what a number can hold"}
	}
	return x, nil
}

// odd explains numbers in forms that YAML readers disagree about; nil if raw is none of them.
func odd(raw string, whole bool) *fault {
	no := func(why, write string) *fault {
		return &fault{code: "DP108", text: "is written " + why, hint: "write " + write}
	}
	sign, digits := "", raw
	if strings.HasPrefix(raw, "-") || strings.HasPrefix(raw, "+") {
		sign, digits = strings.TrimPrefix(raw[:1], "+"), raw[1:]
	}
	number := isDecimal(digits)
	switch plain := strings.NewReplacer("_", "", ",", "").Replace(digits); {
	case digits == "":
		return nil
	case whole && raw == "-0":
		return no("with a minus sign", "0")
	case decimalComma(digits):
		return no("with a decimal comma", sign+strings.Replace(digits, ",", ".", 1))
	case strings.ContainsAny(digits, "_,") && isDecimal(plain):
		return no("with separators, which some programs read as text", sign+plain)
	case len(digits) > 2 && digits[0] == '0' && strings.ContainsRune("xXoObB", rune(digits[1])):
		if x, ok := new(big.Int).SetString(digits, 0); ok {
			return no("in another base than ten", sign+x.String())
		}
	case len(digits) > 1 && digits[0] == '0' && isDigits(digits):
		return no("with a leading zero, which some programs read as octal",
			sign+trimZeros(digits))
	case raw[0] == '+' && number:
		return no("with a plus sign", digits)
	case whole && number:
		if head, tail, _ := strings.Cut(digits, "."); strings.Trim(tail, "0") == "" {
			return no("with a decimal point", sign+trimZeros(head))
		}
	case strings.HasPrefix(digits, ".") && isDigits(digits[1:]):
		return no("without a digit before the point", sign+"0"+digits)
	case strings.HasSuffix(digits, ".") && isDigits(digits[:len(digits)-1]):
		return no("without a digit after the point", sign+digits[:len(digits)-1])
	}
	return exponent(sign, digits, no)
}

// exponent writes 1e3 and 10k out, if the result is short.
func exponent(sign, digits string, no func(why, write string) *fault) *fault {
	mantissa, exp, isExp := strings.Cut(strings.ToLower(digits), "e")
	if n, err := strconv.Atoi(exp); isExp && err == nil && isDecimal(mantissa) &&
		n >= -18 && n <= 18 && len(mantissa) < 20 {
		x, _ := new(big.Rat).SetString(mantissa + "e" + exp)
		return no("with an exponent, which some programs read as text", sign+decimal(x))
	}
	if n := len(digits); n > 1 && n < 20 && isDecimal(digits[:n-1]) {
		if scale := multiple(digits[n-1:]); scale > 1 {
			x, _ := new(big.Rat).SetString(digits[:n-1])
			x.Mul(x, new(big.Rat).SetInt64(scale))
			return no("with a letter", sign+decimal(x))
		}
	}
	return nil
}

// decimal writes an exact decimal without trailing zeros.
func decimal(x *big.Rat) string {
	if x.IsInt() {
		return x.Num().String()
	}
	return strings.TrimRight(strings.TrimRight(x.FloatString(36), "0"), ".")
}

// multiple gives what k, M, B and T stand for in counts.
func multiple(letter string) int64 {
	switch letter {
	case "k", "K":
		return 1e3
	case "M", "m":
		return 1e6
	case "B", "G", "b":
		return 1e9
	case "T":
		return 1e12
	}
	return 1
}

func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// isDecimal takes -1, 0.5, 12.25: digits on both sides of a point, no needless leading zero.
func isDecimal(s string) bool {
	s = strings.TrimPrefix(s, "-")
	head, tail, point := strings.Cut(s, ".")
	return isDigits(head) && (head == "0" || head[0] != '0') && (!point || isDigits(tail))
}

func trimZeros(s string) string {
	if s = strings.TrimLeft(s, "0"); s == "" {
		return "0"
	}
	return s
}

// decimalComma takes 1,5 but not 1,000.
func decimalComma(s string) bool {
	head, tail, ok := strings.Cut(s, ",")
	return ok && isDecimal(head) && isDigits(head) && isDigits(tail) && len(tail) != 3
}
