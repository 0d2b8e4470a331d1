package figures

import (
	"cmp"
	"slices"
)

// Tally adds flows up by month. Tables that break the same people down in other
// ways are kept apart.
type Tally struct {
	people, missing map[By]map[Month]int
}

// Add counts a flow.
func (t *Tally) Add(f Flow) {
	if t.people == nil {
		t.people, t.missing = map[By]map[Month]int{}, map[By]map[Month]int{}
	}
	if t.people[f.By] == nil {
		t.people[f.By], t.missing[f.By] = map[Month]int{}, map[Month]int{}
	}
	t.people[f.By][f.Month] += f.People
	if f.Missing {
		t.missing[f.By][f.Month]++
	}
}

// By is the breakdown that is counted: the first that the file has.
func (t *Tally) By() By {
	for _, by := range []By{ByNationality, ByRegion, BySex, ByAge} {
		if len(t.people[by]) > 0 {
			return by
		}
	}
	return ""
}

// Period is the sum of some months.
type Period struct {
	From, To Month
	People   int
	Missing  int  // values that the publisher does not state
	Whole    bool // every month of it is there
}

// Sum adds the months from one to another, both included.
func (t *Tally) Sum(from, to Month) Period {
	p, by := Period{From: from, To: to, Whole: true}, t.By()
	for m := from; !to.Before(m); m = m.Next() {
		n, there := t.people[by][m]
		p.People, p.Missing, p.Whole = p.People+n, p.Missing+t.missing[by][m], p.Whole && there
	}
	return p
}

// Years are the sums of the years, each from its first month in the file to its last.
func (t *Tally) Years() (out []Period) {
	first, last := map[int]int{}, map[int]int{}
	for m := range t.people[t.By()] {
		if first[m.Year] == 0 || m.Month < first[m.Year] {
			first[m.Year] = m.Month
		}
		last[m.Year] = max(last[m.Year], m.Month)
	}
	for year := range first {
		out = append(out, t.Sum(Month{year, first[year]}, Month{year, last[year]}))
	}
	slices.SortFunc(out, func(a, b Period) int { return cmp.Compare(a.From.Year, b.From.Year) })
	return out
}

// Beside is a figure that was stated elsewhere, and what the file counts for the
// same months.
type Beside struct {
	Stated  Public
	Counted Period
}

// Differences are the stated figures of the same flow and the same months that
// the file counts otherwise.
func (t *Tally) Differences(all []Public) (out []Beside) {
	for _, p := range all {
		from, ok := ParseMonth(p.From)
		to, ok2 := ParseMonth(p.To)
		if !ok || !ok2 || p.Indicator != IrregularEntries || p.Country != "PAN" {
			continue
		}
		if c := t.Sum(from, to); c.Whole && (c.People != p.Low || p.Low != p.High) {
			out = append(out, Beside{p, c})
		}
	}
	return out
}
