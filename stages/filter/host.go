package filter

import (
	"bytes"
	"strings"

	"dataprep/internal/text"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/net/publicsuffix"
)

// hostOf returns the host name in url with its case, without user, port and final dots; empty where
// a bracketed address stands. What has no scheme is taken to begin with the host.
func hostOf(url []byte) []byte {
	at := bytes.Index(url, []byte("//"))
	if at == 0 || at > 1 && url[at-1] == ':' && isScheme(url[:at-1]) {
		url = url[at+2:]
	}
	if end := bytes.IndexAny(url, "/?#"); end >= 0 {
		url = url[:end]
	}
	url = url[bytes.LastIndexByte(url, '@')+1:]
	if len(url) > 0 && url[0] == '[' {
		return nil
	}
	if port := bytes.IndexByte(url, ':'); port >= 0 {
		url = url[:port]
	}
	return bytes.TrimRight(text.TrimSpace(url), ".")
}

func isScheme(s []byte) bool {
	for _, c := range s {
		if symbol[c] == 0 && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	return len(s) > 0
}

// maxLabels is more than any registered domain has: ICANN suffixes have at most four labels.
const maxLabels = 8

// hasParent reports whether the list has host or one of the domains above it. Only then is the
// public suffix worth the search, which allocates.
func (l *list) hasParent(host []byte) bool {
	if len(host) == 0 {
		return false
	}
	if l.has(xxhash.Sum64(host)) {
		return true
	}
	at := len(host)
	for range maxLabels {
		if at = bytes.LastIndexByte(host[:at], '.'); at < 0 {
			return false
		}
		if l.has(xxhash.Sum64(host[at+1:])) {
			return true
		}
	}
	return false
}

// registered returns the registered domain of host, one label more than its public suffix, or ""
// if it has no suffix of the ICANN part of the list or is one itself. Suffixes of the private part
// (github.io) are names like others. Case does not matter and is kept.
//
// The list is the one compiled into golang.org/x/net, so it is as old as that module's version.
func registered(host string) string {
	suffix := strings.ToLower(host)
	if len(suffix) != len(host) {
		return "" // no ASCII name; archives write those in punycode
	}
	for {
		found, icann := publicsuffix.PublicSuffix(suffix)
		if icann {
			suffix = found
			break
		}
		dot := strings.IndexByte(found, '.') // a private suffix stands under an ICANN one
		if dot < 0 {
			return ""
		}
		suffix = found[dot+1:]
	}
	rest := len(host) - len(suffix) - 1
	if rest <= 0 || host[rest-1] == '.' {
		return "" // nothing, or an empty label, before the suffix
	}
	return host[strings.LastIndexByte(host[:rest], '.')+1:]
}
