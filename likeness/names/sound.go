package names

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// word is one word of a name: how it is written, folded, and how it sounds.
// tight keeps the vowels; loose is the skeleton of consonants, which survives
// most of what a tired hand does to a name it has only heard.
type word struct{ text, tight, loose string }

func sounded(text string) word {
	s := sound(text)
	return word{text, s, skeleton(s)}
}

// fold writes a name in small Latin letters without marks, words parted by one
// space. A hyphen parts words, an apostrophe does not.
func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case 'ç', 'Ç':
			return 's'
		case '\'', '’', 'ʼ', '`', '´':
			return -1
		}
		return r
	}, s)
	plain, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s)
	if err != nil {
		plain = s
	}
	var b strings.Builder
	for _, r := range strings.ToLower(plain) {
		switch latin, known := cyrillic[r]; {
		case known:
			b.WriteString(latin)
		case unicode.IsLetter(r):
			b.WriteRune(r)
		case unicode.IsDigit(r): // tones: wei3
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// cyrillic is the romanisation of passports (ICAO 9303, part 3), as far as its
// sounds need it; и and й fall together when the marks go.
var cyrillic = map[rune]string{'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ж': "zh", 'з': "z", 'и': "i",
	'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh",
	'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "iu", 'я': "ia", 'і': "i", 'є': "ie", 'ґ': "g"}

// rule rewrites letters that stand before one of the letters of before (any, if
// empty; "$" is the end) by a class of sound. A class is a capital letter, a
// vowel a small one.
type rule struct{ letters, before, sound string }

const vowels = "aeiouy"

// atStart holds only where a word begins.
var atStart = []rule{
	{"ps", "", "S"}, {"pt", "", "T"}, {"x", "", "Y"}, {"y", vowels, "Y"}, {"y", "", "i"},
	{"est", "", "ST"}, {"esp", "", "SP"}, {"esk", "", "SK"}, {"esc", "aou", "SK"}, {"esm", "", "SM"}, {"esl", "", "SL"},
}

// anywhere is tried from the top. Classes: B b/v, C ch, G hard g, w, hu-, gu-,
// K c/k/q, N n/ñ and m at an end or before b and p, S s/z/soft c/sh, Y j, y, ll,
// soft g, kh. These are the exchanges that Spanish-speaking registries make, and
// what English, French, Portuguese and Kreyòl spellings become in them.
var anywhere = []rule{
	{"shch", "", "S"}, {"sch", "", "S"}, {"tch", "", "C"}, {"ste", "$", "S"}, {"st", "$", "S"},
	{"sh", "", "S"}, {"ch", "", "C"}, {"zh", "", "C"}, {"kh", "", "Y"}, {"gh", "", "G"}, {"ph", "", "F"}, {"th", "", "T"},
	{"dh", "", "D"}, {"bh", "", "B"}, {"rh", "", "R"}, {"lh", vowels, "Y"}, {"nh", vowels, "N"}, {"dj", "", "Y"},
	{"ts", "", "S"}, {"tz", "", "S"}, {"cz", "", "S"}, {"ck", "", "K"}, {"pt", "", "T"},
	{"cao", "$", "Sau"}, {"sc", "eiy", "S"}, {"cc", "eiy", "KS"}, {"c", "eiy", "S"}, {"c", "", "K"},
	{"qu", "", "K"}, {"q", "", "K"}, {"k", "", "K"}, {"x", "", "KS"},
	{"gui", "", "Gi"}, {"gue", "", "Gi"}, {"gu", "ao", "G"}, {"gn", vowels, "N"}, {"g", "eiy", "Y"}, {"g", "", "G"},
	{"hu", "aeio", "G"}, {"h", "", ""}, {"w", "", "G"},
	{"ll", vowels, "Y"}, {"l", "", "L"}, {"j", "", "Y"},
	{"ny", "aeou", "N"}, {"ni", "aeou", "Ni"}, {"n", "", "N"}, {"m", "bp$", "N"}, {"m", "", "M"},
	{"b", "", "B"}, {"v", "", "B"}, {"d", "", "D"}, {"f", "", "F"}, {"p", "", "P"}, {"r", "", "R"},
	{"s", "", "S"}, {"z", "", "S"}, {"t", "", "T"},
	{"oui", "", "Gi"}, {"oi", "", "Ga"}, {"ou", "", "u"}, {"oo", "", "u"}, {"ee", "", "i"},
	{"ai", "", "i"}, {"ay", "bcdfghjklmnpqrstvwxz$", "i"}, {"ei", "", "i"}, {"ey", "bcdfghjklmnpqrstvwxz$", "i"},
	{"iy", "", "i"}, {"a", "", "a"}, {"e", "", "i"}, {"i", "", "i"}, {"o", "", "u"}, {"u", "", "u"},
}

// sound writes how a folded word sounds, the same sound never twice running. Of
// the vowels three are told apart, as in Quechua and Aymara.
func sound(text string) string {
	var b strings.Builder
	last := byte(0)
	say := func(s string) {
		for i := range len(s) {
			if s[i] != last {
				b.WriteByte(s[i])
			}
			last = s[i]
		}
	}
	for at := 0; at < len(text); {
		n, s := heard(text, at, last)
		say(s)
		at += n
	}
	return b.String()
}

// heard is how many letters the sound at this place takes, and which it is.
func heard(text string, at int, last byte) (int, string) {
	if at == 0 {
		for _, r := range atStart {
			if r.at(text, at) {
				return len(r.letters), r.sound
			}
		}
	}
	if text[at] == 'y' {
		return 1, glide(text, at, last)
	}
	for _, r := range anywhere {
		if r.at(text, at) {
			return len(r.letters), r.sound
		}
	}
	return 1, text[at : at+1] // another script: as it is
}

// glide is what a y is: a consonant between vowels, else a vowel.
func glide(text string, at int, last byte) string {
	before := last == 'a' || last == 'i' || last == 'u'
	after := at+1 < len(text) && strings.IndexByte(vowels, text[at+1]) >= 0
	if before && after {
		return "Y"
	}
	return "i"
}

func (r rule) at(text string, at int) bool {
	rest, found := strings.CutPrefix(text[at:], r.letters)
	switch {
	case !found:
		return false
	case r.before == "":
		return true
	case rest == "":
		return strings.HasSuffix(r.before, "$")
	}
	return strings.IndexByte(r.before, rest[0]) >= 0
}

// skeleton keeps the consonants and that a word began with a vowel. A word of
// fewer than two consonants keeps everything: little would be left of Li and Wu.
func skeleton(tight string) string {
	var b strings.Builder
	consonants := 0
	for i := range len(tight) {
		switch c := tight[i]; {
		case c != 'a' && c != 'i' && c != 'u':
			b.WriteByte(c)
			consonants++
		case i == 0:
			b.WriteByte('a')
		}
	}
	if consonants < 2 {
		return tight
	}
	return b.String()
}
