package pages

import (
	"istmo/act"
	"istmo/i18n"
	"istmo/observatory"
	"istmo/report"
	"istmo/web"
	"istmo/web/figure"
)

func (d *desk) detection(p *sheet) error {
	v, err := act.Ask(p.Context(), d.engine, p.Who, observatory.ReadDetection{})
	if err != nil {
		return err
	}
	p.state(v.Fall, "%")
	p.gap(v)
	p.lines("detected", v.Detected)
	return nil
}

// gap sets those who were met beside those who passed, by month.
func (p *sheet) gap(v observatory.Detection) {
	if len(v.Reach) == 0 {
		return
	}
	t := report.Table{Caption: p.Say("observatory.reach"), Source: p.Say("observatory.own"), Dated: p.Now,
		Columns: []report.Column{figure.Column(p.Say("observatory.month")), figure.Numbers(p.Say("observatory.passed")), figure.Numbers(p.Say("observatory.met")), figure.Numbers(p.Say("observatory.share")), figure.Column(p.Say("observatory.said-by"))}}
	c := web.Chart{Note: p.Say("observatory.reach.note"), Unit: "%", Places: 1}
	for _, m := range v.Reach {
		month := figure.Month(p.Lang, m.Month)
		share := m.Known && m.Passed > 0
		percent := 0.0
		bar := web.ChartBar{Label: month, Absent: p.Say("observatory.reach.unknown")}
		if share {
			percent = 100 * float64(m.People) / float64(m.Passed)
			bar.Value, bar.Absent = percent, ""
			bar.Detail = p.Say("observatory.reach.of", "Met", figure.Number(p.Lang, m.People), "Passed", i18n.Number(p.Lang, m.Passed))
		}
		c.Bars = append(c.Bars, bar)
		t.Rows = append(t.Rows, []report.Cell{month, known(int(m.Passed), m.Known), m.People, figure.Share(percent, share), m.Source})
	}
	p.Figures = append(p.Figures, figure.Figure{Name: "reach", File: p.Say("observatory.reach.file"), Table: t, Picture: c})
}
