package pages

import (
	"slices"
	"time"

	"istmo/act"
	"istmo/i18n"
	"istmo/observatory"
	"istmo/observatory/tally"
	"istmo/report"
	"istmo/web"
	"istmo/web/figure"
)

func (d *desk) times(p *sheet) error {
	v, err := act.Ask(p.Context(), d.engine, p.Who, observatory.ReadTimes{})
	if err != nil {
		return err
	}
	if !v.There {
		p.Empty = &web.Empty{Title: p.Say("observatory.uncounted"), Body: p.Say("observatory.uncounted.body")}
		return nil
	}
	p.clocks(v.Figures)
	p.punctual(v.Figures)
	p.referrals(v.Figures)
	return nil
}

// clocks draws how many steps were done in time, clock by clock, over how long they took.
func (p *sheet) clocks(f tally.Figures) {
	t := report.Table{Columns: []report.Column{figure.Column(p.Say("observatory.clock")), figure.Numbers(p.Say("observatory.steps")),
		figure.Column(p.Say("observatory.median")), figure.Numbers(p.Say("observatory.in-time"))}}
	c := web.Chart{Unit: "%", Top: 100}
	for _, clock := range tally.Clocks {
		one, there := timed(f, clock, tally.All)
		name := p.Say("observatory.clock." + clock)
		bar := web.ChartBar{Label: name}
		switch {
		case !there:
			bar.Absent = p.Say("observatory.clock.never")
		case one.N < 0:
			bar.Absent = p.Say("observatory.few", "Least", figure.Number(p.Lang, f.Least))
		case one.InTime < 0:
			bar.Absent = p.Say("observatory.clock.no-term", "Median", p.span(one.Minutes))
		default:
			bar.Value, bar.Detail = one.InTime, p.Say("observatory.clock.median", "Median", p.span(one.Minutes))
		}
		c.Bars = append(c.Bars, bar)
		row := []report.Cell{name, nil, nil, nil}
		if there && one.N >= 0 {
			row = []report.Cell{name, one.N, p.span(one.Minutes), figure.Share(one.InTime, one.InTime >= 0)}
		}
		t.Rows = append(t.Rows, row)
	}
	p.own("clocks", f, t, c)
}

// span is a median in words.
func (p *sheet) span(minutes float64) string {
	return i18n.Span(p.Lang, time.Duration(minutes*float64(time.Minute)))
}

func timed(f tally.Figures, clock, month string) (tally.Time, bool) {
	i := slices.IndexFunc(f.Times, func(t tally.Time) bool { return t.Clock == clock && t.Month == month })
	if i < 0 {
		return tally.Time{}, false
	}
	return f.Times[i], true
}

// punctual draws the same by month.
func (p *sheet) punctual(f tally.Figures) {
	var months []string
	for _, one := range f.Times {
		if one.Month != tally.All && !slices.Contains(months, one.Month) {
			months = append(months, one.Month)
		}
	}
	slices.Sort(months)
	t := report.Table{Columns: []report.Column{figure.Column(p.Say("observatory.month"))}}
	c := web.Chart{Unit: "%", Top: 100}
	for _, m := range months {
		c.Steps = append(c.Steps, figure.Month(p.Lang, m))
		t.Rows = append(t.Rows, []report.Cell{figure.Month(p.Lang, m)})
	}
	for _, clock := range tally.Clocks {
		line := web.ChartLine{Label: p.Say("observatory.clock." + clock + ".short")}
		told := false
		for _, m := range months {
			one, there := timed(f, clock, m)
			shown := there && one.N >= 0 && one.InTime >= 0
			line.Points = append(line.Points, web.ChartPoint{Known: shown, Value: one.InTime})
			told = told || shown
		}
		if !told {
			continue
		}
		c.Lines = append(c.Lines, line)
		t.Columns = append(t.Columns, figure.Numbers(line.Label))
		for i, point := range line.Points {
			t.Rows[i] = append(t.Rows[i], figure.Share(point.Value, point.Known))
		}
	}
	if len(c.Lines) > 0 {
		p.own("punctual", f, t, c)
	}
}

// referrals draws what became of referrals, over their table by month.
func (p *sheet) referrals(f tally.Figures) {
	t := report.Table{Columns: []report.Column{figure.Column(p.Say("observatory.month")), figure.Column(p.Say("observatory.way")),
		figure.Column(p.Say("observatory.outcome")), figure.Numbers(p.Say("observatory.referrals.count"))}}
	shown, hidden := map[string]int{}, map[string]bool{}
	for _, one := range f.Referrals {
		month, outcome := p.Say("observatory.all-months"), p.Say("observatory.everything")
		if one.Month != tally.All {
			month = figure.Month(p.Lang, one.Month)
		}
		if one.Outcome != tally.All {
			outcome = p.Say("observatory.outcome." + one.Outcome)
		}
		t.Rows = append(t.Rows, []report.Cell{month, p.Say("observatory.way." + one.Way), outcome, figure.Count(one.N)})
		if one.Month != tally.All {
			continue // the bars are of all months together
		}
		if one.N < 0 {
			hidden[one.Outcome] = true
			continue
		}
		shown[one.Outcome] += one.N
	}
	if len(t.Rows) == 0 {
		return
	}
	var c web.Chart
	for _, outcome := range tally.Outcomes {
		bar := web.ChartBar{Label: p.Say("observatory.outcome." + outcome), Value: float64(shown[outcome])}
		if hidden[outcome] {
			bar.Detail = p.Say("observatory.at-least")
			if shown[outcome] == 0 {
				bar.Absent = p.Say("observatory.few", "Least", figure.Number(p.Lang, f.Least))
			}
		}
		c.Bars = append(c.Bars, bar)
	}
	p.own("referrals", f, t, c)
}

// own puts a figure of the node's own records on the page.
func (p *sheet) own(name string, f tally.Figures, t report.Table, picture web.Chart) {
	t.Caption, t.Source, t.Dated = p.Say("observatory."+name), p.Say("observatory.own"), f.Made
	picture.Note = p.Say("observatory." + name + ".note")
	picture.About = web.About{Definition: p.Say("observatory." + name + ".definition"), Certainty: p.Say("observatory.certainty.own", "Rules", f.Rules),
		Comparable: p.Say("observatory.comparable.own"), Note: p.Say("observatory.hidden", "Least", figure.Number(p.Lang, f.Least))}
	p.put(figure.Figure{Name: name, Table: t, Picture: picture})
}
