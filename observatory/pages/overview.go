package pages

import (
	"istmo/act"
	"istmo/observatory"
	"istmo/observatory/hall"
	"istmo/web"
)

// glance is one room at a glance: a figure of it and the way in.
type glance struct {
	Words string
	Chart web.Chart
	More  web.Link
}

// overview is a figure of each room.
func (d *desk) overview(r *web.Request) (web.View, error) {
	v, err := act.Ask(r.Context(), d.engine, r.Who, observatory.Read{})
	if err != nil {
		return web.View{}, err
	}
	var all []glance
	look := func(path, name string, fill func(*sheet)) {
		p := newSheet(r, path)
		fill(p)
		if len(p.last().figures) > 0 {
			c := p.chart(p.last().figures[0])
			c.Under = true
			all = append(all, glance{r.Say("observatory." + name + ".title"), c, web.Link{Text: r.Say("observatory." + name + ".more"), Href: path}})
		}
	}
	look(flowPath, "flow", func(p *sheet) { p.years(v.Flow) })
	look(detectionPath, "detection", func(p *sheet) { p.lines("detected", v.Detected, v.Files) })
	look(justicePath, "justice", func(p *sheet) { p.lines("convicted", v.Convicted, v.Files) })
	p := newSheet(r, hall.Root)
	p.state(v.Reports)
	p.state(v.Convictions)
	p.state(v.Fall)
	return web.View{Template: "observatory/overview", Title: "observatory.title",
		Data: map[string]any{"Tabs": hall.Tabs(r), "Said": p.Said, "Rooms": all}}, nil
}
