package pages

import (
	"slices"

	"istmo/act"
	"istmo/observatory"
	"istmo/observatory/figures"
	"istmo/report"
	"istmo/web"
	"istmo/web/figure"
)

func (d *desk) justice(p *sheet) error {
	v, err := act.Ask(p.Context(), d.engine, p.Who, observatory.ReadJustice{})
	if err != nil {
		return err
	}
	p.state(v.Reports)
	p.state(v.Convictions)
	p.begin("returned")
	p.lines("convicted", v.Convicted, v.Files)
	for _, indicator := range []string{observatory.PersonsCharged, observatory.PersonsContacted, observatory.Offences} {
		p.lines(indicator, slices.DeleteFunc(slices.Clone(v.Steps), func(s observatory.Series) bool { return s.Indicator != indicator }), v.Files)
	}
	p.begin("region")
	p.perpetrators(v.Perpetrators)
	for _, one := range v.Absent {
		p.Missing = append(p.Missing, p.Say(one.Why))
	}
	return nil
}

// perpetrators draws the shares that were stated of those convicted.
func (p *sheet) perpetrators(all []figures.Public) {
	t := report.Table{Columns: []report.Column{figure.Column(p.Say("observatory.what")), figure.Numbers("%")}}
	c := web.Chart{Unit: "%", Top: 100}
	for i, one := range all {
		c.Bars = append(c.Bars, web.ChartBar{Label: one.Definition(p.Lang), Value: float64(one.Low), Tone: min(i/2, 1) * i})
		t.Rows = append(t.Rows, []report.Cell{one.Definition(p.Lang), one.Low})
	}
	if len(all) == 0 {
		return
	}
	p.add("perpetrators", all[0], nil, t, c)
	figures := p.last().figures
	figures[len(figures)-1].Picture.About.Definition = p.Say("observatory.perpetrators.definition")
}
