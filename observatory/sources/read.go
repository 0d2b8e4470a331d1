package sources

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"

	"istmo/fault"
	"istmo/observatory/figures"
	"istmo/store"
)

// What other rooms read. Each figure names the file that states it; [Files] says
// whose those are and of which edition.

// Files are those in use, the newest edition first.
func Files(tx *store.Tx) ([]File, error) {
	return filesOf(tx, ` WHERE state = $1`, string(InUse))
}

// Monthly is how many people of a nationality entered Panama irregularly in a month.
type Monthly struct {
	Month   figures.Month
	Of      string // ISO 3166-1 alpha-3, or figures.Others
	People  int
	Missing bool   // the publisher states no value; it is not zero
	File    string // src_…
	Reading string // prp_…, where the nationality is read by an accepted proposal
}

// Flow is the series of irregular entries into Panama, by month and nationality,
// joined from the files in use; package sources says by which rule. A month that no
// file gives by nationality is one figure of figures.Others.
func Flow(tx *store.Tx) ([]Monthly, error) {
	j, err := newJoint(tx)
	if err != nil {
		return nil, err
	}
	var one entered
	var by string
	err = tx.Each([]any{&one.file, &one.month, &by, &one.of, &one.written, &one.people, &one.missing}, func() error {
		j.add(one, figures.By(by))
		return nil
	}, `SELECT file, month, by_what, of_whom, written, people, missing FROM sources_flow WHERE replaced_at = '' AND into_code = 'PAN'`)
	return j.series(), err
}

type entered struct {
	file, month, of, written string
	people                   int
	missing                  bool
}

// joint joins the files that state entries.
type joint struct {
	files    map[string]File
	readings readings
	by       map[string]map[figures.By][]entered // by month
}

func newJoint(tx *store.Tx) (*joint, error) {
	files, err := filesOf(tx, ` WHERE state = $1 AND kind = $2`, string(InUse), string(Entries))
	if err != nil {
		return nil, err
	}
	j := &joint{files: map[string]File{}, by: map[string]map[figures.By][]entered{}}
	for _, f := range files {
		j.files[f.ID] = f
	}
	j.readings, err = acceptedReadings(tx)
	return j, err
}

func (j *joint) add(e entered, by figures.By) {
	if j.by[e.month] == nil {
		j.by[e.month] = map[figures.By][]entered{}
	}
	j.by[e.month][by] = append(j.by[e.month][by], e)
}

func (j *joint) series() (all []Monthly) {
	for name, tables := range j.by {
		month, _ := figures.ParseMonth(name)
		for _, by := range []figures.By{figures.ByNationality, figures.ByRegion, figures.BySex, figures.ByAge} {
			if len(tables[by]) > 0 {
				all = append(all, j.month(month, by, tables[by])...)
				break
			}
		}
	}
	slices.SortFunc(all, func(a, b Monthly) int {
		return cmp.Or(cmp.Compare(a.Month.Year, b.Month.Year), cmp.Compare(a.Month.Month, b.Month.Month), cmp.Compare(a.Of, b.Of))
	})
	return all
}

// month joins what is stated of one month in one breakdown: nothing older than the
// newest whole table, and of each nationality what the newest file states, all its
// rows together.
func (j *joint) month(month figures.Month, by figures.By, list []entered) (all []Monthly) {
	whole := File{}
	for _, e := range list {
		if f := j.files[e.file]; f.Shape == figures.YearlyFlows && (whole.ID == "" || f.newer(whole)) {
			whole = f
		}
	}
	newest := map[string]Monthly{}
	for _, e := range list {
		f := j.files[e.file]
		if whole.ID != "" && whole.newer(f) {
			continue
		}
		m := Monthly{Month: month, Of: figures.Others, People: e.people, Missing: e.missing, File: e.file}
		if by == figures.ByNationality {
			m.Of, m.Reading = j.readings.read(e.written, "", e.of)
		}
		have, there := newest[m.Of]
		switch {
		case there && have.File == m.File:
			m.People, m.Missing = m.People+have.People, m.Missing || have.Missing
		case there && j.files[have.File].newer(f):
			continue
		}
		newest[m.Of] = m
	}
	for _, m := range newest {
		all = append(all, m)
	}
	return all
}

// Tally adds a series up by month.
func Tally(flow []Monthly) *figures.Tally {
	t := &figures.Tally{}
	for _, m := range flow {
		t.Add(figures.Flow{Month: m.Month, By: figures.ByNationality, Of: m.Of, People: m.People, Missing: m.Missing})
	}
	return t
}

// Returns are the returns to UNODC in use, as they were written; [Read] says which
// country a spelling means.
func Returns(tx *store.Tx) ([]figures.Return, error) { return returnsOf(tx, ``) }

// ReturnsOf are those of some countries.
func ReturnsOf(tx *store.Tx, countries ...string) ([]figures.Return, error) {
	marks, args := "", []any{}
	for i, c := range countries {
		marks += ", $" + strconv.Itoa(i+1)
		args = append(args, c)
	}
	if len(args) == 0 {
		return nil, nil
	}
	return returnsOf(tx, ` AND country IN (`+marks[2:]+`)`, args...)
}

func returnsOf(tx *store.Tx, where string, args ...any) ([]figures.Return, error) {
	all, err := store.All(tx, func(r *figures.Return) []any {
		return []any{&r.Row, &r.Country, &r.Indicator, &r.Dimension, &r.Category, &r.Sex, &r.Age, &r.Year, &r.Low, &r.High, &r.Nth}
	}, `SELECT line, country, indicator, dimension, category, sex, age, year, low, high, nth FROM sources_return WHERE replaced_at = ''`+where, args...)
	slices.SortStableFunc(all, func(a, b figures.Return) int {
		return cmp.Or(cmp.Compare(a.Country, b.Country), cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Year, b.Year), cmp.Compare(a.Row, b.Row))
	})
	return all, err
}

// Population is how many people live in a country in a year, by sex and age.
func Population(tx *store.Tx, country string, year int) ([]figures.Population, error) {
	return store.All(tx, func(p *figures.Population) []any {
		return []any{&p.Row, &p.Country, &p.Year, &p.Sex, &p.From, &p.To, &p.People}
	}, `SELECT line, country, year, sex, age_from, age_to, people FROM sources_population
		WHERE replaced_at = '' AND country = $1 AND year = $2 ORDER BY line`, country, year)
}

// Area is one boundary of the deployer's own.
type Area struct {
	figures.Area
	Level string // one of Levels
	File  string // src_…
}

// Areas are the boundaries in use, by level and code.
func Areas(tx *store.Tx) (all []Area, err error) {
	var a Area
	var polygons string
	err = tx.Each([]any{&a.File, &a.Nth, &a.Level, &a.Code, &a.Name, &polygons}, func() error {
		a.Polygons = nil
		if err := json.Unmarshal([]byte(polygons), &a.Polygons); err != nil {
			return fault.Internal("sources: a boundary", err)
		}
		all = append(all, a)
		return nil
	}, `SELECT file, line, level, code, name, polygons FROM sources_area WHERE replaced_at = ''`)
	slices.SortFunc(all, func(a, b Area) int {
		return cmp.Or(cmp.Compare(slices.Index(Levels, a.Level), slices.Index(Levels, b.Level)), cmp.Compare(a.Code, b.Code))
	})
	return all, err
}

// Cited are the files whose figures of a kind are in use, for the source beside a
// picture or a table.
func Cited(tx *store.Tx, of Kind) ([]File, error) {
	return filesOf(tx, ` WHERE kind = $1 AND EXISTS (SELECT 1 FROM `+kinds[of].table+` t WHERE t.file = sources_file.id AND t.replaced_at = '')`, string(of))
}
