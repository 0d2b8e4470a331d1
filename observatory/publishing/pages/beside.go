package pages

import (
	"net/url"
	"slices"
	"strings"

	"istmo/act"
	"istmo/i18n"
	"istmo/observatory/hall"
	"istmo/observatory/publishing"
	"istmo/web"
)

// both is the page on which two countries stand side by side.
type both struct {
	tabs
	publishing.Both
	Ours, Theirs string // the countries
	Needs        []web.Task
	Filters      *web.Filters
	Sections     []section
	Empty        *web.Empty
}

// section is one table in both countries.
type section struct {
	Title string
	Warn  []string
	Sides []web.Row
	Chart web.Chart
}

func (d *desk) beside(r *web.Request) (web.View, error) {
	b, err := act.Ask(r.Context(), d.engine, r.Who, publishing.Beside{Node: r.Query("node")})
	if err != nil {
		return web.View{}, err
	}
	p := both{tabs: tabs{hall.Tabs(r)}, Both: b, Ours: country(r, b.Here), Theirs: country(r, b.Partner)}
	switch {
	case b.Partner == "":
		p.Empty = &web.Empty{Title: r.Say("release.beside.nobody"), Body: r.Say("release.beside.nobody.body")}
	case !b.Mutual():
		p.Needs = p.needs(r)
	default:
		if year := p.latest(); !slices.ContainsFunc(p.Pairs, func(one publishing.Pair) bool { return one.Year == r.Query("year") }) {
			return web.View{Redirect: BesidePath + "?" + url.Values{"node": {b.Partner}, "year": {year}}.Encode()}, nil
		}
		p.lay(r, r.Query("year"))
	}
	return web.View{Template: "publishing/beside", Title: "release.beside.title", Data: p}, nil
}

// needs are what must be so before figures stand side by side.
func (p both) needs(r *web.Request) (all []web.Task) {
	for _, one := range []struct {
		key  string
		done bool
		href string
	}{{"agreement", p.Agreement != "", "/agreements"}, {"given", p.Given, Root}, {"got", p.Got, ""}} {
		t := web.Task{Title: r.Say("release.beside.needs."+one.key, "Country", p.Theirs), Hint: r.Say("release.beside.needs."+one.key+".hint", "Country", p.Theirs),
			Tag: web.Tag{Text: r.Say("release.beside.missing"), Tone: web.Warning}}
		if one.done {
			t.Tag = web.Tag{Text: r.Say("release.beside.there"), Tone: web.Success}
		} else {
			t.Href = one.href
		}
		all = append(all, t)
	}
	return all
}

// latest is the last year of which both have shown a table, or either.
func (p both) latest() (year string) {
	together := false
	for _, one := range p.Pairs {
		if both := one.Ours != nil && one.Theirs != nil; both && !together || both == together && one.Year > year {
			year, together = one.Year, both
		}
	}
	return year
}

// lay shows the tables of one year.
func (p *both) lay(r *web.Request, year string) {
	var all []string
	for _, one := range p.Pairs {
		if !slices.Contains(all, one.Year) {
			all = append(all, one.Year)
		}
	}
	slices.Sort(all)
	slices.Reverse(all)
	f := web.Filters{}
	if len(p.Partners) > 1 {
		one := web.Filter{Name: "node", Label: r.Say("release.beside.country"), Kind: "select"}
		for _, n := range p.Partners {
			one.Choices = append(one.Choices, web.Option{Value: n, Label: country(r, n)})
		}
		f.Fields = append(f.Fields, one)
	}
	choose := web.Filter{Name: "year", Label: r.Say("release.dimension.year"), Kind: "select"}
	for _, y := range all {
		choose.Choices = append(choose.Choices, web.Option{Value: y, Label: y})
	}
	f.Fields = append(f.Fields, choose)
	for _, one := range p.Pairs {
		if one.Year == year {
			p.Sections = append(p.Sections, p.section(r, one))
		}
	}
	f.Count = len(p.Sections)
	p.Filters = &f
}

func (p both) section(r *web.Request, one publishing.Pair) section {
	s := section{Title: overWords(r, one.Over) + ", " + one.Year}
	for key, is := range map[string]bool{"release.beside.rules": one.Rules, "release.beside.editions": one.Editions, "release.beside.others": one.Others} {
		if is {
			s.Warn = append(s.Warn, r.Say(key))
		}
	}
	slices.Sort(s.Warn)
	for _, side := range []struct {
		country string
		*publishing.Side
	}{{p.Ours, one.Ours}, {p.Theirs, one.Theirs}} {
		if side.Side == nil {
			s.Warn = append(s.Warn, r.Say("release.beside.absent", "Country", side.country))
			s.Sides = append(s.Sides, web.Row{Key: side.country})
			continue
		}
		words := []string{"«" + side.Title + "»", r.Say("release.beside.side", "When", when(r, side.Counted), "Edition", side.Edition), ruleWords(r.Lang, side.Rule)}
		if len(one.Over) > 0 && slices.Contains(one.Over, publishing.Citizenship) {
			words = append(words, r.Say("release.beside.others-are", "N", len(side.Others)))
		}
		s.Sides = append(s.Sides, web.Row{Key: side.country, Value: strings.Join(words, " · ")})
	}
	t := web.ChartTable{}
	for _, d := range one.Over {
		t.Columns = append(t.Columns, web.ChartColumn{Title: r.Say("release.dimension." + d)})
	}
	t.Columns = append(t.Columns, web.ChartColumn{Title: p.Ours, Number: true}, web.ChartColumn{Title: p.Theirs, Number: true})
	for _, row := range one.Rows {
		var cells []string
		for i, d := range one.Over {
			cells = append(cells, code(r, d, row.At[i]))
		}
		t.Rows = append(t.Rows, append(cells, told(r, row.Ours), told(r, row.Theirs)))
	}
	s.Chart = web.Chart{Title: s.Title, Whole: true, Note: r.Say("release.beside.note"), Table: t, Source: r.Say("release.beside.source", "Here", p.Ours, "There", p.Theirs)}
	return s
}

// told is a number of one country: hidden, or not told apart there.
func told(r *web.Request, n int) string {
	switch n {
	case publishing.Hidden:
		return "–"
	case publishing.Absent:
		return r.Say("release.beside.not-there")
	}
	return i18n.Number(r.Lang, int64(n))
}
