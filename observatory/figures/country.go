package figures

import (
	_ "embed"
	"encoding/csv"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Way is how a country was found.
type Way string

// The ways, from the surest to none.
const (
	ByCode     Way = "code"     // it is the country's code of ISO 3166-1
	ByName     Way = "name"     // its name in Spanish, English, French or Portuguese, to the letter
	ByUsage    Way = "usage"    // a usual or official name from our own table
	ByDemonym  Way = "demonym"  // what its people are called
	ByFolding  Way = "folding"  // a name or demonym but for case, accents, punctuation or words in brackets
	ByReporter Way = "reporter" // "nationals": the country that reports
	ByMending  Way = "mending"  // a name whose accents broke in transit
	ByDistance Way = "distance" // a misspelling of one name and of no other
	NotStated  Way = "unknown"  // says that it is not known, or nothing
	NoCountry  Way = "none"     // is not a country: abroad, a form's own prompt
	ForAPerson Way = "person"   // several fit, or none: a person has to say
)

// Ways are all of them, in that order.
var Ways = []Way{ByCode, ByName, ByUsage, ByDemonym, ByFolding, ByReporter, ByMending, ByDistance, NotStated, NoCountry, ForAPerson}

// Resolution is what a spelling means, and how that is known.
type Resolution struct {
	Written    string
	Code       string   // ISO 3166-1 alpha-3, or empty
	Way        Way      //
	Matched    string   // the name that it was taken for
	Distance   int      // letters changed, swapped, added or lost
	Candidates []string // for a person: the countries that fit, if any
}

// Guessed reports whether somebody ought to look.
func (r Resolution) Guessed() bool { return r.Way == ByMending || r.Way == ByDistance }

// Proposal is a correction that somebody may accept. Nothing is changed by it.
type Proposal struct {
	From, To string
	Why      Resolution
}

// Propose is the correction of a spelling to its code, if there is one to make.
func (r Resolution) Propose() (Proposal, bool) {
	return Proposal{From: r.Written, To: r.Code, Why: r}, r.Code != "" && r.Code != r.Written
}

//go:embed spellings.csv
var spellings string

// known is one way to write a country.
type known struct {
	code, written string
	way           Way
}

type gazetteer struct {
	exact   map[string][]known
	folded  map[string][]known
	special map[string]Way
	all     []known
	letters []string // of all, folded
	codes   map[string]string
}

var loaded = sync.OnceValue(func() *gazetteer {
	g := &gazetteer{exact: map[string][]known{}, folded: map[string][]known{}, special: map[string]Way{}, codes: map[string]string{}}
	g.names()
	g.table()
	for _, k := range g.all {
		g.exact[k.written] = append(g.exact[k.written], k)
		f := fold(k.written)
		g.folded[f] = append(g.folded[f], k)
		g.letters = append(g.letters, f)
	}
	return g
})

// names are those of the Unicode CLDR in four languages.
func (g *gazetteer) names() {
	langs := []language.Tag{language.Spanish, language.English, language.French, language.Portuguese}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			region, err := language.ParseRegion(string([]rune{a, b}))
			if err != nil || !region.IsCountry() || region.String() != string([]rune{a, b}) || region.Canonicalize() != region || region.ISO3() == "ZZZ" {
				continue
			}
			g.codes[region.ISO3()], g.codes[region.String()] = region.ISO3(), region.ISO3()
			for _, lang := range langs {
				if name := display.Regions(lang).Name(region); name != "" {
					g.all = append(g.all, known{region.ISO3(), name, ByName})
				}
			}
		}
	}
}

// table is our own: usual and official names, demonyms, words for no country.
func (g *gazetteer) table() {
	rows, err := csv.NewReader(strings.NewReader(spellings)).ReadAll()
	if err != nil {
		panic(err)
	}
	for _, r := range rows[1:] {
		code, way := r[0], Way(r[1])
		for _, w := range strings.Split(r[2], "|") {
			switch way {
			case ByUsage, ByDemonym:
				g.all = append(g.all, known{code, w, way})
			default:
				g.special[fold(w)] = way
				g.all = append(g.all, known{"", w, way})
			}
		}
	}
}

// Codes are the countries of ISO 3166-1 by their alpha-3 codes, in order.
func Codes() []string {
	return slices.Compact(slices.Sorted(maps.Values(loaded().codes)))
}

// Resolve finds the country that written means in a return of reporter (alpha-3).
func Resolve(written, reporter string) Resolution {
	g, r := loaded(), Resolution{Written: written}
	s := mojibake(strings.TrimSpace(written))
	for _, try := range []func(string, *Resolution) bool{g.byCode, g.byExact, g.byFolding, g.byMending, g.byDistance} {
		if try(s, &r) {
			break
		}
	}
	if r.Way != ForAPerson && s != strings.TrimSpace(written) && r.Code != "" {
		r.Way = ByMending
	}
	switch r.Way {
	case "":
		r.Way = ForAPerson
	case ByReporter:
		r.Code = reporter
	}
	return r
}

func (g *gazetteer) byCode(s string, r *Resolution) bool {
	if s == "" {
		r.Way = NotStated
		return true
	}
	if code, ok := g.codes[s]; ok && (len(s) == 3 || len(s) == 2) {
		r.Code, r.Way, r.Matched = code, ByCode, s
		return true
	}
	return false
}

func (g *gazetteer) byExact(s string, r *Resolution) bool { return g.choose(g.exact[s], "", r) }

// byFolding looks again without case, accents and what stands in brackets.
func (g *gazetteer) byFolding(s string, r *Resolution) bool {
	if g.choose(g.folded[fold(s)], ByFolding, r) {
		return true
	}
	bare, _, bracketed := strings.Cut(s, "(")
	return bracketed && g.choose(g.folded[fold(bare)], ByFolding, r)
}

// choose takes what all of a list agree on, and otherwise leaves it to a person.
func (g *gazetteer) choose(list []known, way Way, r *Resolution) bool {
	if len(list) == 0 {
		return false
	}
	var codes []string
	for _, k := range list {
		if !slices.Contains(codes, k.code) {
			codes = append(codes, k.code)
		}
	}
	if len(codes) > 1 {
		slices.Sort(codes)
		r.Way, r.Candidates = ForAPerson, codes
		return true
	}
	k := list[0]
	r.Code, r.Way, r.Matched = k.code, k.way, k.written
	if way != "" && (k.way == ByName || k.way == ByUsage || k.way == ByDemonym || way == ByDistance) {
		r.Way = way
	}
	if k.way == NotStated || k.way == NoCountry || k.way == ByReporter {
		r.Way = k.way
	}
	return true
}

// byMending reads each broken letter as any one that has an accent.
func (g *gazetteer) byMending(s string, r *Resolution) bool {
	if !strings.ContainsAny(s, "\ufffd?") {
		return false
	}
	var fit []known
	for _, k := range g.all {
		if fits(strings.ToLower(s), strings.ToLower(k.written)) {
			fit = append(fit, k)
		}
	}
	return g.choose(fit, ByMending, r)
}

func fits(broken, name string) bool {
	for broken != "" && name != "" {
		b, n := utf8.DecodeRuneInString(broken)
		c, m := utf8.DecodeRuneInString(name)
		lost := (b == unicode.ReplacementChar || b == '?') && c >= utf8.RuneSelf
		if b != c && !lost {
			return false
		}
		broken, name = broken[n:], name[m:]
		for lost && strings.HasPrefix(broken, "\ufffd") { // one letter may break into two
			broken = broken[len("\ufffd"):]
		}
	}
	return broken == "" && name == ""
}

// A misspelling is taken only of words of so many letters, with one change (two
// from longEnough on), and only if every other country is two changes further
// off; one is enough if the letters are the very same in another order.
const (
	shortest   = 5
	longEnough = 9
	margin     = 2
)

func (g *gazetteer) byDistance(s string, r *Resolution) bool {
	f := fold(s)
	if utf8.RuneCountInString(f) < shortest || strings.ContainsRune(f, unicode.ReplacementChar) {
		return false
	}
	near := map[string]int{}
	names := map[string]known{}
	for i, k := range g.all {
		d := distance(f, g.letters[i])
		if best, there := near[k.code]; !there || d < best {
			near[k.code], names[k.code] = d, k
		}
	}
	most := 1
	if utf8.RuneCountInString(f) >= longEnough {
		most = 2
	}
	var close []string
	best := most + 1
	for _, d := range near {
		best = min(best, d)
	}
	if best > most {
		return false
	}
	same := false
	for code, d := range near {
		same = same || d == best && letters(f) == letters(fold(names[code].written))
	}
	for code, d := range near {
		if d == best || d < best+margin && !same {
			close = append(close, code)
		}
	}
	if len(close) > 1 {
		slices.Sort(close)
		r.Way, r.Candidates = ForAPerson, slices.DeleteFunc(close, func(c string) bool { return c == "" })
		return true
	}
	g.choose([]known{names[close[0]]}, ByDistance, r)
	r.Distance = best
	return true
}

// letters are those of a word, in order.
func letters(s string) string {
	r := []rune(s)
	slices.Sort(r)
	return string(r)
}

// distance is how many letters are changed, swapped with their neighbour, added
// or lost (optimal string alignment).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > 4 || d < -4 {
		return 9 // further than is ever asked
	}
	before, last, now := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		now[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(y)]
}

// mojibake undoes UTF-8 that was read as Latin-1: PanamÃ¡.
func mojibake(s string) string {
	if !strings.ContainsAny(s, "ÃÂ") {
		return s
	}
	raw, err := charmap.Windows1252.NewEncoder().String(s)
	if err != nil || !utf8.ValidString(raw) || strings.ContainsRune(raw, unicode.ReplacementChar) {
		return s
	}
	return raw
}

// Name is a country's name in the language, Spanish unless it is "en"; of what
// is not a country it is the code itself.
func Name(code, lang string) string {
	if code == Others {
		return ""
	}
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	tag := language.Spanish
	if lang == "en" {
		tag = language.English
	}
	if name := display.Regions(tag).Name(region); name != "" {
		return name
	}
	return code
}
