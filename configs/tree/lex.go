package tree

import (
	"unicode/utf8"

	"github.com/goccy/go-yaml/scanner"
	"github.com/goccy/go-yaml/token"
)

// firstTry is as much of a text as shows whether it is hostile all over.
const firstTry = 64 << 10

// lex returns the tokens of a text, up to one that is malformed: the parser goes no farther. If
// check will refuse the text, it may return fewer; never does it return many more than maxTokens.
//
// The lexer cannot be stopped, and takes 200 bytes for a token of one byte. So a text that may have
// too many is tried in beginnings, each longer than the last by what is left of the limit.
func lex(text string, src *source) token.Tokens {
	for end, left := 0, maxTokens; ; {
		next := reach(text, end, max(left, maxTokens/2))
		switch {
		case next == len(text):
			return linked(scan(text))
		case end == 0:
			next = runeStart(text, firstTry)
		}
		toks := linked(scan(text[:next]))
		if len(toks) > maxTokens || hopeless(toks, src) {
			return toks
		}
		end, left = next, maxTokens-len(toks)
		discard(toks)
	}
}

// reach returns how far a text can have no more than so many tokens behind from. A byte makes one
// at most, and most make none: what may begin a token counts two, wherever it stands, because a
// plain scalar may end there; so does the end of a line.
func reach(text string, from, tokens int) int {
	sure := from + tokens
	if sure >= len(text) {
		return len(text)
	}
	for i := from; i < len(text); i++ {
		if mayBegin(text, i) {
			tokens -= 2
		}
		if tokens < 0 {
			return runeStart(text, max(i, sure))
		}
	}
	return len(text)
}

func mayBegin(text string, i int) bool {
	next := byte('\n')
	if i+1 < len(text) {
		next = text[i+1]
	}
	switch c := text[i]; c {
	case '{', '}', '[', ']', ',', '&', '*', '!', '#', '|', '>', '\'', '"':
		return true
	case '-', '?':
		return next == ' ' || next == '\n' || next == '\t'
	case ':':
		return next != '/'
	case '.', '<':
		return next == c
	case '\n':
		return i > 0 && text[i-1] != c
	}
	return false
}

func scan(text string) token.Tokens {
	var s scanner.Scanner
	s.Init(text)
	toks, _ := s.Scan() // an error stands in the last token
	return toks
}

func linked(toks token.Tokens) token.Tokens {
	for i := 1; i < len(toks); i++ {
		toks[i-1].Next, toks[i].Prev = toks[i], toks[i-1]
	}
	return toks
}

// discard empties tokens that nobody needs: the lexer's pool would hold them together by their links.
func discard(toks token.Tokens) {
	for _, t := range toks {
		*t = token.Token{}
	}
}

func runeStart(text string, at int) int {
	for at > 0 && !utf8.RuneStart(text[at]) {
		at--
	}
	return at
}
