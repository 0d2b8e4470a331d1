package pages

import (
	"cmp"
	"slices"

	"istmo/i18n"
	"istmo/report"
	"istmo/screening/coverage"
	"istmo/screening/fairness"
	"istmo/web"
	"istmo/web/figure"
)

type decided struct{ Charts []web.Chart }

func outcomes(v *reading) any {
	var d decided
	for _, r := range v.Figures.Rates {
		if r.Attribute != fairness.Post {
			d.Charts = append(d.Charts, v.presumed(r))
		}
	}
	return d
}

// group is a group in words.
func (v *reading) group(g fairness.Group) string {
	switch g.Attribute {
	case fairness.Citizenship:
		return i18n.Country(v.Lang, g.Value)
	case fairness.Language:
		return i18n.Language(v.Lang, g.Value)
	case fairness.Post:
		return v.post(g.Value)
	case fairness.AgeBand:
		return v.Say("coverage.years", "Band", v.Say("cases.age_band."+g.Value))
	}
	return v.Say("cases." + string(g.Attribute) + "." + g.Value)
}

func (v *reading) attribute(a fairness.Attribute) string {
	return v.Say("coverage.attribute." + string(a))
}

// ranked are the lines of an attribute: ages in their order, others by how many
// they are.
func ranked(r coverage.Rates) []fairness.Line {
	lines := slices.Clone(r.Lines)
	if r.Attribute != fairness.AgeBand {
		slices.SortStableFunc(lines, func(a, b fairness.Line) int { return -cmp.Compare(a.Total, b.Total) })
	}
	return lines
}

func (v *reading) presumed(r coverage.Rates) web.Chart {
	t := v.outcomesOf([]coverage.Rates{r}, v.Say("coverage.outcomes.by", "Attribute", v.attribute(r.Attribute)))
	t.Columns = t.Columns[1:]
	for i := range t.Rows {
		t.Rows[i] = t.Rows[i][1:]
	}
	c := v.figure("outcomes", t, v.Say("coverage.outcomes.note"))
	c.Unit, c.Places = "%", 1
	if n := v.Figures.Decided[0]; n >= 0 && v.Figures.Counted > 0 {
		c.Mark, c.MarkName = 100*float64(n)/float64(v.Figures.Counted), v.Say("coverage.outcomes.mark")
	}
	for _, l := range ranked(r) {
		if l.Total == fairness.Hidden {
			continue
		}
		bar := web.ChartBar{Label: v.group(l.Group)}
		if p := l.Rates[0]; p.Count == fairness.Hidden {
			bar.Absent = v.Say("coverage.few")
		} else {
			bar.Value, bar.Low, bar.High = 100*p.Share.Rate, 100*p.Share.Low, 100*p.Share.High
		}
		c.Bars = append(c.Bars, bar)
	}
	return c
}

func outcomesTable(v *reading) report.Table {
	return v.outcomesOf(v.Figures.Rates, v.Say("coverage.outcomes.all"))
}

func (v *reading) outcomesOf(rates []coverage.Rates, caption string) report.Table {
	t := report.Table{Caption: caption, Source: v.source(), Dated: v.Figures.Made,
		Columns: []report.Column{figure.Column(v.Say("coverage.attribute")), figure.Column(v.Say("coverage.group")), figure.Numbers(v.Say("coverage.screenings"))}}
	for _, o := range fairness.Outcomes {
		t.Columns = append(t.Columns, figure.Numbers(v.Say("coverage.outcome."+string(o))))
	}
	for _, key := range []string{"coverage.presumed-share", "coverage.low", "coverage.high"} {
		t.Columns = append(t.Columns, figure.Numbers(v.Say(key)))
	}
	for _, r := range rates {
		for _, l := range ranked(r) {
			if l.Total == fairness.Hidden {
				continue
			}
			row := []report.Cell{v.attribute(r.Attribute), v.group(l.Group), figure.Count(l.Total)}
			for _, one := range l.Rates {
				row = append(row, figure.Count(one.Count))
			}
			p := l.Rates[0]
			for _, f := range []float64{p.Share.Rate, p.Share.Low, p.Share.High} {
				row = append(row, figure.Share(100*f, p.Count != fairness.Hidden))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}
