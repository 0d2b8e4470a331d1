package figures

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Kind is what kind of thing is wrong with a return.
type Kind string

// The kinds of finding.
const (
	PartExceeds   Kind = "part-exceeds-whole"  // one part is greater than its whole
	PartsExceed   Kind = "parts-exceed-whole"  // the parts together are
	PartsShort    Kind = "parts-fall-short"    // all parts together are less
	CannotAllHold Kind = "cannot-all-hold"     // no single sum fails, and together they do
	YearMissing   Kind = "year-missing"        // years without any figure between two that have some
	TotalMissing  Kind = "total-missing"       // parts are given and the total is not
	Disagrees     Kind = "duplicate-disagrees" // the same words twice, with different numbers
	Twice         Kind = "stated-twice"        // the same words twice, with the same number
	TwoSpellings  Kind = "two-spellings"       // one country under two spellings in one table
	Rebuilt       Kind = "rebuilt"             // a count printed as <5 follows exactly from others
	Narrowed      Kind = "narrowed"            // it follows that it is one of fewer values
)

// Kinds are all of them.
var Kinds = []Kind{PartExceeds, PartsExceed, PartsShort, CannotAllHold, YearMissing, TotalMissing, Disagrees, Twice, TwoSpellings, Rebuilt, Narrowed}

var certainties = []Certainty{Certain, Likely, Doubtful}

// Axis is along which a whole is divided.
type Axis string

// The axes of a return.
const (
	Sexes        Axis = "sexes"
	Ages         Axis = "ages"
	Forms        Axis = "forms"
	Citizenships Axis = "citizenships"
)

// Finding is one thing that is wrong with a return, or that it gives away.
type Finding struct {
	Kind      Kind      `json:"kind"`
	Certainty Certainty `json:"certainty"`
	Axis      Axis      `json:"axis,omitempty"`
	Country   string    `json:"country"`
	Indicator string    `json:"indicator"`
	Years     []int     `json:"years"`
	Cells     []Return  `json:"cells"` // involved; of a sum the whole first, of a leak what leaks
	// Sums are the arithmetic, such as "34 + 20 = 54 > 20".
	Sums      []string `json:"sums"`
	Low, High int      // of a leak: what the count must be
}

// group is a country's indicator in a year.
type groupOf struct {
	country, indicator string
	year               int
}

// Validate says what is wrong with a return, in the order of country, indicator
// and year; what is certain comes before what is likely. It asks what the numbers
// say of each other, and of nothing else.
//
// Certain is what follows whatever the rows that are absent hold and whether or
// not the unknown are part of the total; a person may be under two forms of
// exploitation and have two citizenships. Likely is what follows if absent rows
// are zero, the unknown are part of the total, and everybody has one form and at
// most one citizenship. Doubtful is what follows from some numbers of a year while
// others of it contradict each other.
func Validate(all []Return) (out []Finding) {
	groups := map[groupOf][]Return{}
	for _, r := range all {
		g := groupOf{r.Country, r.Indicator, r.Year}
		groups[g] = append(groups[g], r)
	}
	for g, rows := range groups {
		out = append(out, g.duplicates(rows)...)
		out = append(out, g.arithmetic(rows)...)
	}
	out = append(out, years(groups)...)
	slices.SortStableFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Country, b.Country), cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Years[0], b.Years[0]),
			cmp.Compare(slices.Index(certainties, a.Certainty), slices.Index(certainties, b.Certainty)), cmp.Compare(slices.Index(Kinds, a.Kind), slices.Index(Kinds, b.Kind)), cmp.Compare(a.row(), b.row()))
	})
	return out
}

func (f Finding) row() int {
	if len(f.Cells) == 0 {
		return 0
	}
	return f.Cells[0].Row
}

func (g groupOf) finding(kind Kind, c Certainty, axis Axis, cells ...Return) Finding {
	return Finding{Kind: kind, Certainty: c, Axis: axis, Country: g.country, Indicator: g.indicator, Years: []int{g.year}, Cells: cells}
}

// duplicates are rows under the same words, and countries under two spellings.
func (g groupOf) duplicates(rows []Return) (out []Finding) {
	same, spelled := map[at][]Return{}, map[at][]Return{}
	for _, r := range rows {
		a := at{r.Dimension, r.Category, r.Sex, r.Age}
		same[a] = append(same[a], r)
		if r.Dimension == citizenship {
			if c := Resolve(r.Category, r.Country); c.Code != "" {
				a.category = c.Code
				spelled[a] = append(spelled[a], r)
			}
		}
	}
	for _, list := range same {
		if len(list) > 1 {
			kind := Twice
			if slices.ContainsFunc(list, func(r Return) bool { return r.Printed() != list[0].Printed() }) {
				kind = Disagrees
			}
			out = append(out, g.finding(kind, Certain, "", list...))
		}
	}
	for _, list := range spelled {
		if slices.ContainsFunc(list, func(r Return) bool { return r.Category != list[0].Category }) {
			out = append(out, g.finding(TwoSpellings, Certain, Citizenships, list...))
		}
	}
	return out
}

// arithmetic asks whether the numbers can all hold, and what they give away.
func (g groupOf) arithmetic(rows []Return) []Finding {
	strict, usual := build(rows, false), build(rows, true)
	broken := map[string]bool{}
	out, leaks := g.ask(strict, Certain, broken)
	more, moreLeaks := g.ask(usual, Likely, broken)
	doubt(leaks, len(out) > 0)
	doubt(moreLeaks, len(out)+len(more) > 0)
	known := map[int]Finding{}
	for _, l := range leaks {
		known[l.Cells[0].Row] = l
	}
	for _, l := range moreLeaks {
		if k, there := known[l.Cells[0].Row]; !there || l.High-l.Low < k.High-k.Low {
			leaks = append(leaks, l)
		}
	}
	return append(append(out, more...), leaks...)
}

// doubt marks leaks from a table whose numbers contradict each other elsewhere: who
// knows which of them are right?
func doubt(leaks []Finding, contradicted bool) {
	for i := range leaks {
		if contradicted {
			leaks[i].Certainty = Doubtful
		}
	}
}

// ask finds every sum that fails, then what fails only together, then what leaks
// from the sums that hold. Sums that failed in an earlier reading are left out.
func (g groupOf) ask(s *system, c Certainty, broken map[string]bool) (out, leaks []Finding) {
	var sums []int
	for k, one := range s.sums {
		if broken[s.name(one)] {
			continue
		}
		found := g.fails(s, one, c)
		if len(found) == 0 {
			sums = append(sums, k)
		}
		out = append(out, found...)
	}
	for k := range s.sums {
		if !slices.Contains(sums, k) {
			broken[s.name(s.sums[k])] = true
		}
	}
	sums = slices.DeleteFunc(sums, func(k int) bool { return broken[s.name(s.sums[k])] })
	for {
		n := s.narrow(sums)
		if n.failed < 0 {
			return out, g.leaks(s, n, sums, c)
		}
		core := s.least(s.behind(n, []int{n.failed}), func(n narrowing) bool { return n.failed >= 0 })
		f := g.finding(CannotAllHold, c, "", s.statedIn(core)...)
		f.Sums = s.write(core)
		out = append(out, f)
		for _, k := range core {
			broken[s.name(s.sums[k])] = true
		}
		sums = slices.DeleteFunc(sums, func(k int) bool { return slices.Contains(core, k) })
	}
}

// name knows a sum again in the other reading.
func (s *system) name(one sum) string {
	w := s.cells[one.whole]
	return strings.Join([]string{string(one.axis), w.dimension, w.category, w.sex, w.age}, "|")
}

// fails says how a sum fails by what is stated alone.
func (g groupOf) fails(s *system, one sum, c Certainty) (out []Finding) {
	w := s.cells[one.whole]
	if !w.stated() {
		return nil
	}
	low, high, complete := 0, 0, !one.open
	for _, p := range one.parts {
		b := s.cells[p.cell]
		if b.low > w.high {
			if p.optional {
				continue
			}
			f := g.finding(PartExceeds, c, one.axis, append(slices.Clone(w.rows), b.rows...)...)
			f.Sums = []string{b.printed() + " > " + w.printed()}
			out = append(out, f)
		}
		if !p.optional {
			low += b.low
		}
		high = plus(high, b.high)
		complete = complete && b.high < endless
	}
	kind, mark := PartsExceed, " > "
	switch {
	case len(out) > 0:
		return out
	case low > w.high:
	case complete && high < w.low:
		kind, mark = PartsShort, " < "
	default:
		return nil
	}
	f := g.finding(kind, c, one.axis, s.rowsOf(one)...)
	f.Sums = []string{s.left(one, low, high) + mark + w.printed()}
	return append(out, f)
}

func (c *cell) printed() string {
	if c.high == endless {
		return "?"
	}
	if c.low == c.high {
		return strconv.Itoa(c.low)
	}
	if c.low == 0 && c.high == Small-1 {
		return "<5"
	}
	return strconv.Itoa(c.low) + "…" + strconv.Itoa(c.high)
}

// left writes the parts of a sum and what they come to.
func (s *system) left(one sum, low, high int) string {
	var words []string
	for _, p := range one.parts {
		if c := s.cells[p.cell]; c.stated() {
			words = append(words, c.printed())
		}
	}
	text := strings.Join(words, " + ")
	if len(words) < 2 {
		return text
	}
	if text += " = " + strconv.Itoa(low); high > low && high < endless {
		text += "…" + strconv.Itoa(high)
	}
	return text
}

func (s *system) rowsOf(one sum) []Return {
	out := slices.Clone(s.cells[one.whole].rows)
	for _, p := range one.parts {
		out = append(out, s.cells[p.cell].rows...)
	}
	return out
}

func (s *system) statedIn(sums []int) (out []Return) {
	for _, k := range sums {
		for _, r := range s.rowsOf(s.sums[k]) {
			if !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	return out
}

// write is each sum with its numbers: the parts, then the whole. Of what is not
// stated it says the least that it must be, or a question mark.
func (s *system) write(sums []int) (out []string) {
	n := s.narrow(sums)
	for _, k := range sums {
		one, words := s.sums[k], []string(nil)
		for _, p := range one.parts {
			if c := s.cells[p.cell]; c.stated() {
				words = append(words, c.printed())
			} else if low := n.bounds[p.cell].low; low > 0 && !p.optional {
				words = append(words, "≥"+strconv.Itoa(low))
			}
		}
		mark := " = "
		if one.open || slices.ContainsFunc(one.parts, func(p part) bool { return p.optional || !s.cells[p.cell].stated() }) {
			mark = " ≤ "
		}
		out = append(out, strings.Join(words, " + ")+mark+s.cells[one.whole].printed())
	}
	return out
}

// leaks are the counts printed as <5 that the sums narrow.
func (g groupOf) leaks(s *system, n narrowing, sums []int, c Certainty) (out []Finding) {
	for i, one := range s.cells {
		now := n.bounds[i]
		if len(one.rows) != 1 || !one.rows[0].Concealed() || now == one.bounds {
			continue
		}
		core := s.least(s.behind(n, n.by[i]), func(n narrowing) bool { return n.failed < 0 && n.bounds[i] == now })
		kind := Narrowed
		if now.low == now.high {
			kind = Rebuilt
		}
		cells := slices.DeleteFunc(s.statedIn(core), func(r Return) bool { return r == one.rows[0] })
		f := g.finding(kind, c, "", append([]Return{one.rows[0]}, cells...)...)
		f.Low, f.High, f.Sums = now.low, now.high, s.write(core)
		out = append(out, f)
	}
	return out
}

// years finds years without figures, and years with parts and no total.
func years(groups map[groupOf][]Return) (out []Finding) {
	series := map[groupOf][]int{}
	for g, rows := range groups {
		has := func(total bool) bool {
			return slices.ContainsFunc(rows, func(r Return) bool {
				return r.Dimension == all && (!total || r.Sex == "Total" && r.Age == "Total")
			})
		}
		if has(false) && !has(true) {
			out = append(out, g.finding(TotalMissing, Certain, "", rows...))
		}
		g.year = 0
		series[g] = append(series[g], rows[0].Year)
	}
	for g, have := range series {
		slices.Sort(have)
		var gone []int
		for y := have[0]; y < have[len(have)-1]; y++ {
			if !slices.Contains(have, y) {
				gone = append(gone, y)
			}
		}
		if len(gone) > 0 {
			f := g.finding(YearMissing, Certain, "")
			f.Years = gone
			out = append(out, f)
		}
	}
	return out
}
