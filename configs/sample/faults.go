//go:build ignore

package main

// fix says how one page departs from its package. An empty charset keeps the bytes.
type fix struct {
	url     string
	charset string // what the bytes become
	header  string // Content-Type of the response
	meta    string // charset the page itself declares; "none" removes the declaration
	note    string
}

var fixes = []fix{
	{loURL + "de/text/simpress/guide/impress_remote.html", "iso-8859-1", plain, "iso-8859-1", ""},
	{loURL + "fr/text/simpress/guide/impress_remote.html", "windows-1252",
		"text/html; charset=windows-1252", "windows-1252", ""},
	{hbURL + "it-IT/stable/sect.why-debian.html", "iso-8859-15",
		"text/html; charset=iso-8859-15", "none", ""},
	{loURL + "ru/text/swriter/guide/globaldoc_howtos.html", "windows-1251",
		"text/html; charset=windows-1251", "none", ""},
	{igURL + "amd64/ch02s03.ru.html", "koi8-r", "text/html; charset=KOI8-R", "koi8-r", ""},
	{loURL + "ja/text/swriter/guide/globaldoc_howtos.html", "shift_jis", plain, "shift_jis", ""},
	{igURL + "amd64/ch02s03.ja.html", "euc-jp", "text/html; charset=EUC-JP", "euc-jp", ""},
	{loURL + "zh-CN/text/simpress/guide/impress_remote.html", "gb18030", plain, "gb18030", ""},
	{igURL + "amd64/ch02s03.zh-cn.html", "gbk", plain, "gb2312",
		"declared as gb2312, as the web does"},
	{loURL + "pl/text/simpress/guide/impress_remote.html", "iso-8859-2", plain, "iso-8859-2", ""},
	{loURL + "hu/text/swriter/guide/globaldoc_howtos.html", "iso-8859-2",
		"text/html; charset=ISO-8859-2", "iso-8859-2", ""},
	{loURL + "cs/text/swriter/guide/globaldoc_howtos.html", "windows-1250", plain,
		"windows-1250", ""},
	{igURL + "amd64/ch02s03.el.html", "iso-8859-7", plain, "iso-8859-7", ""},
	{apURL + "tr/filter.html", "iso-8859-9", "text/html; charset=iso-8859-9", "iso-8859-9", ""},
	{hbURL + "de-DE/stable/sect.book-structure.html", "windows-1252", utf8, "utf-8",
		"lies: header and page say utf-8"},
	{igURL + "amd64/ch02s03.fr.html", "", "text/html; charset=iso-8859-1", "utf-8",
		"lies: header says iso-8859-1, the page says utf-8 and is right"},
	{loURL + "ru/text/shared/autopi/01110200.html", "windows-1251", plain, "none",
		"no declaration anywhere"},
	{igURL + "amd64/ch02s03.nl.html", "", plain, "none", "no declaration anywhere"},
	{"https://www.postgresql.org/docs/15/index-scanning.html", "", plain, "none",
		"no declaration anywhere"},
}

// wire lists the pages that travel in another HTTP coding.
var wire = [][2]string{
	{"https://www.postgresql.org/docs/15/continuous-archiving.html", "gzip"},
	{"https://docs.python.org/3.11/howto/pyporting.html", "chunked"},
}

// The pages of the small text files, all of them also in the WARC files.
var (
	wetPages = []string{
		hbURL + "en-US/stable/sect.release-lifecycle.html",
		"https://www.postgresql.org/docs/15/bug-reporting.html",
		igURL + "amd64/ch05s03.en.html", igURL + "arm64/ch05s03.en.html",
		hbURL + "es-ES/stable/solving-problems.html", apURL + "fr/getting-started.html",
		man + "project-history/manifesto.de.html", igURL + "amd64/ch02s03.ko.html",
	}
	jsonPages = []string{
		"https://www.postgresql.org/docs/15/hot-standby.html",
		"https://www.postgresql.org/docs/15/history.html",
		"https://www.postgresql.org/docs/current/history.html",
		"https://docs.python.org/3.11/bugs.html", apURL + "en/misc/security_tips.html",
		hbURL + "en-US/stable/sect.computer-layers.html",
		hbURL + "da-DK/stable/sect.computer-layers.html",
		man + "securing-debian-manual/ch10.en.html", gdURL[:len(gdURL)-6] + "gitworkflows.html",
		apURL + "en/sitemap.html", hbURL + "pt-BR/stable/sect.foundation-documents.html",
		apURL + "ja/filter.html",
	}
	languages = map[string]string{"de": "deu", "en": "eng", "es": "spa", "fr": "fra", "ko": "kor"}
)
