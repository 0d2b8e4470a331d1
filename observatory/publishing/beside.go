package publishing

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/observatory/release"
	"istmo/store"
)

// Beside lays the figures that this country and a partner have shown each other side
// by side, if they have.
type Beside struct {
	Node string `json:"node"` // empty for the first partner
}

// Verb names it.
func (Beside) Verb() access.Verb { return "release.beside" }

// Both are two countries' figures.
type Both struct {
	Here      string   `json:"here"`
	Partner   string   `json:"partner"`   // empty if there is none
	Partners  []string `json:"partners"`  // whom one can look at
	Agreement string   `json:"agreement"` // in force; empty if none lets figures cross
	Given     bool     `json:"given"`     // we have shown them some, and they have them
	Got       bool     `json:"got"`       // they have shown us some
	Pairs     []Pair   `json:"pairs"`     // only if all three hold
}

// Mutual is whether each has shown the other some under an agreement in force.
func (b Both) Mutual() bool { return b.Agreement != "" && b.Given && b.Got }

// Pair is one table of one year in both countries.
type Pair struct {
	Over   []string  `json:"over"` // beside the year
	Year   string    `json:"year"`
	Ours   *Side     `json:"ours"` // nil where there is none
	Theirs *Side     `json:"theirs"`
	Rows   []Numbers `json:"rows"`
	// Others is said where "the others" are not the same citizenships in both.
	Others bool `json:"others"`
	// Rules is said where the two hide by different rules, and Editions where they
	// count by different ones.
	Rules    bool `json:"rules"`
	Editions bool `json:"editions"`
}

// Side is where one country's numbers come from.
type Side struct {
	Release string    `json:"release"`
	Title   string    `json:"title"`
	Rule    Rule      `json:"rule"`
	Edition string    `json:"edition"`
	Counted time.Time `json:"counted"`
	Others  []string  `json:"others"`
	cells   map[string]*int
}

// Numbers is one category in both. A number is Absent where a country does not tell the
// category apart, and Hidden where it is too small or covers another.
type Numbers struct {
	At     []string `json:"at"`
	Ours   int      `json:"ours"`
	Theirs int      `json:"theirs"`
}

// What stands in the place of a number.
const (
	Hidden = -1
	Absent = -2
)

// Ask lays them out.
func (c Beside) Ask(tx *store.Tx, who access.Who) (b Both, err error) {
	b.Here, b.Partners, b.Pairs = act.Here(tx), []string{}, []Pair{}
	partners, err := cooperation.Partners{}.Ask(tx, who)
	if err != nil {
		return b, err
	}
	for _, p := range partners {
		if p.State == cooperation.PartnerActive {
			b.Partners = append(b.Partners, p.Node)
		}
	}
	switch b.Partner = cmp.Or(c.Node, first(b.Partners)); {
	case b.Partner == "":
		return b, nil
	case !slices.Contains(b.Partners, b.Partner):
		return b, fault.NotFound()
	}
	if a, err := cooperation.Under(tx, b.Here, b.Partner, Covered, Statistics); err == nil {
		b.Agreement = a.ID
	} else if len(fault.All(err)) == 0 {
		return b, err
	}
	ours, err := entries(tx, ` WHERE id IN (SELECT entry FROM release_copy WHERE kind = 'partner' AND receiver = $1 AND delivered_at <> '' AND refused = '') ORDER BY prepared_at DESC, id DESC`, b.Partner)
	if err != nil {
		return b, err
	}
	theirs, err := store.All(tx, (*received).columns, selectReceived+` WHERE node = $1 ORDER BY at DESC, id DESC`, b.Partner)
	if err != nil {
		return b, err
	}
	if b.Given, b.Got = len(ours) > 0, len(theirs) > 0; !b.Mutual() {
		return b, nil
	}
	p := pairs{}
	for _, e := range ours {
		p.lay(e.ID, e.Publication, func(one *Pair) **Side { return &one.Ours })
	}
	for _, r := range theirs {
		words, err := r.publication()
		if err != nil {
			return b, err
		}
		p.lay(r.ID, words, func(one *Pair) **Side { return &one.Theirs })
	}
	b.Pairs = p.all()
	return b, nil
}

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

// pairs are tables by what they are over and their year.
type pairs map[string]*Pair

// lay puts a publication's tables on one side. They come the newest first, and what
// is there already stays.
func (p pairs) lay(id string, words Publication, side func(*Pair) **Side) {
	for _, t := range words.Tables {
		over, ok := ordered(t.Over)
		if !ok {
			continue // told apart by what this node does not know
		}
		others := []string(nil)
		if slices.Contains(over, Citizenship) {
			others = words.others()
		}
		sides := map[string]*Side{}
		for _, c := range t.Rows {
			year := c.At[slices.Index(t.Over, Year)]
			if year == release.Total {
				continue // of years that are not the same in both
			}
			key := strings.Join(over, "+") + " " + year
			if p[key] == nil {
				p[key] = &Pair{Over: over, Year: year}
			}
			if sides[key] == nil && *side(p[key]) == nil {
				sides[key] = &Side{Release: id, Title: words.Title, Rule: words.Rule, Edition: words.Edition, Counted: words.Counted, Others: others, cells: map[string]*int{}}
				*side(p[key]) = sides[key]
			}
			if sides[key] != nil {
				sides[key].cells[at(over, t.Over, c.At)] = c.Count
			}
		}
	}
}

// ordered is what a table is over beside the year, in the order of Dimensions.
func ordered(over []string) (out []string, ok bool) {
	for _, d := range Dimensions {
		if slices.Contains(over, d) {
			out = append(out, d)
		}
	}
	return out, slices.Contains(over, Year) && len(out) == len(over)-1
}

// at is where a row stands, by the codes of a table in another order.
func at(over, of, codes []string) string {
	words := make([]string, len(over))
	for i, name := range over {
		words[i] = codes[slices.Index(of, name)]
	}
	return strings.Join(words, "|")
}

func (p Publication) others() []string {
	for _, d := range p.Dimensions {
		for _, c := range d.Categories {
			if d.Name == Citizenship && c.Code == Others {
				return c.Of
			}
		}
	}
	return nil
}

// all are the pairs, tables of few dimensions first, the newest year first.
func (p pairs) all() []Pair {
	list := make([]Pair, 0, len(p))
	for _, one := range p {
		one.fill()
		list = append(list, *one)
	}
	rank := func(over []string) (n int) {
		for _, d := range over {
			n = n*10 + slices.Index(Dimensions, d) + 1
		}
		return n
	}
	slices.SortFunc(list, func(a, b Pair) int {
		return cmp.Or(len(a.Over)-len(b.Over), rank(a.Over)-rank(b.Over), strings.Compare(b.Year, a.Year))
	})
	return list
}

// fill puts the numbers of both beside each other.
func (one *Pair) fill() {
	keys := map[string]bool{}
	for _, s := range []*Side{one.Ours, one.Theirs} {
		if s != nil {
			for key := range s.cells {
				keys[key] = true
			}
		}
	}
	for key := range keys {
		one.Rows = append(one.Rows, Numbers{strings.Split(key, "|"), one.Ours.number(key), one.Theirs.number(key)})
	}
	slices.SortFunc(one.Rows, func(a, b Numbers) int { return Compare(one.Over, a.At, b.At) })
	if one.Ours == nil || one.Theirs == nil {
		return
	}
	one.Others = !slices.Equal(slices.Sorted(slices.Values(one.Ours.Others)), slices.Sorted(slices.Values(one.Theirs.Others)))
	one.Editions = one.Ours.Edition != one.Theirs.Edition
	a, b := one.Ours.Rule, one.Theirs.Rule
	one.Rules = a.Method != b.Method || a.Least != b.Least || a.Zeros != b.Zeros || a.Base != b.Base
}

func (s *Side) number(key string) int {
	if s == nil {
		return Absent
	}
	n, there := s.cells[key]
	switch {
	case !there:
		return Absent
	case n == nil:
		return Hidden
	}
	return *n
}

// Compare puts categories in their order, countries by code, and totals last.
func Compare(over, a, b []string) int {
	place := func(dimension, code string) int {
		switch i := slices.Index(codes[dimension], code); {
		case code == release.Total:
			return 1000
		case code == Others:
			return 900
		case code == Unknown:
			return 910
		case i >= 0:
			return i
		}
		return 500
	}
	for i, d := range over {
		if by := cmp.Or(place(d, a[i])-place(d, b[i]), strings.Compare(a[i], b[i])); by != 0 {
			return by
		}
	}
	return 0
}
