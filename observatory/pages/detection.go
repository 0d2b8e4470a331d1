package pages

import (
	"slices"
	"strconv"

	"istmo/act"
	"istmo/i18n"
	"istmo/observatory"
	"istmo/observatory/figures"
	"istmo/observatory/tally"
	"istmo/report"
	"istmo/web"
	"istmo/web/figure"
)

func (d *desk) detection(p *sheet) error {
	v, err := act.Ask(p.Context(), d.engine, p.Who, observatory.ReadDetection{})
	if err != nil {
		return err
	}
	p.state(v.Fall)
	p.begin("own")
	p.gap(v)
	p.people(v)
	p.begin("returned")
	p.lines("detected", v.Detected, v.Files)
	p.returned(v)
	return nil
}

// by are the attributes by which people are broken down, in their order.
var by = []string{observatory.BySex, observatory.ByAge, observatory.ByForm, observatory.ByCitizenship}

// returned draws what one country returned of one year, by each attribute; the
// newest year that says most, if none is chosen.
func (p *sheet) returned(v observatory.Detection) {
	if len(v.Returned) == 0 {
		return
	}
	p.begin("country")
	country := p.choose(byCountry, p.Say("observatory.returned.country"), countries(v), func(c string) string { return figures.Name(c, p.Lang) })
	of := slices.DeleteFunc(slices.Clone(v.Returned), func(b observatory.Breakdown) bool { return b.Country != country })
	year := p.choose(byYear, p.Say("observatory.year"), years(of), func(y string) string { return y })
	for _, attribute := range by {
		i := slices.IndexFunc(of, func(b observatory.Breakdown) bool { return b.By == attribute && strconv.Itoa(b.Year) == year })
		if i < 0 {
			continue
		}
		t := report.Table{Columns: []report.Column{figure.Column(p.Say("observatory.by." + attribute)), figure.Numbers(p.Say("observatory.people"))}}
		var c web.Chart
		for _, part := range of[i].Parts {
			name := p.coded(attribute, part.Of)
			point := observatory.Point{Low: part.Low, High: part.High}
			bar := web.ChartBar{Label: name, Value: float64(part.Low+part.High) / 2}
			if !point.Exact() {
				bar.Low, bar.High, bar.Text = float64(part.Low), float64(part.High), told(point)
			}
			c.Bars = append(c.Bars, bar)
			t.Rows = append(t.Rows, []report.Cell{name, counted(point, true)})
		}
		t.Caption = p.Say("observatory.returned-"+attribute, "Country", figures.Name(country, p.Lang), "Year", year)
		c.About = web.About{Definition: p.Say("observatory.returned.definition"), Certainty: p.Say("observatory.certainty.published"), Comparable: p.Say("observatory.returned.comparable")}
		p.add("returned-"+attribute, figures.Public{}, v.Files, t, c)
	}
}

// countries are those that returned anything, this node's own first.
func countries(v observatory.Detection) (out []string) {
	for _, b := range v.Returned {
		if !slices.Contains(out, b.Country) {
			out = append(out, b.Country)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int {
		switch v.Here {
		case a:
			return -1
		case b:
			return 1
		}
		return 0
	})
	return out
}

// years are those of some breakdowns, the newest first.
func years(all []observatory.Breakdown) (out []string) {
	for _, b := range all {
		if y := strconv.Itoa(b.Year); !slices.Contains(out, y) {
			out = append(out, y)
		}
	}
	return out
}

// coded is a code of an attribute in words.
func (p *sheet) coded(attribute, code string) string {
	if attribute == observatory.ByCitizenship && code != "unknown" && code != "other" && code != figures.Others {
		return figures.Name(code, p.Lang)
	}
	if code == figures.Others {
		code = "other"
	}
	return p.Say("observatory." + attribute + "." + code)
}

// people draws this node's own people: by each attribute over the years, and by
// month as what they count.
func (p *sheet) people(v observatory.Detection) {
	if !v.Counted {
		return
	}
	for _, attribute := range by {
		p.broken(v.Own, attribute)
	}
	p.standing(v.Own)
	for _, one := range v.Own.Dropped {
		p.Warn = append(p.Warn, p.Say("observatory.dropped", "By", p.Say("observatory.by."+one)))
	}
}

// broken draws people by an attribute: a bar over all years for each code, and each
// year in the table.
func (p *sheet) broken(f tally.Figures, attribute string) {
	var years, codes []string
	at := map[[2]string]int{}
	for _, one := range f.People {
		if one.By != attribute {
			continue
		}
		year := strconv.Itoa(one.Year)
		at[[2]string{year, one.Of}] = one.N
		if one.Year != 0 && !slices.Contains(years, year) {
			years = append(years, year)
		}
		if one.Of != tally.All && !slices.Contains(codes, one.Of) {
			codes = append(codes, one.Of)
		}
	}
	if len(codes) == 0 {
		return
	}
	t := report.Table{Columns: []report.Column{figure.Column(p.Say("observatory.by." + attribute))}}
	for _, y := range append(years, p.Say("observatory.all-years")) {
		t.Columns = append(t.Columns, figure.Numbers(y))
	}
	var c web.Chart
	for _, code := range append(codes, tally.All) {
		name := p.Say("observatory.everybody")
		if code != tally.All {
			name = p.coded(attribute, code)
		}
		row := []report.Cell{name}
		for _, y := range append(years, "0") {
			n, there := at[[2]string{y, code}]
			row = append(row, known(n, there && n >= 0))
		}
		t.Rows = append(t.Rows, row)
		if code == tally.All {
			continue
		}
		bar := web.ChartBar{Label: name, Value: float64(at[[2]string{"0", code}])}
		if bar.Value < 0 {
			bar.Value, bar.Absent = 0, p.Say("observatory.few", "Least", figure.Number(p.Lang, f.Least))
		}
		c.Bars = append(c.Bars, bar)
	}
	p.own("own-"+attribute, f, t, c)
}

// standing draws people by the month in which they were first detected and what they
// count as today.
func (p *sheet) standing(f tally.Figures) {
	t := report.Table{Columns: []report.Column{figure.Column(p.Say("observatory.month"))}}
	var c web.Chart
	at := map[[2]string]int{}
	var months []string
	now := f.Made.In(p.Zone()).Format("2006-01")
	for _, one := range f.Months {
		at[[2]string{one.Month, one.Standing}] = one.N
		if len(one.Month) == len("2006-01") && one.Month <= now && !slices.Contains(months, one.Month) {
			months = append(months, one.Month)
		}
	}
	if len(months) == 0 {
		return
	}
	for _, m := range months {
		c.Steps = append(c.Steps, figure.Month(p.Lang, m))
		t.Rows = append(t.Rows, []report.Cell{figure.Month(p.Lang, m)})
	}
	for _, standing := range []string{"presumed", "identified", tally.All} {
		name := p.Say("observatory.everybody")
		if standing != tally.All {
			name = p.Say("observatory.standing." + standing)
		}
		line := web.ChartLine{Label: name}
		t.Columns = append(t.Columns, figure.Numbers(name))
		for i, m := range months {
			n, there := at[[2]string{m, standing}]
			there = there && n >= 0
			line.Points = append(line.Points, web.ChartPoint{Known: there, Value: float64(n)})
			t.Rows[i] = append(t.Rows[i], known(n, there))
		}
		c.Lines = append(c.Lines, line)
	}
	p.own("standing", f, t, c)
}

// gap sets those who were met beside those who passed, by month.
func (p *sheet) gap(v observatory.Detection) {
	if len(v.Reach) == 0 {
		return
	}
	t := report.Table{Caption: p.Say("observatory.reach"), Source: p.Say("observatory.own"), Dated: p.Now,
		Columns: []report.Column{figure.Column(p.Say("observatory.month")), figure.Numbers(p.Say("observatory.passed")), figure.Numbers(p.Say("observatory.met")), figure.Numbers(p.Say("observatory.share")), figure.Column(p.Say("observatory.said-by"))}}
	c := web.Chart{Note: p.Say("observatory.reach.note"), About: figure.About(p.Request, "observatory.reach"), Unit: "%", Places: 1}
	for _, m := range v.Reach {
		month := figure.Month(p.Lang, m.Month)
		share := m.Known && m.Passed > 0 && m.People >= 0
		percent := 0.0
		bar := web.ChartBar{Label: month, Absent: p.Say("observatory.reach.unknown")}
		if share {
			percent = 100 * float64(m.People) / float64(m.Passed)
			bar.Value, bar.Absent = percent, ""
			bar.Detail = p.Say("observatory.reach.of", "Met", figure.Number(p.Lang, m.People), "Passed", i18n.Number(p.Lang, m.Passed))
		}
		if m.People < 0 {
			bar.Absent = p.Say("observatory.few", "Least", figure.Number(p.Lang, v.Least))
		}
		c.Bars = append(c.Bars, bar)
		t.Rows = append(t.Rows, []report.Cell{month, known(int(m.Passed), m.Known), figure.Count(m.People), figure.Share(percent, share), m.Source})
	}
	p.put(figure.Figure{Name: "reach", Table: t, Picture: c})
}
