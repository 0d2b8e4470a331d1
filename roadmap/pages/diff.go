package pages

import (
	"regexp"
	"strings"

	"github.com/pmezard/go-difflib/difflib"

	"istmo/i18n"
	"istmo/roadmap"
	"istmo/web"
)

// piece is some words of a text: the same in both, gone from the first, or new in
// the second.
type piece struct{ Kind, Text string }

// sides compares two texts word by word. A word is the same whatever space or mark
// follows it; between them the pieces of a side are its whole text.
func sides(was, is string) (left, right []piece) {
	a, b := tokens.FindAllString(was, -1), tokens.FindAllString(is, -1)
	for _, op := range difflib.NewMatcher(words(a), words(b)).GetOpCodes() {
		gone, fresh := strings.Join(a[op.I1:op.I2], ""), strings.Join(b[op.J1:op.J2], "")
		if op.Tag == 'e' {
			left, right = append(left, piece{"same", gone}), append(right, piece{"same", fresh})
			continue
		}
		if gone != "" {
			left = append(left, piece{"gone", gone})
		}
		if fresh != "" {
			right = append(right, piece{"new", fresh})
		}
	}
	return left, right
}

// tokens are the words and the marks of a text, each with the space after it.
var tokens = regexp.MustCompile(`^\s+|[\p{L}\p{M}\p{N}]+\s*|[^\p{L}\p{M}\p{N}\s]\s*`)

// words are tokens without the space.
func words(tokens []string) []string {
	bare := make([]string, len(tokens))
	for i, t := range tokens {
		bare[i] = strings.TrimSpace(t)
	}
	return bare
}

// compared is one field of two texts, side by side.
type compared struct {
	Label       string
	Lang        string // of a field that stands in both languages; else empty
	Left, Right []piece
}

// compareTexts shows where two texts differ, in the reader's words.
func compareTexts(r *web.Request, was, is roadmap.Text) []compared {
	var all []compared
	for _, c := range roadmap.Compare(was, is) {
		one := compared{Label: r.Say("roadmap.field." + c.Name)}
		if lang := c.Name[max(0, len(c.Name)-2):]; i18n.Speaks(lang) {
			one.Lang = lang
			one.Label = r.Say("roadmap.field."+strings.TrimSuffix(c.Name, "_"+lang)) + " · " + i18n.Language(r.Lang, lang)
		}
		one.Left, one.Right = sides(shownWords(r, c.Name, c.Was), shownWords(r, c.Name, c.Is))
		all = append(all, one)
	}
	return all
}

// shownWords puts the codes of a field into words.
func shownWords(r *web.Request, field, words string) string {
	switch field {
	case "line":
		return lineName(r.Lang, words)
	case "marks":
		return named(r, "roadmap.mark.", strings.Fields(words))
	case "sdg", "gcm":
		return named(r, "roadmap."+field+".", strings.Fields(words))
	}
	return words
}

// named puts codes into words. A target ("16.2") is called by its goal, with its
// number; what another node calls by a code that is not known here stays one.
func named(r *web.Request, prefix string, codes []string) string {
	names := make([]string, len(codes))
	for i, c := range codes {
		whole, _, target := strings.Cut(c, ".")
		switch {
		case !i18n.Has(r.Lang, prefix+whole):
			names[i] = c
		case target:
			names[i] = r.Say("roadmap.target", "Goal", r.Say(prefix+whole), "Code", c)
		default:
			names[i] = r.Say(prefix + c)
		}
	}
	return strings.Join(names, "; ")
}
