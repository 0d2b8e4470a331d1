package figures

import (
	"cmp"
	"slices"
)

// Tally adds flows up by month. Tables that break the same people down in other
// ways are kept apart.
type Tally struct {
	people, missing map[By]map[Month]int
	of              map[string]map[Month]int // each nationality by itself
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
	if f.By == ByNationality {
		if t.of == nil {
			t.of = map[string]map[Month]int{}
		}
		if t.of[f.Of] == nil {
			t.of[f.Of] = map[Month]int{}
		}
		t.of[f.Of][f.Month] += f.People
	}
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

// Gap is a month that has no row for a nationality of which many came in the month
// before and in the month after: more likely left out than none, so that the month's
// total, and the year's, may be short.
type Gap struct {
	Month         Month
	Of            string // ISO 3166-1 alpha-3
	Before, After int    // people in the months beside it
}

// many is from how many people on either side a month without a row is told of. If
// counts were Poisson with the smaller of the two as their mean, none at all would
// come about less than once in ten million million months.
const many = 30

// Gaps lists them by month, those with the most people first.
func (t *Tally) Gaps() (out []Gap) {
	for of, months := range t.of {
		for m := range t.people[ByNationality] {
			if _, there := months[m]; there {
				continue
			}
			before, after := months[m.Previous()], months[m.Next()]
			if min(before, after) >= many {
				out = append(out, Gap{m, of, before, after})
			}
		}
	}
	slices.SortFunc(out, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.Month.Year, b.Month.Year), cmp.Compare(a.Month.Month, b.Month.Month), cmp.Compare(b.Before+b.After, a.Before+a.After), cmp.Compare(a.Of, b.Of))
	})
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
