// Package pages shows where things are: the map in its views, the risks by place,
// and the places themselves. Every picture stands over its table; none shows a
// person, a path, or a place of protection.
package pages

import (
	"embed"
	"slices"
	"strings"

	"istmo/act"
	"istmo/fault"
	"istmo/i18n"
	"istmo/observatory/hall"
	"istmo/observatory/places"
	"istmo/web"
	"istmo/web/figure"
)

//go:embed *.html
var templates embed.FS

// Where the pages are.
const (
	Root    = hall.Root + "/places"
	mapPath = hall.Root + "/map"
	newPath = Root + "/new"
	allPath = Root + "/points"
)

type desk struct {
	engine *act.Engine
	limits limits
}

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {
	d := &desk{engine: e}
	s.Templates("places", templates)
	s.Page("GET "+mapPath, d.chart)
	s.Page("GET "+Root, d.risks)
	s.Page("GET "+newPath, d.report)
	s.Page("GET "+allPath, d.points)
	s.Page("GET "+Root+"/risk/{id}", d.risk)
	figure.Files(s, Root, d.file)
}

// reading is somebody reading the view.
type reading struct {
	*web.Request
	places.View
	double map[string]bool // names that two places bear
}

func (d *desk) read(r *web.Request) (*reading, error) {
	v, err := act.Ask(r.Context(), d.engine, r.Who, places.Read{})
	rd := &reading{r, v, map[string]bool{}}
	seen := map[string]bool{}
	for _, s := range v.Spots {
		rd.double[s.Name] = seen[s.Name]
		seen[s.Name] = true
	}
	return rd, err
}

// file is a figure by its name.
func (d *desk) file(r *web.Request, name string) (figure.Figure, error) {
	v, err := d.read(r)
	if err != nil {
		return figure.Figure{}, err
	}
	switch name {
	case "risks":
		return v.risksFigure(v.Factors), nil
	case "points":
		return v.pointsFigure(), nil
	}
	for _, one := range views {
		if name == "map-"+one.name {
			return v.mapFigure(one, screened), nil
		}
	}
	return figure.Figure{}, fault.NotFound()
}

// name is a place's name, with its country where another bears it too.
func (v *reading) name(s places.Spot) string {
	if v.double[s.Name] {
		return s.Name + " (" + s.Country + ")"
	}
	return s.Name
}

// where is a place's region and country.
func (v *reading) where(s places.Spot) string {
	return s.Region(v.Lang) + ", " + i18n.Country(v.Lang, s.Country)
}

// spot is the place that a risk is at.
func (v *reading) spot(f places.Factor) (places.Spot, bool) {
	i := slices.IndexFunc(v.Spots, func(s places.Spot) bool { return at(f, s) })
	if i < 0 {
		return places.Spot{}, false
	}
	return v.Spots[i], true
}

// at is whether a risk is at a place.
func at(f places.Factor, s places.Spot) bool {
	return f.Place != "" && (f.Place == s.ID || f.Place == s.Code)
}

// risksAt are those at a place that are not over.
func (v *reading) risksAt(s places.Spot) (all []places.Factor) {
	for _, f := range v.Factors {
		if f.State != places.Over && at(f, s) {
			all = append(all, f)
		}
	}
	return all
}

// options are the places for a list, by country and name.
func (v *reading) options() (all []web.Option) {
	for _, s := range v.Spots {
		all = append(all, web.Option{Value: s.ID, Label: s.Name + " · " + v.where(s)})
	}
	i18n.SortBy(v.Lang, all, func(o web.Option) string { return o.Label })
	return all
}

// words are codes as options.
func (v *reading) words(prefix string, codes []string) []web.Option {
	return web.Choices(v.Lang, prefix, codes...)
}

func countries(lang string) (all []web.Option) {
	for _, c := range places.Countries {
		all = append(all, web.Option{Value: c, Label: i18n.Country(lang, c)})
	}
	return all
}

// join puts words beside each other, those that say something.
func join(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " · ")
}
