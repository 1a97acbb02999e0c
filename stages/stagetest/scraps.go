package stagetest

import "strings"

// scraps are what filters are made for: lists, code, boilerplate, repetition, private data.
var scraps = [...]string{
	"Short.",
	"Two words",
	"- apples\n- pears\n- plums\n- a bag of nuts\n- two loaves of bread\n- salt\n- oil\n- tea",
	"• first point of the list\n• second point of the list\n• third point of the list",
	strings.Repeat("Buy cheap watches here today!\n", 40),
	strings.Repeat("the same four words ", 60),
	strings.Repeat("One paragraph that comes again and again in this page.\n\n", 12),
	"package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfor i := 0; i < 10; i++ {\n\t\t" +
		"fmt.Println(i)\n\t}\n}\n",
	"Lorem ipsum dolor sit amet, consectetur adipiscing elit. " + english[0],
	"Please enable JavaScript to view the comments.\nThis site uses cookies. Read our privacy " +
		"policy and the terms of use.\n" + english[1],
	english[2] + " [1] [citation needed]\n" + english[3] + " [edit]",
	"Read more...\nThe story goes on…\nAnd on...\nUntil it ends…\n" + english[4],
	"# # # tag #one #two #three #four and so on #five #six\n#seven #eight",
	"Supercalifragilisticexpialidociouslylongwordsfollowoneanother hereandthereandeverywhere " +
		strings.Repeat("pneumonoultramicroscopicsilicovolcanoconiosis ", 60),
	strings.Repeat("1 2 3 4 5 6 7 8 9 0 ", 40),
	"Write to jane.doe@example.com or to JOHN+lists@mail.example.co.uk, or call us. " + english[5],
	"The server 192.0.2.17 answered, 10.0.0.1 did not; 2001:db8::8a2e:370:7334 was slow. " +
		english[6],
	"Card 4111 1111 1111 1111 was refused, 4111111111111112 is no card at all. " + english[7],
	"a@b.com, c@d.org; e@f.net <g@h.io> 198.51.100.7:8080 [2001:db8::1]:443",
	"HOME | ABOUT | CONTACT | LOGIN\nClick here\nSubscribe now\nShare\nTweet\nLike\nBack to top",
	"{\"key\": [1, 2, {\"inner\": null}]}",
	strings.Join(english[:], "\n") + "\n" + strings.Join(english[:], "\n"),
}

// oddities are texts that are read differently by careless code.
var oddities = [...]string{
	"\ufeffA text that begins with a mark. " + english[0],
	"Lines\r\nthat end\r\nas on other systems.\r\n" + english[1],
	"Old\rline\rends. " + english[2],
	"E\u0301cole and \u00c9cole, na\u0131ve \u0130stanbul, \ufb01sh, \u00df and \u1e9e.",
	"A\u00a0b\u2003c\u200bd\u3000e\u2028f\u2029g\u0085h\vi\fj\x1ck",
	"👩\u200d👩\u200d👧\u200d👦 family 🇩🇪 flag 👍🏽 thumb 1\ufe0f\u20e3 key",
	"bad \xff bytes \xc3( in \xe2\x82 a \xf0\x9f\x98 text. " + english[3],
	"nul \x00 inside \x00\x00 the text. " + english[4],
	"\u202eright to left override\u202c and \u2066isolates\u2069 in it.",
	"   leading and trailing   \n\n\n   \n\t\ttabs\t\n   ",
	"\n\n\n",
	" ",
	"",
	"“Curly quotes,” she said, ‘are not straight’ — and… dashes – differ.",
	"ＦＵＬＬ ｗｉｄｔｈ letters and ①②③ digits ٣٤٥ of other kinds.",
	"don't can't we're I'll they've it's o'clock rock 'n' roll",
}

// addresses meet the rules on URLs.
var addresses = [...]string{
	"http://example.com/",
	"HTTPS://User:pw@WWW.Example.COM:443/A/B?c=d#e",
	"https://xxx-porn-videos.example/free-sex-cams",
	"https://example.co.uk/adult/casino-poker",
	"not a url at all",
	"https://münchen.example/straße",
	"https://192.0.2.1:8080/x",
	"",
	"//host/path",
}

// contentTypes go with pages, in turn.
var contentTypes = [...]string{
	"text/html", "text/html; charset=iso-8859-1", "text/html; charset=windows-1251",
	"application/xhtml+xml", "text/plain", "application/pdf", "", "text/html; charset=no-such",
}

// pages are inputs of extractors that no text column can stand for.
var pages = [...]string{
	"<p>A page without a frame. " + english[0] + "<p>" + english[1] + "<p>" + english[2],
	"<html><body><p>Caf\xe9 cr\xe8me in Latin 1. " + english[3] + "</p></body></html>",
	"<html><head><meta charset=windows-1251></head><body><p>\xcf\xf0\xe8\xe2\xe5\xf2, " +
		"\xec\xe8\xf0. \xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0.</p></body></html>",
	"<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><body><table><tr><td>" +
		english[4] + "</td><td>" + english[5] + "</td></tr></table></body></html>",
	"plain text with no element in it\n" + english[6],
	"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj",
	"",
	"<html><body><script>document.write('x')</script></body></html>",
	"<html><body><ul><li>one<li>two<li>three</ul><pre>  code\n    more</pre><blockquote>" +
		english[7] + "</blockquote></body></html>",
	"<html><frameset><frame src=a></frameset></html>",
}
