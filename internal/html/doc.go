// Package html makes a web page safe to parse: bytes of any encoding become valid UTF-8, and pages
// whose shape would make a tree builder or an extractor explode are named before either sees them.
//
// In: the body of a response and the charset label of its Content-Type header. Out: UTF-8 and the
// WHATWG name of the encoding that was used (Decode), and the first limit a page exceeds with its
// measured value (Limits.Check). Invariants: both are pure functions of their arguments, linear in
// the page, never panic and never fail; what Decode returns is valid UTF-8 without a leading byte
// order mark. NUL bytes are kept, because a tree builder has its own rules for them; the text of
// the maincontent package has none. It refuses nothing itself: the caller turns a limit into a
// skipped document with that reason.
//
// The charset chain follows the WHATWG encoding sniffing algorithm with three differences, made
// because a corpus wants text where a browser wants compatibility: a page that is valid UTF-8
// beyond ASCII is UTF-8 whatever its labels say, labels that WHATWG maps to the "replacement"
// encoding count as no label, and a statistical detector stands in front of the windows-1252
// default. datatrove ignores the header and drops a page whose guessed charset fails strictly.
package html
