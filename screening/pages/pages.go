// Package pages shows screenings, posts and devices to those at a desk, and is the
// door through which the phones hand over.
package pages

import (
	"embed"
	"net/url"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/fault"
	"istmo/screening"
	"istmo/web"
)

//go:embed *.html
var templates embed.FS

// Where the pages are.
const (
	Path        = "/screening"
	DevicesPath = Path + "/devices"
	PostsPath   = Path + "/posts"
	AppPath     = Path + "/app/"
)

type room struct{ engine *act.Engine }

// Routes hangs them on the site.
func Routes(s *web.Site, e *act.Engine) {
	o := &room{e}
	s.Templates("screening", templates)
	s.Navigation(web.Nav{Key: "screening.nav", Path: Path, Order: 15, Verb: "screening.list"})
	s.Page("GET "+Path, o.list)
	s.Page("GET "+Path+"/{id}", o.one)
	s.Page("GET "+DevicesPath, o.devices)
	s.Page("GET "+DevicesPath+"/{id}/revoke", o.revoke)
	s.Page("GET "+PostsPath, o.posts)
	o.app(s)
	s.Raw("POST "+AppPath+"enrol", o.enrol)
	s.Raw("POST "+AppPath+"officer", o.officer)
}

const pageSize = 25

// list is what is still to be done at the posts, and under a filter all of it.
func (o *room) list(r *web.Request) (web.View, error) {
	q := screening.List{Only: "open", Before: r.Query("before"), Search: r.Query("receipt"), Limit: pageSize + 1}
	if only := r.Query("only"); only != "" {
		q.Only = only
	}
	if q.Search != "" {
		q.Only = ""
	}
	lines, err := act.Ask(r.Context(), o.engine, r.Who, q)
	if err != nil {
		return web.View{}, err
	}
	next := ""
	if len(lines) > pageSize {
		lines = lines[:pageSize]
		next = Path + "?" + url.Values{"only": {q.Only}, "receipt": {q.Search}, "before": {lines[pageSize-1].ID}}.Encode()
	}
	choices := []web.Option{{Value: "open", Label: r.Say("screening.only.open")}, {Value: "mine", Label: r.Say("screening.only.mine")}, {Value: "all", Label: r.Say("screening.only.all")}}
	data := map[string]any{"Lines": lines, "Pages": web.Pagination{Next: next}, "App": AppPath, "Opens": o.opens(r), "Only": q.Only,
		"Filters": web.Filters{Count: len(lines), Fields: []web.Filter{{Name: "only", Label: r.Say("screening.only"), Kind: "select", Choices: choices},
			{Name: "receipt", Label: r.Say("screening.receipt"), Kind: "text"}}},
		"Empty": web.Empty{Title: r.Say("screening.empty"), Body: r.Say("screening.empty.body")}}
	return web.View{Template: "screening/list", Title: "screening.title", Data: data}, err
}

// opens tells whether the reader may open a screening of the list.
func (o *room) opens(r *web.Request) func(screening.Line) bool {
	return func(l screening.Line) bool {
		return access.Decide(r.Who, "screening.open", l.ID, l.Facts()).Allowed
	}
}

// devices lists the unit's phones.
func (o *room) devices(r *web.Request) (web.View, error) {
	all, err := act.Ask(r.Context(), o.engine, r.Who, screening.Devices{})
	if err != nil {
		return web.View{}, err
	}
	names, err := o.names(r)
	if err != nil {
		return web.View{}, err
	}
	posts, err := o.postNames(r)
	data := map[string]any{"Devices": all, "Names": names, "Posts": posts, "App": AppPath,
		"Empty": web.Empty{Title: r.Say("screening.devices.empty"), Body: r.Say("screening.devices.empty.body")}}
	return web.View{Template: "screening/devices", Title: "screening.devices.title", Data: data}, err
}

// revoke asks once before a phone is ended.
func (o *room) revoke(r *web.Request) (web.View, error) {
	d, err := o.device(r, r.PathValue("id"))
	if err == nil && !d.RevokedAt.IsZero() {
		err = fault.NotFound()
	}
	return web.View{Template: "screening/revoke", Title: "screening.revoke.title", Data: d, Layout: web.Plain}, err
}

// posts lists the posts, and takes a new one.
func (o *room) posts(r *web.Request) (web.View, error) {
	all, err := act.Ask(r.Context(), o.engine, r.Who, screening.Posts{})
	return web.View{Template: "screening/posts", Title: "screening.posts.title", Data: map[string]any{"Posts": all,
		"Empty": web.Empty{Title: r.Say("screening.posts.empty"), Body: r.Say("screening.posts.empty.body")}}}, err
}

func (o *room) postNames(r *web.Request) (map[string]string, error) {
	all, err := act.Ask(r.Context(), o.engine, r.Who, screening.Posts{})
	names := map[string]string{}
	for _, p := range all {
		names[p.ID] = p.Name
	}
	return names, err
}

// names are the reader's colleagues' own names, by id.
func (o *room) names(r *web.Request) (map[string]string, error) {
	return act.Ask(r.Context(), o.engine, r.Who, people.Colleagues{})
}
