package fairness

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

func compareText(a, b string) int     { return strings.Compare(a, b) }
func compareNumbers(a, b float64) int { return cmp.Compare(a, b) }

// Rules are what a report is held to. A zero field is the usual.
type Rules struct {
	Level   float64 // the share of false findings among findings that is put up with: 0.05
	Power   float64 // the chance of finding what matters, below which it is too small to say: 0.8
	Matters float64 // the odds ratio that matters, and its inverse: 2
	Least   int     // the smallest number of screenings that is shown: 10
}

func (r Rules) usual() Rules {
	return Rules{cmp.Or(r.Level, 0.05), cmp.Or(r.Power, 0.8), cmp.Or(r.Matters, 2), cmp.Or(r.Least, 10)}
}

// Question is what a comparison asks.
type Question string

// The questions, each of which is a family: how many comparisons are made at
// once is counted within it.
const (
	Decision Question = "decision"
	Item     Question = "item"
	Later    Question = "later"
)

// Verdict is what a comparison comes to.
type Verdict string

// What a comparison comes to.
const (
	Differs  Verdict = "differs"   // a difference was found
	NotFound Verdict = "not-found" // none was, and one that matters would have been found
	TooSmall Verdict = "too-small" // none was, and one that matters might well have been missed
)

// Comparison is of one group with all others of whom the attribute is known.
type Comparison struct {
	Question   Question
	Indicator  string // of an Item
	Group      Group
	In, Others int // screenings of the group and of all others that were compared
	Ratio      Ratio
	Size       Size
	P, Q       float64 // alone, and among all comparisons of the question
	Power      float64 // the chance of finding an odds ratio that matters
	Detectable float64 // the odds ratio that would be found with the power asked for
	Verdict    Verdict

	test Test
}

// Report is what was compared and what was found, without anybody in it.
type Report struct {
	Rules       Rules
	Screenings  int
	Comparisons []Comparison // by question, those that differ first
	Small       []Group      // too small to be compared
}

// Found are the comparisons of a question that came to a verdict.
func (r Report) Found(q Question, v Verdict) (found []Comparison) {
	for _, c := range r.Comparisons {
		if c.Question == q && c.Verdict == v {
			found = append(found, c)
		}
	}
	return found
}

// Study compares every group of every attribute.
func (p *Population) Study(rules Rules) Report {
	rules = rules.usual()
	report := Report{Rules: rules, Screenings: p.Len()}
	var decisions, items, later []Comparison
	for _, a := range Attributes {
		large, small := p.of(a, rules.Least)
		for _, g := range small {
			report.Small = append(report.Small, p.groups.all[g.number])
		}
		large = opposite(large, small)
		decisions = append(decisions, p.compare(Decision, a, large, rules)...)
		later = append(later, p.compare(Later, a, large, rules)...)
		items = append(items, p.items(a, large, rules)...)
	}
	for _, family := range [][]Comparison{decisions, items, later} {
		judge(family, rules)
		report.Comparisons = append(report.Comparisons, family...)
	}
	return report
}

// opposite leaves one of two groups that are each other's others.
func opposite(large, small []counted) []counted {
	if len(small) == 0 && len(large) == 2 {
		return large[:1]
	}
	return large
}

// judge settles what each comparison of a family comes to. The power is that of
// a difference that stands alone: it is found at the level over the number of
// comparisons, and one of several is found more easily.
func judge(family []Comparison, rules Rules) {
	alone := rules.Level / float64(max(1, len(family)))
	for i, q := range rates(family) {
		c := &family[i]
		c.Q, c.Power = q, c.test.Finds(alone, rules.Matters)
		c.Detectable = c.test.Detectable(alone, rules.Power)
		switch {
		case q <= rules.Level:
			c.Verdict = Differs
		case c.Power >= rules.Power:
			c.Verdict = NotFound
		default:
			c.Verdict = TooSmall
		}
	}
	order := []Verdict{Differs, NotFound, TooSmall}
	slices.SortStableFunc(family, func(a, b Comparison) int {
		return cmp.Or(
			slices.Index(order, a.Verdict)-slices.Index(order, b.Verdict),
			-cmp.Compare(farness(a), farness(b)))
	})
}

// rates are the false discovery rates of a family.
func rates(family []Comparison) []float64 {
	p := make([]float64, len(family))
	for i, c := range family {
		p[i] = c.P
	}
	return Adjust(p)
}

func farness(c Comparison) float64 {
	if math.IsNaN(c.Ratio.Odds) {
		return 0
	}
	return math.Abs(math.Log(c.Ratio.Odds))
}

// compare asks one question about every group of an attribute. People are
// compared on one list, at one post, with one result of the instrument and as many
// indicators found; posts with each other, all else the same.
func (p *Population) compare(q Question, a Attribute, groups []counted, rules Rules) []Comparison {
	strata, stratum := len(p.local.all), func(r *row) int { return int(r.local) }
	if a == Post {
		strata, stratum = len(p.plain.all), func(r *row) int { return int(r.plain) }
	}
	asks := func(r *row) (with, asked bool) { return r.outcome == Presumed, true }
	if q == Later {
		asks = func(r *row) (with, asked bool) {
			return r.later == Confirmed, r.outcome == Presumed && r.later != Unknown
		}
	}
	c := p.sheet(a, groups, strata)
	for i := range p.rows {
		if with, asked := asks(&p.rows[i]); asked {
			c.count(&p.rows[i], stratum(&p.rows[i]), with)
		}
	}
	return c.comparisons(q, "", rules)
}

// items asks of every indicator whether it is found more readily in one group
// among people who show as many. What was found to differ is left out of the
// number of indicators in a second pass (Holland and Thayer, 1988: purification).
func (p *Population) items(a Attribute, groups []counted, rules Rules) (all []Comparison) {
	var skip set
	all = p.pass(a, groups, rules, skip)
	for i, q := range rates(all) {
		if q <= rules.Level && all[i].Size != Small {
			skip.add(p.indicators.of(all[i].Indicator))
		}
	}
	if skip == (set{}) {
		return all
	}
	return p.pass(a, groups, rules, skip)
}

func (p *Population) pass(a Attribute, groups []counted, rules Rules, skip set) (all []Comparison) {
	places, scores := len(p.places.all), len(p.indicators.all)+1
	place := func(r *row) int { return int(r.place) }
	if a == Post {
		places, place = len(p.lists.all), func(r *row) int { return int(r.list) }
	}
	c := p.sheet(a, groups, places*scores)
	for i, code := range p.indicators.all {
		rest := skip
		rest[i/64] &^= 1 << (i % 64)
		clear(c.cells)
		for j := range p.rows {
			r := &p.rows[j]
			if yes := r.yes.has(i); yes || r.no.has(i) {
				c.count(r, place(r)*scores+r.yes.without(rest), yes)
			}
		}
		all = append(all, c.comparisons(Item, code, rules)...)
	}
	return all
}

// sheet counts, in each stratum and for each group and everybody, how many have
// what is asked about and how many have not.
type sheet struct {
	of     []Group // those that are compared
	place  []int   // by number of a group: where it is counted, or -1 if it is of another attribute
	width  int
	strata int
	cells  [][2]int32 // by stratum, then everybody and the groups
}

func (p *Population) sheet(a Attribute, groups []counted, strata int) *sheet {
	s := &sheet{place: make([]int, len(p.groups.all)), width: len(groups) + 1, strata: strata}
	for i, g := range p.groups.all {
		if s.place[i] = -1; g.Attribute == a {
			s.place[i] = 0
		}
	}
	for i, g := range groups {
		s.of = append(s.of, p.groups.all[g.number])
		s.place[g.number] = i + 1
	}
	s.cells = make([][2]int32, strata*s.width)
	return s
}

// count takes a screening in, if it is known of which group it is.
func (s *sheet) count(r *row, stratum int, with bool) {
	answer, known := 0, false
	if with {
		answer = 1
	}
	cells := s.cells[stratum*s.width : (stratum+1)*s.width]
	for _, g := range r.groups {
		at := s.place[g]
		if known = known || at >= 0; at > 0 {
			cells[at][answer]++
		}
	}
	if known {
		cells[0][answer]++
	}
}

// comparisons are of every group with all others. Where fewer than the least
// number of either were asked there is none: it could neither be shown nor tell.
func (s *sheet) comparisons(q Question, indicator string, rules Rules) (all []Comparison) {
	for i, g := range s.of {
		strata, in, others := s.against(i + 1)
		if in < rules.Least || others < rules.Least {
			continue
		}
		test := strata.Test()
		if test.Informants == 0 {
			continue
		}
		all = append(all, Comparison{Question: q, Indicator: indicator, Group: g, In: in, Others: others,
			Ratio: strata.Ratio(), Size: strata.Size(), P: test.P, test: test})
	}
	return all
}

func (s *sheet) against(group int) (strata Strata, in, others int) {
	for at := 0; at < len(s.cells); at += s.width {
		all, of := s.cells[at], s.cells[at+group]
		t := Table{int(of[1]), int(of[0]), int(all[1] - of[1]), int(all[0] - of[0])}
		in, others = in+t.GroupWith+t.GroupWithout, others+t.OthersWith+t.OthersWithout
		if t.tells() {
			strata = append(strata, t)
		}
	}
	return strata, in, others
}
