package language

import (
	"slices"
	"unicode"

	"github.com/abadojack/whatlanggo"

	"dataprep/internal/text"
)

// TrigramsVersion pins the library whose tables decide labels without a model.
const TrigramsVersion = "v1.0.1"

// trigramBytes is how much of a text the library sees. It ranks all trigrams of a text against
// profiles of 300, so that on more than a few KiB every language looks worse than none and its
// confidence turns negative: of 300 documents of C4, 297 are English at 1 KiB, 258 as a whole. It
// also bounds the cost of a document, at about half a millisecond.
const trigramBytes = 1 << 10

// trigrams asks whatlanggo.
type trigrams struct{ keep []string }

func newTrigrams(keep []string) func() detector {
	return func() detector { return &trigrams{keep} }
}

// detect implements detector. When two languages of a script fit equally well the library names the
// one that its map yields first, with confidence 0: no language, then, and none at 0 or below.
func (t *trigrams) detect(data []byte) guess {
	info := whatlanggo.Detect(string(head(data, trigramBytes)))
	if info.Lang < 0 || int(info.Lang) >= len(codes) || !(info.Confidence > 0) {
		return guess{}
	}
	g := guess{language: codes[info.Lang], script: script(info), score: min(info.Confidence, 1)}
	if slices.Contains(t.keep, g.language) {
		g.wanted, g.kept = true, g.score
	}
	return g
}

// head returns the first n bytes of data at most, without the beginning of a character at the end.
func head(data []byte, n int) []byte {
	data = text.TrimSpaceLeft(data)
	if len(data) <= n {
		return data
	}
	for n > 0 && data[n]&0xC0 == 0x80 {
		n--
	}
	return data[:n]
}

func script(info whatlanggo.Info) string {
	if info.Lang == whatlanggo.Jpn {
		return "Jpan"
	}
	for _, s := range scripts {
		if s.table == info.Script {
			return s.code
		}
	}
	return ""
}

func trigramsKnow(name string) bool { return slices.Contains(codes[:], name) }

var scripts = [...]struct {
	table *unicode.RangeTable
	code  string // ISO 15924
}{
	{unicode.Latin, "Latn"}, {unicode.Cyrillic, "Cyrl"}, {unicode.Arabic, "Arab"},
	{unicode.Han, "Hani"}, {unicode.Devanagari, "Deva"}, {unicode.Hebrew, "Hebr"},
	{unicode.Ethiopic, "Ethi"}, {unicode.Bengali, "Beng"}, {unicode.Hangul, "Hang"},
	{unicode.Georgian, "Geor"}, {unicode.Greek, "Grek"}, {unicode.Kannada, "Knda"},
	{unicode.Tamil, "Taml"}, {unicode.Thai, "Thai"}, {unicode.Gujarati, "Gujr"},
	{unicode.Gurmukhi, "Guru"}, {unicode.Telugu, "Telu"}, {unicode.Malayalam, "Mlym"},
	{unicode.Oriya, "Orya"}, {unicode.Myanmar, "Mymr"}, {unicode.Sinhala, "Sinh"},
	{unicode.Khmer, "Khmr"},
}

// codes names the library's languages as lid.176 does: ISO 639-1, else 639-3; macrolanguages (zh,
// no, fa) for what the library calls by its largest member.
var codes = [...]string{
	whatlanggo.Afr: "af", whatlanggo.Aka: "ak", whatlanggo.Amh: "am", whatlanggo.Arb: "ar",
	whatlanggo.Azj: "az", whatlanggo.Bel: "be", whatlanggo.Ben: "bn", whatlanggo.Bho: "bh",
	whatlanggo.Bul: "bg", whatlanggo.Ceb: "ceb", whatlanggo.Ces: "cs", whatlanggo.Cmn: "zh",
	whatlanggo.Dan: "da", whatlanggo.Deu: "de", whatlanggo.Ell: "el", whatlanggo.Eng: "en",
	whatlanggo.Epo: "eo", whatlanggo.Est: "et", whatlanggo.Fin: "fi", whatlanggo.Fra: "fr",
	whatlanggo.Guj: "gu", whatlanggo.Hat: "ht", whatlanggo.Hau: "ha", whatlanggo.Heb: "he",
	whatlanggo.Hin: "hi", whatlanggo.Hrv: "hr", whatlanggo.Hun: "hu", whatlanggo.Ibo: "ig",
	whatlanggo.Ilo: "ilo", whatlanggo.Ind: "id", whatlanggo.Ita: "it", whatlanggo.Jav: "jv",
	whatlanggo.Jpn: "ja", whatlanggo.Kan: "kn", whatlanggo.Kat: "ka", whatlanggo.Khm: "km",
	whatlanggo.Kin: "rw", whatlanggo.Kor: "ko", whatlanggo.Kur: "ku", whatlanggo.Lav: "lv",
	whatlanggo.Lit: "lt", whatlanggo.Mai: "mai", whatlanggo.Mal: "ml", whatlanggo.Mar: "mr",
	whatlanggo.Mkd: "mk", whatlanggo.Mlg: "mg", whatlanggo.Mya: "my", whatlanggo.Nep: "ne",
	whatlanggo.Nld: "nl", whatlanggo.Nno: "nn", whatlanggo.Nob: "no", whatlanggo.Nya: "ny",
	whatlanggo.Ori: "or", whatlanggo.Orm: "om", whatlanggo.Pan: "pa", whatlanggo.Pes: "fa",
	whatlanggo.Pol: "pl", whatlanggo.Por: "pt", whatlanggo.Ron: "ro", whatlanggo.Run: "rn",
	whatlanggo.Rus: "ru", whatlanggo.Sin: "si", whatlanggo.Skr: "skr", whatlanggo.Slv: "sl",
	whatlanggo.Sna: "sn", whatlanggo.Som: "so", whatlanggo.Spa: "es", whatlanggo.Srp: "sr",
	whatlanggo.Swe: "sv", whatlanggo.Tam: "ta", whatlanggo.Tel: "te", whatlanggo.Tgl: "tl",
	whatlanggo.Tha: "th", whatlanggo.Tir: "ti", whatlanggo.Tuk: "tk", whatlanggo.Tur: "tr",
	whatlanggo.Uig: "ug", whatlanggo.Ukr: "uk", whatlanggo.Urd: "ur", whatlanggo.Uzb: "uz",
	whatlanggo.Vie: "vi", whatlanggo.Ydd: "yi", whatlanggo.Yor: "yo", whatlanggo.Zul: "zu",
}
