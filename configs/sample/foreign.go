//go:build ignore

package main

import (
	"strings"
)

// foreign returns the pages in other languages.
func foreign() []group {
	all := []group{}
	latin := "text/html; charset=ISO-8859-1"
	for _, x := range [][4]string{
		{"de", "de", plain, "mpm bind"}, {"es", "es", latin, "handler howto/access"},
		{"da", "da", latin, "index"}, {"fr", "fr", utf8, "getting-started bind"},
		{"ja", "ja", utf8, "handler filter"}, {"tr", "tr", utf8, "mpm filter"},
		{"ko", "ko", plain, "handler mpm new_features_2_2"}, {"zh-cn", "zh", plain, "mpm handler"},
		{"ru", "ru", plain, "getting-started"}, {"pt-br", "pt", utf8, "new_features_2_0"},
	} {
		all = append(all, group{"apache2-doc", ap + x[0] + "/*.html", apURL + x[0] + "/*.html",
			x[1], x[2], "", x[3]})
	}
	for _, x := range [][3]string{
		{"de-DE", "de", "foreword sect.book-structure"},
		{"es-ES", "es", "sect.foundation-documents solving-problems"},
		{"fr-FR", "fr", "sect.role-of-distributions"}, {"id-ID", "id", "foreword"},
		{"it-IT", "it", "foreword sect.why-debian solving-problems"},
		{"ja-JP", "ja", "sect.role-of-distributions"},
		{"nb-NO", "nb", "sect.foundation-documents"}, {"pl-PL", "pl", "sect.role-of-distributions"},
		{"pt-BR", "pt", "sect.foundation-documents sect.why-debian"},
		{"ru-RU", "ru", "sect.role-of-distributions"},
	} {
		all = append(all, group{"debian-handbook", hb + x[0] + "/*.html",
			hbURL + x[0] + "/stable/*.html", x[1], utf8, "", x[2]})
	}
	for _, l := range strings.Fields("ca da de el es fr id it ja ko nl pt ro ru zh_CN") {
		all = append(all, group{"installation-guide-amd64", ig + "amd64/" + l + "/*.html",
			igURL + "amd64/*." + strings.ToLower(strings.ReplaceAll(l, "_", "-")) + ".html",
			l[:2], plain, "", "ch02s03"})
	}
	for _, l := range strings.Fields("cs de es fr hu ja pl pt-BR ru zh-CN") {
		names := loThree
		switch l {
		case "ja", "ru", "hu": // their third page is not translated
			names = "shared/autopi/01110200 swriter/guide/globaldoc_howtos"
		}
		all = append(all, group{"libreoffice-help-" + strings.ToLower(l), lo + l + "/text/*.html",
			loURL + l + "/text/*.html", l[:2], plain, "", names})
	}
	for _, l := range strings.Fields("de fr it ko lt pt") {
		all = append(all, group{"debian-history", hist + l + ".html",
			man + "project-history/*." + l + ".html", l, plain, "", "manifesto"})
	}
	return all
}
