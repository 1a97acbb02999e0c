//go:build ignore

package main

// packages are the only inputs: name, version, licence of the pages taken (SPDX).
var packages = []struct{ name, version, licence string }{
	{"apache2-doc", "2.4.71-1~deb12u1", "Apache-2.0"},
	{"base-files", "12.4+deb12u15", "licence texts only"},
	{"debian-faq", "11.1", "LicenseRef-Debian-FAQ"},
	{"debian-handbook", "11.20220922", "GPL-2.0-or-later OR CC-BY-SA-3.0"},
	{"debian-history", "2.28", "GPL-2.0-or-later"},
	{"developers-reference", "12.18", "GPL-2.0-or-later"},
	{"exim4-doc-html", "4.96-1", "GPL-2.0-or-later"},
	{"git-doc", "1:2.39.5-0+deb12u3", "GPL-2.0-only"},
	{"harden-doc", "3.19+nmu1", "GPL-2.0-or-later"},
	{"installation-guide-amd64", "20230508+deb12u1", "GPL-2.0-only"},
	{"installation-guide-arm64", "20230508+deb12u1", "GPL-2.0-only"},
	{"installation-guide-i386", "20230508+deb12u1", "GPL-2.0-only"},
	{"libreoffice-help-cs", "4:7.4.7-1+deb12u14", "MPL-2.0"},
	{"libreoffice-help-de", "4:7.4.7-1+deb12u14", "MPL-2.0"},
	{"libreoffice-help-en-gb", "4:7.4.7-1+deb12u14", "MPL-2.0"},
	{"libreoffice-help-en-us", "4:7.4.7-1+deb12u14", "MPL-2.0"},
	{"libreoffice-help-es", "4:7.4.7-1+deb12u14", "MPL-2.0"},
	{"libreoffice-help-fr", "4:7.4.7-1+deb12u14", "MPL-2.0"},
	{"libreoffice-help-hu", "4:7.4.7-1+deb12u14", "MPL-2.0"},
	{"libreoffice-help-ja", "4:7.4.7-1+deb12u14", "MPL-2.0"},
	{"libreoffice-help-pl", "4:7.4.7-1+deb12u14", "MPL-2.0"},
	{"libreoffice-help-pt-br", "4:7.4.7-1+deb12u14", "MPL-2.0"},
	{"libreoffice-help-ru", "4:7.4.7-1+deb12u14", "MPL-2.0"},
	{"libreoffice-help-zh-cn", "4:7.4.7-1+deb12u14", "MPL-2.0"},
	{"postgresql-doc-15", "15.20-0+deb12u1", "PostgreSQL"},
	{"python3.11-doc", "3.11.2-6+deb12u9", "PSF-2.0"},
}

// texts are the licence files copied to licenses/: package, path inside it, name here.
var texts = [][3]string{
	{"base-files", "usr/share/common-licenses/Apache-2.0", "Apache-2.0.txt"},
	{"base-files", "usr/share/common-licenses/GPL-2", "GPL-2.txt"},
	{"base-files", "usr/share/common-licenses/MPL-2.0", "MPL-2.0.txt"},
	{"apache2-doc", "usr/share/doc/apache2-doc/copyright", "apache2-doc.txt"},
	{"debian-faq", "usr/share/doc/debian-faq/copyright", "debian-faq.txt"},
	{"debian-handbook", "usr/share/doc/debian-handbook/copyright", "debian-handbook.txt"},
	{"debian-history", "usr/share/doc/debian-history/copyright", "debian-history.txt"},
	{"developers-reference", "usr/share/doc/developers-reference/copyright",
		"developers-reference.txt"},
	{"exim4-doc-html", "usr/share/doc/exim4-doc-html/copyright", "exim4-doc-html.txt"},
	{"git-doc", "usr/share/doc/git-doc/copyright", "git-doc.txt"},
	{"harden-doc", "usr/share/doc/harden-doc/copyright", "harden-doc.txt"},
	{"installation-guide-amd64", "usr/share/doc/installation-guide-amd64/copyright",
		"installation-guide.txt"},
	{"libreoffice-help-en-us", "usr/share/doc/libreoffice-help-en-us/copyright",
		"libreoffice-help.txt"},
	{"postgresql-doc-15", "usr/share/doc/postgresql-doc-15/copyright", "postgresql-doc-15.txt"},
	{"python3.11-doc", "usr/share/doc/python3.11-doc/copyright", "python3.11-doc.txt"},
}
