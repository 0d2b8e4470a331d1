package observatory

import (
	"slices"
	"strings"

	"istmo/access"
	"istmo/observatory/figures"
	"istmo/observatory/sources"
	"istmo/store"
)

// ReadFlow is how many come through the Darien, by month and nationality.
type ReadFlow struct{}

// Verb names it.
func (ReadFlow) Verb() access.Verb { return "observatory.flow" }

// Flow is people who came in irregularly.
type Flow struct {
	Months  []figures.Period // one for each month from the first to the last; of a month without any row nobody is known
	Known   []bool           // by month: whether any row states it
	Nations []Nation         // most people first; none where only totals are held
	Years   []figures.Period
	Beside  []figures.Beside // what was stated elsewhere of the same months
	Gaps    []figures.Gap    // months that leave out a nationality
	Of      figures.Public   // what must be known of the series
	Files   []sources.File   // those in use; none where the project's own totals are shown
}

// Nation is one nationality by month.
type Nation struct {
	Code   string // ISO 3166-1 alpha-3, or figures.Others
	People int
	Months []int // as Flow.Months; -1 where no row states it
}

// Ask reads it.
func (ReadFlow) Ask(tx *store.Tx, who access.Who) (f Flow, err error) {
	held, err := figures.Held()
	if err != nil {
		return f, err
	}
	var rows []figures.Flow
	for _, p := range held {
		month, ok := figures.ParseMonth(p.From)
		if p.Indicator == figures.IrregularEntries && ok && p.From == p.To {
			rows = append(rows, figures.Flow{Into: p.Country, Month: month, By: figures.ByRegion, People: p.Low})
			f.Of = p
		}
	}
	monthly, err := sources.Flow(tx)
	if err != nil {
		return f, err
	}
	if len(monthly) > 0 {
		rows = rows[:0]
		if f.Files, err = sources.Cited(tx, sources.Entries); err != nil {
			return f, err
		}
	}
	for _, m := range monthly {
		rows = append(rows, figures.Flow{Month: m.Month, By: figures.ByNationality, Of: m.Of, People: m.People, Missing: m.Missing})
	}
	var tally figures.Tally
	for _, r := range rows {
		tally.Add(r)
	}
	f.fill(&tally, rows, held)
	return f, nil
}

// fill puts a tally of rows into the months.
func (f *Flow) fill(tally *figures.Tally, rows []figures.Flow, held []figures.Public) {
	f.Years, f.Beside, f.Gaps = tally.Years(), tally.Differences(held), tally.Gaps()
	if len(f.Years) == 0 {
		return
	}
	at := map[figures.Month]int{}
	for m, last := f.Years[0].From, f.Years[len(f.Years)-1].To; !last.Before(m); m = m.Next() {
		at[m] = len(f.Months)
		f.Months = append(f.Months, tally.Sum(m, m))
		f.Known = append(f.Known, f.Months[at[m]].Whole)
	}
	nations := map[string]*Nation{}
	for _, r := range rows {
		if r.By != figures.ByNationality {
			continue
		}
		n := nations[r.Of]
		if n == nil {
			n = &Nation{Code: r.Of, Months: slices.Repeat([]int{-1}, len(f.Months))}
			nations[r.Of] = n
		}
		if i := at[r.Month]; !r.Missing {
			n.Months[i] = max(n.Months[i], 0) + r.People
			n.People += r.People
		}
	}
	for _, n := range nations {
		f.Nations = append(f.Nations, *n)
	}
	slices.SortFunc(f.Nations, func(a, b Nation) int {
		if a.People != b.People {
			return b.People - a.People
		}
		return strings.Compare(a.Code, b.Code)
	})
}
