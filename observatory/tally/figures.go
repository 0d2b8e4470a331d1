package tally

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"istmo/data"
	"istmo/fault"
	"istmo/observatory/counting"
	"istmo/observatory/release"
)

// How long the tables may take to be made safe, all together.
const longest = 2 * time.Minute

// shownYears are the calendar years of which months are shown, this one included.
const shownYears = 3

// other is what citizenships with few people all together are shown as.
const other = "other"

// figures closes the count: what may be shown of it.
func (c *count) figures(ctx context.Context) (Figures, error) {
	rule, err := c.rule()
	if err != nil {
		return Figures{}, err
	}
	f := Figures{Made: c.now, Rules: c.rules.Version, Rule: rule.Version(), Least: rule.Least, Absent: nothing}
	ctx, stop := context.WithTimeout(ctx, longest)
	defer stop()
	if err := c.show(ctx, &f, rule); err != nil {
		return f, err
	}
	if f.Referrals, err = c.outcomesShown(ctx, rule); err != nil {
		return f, err
	}
	f.Times, err = c.times(ctx, rule)
	return f, err
}

// rule is the country's on this day.
func (c *count) rule() (release.Rule, error) {
	in, err := data.Files.Open("release-rules.csv")
	if err != nil {
		return release.Rule{}, fault.Internal("release rules", err)
	}
	defer in.Close()
	rules, err := release.ReadRules(in)
	if err != nil {
		return release.Rule{}, err
	}
	return release.RuleFor(rules, c.country, c.now.In(c.zone).Format(time.DateOnly))
}

// show makes the people's tables safe together: first by year, then, beside what that
// says, by month. Where so few would be told apart that nothing safe is left, an
// attribute is dropped, and that is said.
func (c *count) show(ctx context.Context, f *Figures, rule release.Rule) error {
	if len(c.cells) == 0 {
		return nil
	}
	var past []release.Past
	byYear, shown, err := prepare(ctx, c.byYear(rule.Least), rule, nil, &f.Dropped)
	if err != nil {
		return err
	}
	if shown != nil {
		past = []release.Past{{ID: "year", Release: byYear, Published: *shown}}
		f.People = people(*shown)
	}
	_, shown, err = prepare(ctx, c.byMonth(), rule, past, &f.Dropped)
	if err != nil {
		return err
	}
	if shown != nil {
		f.Months = months(*shown)
	}
	slices.Sort(f.Dropped)
	f.Dropped = slices.Compact(f.Dropped)
	return nil
}

// prepare makes a release safe, without one attribute after another if it must be.
func prepare(ctx context.Context, r release.Release, rule release.Rule, past []release.Past, dropped *[]string) (release.Release, *release.Published, error) {
	for {
		out, err := release.Prepare(ctx, r, rule, release.Options{Past: past})
		if err == nil {
			return r, &out.Published, nil
		}
		if !fault.Is(err, fault.KindConflict) && !fault.Is(err, fault.KindUnavailable) || len(r.Dimensions) == 0 {
			return r, nil, err
		}
		name, advised := fault.All(err)[0].Args["Dimension"].(string)
		if !advised || len(r.Dimensions) == 1 {
			for _, d := range r.Dimensions {
				*dropped = append(*dropped, d.Name)
			}
			return r, nil, nil
		}
		*dropped = append(*dropped, name)
		r = r.Without(name)
	}
}

// byYear are the tables of one attribute at a time by year.
func (c *count) byYear(least int) release.Release {
	few := c.few(least)
	r := release.Release{Dimensions: []release.Dimension{
		{Name: ByTime}, {Name: BySex, Categories: codes(counting.Sexes)}, {Name: ByAge, Categories: codes(ages)},
		{Name: ByForm, Categories: codes(counting.Forms)}, {Name: ByCitizenship}},
		Tables: [][]string{{ByTime, BySex}, {ByTime, ByAge}, {ByTime, ByForm}, {ByTime, ByCitizenship}}}
	for _, y := range c.years() {
		r.Dimensions[0].Categories = append(r.Dimensions[0].Categories, release.Category{Code: y, Of: monthsOf(y)})
	}
	shown := map[string]bool{}
	var rest []string
	facts := map[[5]string]int{}
	for at, n := range c.cells {
		citizenship := at.citizenship
		if few[citizenship] {
			if !slices.Contains(rest, citizenship) {
				rest = append(rest, citizenship)
			}
			citizenship = other
		}
		shown[citizenship] = true
		facts[[5]string{at.month[:4], at.sex, strings.TrimSuffix(at.age, "+"), at.form, citizenship}] += n
	}
	for _, code := range slices.Sorted(keys(shown)) {
		one := release.Category{Code: code}
		if code == other {
			one.Of = slices.Sorted(slices.Values(rest))
		}
		r.Dimensions[4].Categories = append(r.Dimensions[4].Categories, one)
	}
	for at, n := range facts {
		r.Facts = append(r.Facts, release.Fact{At: at[:], Count: n})
	}
	return r
}

// ages are those of package counting; a release keeps the plus for itself.
var ages = []string{"0-17", "18", counting.Unknown}

// few are the citizenships of fewer people all together than may be shown.
func (c *count) few(least int) map[string]bool {
	all := map[string]int{}
	for at, n := range c.cells {
		all[at.citizenship] += n
	}
	few := map[string]bool{}
	for code, n := range all {
		if few[code] = n < least; code == counting.Unknown {
			few[code] = false
		}
	}
	return few
}

// byMonth is the table of what people count as by month, of the last years, and by year
// before them.
func (c *count) byMonth() release.Release {
	r := release.Release{Dimensions: []release.Dimension{{Name: ByTime}, {Name: ByStanding, Categories: codes(counting.Standings)}},
		Tables: [][]string{{ByTime, ByStanding}}}
	first := c.now.In(c.zone).Year() - shownYears + 1
	time := &r.Dimensions[0]
	for _, y := range c.years() {
		if year(y) < first {
			time.Categories = append(time.Categories, release.Category{Code: y, Of: monthsOf(y)})
			continue
		}
		time.Categories = append(time.Categories, release.Category{Code: y})
		for _, m := range monthsOf(y) {
			time.Categories = append(time.Categories, release.Category{Code: m, Parent: y})
		}
	}
	facts := map[[2]string]int{}
	for at, n := range c.cells {
		when := at.month
		if year(when) < first {
			when = when[:4]
		}
		facts[[2]string{when, at.standing}] += n
	}
	for at, n := range facts {
		r.Facts = append(r.Facts, release.Fact{At: at[:], Count: n})
	}
	return r
}

// years are those in which anybody was first detected.
func (c *count) years() []string {
	all := map[string]bool{}
	for at := range c.cells {
		all[at.month[:4]] = true
	}
	return slices.Sorted(keys(all))
}

func monthsOf(year string) (all []string) {
	for m := range 12 {
		all = append(all, fmt.Sprintf("%s-%02d", year, m+1))
	}
	return all
}

func codes(all []string) (out []release.Category) {
	for _, code := range all {
		out = append(out, release.Category{Code: code})
	}
	return out
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// people are the numbers of the tables by year, as they go out.
func people(p release.Published) (all []People) {
	for _, t := range p.Tables {
		by := slices.DeleteFunc(slices.Clone(t.Over), func(n string) bool { return n == ByTime })
		if len(by) != 1 {
			continue
		}
		for _, r := range t.Rows {
			one := People{By: by[0], N: number(r)}
			for i, code := range r.At {
				switch {
				case code == release.Total:
				case t.Over[i] == ByTime:
					one.Year, _ = strconv.Atoi(code) // years are what we gave it
				case t.Over[i] == ByAge && code == "18":
					one.Of = "18+"
				default:
					one.Of = code
				}
			}
			all = append(all, one)
		}
	}
	order := []string{BySex, ByAge, ByForm, ByCitizenship}
	slices.SortStableFunc(all, func(a, b People) int {
		return cmp.Or(slices.Index(order, a.By)-slices.Index(order, b.By), a.Year-b.Year, cmp.Compare(a.Of, b.Of))
	})
	return all
}

func months(p release.Published) (all []Month) {
	for _, t := range p.Tables {
		for _, r := range t.Rows {
			one := Month{N: number(r)}
			for i, code := range r.At {
				switch {
				case code == release.Total:
				case t.Over[i] == ByTime:
					one.Month = code
				default:
					one.Standing = code
				}
			}
			all = append(all, one)
		}
	}
	slices.SortFunc(all, func(a, b Month) int {
		return cmp.Or(strings.Compare(a.Month, b.Month), strings.Compare(a.Standing, b.Standing))
	})
	return all
}

func number(r release.Row) int {
	if r.Hidden {
		return Hidden
	}
	return r.Count
}
