package figures

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold is how words are compared: without accents, case, punctuation and doubled
// spaces. What broke in transit (U+FFFD) is kept, so that it is not taken for
// nothing.
func fold(s string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r), unicode.IsNumber(r), r == unicode.ReplacementChar:
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteRune(unicode.ToLower(r))
			space = false
		default:
			space = true
		}
	}
	return b.String()
}

// Printable is text of a file as a terminal may show it.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
