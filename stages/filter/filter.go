// Package filter holds the rules that drop documents for what they are: the URL, repetition, and
// the quality rules of Gopher, C4 and FineWeb.
//
// In: batches with a url or a text column. Out: the same batches with verdicts; c4_quality also
// cuts lines out of the text. Every judgement of a number is recorded with its value and limit, in
// the order in which the reference makes it, and the first that fails is the row's reason.
//
// A verdict depends on the document and the config alone. Text that is null is judged as empty
// text. The stages download nothing: what a list holds decides bytes, so lists are embedded or
// declared as artifacts.
//
// Reference: datatrove 0.10.1, rule by rule, with its defaults. We differ in the word splitter
// (UAX 29 instead of spaCy's English rules) and in the lists that are embedded (our own, short).
// Sets are sets of 64-bit hashes: that two of a million different lines or n-grams are taken for
// one has a chance below one in ten million.
package filter

import "dataprep/stages"

// Stages returns the filters, in the order in which a pipeline usually names them.
func Stages() []stages.Entry {
	return []stages.Entry{
		urlFilter(),
		gopherRepetition(),
		gopherQuality(),
		c4Quality(),
		finewebQuality(),
	}
}

// uax29 names the splitter of text.Words, the only one so far.
const uax29 = "uax29"

// empty is the reason of the rules that need at least one character.
const empty = "empty"

// ratio is Python's quotient of two integers.
func ratio(part, whole int) float64 { return float64(part) / float64(whole) }
