package pages

import (
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
	p.add("by-month", f.Of, t, c)
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
	p.add("by-year", f.Of, t, c)
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

// nations draws those who came, by nationality.
func (p *sheet) nations(f observatory.Flow) {
	if len(f.Nations) == 0 {
		return
	}
	t := report.Table{Columns: []report.Column{figure.Column(p.Say("observatory.nationality")), figure.Numbers(p.Say("observatory.entries"))}}
	var bars web.Chart
	for i, n := range f.Nations {
		name := figures.Name(n.Code, p.Lang)
		if n.Code == figures.Others {
			name = p.Say("observatory.others")
		}
		if i < mostNations {
			bars.Bars = append(bars.Bars, web.ChartBar{Label: name, Value: float64(n.People)})
		}
		t.Rows = append(t.Rows, []report.Cell{name, n.People})
	}
	p.add("nations", f.Of, t, bars)

	t = report.Table{Columns: []report.Column{figure.Column(p.Say("observatory.month"))}}
	var lines web.Chart
	for _, m := range f.Months {
		lines.Steps = append(lines.Steps, figure.Month(p.Lang, m.From.String()))
		t.Rows = append(t.Rows, []report.Cell{figure.Month(p.Lang, m.From.String())})
	}
	for i, n := range f.Nations {
		name := figures.Name(n.Code, p.Lang)
		t.Columns = append(t.Columns, figure.Numbers(name))
		line := web.ChartLine{Label: name}
		for j, people := range n.Months {
			line.Points = append(line.Points, web.ChartPoint{Known: people >= 0, Value: float64(people)})
			t.Rows[j] = append(t.Rows[j], figure.Count(people))
		}
		if i < mostLines {
			lines.Lines = append(lines.Lines, line)
		}
	}
	p.add("nation-months", f.Of, t, lines)
}
