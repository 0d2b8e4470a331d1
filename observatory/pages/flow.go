package pages

import (
	"cmp"
	"slices"
	"strconv"

	"istmo/act"
	"istmo/observatory"
	"istmo/observatory/figures"
	"istmo/report"
	"istmo/web"
	"istmo/web/figure"
)

// How many nationalities have a bar and a line; the tables have them all.
const (
	mostNations = 12
	mostLines   = 5
)

// beside is a figure that was stated, and what the table counts for the same.
type beside struct {
	Title, Why      string
	Counted, Stated said
}

func (d *desk) flow(p *sheet) error {
	f, err := act.Ask(p.Context(), d.engine, p.Who, observatory.ReadFlow{})
	if err != nil {
		return err
	}
	p.entries(f)
	p.compare(f)
	p.nations(f)
	for _, g := range f.Gaps {
		p.Warn = append(p.Warn, p.Say("observatory.gap", "Month", figure.Month(p.Lang, g.Month.String()), "Country", figures.Name(g.Of, p.Lang),
			"Before", figure.Number(p.Lang, g.Before), "After", figure.Number(p.Lang, g.After)))
	}
	return nil
}

// entries draws people by year and by month.
func (p *sheet) entries(f observatory.Flow) {
	if len(f.Months) == 0 {
		return
	}
	p.years(f)
	t := report.Table{Columns: []report.Column{figure.Column(p.Say("observatory.month")), figure.Numbers(p.Say("observatory.entries"))}}
	c := web.Chart{Lines: []web.ChartLine{{Label: p.Say("observatory.all")}}}
	for i, m := range f.Months {
		month := figure.Month(p.Lang, m.From.String())
		c.Steps = append(c.Steps, month)
		c.Lines[0].Points = append(c.Lines[0].Points, web.ChartPoint{Known: f.Known[i], Value: float64(m.People)})
		t.Rows = append(t.Rows, []report.Cell{month, known(m.People, f.Known[i])})
	}
	p.add("by-month", f.Of, f.Files, t, c)
}

func (p *sheet) years(f observatory.Flow) {
	t := report.Table{Columns: []report.Column{figure.Column(p.Say("observatory.year")), figure.Numbers(p.Say("observatory.entries")), figure.Column(p.Say("observatory.months"))}}
	var c web.Chart
	for _, y := range f.Years {
		months := p.Say("observatory.from-to", "From", figure.Month(p.Lang, y.From.String()), "To", figure.Month(p.Lang, y.To.String()))
		bar := web.ChartBar{Label: strconv.Itoa(y.From.Year), Value: float64(y.People)}
		if y.From.Month != 1 || y.To.Month != 12 {
			bar.Tone, bar.Detail = 5, months
		}
		c.Bars = append(c.Bars, bar)
		t.Rows = append(t.Rows, []report.Cell{strconv.Itoa(y.From.Year), y.People, months})
	}
	p.add("by-year", f.Of, f.Files, t, c)
}

// known is a count, or nothing where no row states it.
func known(n int, there bool) report.Cell {
	if !there {
		return nil
	}
	return n
}

// compare sets what was stated elsewhere beside what the table counts.
func (p *sheet) compare(f observatory.Flow) {
	for _, b := range f.Beside {
		months := p.Say("observatory.from-to", "From", figure.Month(p.Lang, b.Counted.From.String()), "To", figure.Month(p.Lang, b.Counted.To.String()))
		p.Beside = append(p.Beside, beside{
			Title:   p.Say("observatory.beside", "Months", months),
			Counted: said{Number: figure.Number(p.Lang, b.Counted.People), Words: p.Say("observatory.beside.counted"), Source: f.Of.Source(p.Lang)},
			Stated:  said{Number: figure.Number(p.Lang, b.Stated.Low), Words: p.Say("observatory.beside.stated"), Source: b.Stated.Source(p.Lang)},
			Why:     b.Stated.Note(p.Lang),
		})
	}
}

// months are those of a year, or all of them.
func months(f observatory.Flow, year string) (first, last int) {
	of := func(m figures.Period) bool { return strconv.Itoa(m.From.Year) == year }
	if first = slices.IndexFunc(f.Months, of); first < 0 {
		return 0, len(f.Months)
	}
	for last = first; last < len(f.Months) && of(f.Months[last]); last++ {
	}
	return first, last
}

// ranked are the nationalities by how many came in some months.
func ranked(f observatory.Flow, first, last int) (all []observatory.Nation) {
	for _, n := range f.Nations {
		n.People = 0
		for _, people := range n.Months[first:last] {
			n.People += max(people, 0)
		}
		if n.People > 0 {
			all = append(all, n)
		}
	}
	slices.SortStableFunc(all, func(a, b observatory.Nation) int { return b.People - a.People })
	return all
}

// nation is a nationality in words.
func (p *sheet) nation(code string) string {
	if code == figures.Others {
		return p.Say("observatory.others")
	}
	return figures.Name(code, p.Lang)
}

// nations draws those who came, by nationality.
func (p *sheet) nations(f observatory.Flow) {
	if len(f.Nations) == 0 {
		return
	}
	p.begin("nations")
	values := []string{""}
	for _, y := range f.Years {
		values = append(values, strconv.Itoa(y.From.Year))
	}
	year := p.choose(byYear, p.Say("observatory.year"), values, func(y string) string { return cmp.Or(y, p.Say("observatory.every-year")) })
	first, last := months(f, year)
	ranked := ranked(f, first, last)
	t := report.Table{Columns: []report.Column{figure.Column(p.Say("observatory.nationality")), figure.Numbers(p.Say("observatory.entries"))}}
	var bars web.Chart
	for i, n := range ranked {
		name := p.nation(n.Code)
		if i < mostNations {
			bars.Bars = append(bars.Bars, web.ChartBar{Label: name, Value: float64(n.People)})
		}
		t.Rows = append(t.Rows, []report.Cell{name, n.People})
	}
	p.add("nations", f.Of, f.Files, t, bars)

	t = report.Table{Columns: []report.Column{figure.Column(p.Say("observatory.month"))}}
	var lines web.Chart
	for _, m := range f.Months[first:last] {
		lines.Steps = append(lines.Steps, figure.Month(p.Lang, m.From.String()))
		t.Rows = append(t.Rows, []report.Cell{figure.Month(p.Lang, m.From.String())})
	}
	for i, n := range ranked {
		name := p.nation(n.Code)
		t.Columns = append(t.Columns, figure.Numbers(name))
		line := web.ChartLine{Label: name}
		for j, people := range n.Months[first:last] {
			line.Points = append(line.Points, web.ChartPoint{Known: people >= 0, Value: float64(people)})
			t.Rows[j] = append(t.Rows[j], figure.Count(people))
		}
		if i < mostLines {
			lines.Lines = append(lines.Lines, line)
		}
	}
	p.add("nation-months", f.Of, f.Files, t, lines)
}
