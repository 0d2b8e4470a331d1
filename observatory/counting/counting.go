package counting

import (
	"encoding/csv"
	"slices"
	"strings"
	"sync"

	"istmo/data"
	"istmo/fault"
	"istmo/observatory/figures"
)

// What somebody counts as.
const (
	Presumed   = "presumed"   // the law does not say "victim" of them yet
	Identified = "identified" // by the country's authority
)

// The codes of what is counted; each list ends with what is not known.
var (
	Standings = []string{Presumed, Identified}
	Sexes     = []string{"female", "male", "other", "unknown"}
	Ages      = []string{"0-17", "18+", "unknown"}
	Forms     = []string{"sexual", "labour", "other", "unknown"}
)

// Unknown is what is not known.
const Unknown = "unknown"

// Rule is one of them: in codes, and in words with its source.
type Rule struct {
	Key, Country, Value string
	Source              string
	es, en              string
}

// In is the rule in words.
func (r Rule) In(lang string) string {
	if lang == "en" {
		return r.en
	}
	return r.es
}

// Set is the rules of one version.
type Set struct {
	Version string
	Rules   []Rule
	codes   map[string]string // by key and country
}

var shipped = sync.OnceValues(read)

// Shipped is the rules in force.
func Shipped() (Set, error) { return shipped() }

func read() (s Set, err error) {
	f, err := data.Files.Open("counting-rules.csv")
	if err != nil {
		return s, fault.Internal("counting rules", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return s, fault.Internal("counting rules", err)
	}
	s.codes = map[string]string{}
	for _, r := range rows[1:] {
		s.Version = r[0]
		s.Rules = append(s.Rules, Rule{Key: r[1], Country: r[2], Value: r[3], es: r[4], en: r[5], Source: r[6]})
		s.codes[r[1]+" "+r[2]] = r[3]
	}
	return s, nil
}

// of is what a code amounts to: by the country's own rule or everybody's.
func (s Set) of(key, country string) string {
	if v, own := s.codes[key+" "+country]; own {
		return v
	}
	return s.codes[key+" *"]
}

// Decision is what an authority decided on a day (2006-01-02).
type Decision struct{ Status, Day string }

// Judged is what a country's decisions about somebody come to.
type Judged struct {
	Standing string // empty: they are not counted
	Settled  bool   // an authority has settled it, either way
	First    string // the day of the first decision that presumes or identifies; empty if none does
}

// Judge weighs a country's decisions about somebody, in the order in which they were
// made. The last that settles it counts; a provisional one undoes none that settles.
func (s Set) Judge(country string, all []Decision) (j Judged) {
	for _, d := range all {
		as := s.of("standing."+d.Status, country)
		if as == "" {
			continue
		}
		if j.First == "" && as != "out" {
			j.First = d.Day
		}
		switch {
		case as == "out":
			j.Standing, j.Settled = "", true
		case as == Identified:
			j.Standing, j.Settled = as, true
		case !j.Settled:
			j.Standing = as
		}
	}
	return j
}

// Form is the one that counts of somebody's forms of exploitation.
func (s Set) Form(forms []string) string {
	var all []string
	for _, f := range forms {
		all = append(all, s.of("form."+f, ""))
	}
	for _, f := range strings.Fields(s.of("main-form", "")) {
		if slices.Contains(all, f) {
			return f
		}
	}
	return Unknown
}

// Age is the age that counts, of a band of years and whether it is in doubt.
func Age(band string, inDoubt bool) string {
	switch {
	case inDoubt || band == "0-8" || band == "9-17":
		return "0-17"
	case band == Unknown || band == "":
		return Unknown
	}
	return "18+"
}

// Citizenship is the one that counts of somebody's citizenships (alpha-2), as alpha-3,
// in a country.
func Citizenship(all []string, country string) string {
	own := slices.Contains(all, country)
	for _, one := range all {
		if own && one != country {
			continue
		}
		if r := figures.Resolve(one, ""); r.Way == figures.ByCode {
			return r.Code
		}
	}
	return Unknown
}

// Coded is whether a rule says what a code counts as; the others are in words alone.
func (r Rule) Coded() bool {
	return strings.HasPrefix(r.Key, "standing.") || strings.HasPrefix(r.Key, "form.")
}

// As is what a status counts as in a country (alpha-3): one of Standings, or "out".
func (s Set) As(status, country string) (as string) {
	for _, r := range s.Rules {
		if r.Key != "standing."+status {
			continue
		}
		if r.Country == "*" && as == "" || r.Country != "*" && Citizenship([]string{r.Country}, "") == country {
			as = r.Value
		}
	}
	return as
}
