package pages

import (
	"cmp"
	"slices"

	"istmo/i18n"
	"istmo/observatory/hall"
	"istmo/observatory/places"
	"istmo/report"
	"istmo/web"
	"istmo/web/atlas"
	"istmo/web/figure"
)

// view is a part of the region. Towns that nothing is said of are drawn where it is
// close.
type view struct {
	name  string
	box   atlas.Box
	close bool
}

var views = []view{
	{"region", atlas.Box{West: -86, South: 4.2, East: -73.2, North: 11.6}, false},
	{"darien", atlas.Box{West: -78.5, South: 7.7, East: -77, North: 8.9}, true},
	{"uraba", atlas.Box{West: -77.6, South: 7.7, East: -76.4, North: 8.8}, true},
	{"canoas", atlas.Box{West: -83.05, South: 8.3, East: -82.1, North: 8.8}, true},
}

// What circles count.
const (
	screened = "screened"
	passed   = "passed"
	nothing  = "risks"
)

var shows = []string{screened, passed, nothing}

type charted struct {
	Tabs   []hall.Group
	Chart  web.Chart
	Shows  []web.MapView
	Absent []string // what nobody knows the place of
	Place  bool     // the reader may say where it is
	Limits []string // whose provinces and municipalities are drawn
}

// chart is the map, in a view and with circles by the address.
func (d *desk) chart(r *web.Request) (web.View, error) {
	v, err := d.read(r)
	if err != nil {
		return web.View{}, err
	}
	one, show := views[0], screened
	for _, other := range views {
		if r.Query("view") == other.name {
			one = other
		}
	}
	if q := r.Query("show"); slices.Contains(shows, q) {
		show = q
	}
	c := charted{Tabs: hall.Tabs(r), Chart: v.mapFigure(one, show).Chart(r, Root), Place: r.May("places.move")}
	if c.Chart.Map.Areas, c.Limits, err = d.drawn(v, one); err != nil {
		return web.View{}, err
	}
	for _, other := range views {
		c.Chart.Map.Views = append(c.Chart.Map.Views, web.MapView{Link: web.Link{Text: r.Say("places.view." + other.name), Href: address(other.name, show)}, Current: other == one})
	}
	for _, other := range shows {
		c.Shows = append(c.Shows, web.MapView{Link: web.Link{Text: r.Say("places.show." + other), Href: address(one.name, other)}, Current: other == show})
	}
	for _, s := range v.Spots {
		if !s.Placed {
			c.Absent = append(c.Absent, s.Name)
		}
	}
	return web.View{Template: "places/map", Title: "places.map.title", Data: c}, nil
}

func address(view, show string) string {
	a := mapPath + "?view=" + view
	if show != screened {
		a += "&show=" + show
	}
	return a
}

// mapFigure is a view as a picture and the table that says the same.
func (v *reading) mapFigure(one view, show string) figure.Figure {
	say := v.Say
	source := say("places.map.source")
	t := report.Table{Caption: say("places.map.of", "View", say("places.view."+one.name)), Source: source, Dated: v.Now,
		Columns: []report.Column{figure.Column(say("places.place")), figure.Column(say("places.kind")), figure.Column(say("places.where")),
			figure.Numbers(say("places.screened")), figure.Numbers(say("places.passed")), figure.Column(say("places.risks")), figure.Column(say("places.certainty"))}}
	m := &web.Map{ID: "map", Box: one.box, Few: say("places.few"), Signs: v.signs()}
	if show != nothing {
		m.Sized = say("places.sized." + show)
	}
	for _, s := range v.Spots {
		m.Most = max(m.Most, counted(s, show).N)
	}
	for _, s := range v.seen(one) {
		m.Points = append(m.Points, v.point(s, show))
		risks := ""
		for _, f := range v.risksAt(s) {
			risks = list(risks, say("places.risk."+f.Kind)+v.doubt(f))
		}
		t.Rows = append(t.Rows, []report.Cell{v.name(s), say("places.kind." + s.Kind), v.where(s), v.told(s.Screened), v.told(s.Passed), risks, say("places.certainty." + s.Certain)})
	}
	return figure.Figure{Name: "map-" + one.name, File: say("places.file.map") + "-" + say("places.file."+one.name), Table: t,
		Picture: web.Chart{Note: v.note(show), Map: m, About: figure.About(v.Request, "places.about")}}
}

// note says what circles are, and how fresh.
func (v *reading) note(show string) string {
	switch {
	case show == nothing:
		return v.Say("places.note.risks")
	case show == screened && !v.There:
		return v.Say("places.note.not-counted")
	case show == screened:
		return v.Say("places.note.screened", "Date", i18n.Date(v.Lang, v.Made.In(v.Zone())), "Least", v.Least)
	}
	return v.Say("places.note.passed", "Least", v.Least)
}

func list(all, one string) string {
	if all == "" {
		return one
	}
	return all + "; " + one
}

// doubt says since when nobody has confirmed a risk, if it is long.
func (v *reading) doubt(f places.Factor) string {
	if f.State != places.Unconfirmed {
		return ""
	}
	return " (" + v.Say("places.not-confirmed-since", "Date", i18n.Date(v.Lang, f.LastSeen)) + ")"
}

// told is a number of the table, or why there is none.
func (v *reading) told(c places.Count) report.Cell {
	switch {
	case !c.Known:
		return nil
	case c.Few():
		return v.Say("places.few")
	}
	return c.N
}

// seen are the places of a view, what matters most first: posts by what is counted,
// then what has a risk, then other signs, and towns last.
func (v *reading) seen(one view) (all []places.Spot) {
	for _, s := range v.Spots {
		quiet := s.Kind == "town" && len(v.risksAt(s)) == 0
		if s.Placed && one.box.Holds(atlas.Point{Lon: s.Lon, Lat: s.Lat}) && (one.close || !quiet) {
			all = append(all, s)
		}
	}
	rank := func(s places.Spot) int {
		switch {
		case s.Kind == "post":
			return -1000 - s.Screened.N
		case len(v.risksAt(s)) > 0:
			return 0
		case s.Kind == "town":
			return 3
		case s.Kind == "capital":
			return 1
		}
		return 2
	}
	slices.SortStableFunc(all, func(a, b places.Spot) int { return cmp.Compare(rank(a), rank(b)) })
	return all
}

// signOf is which sign a kind of place has.
var signOf = map[string]string{"post": web.MapPost, "crossing": web.MapCrossing, "reception": web.MapHouse, "public-shelter": web.MapHouse, "office": web.MapOffice, "town": web.MapTown, "capital": web.MapCapital}

func (v *reading) signs() (all []web.MapSign) {
	for _, one := range []string{web.MapPost, web.MapCrossing, web.MapHouse, web.MapOffice, web.MapTown, web.MapCapital, web.MapWarn, web.MapDoubt} {
		all = append(all, web.MapSign{Sign: one, Words: v.Say("places.sign." + one)})
	}
	return all
}

// counted is what circles count at a place.
func counted(s places.Spot, show string) places.Count {
	return map[string]places.Count{screened: s.Screened, passed: s.Passed}[show]
}

// point is a place as the picture has it.
func (v *reading) point(s places.Spot, show string) web.MapPoint {
	p := web.MapPoint{Name: v.name(s), At: atlas.Point{Lon: s.Lon, Lat: s.Lat}, Sign: signOf[s.Kind]}
	count := counted(s, show)
	words := ""
	switch {
	case count.Few():
		p.Few, words = true, v.Say("places.few.short")
	case count.Known:
		p.Count, words = count.N, figure.Number(v.Lang, count.N)
	}
	risks := v.risksAt(s)
	if len(risks) > 0 {
		p.Mark = web.MapDoubt
		if slices.ContainsFunc(risks, func(f places.Factor) bool { return f.State == places.Holds }) {
			p.Mark = web.MapWarn
		}
		words = join(words, v.Say("places.risks.short", "Count", len(risks)))
	}
	p.Detail = words
	return p
}
