package watch

import (
	"maps"
	"slices"

	"istmo/fault"
)

// Missing stands for a month of which no count is known. It is not zero.
const Missing = -1

// Limits of a table.
const (
	MostCount  = 2_000_000 // of one month and category
	MostSeries = 500
	MostMonths = 600
)

// Cell is how many were counted in a month and category. Count may be Missing.
type Cell struct {
	Month    Month
	Category string
	Count    int
}

// Series are counts of consecutive months.
type Series struct {
	From   Month
	Counts []int // Missing where none is known
}

// To is the last month of the series.
func (s Series) To() Month { return s.From + Month(len(s.Counts)) - 1 }

// at is the count of a month, Missing outside of the series.
func (s Series) at(m Month) int {
	if m < s.From || m > s.To() {
		return Missing
	}
	return s.Counts[m-s.From]
}

// until is the series up to a month: what was known then.
func (s Series) until(m Month) Series {
	return Series{s.From, s.Counts[:min(max(int(m-s.From)+1, 0), len(s.Counts))]}
}

// Table is monthly counts by category, in whatever order its cells came.
type Table struct {
	From, To   Month
	Categories []string // sorted
	series     map[string]Series
}

// NewTable gathers cells. It refuses two counts for one month and category,
// counts out of range, and more than it can hold.
func NewTable(cells []Cell) (Table, error) {
	if len(cells) == 0 {
		return Table{}, fault.Invalid("file", "watch.empty-file")
	}
	t := Table{From: cells[0].Month, To: cells[0].Month, series: map[string]Series{}}
	for _, c := range cells {
		t.From, t.To = min(t.From, c.Month), max(t.To, c.Month)
	}
	if t.To-t.From >= MostMonths {
		return Table{}, fault.Invalid("file", "watch.many-months").With("Most", MostMonths)
	}
	seen := map[Cell]bool{}
	for _, c := range cells {
		at := Cell{Month: c.Month, Category: c.Category}
		if seen[at] {
			return Table{}, fault.Invalid("file", "watch.twice").With("Month", c.Month.String())
		}
		if seen[at] = true; c.Count < Missing || c.Count > MostCount {
			return Table{}, fault.Invalid("file", "watch.bad-count-of-month").With("Month", c.Month.String()).With("Most", MostCount)
		}
		if err := t.put(c); err != nil {
			return Table{}, err
		}
	}
	t.Categories = slices.Sorted(maps.Keys(t.series))
	return t, nil
}

func (t *Table) put(c Cell) error {
	s, known := t.series[c.Category]
	if !known {
		if len(t.series) == MostSeries {
			return fault.Invalid("file", "watch.many-series").With("Most", MostSeries)
		}
		s = Series{t.From, slices.Repeat([]int{Missing}, int(t.To-t.From)+1)}
		t.series[c.Category] = s
	}
	s.Counts[c.Month-t.From] = c.Count
	return nil
}

// Series are the counts of one category over all months of the table.
func (t Table) Series(category string) Series { return t.series[category] }

// tolerated is the share of a total that may be missing from its parts.
const tolerated = 0.05

// Total is the sum over categories. Where categories are missing that made up
// more than a twentieth of the twelve months before, the total of that month is
// missing too: a sum without a large part would look like a fall.
func (t Table) Total() Series {
	sum := Series{t.From, make([]int, int(t.To-t.From)+1)}
	for i := range sum.Counts {
		all, lost, known := 0, 0, false
		for _, s := range t.series {
			recent, n := 0, 0
			for _, c := range s.Counts[max(0, i-12):i] {
				if c != Missing {
					recent, n = recent+c, n+1
				}
			}
			switch {
			case s.Counts[i] != Missing:
				sum.Counts[i] += s.Counts[i]
				all, known = all+recent, true
			case n > 0:
				all, lost = all+recent, lost+recent
			}
		}
		if !known || float64(lost) > tolerated*float64(all) {
			sum.Counts[i] = Missing
		}
	}
	return sum
}

// Revision is a count that a later edition of a table has otherwise.
type Revision struct {
	Month    Month  `json:"month"`
	Category string `json:"category"`
	Before   int    `json:"before"`
	After    int    `json:"after"`
}

// Revisions are what is otherwise in t than in an earlier edition, in the months
// that both have, by month and category. A count that was missing before is new
// and not revised.
func (t Table) Revisions(earlier Table) (all []Revision) {
	for m := max(t.From, earlier.From); m <= min(t.To, earlier.To); m++ {
		for _, c := range t.Categories {
			before, after := earlier.Series(c).at(m), t.Series(c).at(m)
			if before != Missing && before != after {
				all = append(all, Revision{m, c, before, after})
			}
		}
	}
	return all
}
