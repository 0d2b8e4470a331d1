package pages

import (
	"istmo/i18n"
	"istmo/observatory/hall"
	"istmo/observatory/places"
	"istmo/report"
	"istmo/web"
	"istmo/web/figure"
)

type pointed struct {
	Tabs    []hall.Group
	Table   web.Chart
	Kinds   []web.Option
	Certain []web.Option
	Own     []web.Option // places and posts of the reader's agency
	Closing []places.Spot
}

// points are the places: where each is, how sure, by whom; and the forms that put
// them on the map.
func (d *desk) points(r *web.Request) (web.View, error) {
	v, err := d.read(r)
	if err != nil {
		return web.View{}, err
	}
	p := pointed{Tabs: hall.Tabs(r), Table: v.pointsFigure().Chart(r, Root), Kinds: v.words("places.kind.", places.Added), Certain: v.words("places.certainty.", places.Certainties)}
	for _, s := range v.Spots {
		if s.Agency != r.Who.Agency || s.Agency == "" {
			continue
		}
		p.Own = append(p.Own, web.Option{Value: s.ID, Label: s.Name + " · " + r.Say("places.kind."+s.Kind)})
		if s.Kind != "post" {
			p.Closing = append(p.Closing, s)
		}
	}
	return web.View{Template: "places/points", Title: "places.points.title", Data: p}, nil
}

func (v *reading) pointsFigure() figure.Figure {
	say := v.Say
	t := report.Table{Caption: say("places.points.title"), Source: say("places.points.source"), Dated: v.Now, Columns: []report.Column{
		figure.Column(say("places.place")), figure.Column(say("places.kind")), figure.Column(say("places.where")), figure.Numbers(say("places.lat")), figure.Numbers(say("places.lon")),
		figure.Column(say("places.certainty")), figure.Column(say("places.source"))}}
	for _, s := range v.Spots {
		row := []report.Cell{s.Name, say("places.kind." + s.Kind), v.where(s), nil, nil, say("places.not-placed"), ""}
		if s.Placed {
			row[3], row[4], row[5], row[6] = i18n.Decimal(v.Lang, s.Lat, digits(s)), i18n.Decimal(v.Lang, s.Lon, digits(s)), say("places.certainty."+s.Certain), v.sourceOf(s)
		}
		t.Rows = append(t.Rows, row)
	}
	return figure.Figure{Name: "points", File: say("places.file.points"), Table: t}
}

// digits are as many as a point is sure of.
func digits(s places.Spot) int {
	if s.Kind == "public-shelter" || s.Certain != "sure" {
		return 2
	}
	return 3
}

// sourceOf is who says where a place is.
func (v *reading) sourceOf(s places.Spot) string {
	switch {
	case s.Source == "":
		return v.Say("places.source.post")
	case s.Code != "" && s.Dated.IsZero():
		return v.Say("places.source.common")
	}
	return v.Say("places.source-dated", "Source", s.Source, "Date", i18n.Date(v.Lang, s.Dated))
}
