package sources

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"istmo/access"
	"istmo/fault"
	"istmo/observatory/figures"
	"istmo/store"
)

// mostCells is how many rows of a finding are kept; it says how many there are.
const mostCells = 12

// Finding is one thing that is wrong with the returns in use, or that they give
// away.
type Finding struct {
	figures.Finding
	Involved int `json:"involved"` // rows, of which the first are in Cells
}

// judge works out anew what is wrong with the returns of countries, one country at
// a time. The figures of a return say nothing of another country's.
func (f File) judge(tx *store.Tx, countries map[string]bool) error {
	for _, country := range slices.Sorted(maps.Keys(countries)) {
		all, err := returnsOf(tx, ` AND country = $1`, country)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM sources_finding WHERE country = $1`, country); err != nil {
			return err
		}
		rows, err := written(country, figures.Validate(all))
		if err != nil {
			return err
		}
		if err := tx.Insert("sources_finding", []string{"country", "nth", "kind", "certainty", "years", "body"}, rows); err != nil {
			return err
		}
	}
	return nil
}

func written(country string, found []figures.Finding) (rows [][]any, err error) {
	for i, one := range found {
		f := Finding{one, len(one.Cells)}
		f.Cells = f.Cells[:min(len(f.Cells), mostCells)]
		body, err := json.Marshal(f)
		if err != nil {
			return nil, fault.Internal("sources: a finding", err)
		}
		years := make([]string, len(one.Years))
		for k, y := range one.Years {
			years[k] = strconv.Itoa(y)
		}
		rows = append(rows, []any{country, i, string(one.Kind), string(one.Certainty), " " + strings.Join(years, " ") + " ", string(body)})
	}
	return rows, nil
}

// Findings is what is wrong with the figures in use: of returns by kind and one by
// one, and of entries what is missing and what was said otherwise.
type Findings struct {
	Country   string `json:"country"` // ISO 3166-1 alpha-3; empty is all, and so below
	Year      string `json:"year"`
	Kind      string `json:"kind"`
	Certainty string `json:"certainty"`
	From      int64  `json:"from"` // how many to leave out at the beginning
	Most      int64  `json:"most"` // how many at once; PageOfFindings if 0
}

// Verb names it.
func (Findings) Verb() access.Verb { return "sources.findings" }

// PageOfFindings is how many come at once.
const PageOfFindings = 25

// Found is what was asked for.
type Found struct {
	Counts    []Counted        `json:"counts"` // by kind and certainty, under the filters of country and year
	Total     int              `json:"total"`  // under all filters
	Findings  []Finding        `json:"findings"`
	Countries []string         `json:"countries"` // that have any
	Years     []int            `json:"years"`
	Returns   int              `json:"returns"` // figures of returns in use
	Months    int              `json:"months"`  // of entries in use
	Gaps      []figures.Gap    `json:"gaps"`
	Beside    []figures.Beside `json:"beside"`
}

// Counted is how many findings there are of a kind.
type Counted struct {
	Kind      figures.Kind      `json:"kind"`
	Certainty figures.Certainty `json:"certainty"`
	Count     int               `json:"count"`
}

// Ask finds them.
func (c Findings) Ask(tx *store.Tx, who access.Who) (f Found, err error) {
	if err := c.entries(tx, &f); err != nil {
		return f, err
	}
	if f.Returns, err = store.One(tx, store.Value[int], `SELECT COUNT(*) FROM sources_return WHERE replaced_at = ''`); err != nil {
		return f, err
	}
	if f.Countries, err = store.All(tx, store.Value[string], `SELECT DISTINCT country FROM sources_finding ORDER BY country`); err != nil {
		return f, err
	}
	if f.Years, err = store.All(tx, store.Value[int], `SELECT DISTINCT year FROM sources_return WHERE replaced_at = '' ORDER BY year DESC`); err != nil {
		return f, err
	}
	of, args := c.where(false)
	f.Counts, err = store.All(tx, func(k *Counted) []any { return []any{&k.Kind, &k.Certainty, &k.Count} },
		`SELECT kind, certainty, COUNT(*) FROM sources_finding`+of+` GROUP BY kind, certainty`, args...)
	if err != nil {
		return f, err
	}
	slices.SortFunc(f.Counts, func(a, b Counted) int {
		return slices.Index(figures.Kinds, a.Kind)*4 + slices.Index(certainties, a.Certainty) - slices.Index(figures.Kinds, b.Kind)*4 - slices.Index(certainties, b.Certainty)
	})
	of, args = c.where(true)
	if f.Total, err = store.One(tx, store.Value[int], `SELECT COUNT(*) FROM sources_finding`+of, args...); err != nil {
		return f, err
	}
	f.Findings, err = findings(tx, of+fmt.Sprintf(` ORDER BY country, nth LIMIT %d OFFSET %d`, cmp.Or(max(c.Most, 0), PageOfFindings), max(c.From, 0)), args...)
	return f, err
}

var certainties = []figures.Certainty{figures.Certain, figures.Likely, figures.Doubtful}

// where narrows by country and year, and by kind and certainty too if all.
func (c Findings) where(all bool) (text string, args []any) {
	add := func(condition, value string) {
		if value != "" {
			args = append(args, value)
			text += " AND " + condition + " $" + strconv.Itoa(len(args))
		}
	}
	add("country =", c.Country)
	if _, err := strconv.Atoi(c.Year); err == nil {
		add("years LIKE", "% "+c.Year+" %")
	}
	if all {
		add("kind =", c.Kind)
		add("certainty =", c.Certainty)
	}
	return " WHERE 1 = 1" + text, args
}

func findings(tx *store.Tx, where string, args ...any) (all []Finding, err error) {
	bodies, err := store.All(tx, store.Value[string], `SELECT body FROM sources_finding`+where, args...)
	if err != nil {
		return nil, err
	}
	for _, body := range bodies {
		var f Finding
		if err := json.Unmarshal([]byte(body), &f); err != nil {
			return nil, fault.Internal("sources: a finding", err)
		}
		all = append(all, f)
	}
	return all, nil
}

// entries says what is missing in the series of entries, and what else was stated
// of the same months.
func (c Findings) entries(tx *store.Tx, f *Found) error {
	flow, err := Flow(tx)
	if err != nil {
		return err
	}
	held, err := figures.Held()
	if err != nil {
		return err
	}
	t := Tally(flow)
	f.Gaps, f.Beside = t.Gaps(), t.Differences(held)
	months := map[figures.Month]bool{}
	for _, m := range flow {
		months[m.Month] = true
	}
	f.Months = len(months)
	return nil
}
