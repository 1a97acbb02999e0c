package configs

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"dataprep/configs/tree"
)

var sizeUnits = [...]struct {
	name  string
	bytes int64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"PiB", 1 << 50},
	{"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"PB", 1e15}, {"B", 1},
}

// parseSize reads 256MiB, 1GB, 1.5GiB or a plain number of bytes, exactly.
func parseSize(raw string) (int64, *fault) {
	num, scale := raw, int64(1)
	for _, u := range sizeUnits {
		if s, ok := strings.CutSuffix(raw, u.name); ok {
			num, scale = s, u.bytes
			break
		}
	}
	if !isDecimal(num) || len(num) > 1 && num[0] == '0' && num[1] != '.' || len(num) > 20 {
		return 0, sizeFault(raw)
	}
	x, _ := new(big.Rat).SetString(num)
	x.Mul(x, new(big.Rat).SetInt64(scale))
	if !x.IsInt() {
		return 0, &fault{code: "DP111", text: "is not a whole number of bytes"}
	}
	if !x.Num().IsInt64() || x.Sign() < 0 {
		return 0, &fault{code: "DP107", text: "must be between 0 and 8EiB"}
	}
	return x.Num().Int64(), nil
}

func sizeFault(raw string) *fault {
	f := &fault{code: "DP111", text: "takes a size such as 256MiB, not " + tree.Quote(raw)}
	if fl := odd(raw, true); fl != nil && fl.text != "is written with a letter" {
		return fl
	}
	head := strings.TrimRight(raw, "KMGTPkiB")
	if fl := odd(head, false); fl != nil && head != raw {
		fl.hint += raw[len(head):]
		return fl
	}
	num := strings.TrimRight(raw, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")
	unit := strings.TrimSpace(raw[len(num):])
	if !isDecimal(num) || unit == "" {
		return f
	}
	up := strings.ToUpper(unit[:1])
	switch {
	case !strings.Contains("KMGTP", up):
	case len(unit) == 1:
		f.hint = "write " + num + up + "iB (1024) or " + num + up + "B (1000)"
	case strings.EqualFold(unit, up+"iB"):
		f.hint = "write " + num + up + "iB"
	case strings.EqualFold(unit, up+"B"):
		f.hint = "write " + num + up + "B"
	}
	return f
}

// parseDuration reads 30s, 1m30s, 250ms, 2h, 7d.
func parseDuration(raw string) (time.Duration, *fault) {
	f := &fault{code: "DP111", text: "takes a duration such as 30s, not " + tree.Quote(raw)}
	if isDecimal(raw) {
		f.text, f.hint = "needs a unit", "write "+raw+"s, "+raw+"m or "+raw+"h"
		return 0, f
	}
	if h, m, ok := strings.Cut(raw, ":"); ok && isDigits(h) && isDigits(m) {
		f.hint = "write " + h + "m" + m + "s or " + h + "h" + m + "m"
		return 0, f
	}
	rest, days := raw, int64(0)
	if d, tail, ok := strings.Cut(raw, "d"); ok && isDigits(d) && len(d) < 6 {
		days, _ = strconv.ParseInt(d, 10, 64)
		rest = tail
	}
	var t time.Duration
	if rest != "" {
		var err error
		if t, err = time.ParseDuration(rest); err != nil || rest[0] == '-' || rest[0] == '+' {
			f.hint = "units are ms, s, m, h, d"
			return 0, f
		}
	}
	if days*24 > int64(math.MaxInt64-t)/int64(time.Hour) {
		return 0, &fault{code: "DP107", text: "is longer than 292 years"}
	}
	return t + time.Duration(days)*24*time.Hour, nil
}
