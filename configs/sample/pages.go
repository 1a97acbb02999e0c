//go:build ignore

package main

// group is one run of pages of one package and language; "*" in the patterns is a page's name.
type group struct {
	pkg, path string // package, path pattern inside it
	url       string // pattern of the public address
	lang      string // language of the text, not of the folder
	header    string // Content-Type of the HTTP response
	note      string // pattern, goes to the manifest
	names     string // page names, separated by blanks
}

const (
	plain = "text/html"
	utf8  = "text/html; charset=UTF-8"

	hb    = "usr/share/doc/debian-handbook/html/"
	hbURL = "https://debian-handbook.info/browse/"
	pg    = "usr/share/doc/postgresql-doc-15/html/*.html"
	pgURL = "https://www.postgresql.org/docs/15/*.html"
	ap    = "usr/share/doc/apache2-doc/manual/"
	apURL = "https://httpd.apache.org/docs/2.4/"
	py    = "usr/share/doc/python3.11/html/*.html"
	pyURL = "https://docs.python.org/3.11/*.html"
	faq   = "usr/share/doc/debian/FAQ/*.html"
	faqEn = "usr/share/doc/debian/FAQ/*.en.html"
	man   = "https://www.debian.org/doc/manuals/"
	hist  = "usr/share/doc/debian-history/docs/*."
	hd    = "usr/share/doc/harden-doc/html/"
	hdURL = man + "securing-debian-manual/*."
	ig    = "usr/share/doc/installation-guide-"
	igURL = "https://www.debian.org/releases/bookworm/"
	lo    = "usr/share/libreoffice/help/"
	loURL = "https://help.libreoffice.org/7.4/"
	ex    = "usr/share/doc/exim4-doc-html/spec_html/*.html"
	exURL = "https://www.exim.org/exim-html-4.96/doc/html/spec_html/*.html"
	gd    = "usr/share/doc/git-doc/*.html"
	gdURL = "https://www.kernel.org/pub/software/scm/git/docs/*.html"

	igNear = "ch02s03 ch02s04 ch03s03 ch05s03 ch06s01 ch06s04 apas03"
	loPair = "shared/00/00000002 shared/00/00000005 shared/autopi/01110200 " +
		"shared/guide/classification shared/guide/openpgp shared/05/new_help " +
		"simpress/guide/impress_remote shared/01/ref_pdf_export_general " +
		"swriter/guide/pageorientation sbasic/shared/01030300 swriter/guide/pagenumbers " +
		"scalc/guide/cellstyle_conditional shared/optionen/01010400"
	loThree = "shared/autopi/01110200 swriter/guide/globaldoc_howtos simpress/guide/impress_remote"
	nav     = "navigation-heavy"
	code    = "code or table-heavy"
	near    = "near-duplicate-of: "
	exact   = "exact-duplicate-of: "
)

// manuals returns the English pages of programs and the handbook that are nobody's copy.
func manuals() []group {
	return []group{
		{"debian-handbook", hb + "en-US/*.html", hbURL + "en-US/stable/*.html", "en", utf8, "",
			"foreword conclusion case-study sect.acknowledgments sect.administration-interfaces " +
				"sect.becoming-package-maintainer sect.book-structure " +
				"sect.common-procedures sect.computer-layers " +
				"sect.dist-upgrade sect.foundation-documents sect.graphical-desktops sect.ipv6 " +
				"sect.other-security-considerations sect.regular-upgrades " +
				"sect.release-lifecycle sect.user-space sect.why-debian solving-problems"},
		{"debian-handbook", hb + "en-US/*.html", hbURL + "en-US/stable/*.html", "en", utf8, nav,
			"index"},
		{"debian-handbook", hb + "en-US/*.html", hbURL + "en-US/stable/*.html", "en", utf8, code,
			"sect.apt-cache sect.dhcp sect.kernel-compilation"},
		{"postgresql-doc-15", pg, pgURL, "en", "text/html; charset=utf-8", "",
			"continuous-archiving hot-standby collation storage-toast libpq-ssl bug-reporting " +
				"locale error-style-guide creating-cluster backup-dump indexes-partial " +
				"parallel-plans wal-reliability upgrading tutorial-transactions index-scanning " +
				"protocol-overview applevel-consistency history wal-async-commit " +
				"release-15-9 ddl-schemas encryption-options geqo-pg-intro"},
		{"postgresql-doc-15", pg, pgURL, "en", "text/html; charset=utf-8", nav, "index acronyms"},
		{"postgresql-doc-15", pg, pgURL, "en", "text/html; charset=utf-8", code,
			"arrays tutorial-join queries-order sql-vacuum catalog-pg-class datatype-boolean " +
				"textsearch-intro"},
		{"postgresql-doc-15", pg, pgURL, "en", "text/html; charset=utf-8", "short",
			"ddl-others legalnotice tutorial-conclusion"},
		{"apache2-doc", ap + "en/*.html", apURL + "en/*.html", "en", utf8, "",
			"developer/filters getting-started howto/auth misc/security_tips mpm ssl/ssl_intro " +
				"suexec vhosts/name-based new_features_2_0 mod/mod_unique_id " +
				"dns-caveats"},
		{"apache2-doc", ap + "en/*.html", apURL + "en/*.html", "en", utf8, code,
			"howto/htaccess rewrite/intro"},
		{"apache2-doc", ap + "en/*.html", apURL + "en/*.html", "en", utf8, nav,
			"index sitemap mod/index mod/directives howto/index misc/index vhosts/index"},
		{"python3.11-doc", py, pyURL, "en", plain, "",
			"bugs distributing/index extending/windows faq/installed installing/index " +
				"howto/pyporting library/intro library/pydoc " +
				"reference/executionmodel reference/introduction tutorial/appetite " +
				"tutorial/interactive"},
		{"python3.11-doc", py, pyURL, "en", plain, nav, "index library/index howto/index"},
		{"python3.11-doc", py, pyURL, "en", plain, code,
			"howto/sorting tutorial/floatingpoint tutorial/introduction tutorial/venv"},
	}
}

// project returns the other English pages that are nobody's copy.
func project() []group {
	return []group{
		{"debian-faq", faq, man + "debian-faq/*.html", "en", plain, "",
			"basic-defs.en choosing.en compatibility.en contributing.en customizing.en " +
				"pkg-basics.en support.en redistributing.en"},
		{"debian-faq", faq, man + "debian-faq/*.html", "en", plain, nav, "index.en"},
		{"debian-history", hist + "en.html", man + "project-history/*.en.html", "en", plain, "",
			"intro manifesto leaders"},
		{"developers-reference", "usr/share/developers-reference/*.html",
			man + "developers-reference/*.en.html", "en", plain, "",
			"beyond-pkging developer-duties new-maintainer"},
		{"exim4-doc-html", ex, exURL, "en", utf8, "",
			"ch-introduction ch-how_exim_receives_and_delivers_mail ch-retry_configuration " +
				"ch-smtp_processing ch-systemwide_message_filtering ch-the_dnslookup_router " +
				"ch-the_exim_monitor ch-environment_for_running_local_transports " +
				"filter_ch-forwarding_and_filtering_in_exim filter_ch-sieve_filter_files"},
		{"git-doc", gd, gdURL, "en", utf8, "",
			"gittutorial gitworkflows git-sparse-checkout gitcvs-migration ReviewingGuidelines"},
		{"git-doc", gd, gdURL, "en", utf8, code, "git-mv gitignore"},
		{"harden-doc", hd + "en-US/*.html", hdURL + "en.html", "en", plain, "",
			"after-compromise ch03s02 ch04s17 ch05s05 ch08s08 ch09 ch10 ch10s05 dsa " +
				"intrusion-detect"},
		{"harden-doc", hd + "en-US/*.html", hdURL + "en.html", "en", plain, nav, "index"},
		{"harden-doc", hd + "en-US/*.html", hdURL + "en.html", "en", plain, code,
			"log-alerts sec-bind"},
		{"installation-guide-amd64", ig + "amd64/en/*.html", igURL + "amd64/*.en.html", "en",
			plain, "", "apas02 apas03 apbs05 ch01s02 ch02s03 ch02s04 ch03s03 ch03s06 " +
				"ch05s03 ch06s01 ch06s04 ch08s04"},
		{"installation-guide-amd64", ig + "amd64/en/*.html", igURL + "amd64/*.en.html", "en",
			plain, nav, "index"},
		{"libreoffice-help-en-us", lo + "en-US/text/*.html", loURL + "en-US/text/*.html", "en",
			plain, "", loPair},
	}
}

// copies returns the English pages that repeat another page, nearly or to the byte.
func copies() []group {
	hbNear := near + hbURL + "en-US/stable/*.html"
	hdNear := near + hdURL + "en.html"
	igTwin := igURL + "amd64/*.en.html"
	loNear := near + loURL + "en-US/text/*.html"
	gitDup := exact + "https://www.kernel.org/pub/software/scm/git/docs/*.html"
	return []group{
		{"debian-handbook", hb + "da-DK/*.html", hbURL + "da-DK/stable/*.html", "en", utf8, hbNear,
			"sect.other-security-considerations sect.computer-layers sect.why-debian"},
		{"debian-handbook", hb + "zh-TW/*.html", hbURL + "zh-TW/stable/*.html", "en", utf8, hbNear,
			"sect.becoming-package-maintainer"},
		{"debian-handbook", hb + "cs-CZ/*.html", hbURL + "cs-CZ/stable/*.html", "en", utf8, hbNear,
			"sect.user-space"},
		{"debian-handbook", hb + "en-US/*.html", hbURL + "stable/*.html", "en", utf8,
			exact + hbURL + "en-US/stable/*.html", "sect.foundation-documents sect.why-debian"},
		{"harden-doc", hd + "es-ES/*.html", hdURL + "es.html", "en", plain, hdNear, "ch08s08"},
		{"harden-doc", hd + "ja-JP/*.html", hdURL + "ja.html", "en", plain, hdNear, "ch10 dsa"},
		{"harden-doc", hd + "pt-BR/*.html", hdURL + "pt-br.html", "en", plain, hdNear, "ch09"},
		{"installation-guide-arm64", ig + "arm64/en/*.html", igURL + "arm64/*.en.html", "en",
			plain, near + igTwin, igNear},
		{"installation-guide-i386", ig + "i386/en/*.html", igURL + "i386/*.en.html", "en",
			plain, near + igTwin, "ch05s03 ch08s04"},
		{"installation-guide-i386", ig + "i386/en/*.html", igURL + "i386/*.en.html", "en",
			plain, exact + igTwin, "apbs05 ch03s06"},
		{"installation-guide-arm64", ig + "arm64/en/*.html", igURL + "arm64/*.en.html", "en",
			plain, exact + igTwin, "ch01s02"},
		{"libreoffice-help-en-gb", lo + "en-GB/text/*.html", loURL + "en-GB/text/*.html", "en",
			plain, loNear, loPair},
		{"libreoffice-help-ja", lo + "ja/text/*.html", loURL + "ja/text/*.html", "en",
			plain, loNear, "shared/00/00000002"},
		{"postgresql-doc-15", pg, "https://www.postgresql.org/docs/current/*.html", "en",
			"text/html; charset=utf-8", exact + pgURL, "history tutorial-transactions"},
		{"python3.11-doc", py, "https://docs.python.org/3/*.html", "en", plain, exact + pyURL,
			"tutorial/appetite"},
		{"debian-faq", faqEn, man + "debian-faq/*.html", "en", plain,
			exact + man + "debian-faq/*.en.html", "choosing"},
		{"git-doc", gd, "https://git.github.io/htmldocs/*.html", "en", utf8, gitDup,
			"gittutorial"},
	}
}
