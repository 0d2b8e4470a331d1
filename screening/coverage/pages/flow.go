package pages

import (
	"istmo/act"
	"istmo/i18n"
	"istmo/report"
	"istmo/screening/coverage"
	"istmo/web"
	"istmo/web/figure"
)

type flows struct {
	Tabs    []tab
	Posts   []web.Option
	History web.Chart
	Any     bool
}

// flow is where it is said how many passed, and what has been said.
func (d *desk) flow(r *web.Request) (web.View, error) {
	v, err := d.read(r)
	if err != nil {
		return web.View{}, err
	}
	all, err := act.Ask(r.Context(), d.engine, r.Who, coverage.Flows{})
	if err != nil {
		return web.View{}, err
	}
	f := flows{Tabs: tabs(r), Any: len(all) > 0, Posts: []web.Option{{Value: coverage.Country, Label: r.Say("coverage.country")}}}
	for _, p := range v.Posts {
		f.Posts = append(f.Posts, web.Option{Value: p.ID, Label: p.Name})
	}
	f.History = v.figure("", v.said(all), "")
	f.History.Dated = i18n.Date(r.Lang, r.Now.In(r.Zone()))
	return web.View{Template: "coverage/flow", Title: "coverage.flow.title", Data: f}, nil
}

func (v *reading) said(all []coverage.Passed) report.Table {
	t := report.Table{Caption: v.Say("coverage.flow.history"), Source: v.Say("coverage.flow.node"), Columns: []report.Column{figure.Column(v.Say("coverage.month")),
		figure.Column(v.Say("coverage.post")), figure.Numbers(v.Say("coverage.passed")), figure.Column(v.Say("coverage.flow.source")), figure.Column(v.Say("coverage.flow.dated")),
		figure.Column(v.Say("coverage.flow.said")), figure.Column(v.Say("coverage.flow.stands"))}}
	for _, p := range all {
		stands := v.Say("coverage.flow.yes")
		if !p.ReplacedAt.IsZero() {
			stands = v.Say("coverage.flow.replaced", "Date", i18n.Date(v.Lang, p.ReplacedAt.In(v.Zone())))
		}
		t.Rows = append(t.Rows, []report.Cell{figure.Month(v.Lang, p.Month), v.country(p.Post), int(p.Passed), p.Source, p.Dated, p.SaidAt.In(v.Zone()), stands})
	}
	return t
}
