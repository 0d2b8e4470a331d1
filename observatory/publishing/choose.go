package publishing

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"istmo/fault"
	"istmo/observatory/figures"
	"istmo/observatory/release"
	"istmo/observatory/tally"
)

// The dimensions by which people can be told apart, beside the year. Codes are those
// of docs/release-file.md.
const (
	Year        = "year"
	Sex         = "sex"
	Age         = "age"
	Form        = "form"
	Citizenship = "citizenship"
	Standing    = "standing"
)

// Dimensions are all but the year, which every table has.
var Dimensions = []string{Sex, Age, Form, Citizenship, Standing}

// codes are the categories of the dimensions that are the same in every release.
var codes = map[string][]string{
	Sex:      {"female", "male", "other", Unknown},
	Age:      {Child, Adult, Unknown},
	Form:     {"sexual", "labour", "other", Unknown},
	Standing: {"presumed", "identified"},
}

// The ages: up to 17 years, and 18 and over.
const (
	Child = "child"
	Adult = "adult"
)

// ages are as the tally has them.
var ages = map[string]string{"0-17": Child, "18+": Adult}

// Unknown is what nobody wrote down, and Others the citizenships that a release does
// not name.
const (
	Unknown = "unknown"
	Others  = "others"
	nowhere = "elsewhere" // what is no country of ISO 3166
)

// Tables are those that are offered ready-made; any other can be put together.
var Tables = []string{Sex, Age, Form, Citizenship, Standing, Sex + "+" + Age, Sex + "+" + Form, Age + "+" + Form, Sex + "+" + Age + "+" + Form}

// The most that one release may hold.
const (
	mostTables       = 12
	mostYears        = 15
	mostCitizenships = 30
	firstYear        = 2000
	longestTitle     = 160
)

// code is where a row of the count falls.
func code(r tally.Row, dimension string) string {
	return map[string]string{Sex: r.Sex, Age: ages[r.Age], Form: r.Form, Citizenship: r.Citizenship, Standing: r.Standing}[dimension]
}

// Choice is what somebody wants to publish.
type Choice struct {
	From         int64    `json:"from"` // years, both ends included
	To           int64    `json:"to"`
	Tables       []string `json:"tables"`       // each by its dimensions beside the year: "sex", "sex+age"
	Own          []string `json:"own"`          // the dimensions of one more table
	Citizenships string   `json:"citizenships"` // those that are named, with commas between; the others stand together
}

// chosen is a choice that can be counted.
type chosen struct {
	years, named []string
	dimensions   []string // that are used, in the order of Dimensions
	tables       [][]string
}

// read says what is chosen, or what is wrong with it. this is the year that is not
// over yet.
func (c Choice) read(this int) (out chosen, err error) {
	var check fault.Check
	check.That(c.From >= firstYear && c.From <= int64(this), "from", "release.year")
	check.That(c.To >= c.From && c.To-c.From < mostYears, "to", "release.years")
	if c.To >= int64(this) {
		check.That(false, "to", "release.year-not-over")
	}
	asked := slices.Clone(c.Tables)
	if len(c.Own) > 0 {
		asked = append(asked, strings.Join(c.Own, "+"))
	}
	check.That(len(asked) > 0, "tables", "release.choose-table")
	check.That(len(asked) <= mostTables, "tables", "release.many-tables")
	if err := check.Err(); err != nil {
		return out, err
	}
	for year := c.From; year <= c.To; year++ {
		out.years = append(out.years, strconv.FormatInt(year, 10))
	}
	for _, one := range asked {
		table, ok := tableOf(one)
		if !ok {
			return out, fault.Invalid("tables", "fault.not-in-list")
		}
		if !slices.ContainsFunc(out.tables, func(t []string) bool { return slices.Equal(t, table) }) {
			out.tables = append(out.tables, table)
		}
	}
	for _, d := range Dimensions {
		if slices.ContainsFunc(out.tables, func(t []string) bool { return slices.Contains(t, d) }) {
			out.dimensions = append(out.dimensions, d)
		}
	}
	if slices.Contains(out.dimensions, Citizenship) {
		out.named, err = named(c.Citizenships)
	}
	return out, err
}

// tableOf is a table by its dimensions, the year first and the others in their order.
func tableOf(words string) ([]string, bool) {
	parts := strings.Split(words, "+")
	table := []string{Year}
	for _, d := range Dimensions {
		if slices.Contains(parts, d) {
			table = append(table, d)
		}
	}
	return table, len(table) == len(parts)+1
}

// named are the citizenships that stand for themselves, by code. A name is taken in
// any usual spelling, but not guessed.
func named(words string) (all []string, err error) {
	for _, one := range strings.FieldsFunc(words, func(r rune) bool { return strings.ContainsRune(",;\n\r", r) }) {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		found := figures.Resolve(one, "")
		if found.Code == "" || found.Guessed() || found.Code == figures.Others {
			return nil, fault.Invalid("citizenships", "release.no-country").With("Number", len(all)+1)
		}
		if !slices.Contains(all, found.Code) {
			all = append(all, found.Code)
		}
	}
	if len(all) == 0 || len(all) > mostCitizenships {
		return nil, fault.Invalid("citizenships", "release.citizenships").With("Most", mostCitizenships)
	}
	slices.Sort(all)
	return all, nil
}

// crosses says which citizenships a release named that went out before, if the new
// ones are neither some of them nor all of them and others. Of two releases whose
// named cross, the others of one less those named in the other is a number that
// neither shows, may be small, and that no release promised to hide.
func (c chosen) crosses(before release.Published) ([]string, bool) {
	i := slices.IndexFunc(before.Dimensions, func(d release.Dimension) bool { return d.Name == Citizenship })
	if i < 0 || !slices.Contains(c.dimensions, Citizenship) {
		return nil, false
	}
	var were []string
	for _, one := range before.Dimensions[i].Categories {
		if one.Code != Unknown && one.Code != Others {
			were = append(were, one.Code)
		}
	}
	return were, !within(were, c.named) && !within(c.named, were)
}

func within(some, all []string) bool {
	return !slices.ContainsFunc(some, func(one string) bool { return !slices.Contains(all, one) })
}

// world is every code that a citizenship can be.
var world = sync.OnceValue(func() []string { return append(figures.Codes(), Unknown, nowhere) })

// categories are those of a dimension.
func (c chosen) categories(dimension string) (all []release.Category) {
	if dimension != Citizenship {
		for _, code := range codes[dimension] {
			all = append(all, release.Category{Code: code})
		}
		return all
	}
	others := release.Category{Code: Others}
	for _, code := range world() {
		if code == Unknown || slices.Contains(c.named, code) {
			all = append(all, release.Category{Code: code})
		} else {
			others.Of = append(others.Of, code)
		}
	}
	return append(all, others)
}

// category is where a row falls. What a dimension does not know is nobody's: it
// stands with the unknown, and a citizenship of no country with the others.
func (c chosen) category(dimension, code string) string {
	switch {
	case dimension == Citizenship && (code == Unknown || slices.Contains(c.named, code)):
		return code
	case dimension == Citizenship && code == "":
		return Unknown
	case dimension == Citizenship:
		return Others
	case slices.Contains(codes[dimension], code):
		return code
	case dimension == Standing:
		return codes[Standing][0] // nobody decided
	}
	return Unknown
}

// release is what was chosen, as counted.
func (c chosen) release(rows []tally.Row) release.Release {
	r := release.Release{Dimensions: []release.Dimension{{Name: Year, Partial: true}}, Tables: c.tables}
	for _, y := range c.years {
		r.Dimensions[0].Categories = append(r.Dimensions[0].Categories, release.Category{Code: y})
	}
	for _, d := range c.dimensions {
		r.Dimensions = append(r.Dimensions, release.Dimension{Name: d, Categories: c.categories(d)})
	}
	sums, order := map[string]int{}, [][]string{}
	for _, row := range rows {
		at := []string{strconv.Itoa(row.Year)}
		if !slices.Contains(c.years, at[0]) || row.Count == 0 {
			continue
		}
		for _, d := range c.dimensions {
			at = append(at, c.category(d, code(row, d)))
		}
		key := strings.Join(at, "|")
		if _, there := sums[key]; !there {
			order = append(order, at)
		}
		sums[key] += row.Count
	}
	for _, at := range order {
		r.Facts = append(r.Facts, release.Fact{At: at, Count: sums[strings.Join(at, "|")]})
	}
	return r
}

// Codes are the categories of a dimension that are the same in every release.
func Codes(dimension string) []string { return codes[dimension] }
