package scan

const (
	shortestCard = 13
	longestCard  = 19
)

// layouts are the groups in which card numbers are printed, beside no groups at all; longer ones
// first where one begins like another.
var layouts = [...][5]int8{
	{4, 4, 4, 4, 3},
	{4, 4, 4, 4},
	{4, 6, 5},
	{4, 6, 4},
}

// cardEnd returns the end of the card number that begins with the run of digits text[i:run], or -1.
func cardEnd(text []byte, i, run int) int {
	solid := run-i >= shortestCard
	if !cardMayStart(text, i, solid) {
		return -1
	}
	if solid {
		if run-i > longestCard || !cardMayEnd(text, run, solid) || !isCard(text[i:run]) {
			return -1
		}
		return run
	}
	if run >= len(text) || text[run] != ' ' && text[run] != '-' {
		return -1
	}
	for _, l := range layouts {
		end := groupsEnd(text, i, text[run], l)
		if end > 0 && cardMayEnd(text, end, solid) && isCard(text[i:end]) {
			return end
		}
	}
	return -1
}

// groupsEnd returns the end of digit groups of exactly these sizes with sep between them, or -1.
func groupsEnd(text []byte, i int, sep byte, sizes [5]int8) int {
	for g, size := range sizes {
		if size == 0 {
			break
		}
		if g > 0 {
			if i >= len(text) || text[i] != sep {
				return -1
			}
			i++
		}
		for range size {
			if !touches(text, i, isDigit) {
				return -1
			}
			i++
		}
	}
	if touches(text, i, isDigit) {
		return -1
	}
	return i
}

// cardMayStart refuses numbers that go on to the left: digits, words, decimals, phone numbers,
// paths of URLs, and neighboring groups.
func cardMayStart(text []byte, i int, solid bool) bool {
	if i == 0 {
		return true
	}
	switch c := text[i-1]; c {
	case '+', '/', '%':
		return false
	case '.', ',':
		return !touches(text, i-2, isDigit)
	case ' ', '-':
		n := 0
		for n < shortestCard && touches(text, i-2-n, isDigit) {
			n++
		}
		return !goesOn(n, c, solid)
	default:
		return !is(c, isWord)
	}
}

// cardMayEnd is its mirror image.
func cardMayEnd(text []byte, i int, solid bool) bool {
	if i == len(text) {
		return true
	}
	switch c := text[i]; c {
	case '%':
		return false
	case '.', ',':
		return !touches(text, i+1, isDigit)
	case ' ', '-':
		n := 0
		for n < shortestCard && touches(text, i+1+n, isDigit) {
			n++
		}
		return !goesOn(n, c, solid)
	default:
		return !is(c, isWord)
	}
}

// goesOn tells whether n digits next to a number, behind sep, make it a part of something longer: a
// table, an identifier. Shorter groups are expiry dates and check codes, longer ones the next card
// of a list; beside a number without groups a blank is only a blank.
func goesOn(n int, sep byte, solid bool) bool {
	if solid {
		return n >= 4 && sep == '-'
	}
	return n >= 4 && n < shortestCard
}

// isCard tells whether the digits in b have an issuer's prefix and length and end in the right
// check digit (ISO/IEC 7812: Luhn).
func isCard(b []byte) bool {
	digits, prefix := 0, 0
	for _, c := range b {
		if c -= '0'; c > 9 {
			continue
		}
		if digits < 4 {
			prefix = prefix*10 + int(c)
		}
		digits++
	}
	return issued(prefix, digits) && luhn(b)
}

// luhn sums from the right, every second digit doubled and its own digits added.
func luhn(b []byte) bool {
	sum, twice := 0, false
	for i := len(b) - 1; i >= 0; i-- {
		c := int(b[i]) - '0'
		if c < 0 {
			continue
		}
		if twice {
			if c *= 2; c > 9 {
				c -= 9
			}
		}
		sum += c
		twice = !twice
	}
	return sum%10 == 0
}

// issuer is a range of the first four digits and the lengths of its numbers.
type issuer struct{ low, high, shortest, longest int }

// issuers are the ranges in public use. Of the airline plan (a leading 1, 15 digits) only the
// published test range is here: ids of 15 digits that begin with 1 are everywhere on the web.
var issuers = [...]issuer{
	{1220, 1220, 15, 15}, // airlines
	{2200, 2204, 16, 19}, // Mir
	{2221, 2720, 16, 16}, // Mastercard
	{3000, 3059, 14, 19}, // Diners Club
	{3095, 3095, 14, 19},
	{3400, 3499, 15, 15}, // American Express
	{3528, 3589, 16, 19}, // JCB
	{3600, 3699, 14, 19}, // Diners Club
	{3700, 3799, 15, 15}, // American Express
	{3800, 3999, 16, 19}, // Diners Club
	{5000, 5099, 16, 19}, // Maestro, Dankort, RuPay
	{5100, 5599, 16, 16}, // Mastercard
	{5600, 5899, 16, 19}, // Maestro
	{6000, 6999, 16, 19}, // Discover, UnionPay, RuPay, Maestro
	{8100, 8299, 16, 19}, // UnionPay, RuPay
}

// issued tells whether numbers of that many digits are issued under a prefix of four.
func issued(prefix, digits int) bool {
	if prefix/1000 == 4 { // Visa
		return digits == 13 || digits == 16 || digits == 19
	}
	for _, r := range issuers {
		if prefix >= r.low && prefix <= r.high {
			return digits >= r.shortest && digits <= r.longest
		}
	}
	return false
}
