// Package pages is where a person's formal identification is seen and done: the list
// for the team, one procedure with its clock, votes, decisions and what protects the
// person meanwhile, the forms by which each says their part, the resolution on paper,
// and the page from which justice asks to meet somebody.
//
// A page opens a procedure only to show it or to act on it; every opening is a deed.
package pages

import (
	"embed"
	"maps"
	"net/url"
	"slices"
	"strings"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/identification"
	"istmo/web"
)

//go:embed *.html
var templates embed.FS

// The pages that others lead to.
const (
	Root        = "/identification"
	ContactPath = "/contact"
	teamPath    = Root + "/team"
)

type room struct{ engine *act.Engine }

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {
	o := &room{e}
	s.Templates("identification", templates)
	s.Navigation(web.Nav{Key: "identification.nav", Path: Root, Order: 28, Verb: "identification.list"},
		web.Nav{Key: "identification.contact.nav", Path: ContactPath, Order: 29, Verb: "identification.contacts"})
	s.Page("GET "+Root, o.list)
	s.Page("GET "+Root+"/new", o.begin)
	s.Page("GET "+teamPath, o.team)
	s.Page("GET "+Root+"/{id}", o.procedure)
	s.Page("GET "+Root+"/{id}/{what}", o.form)
	s.Raw("GET "+Root+"/{id}/paper/{decision}", o.paper)
	s.Page("GET "+ContactPath, o.contact)
}

// Page is the address of a procedure.
func Page(id string) string { return Root + "/" + url.PathEscape(id) }

// BeginPath is where a procedure begins for a person.
func BeginPath(person string) string { return Root + "/new?person=" + url.QueryEscape(person) }

// names are what agencies and colleagues are called.
type names map[string]string

// of is what a member is called; of somebody in another agency nobody here knows it.
func (n names) of(r *web.Request, id string) string {
	if name := n[id]; name != "" {
		return name
	}
	if strings.HasPrefix(id, "usr_") {
		return r.Say("identification.somebody")
	}
	return id
}

func (n names) list(r *web.Request, ids []string) []string {
	var all []string
	for _, id := range ids {
		all = append(all, n.of(r, id))
	}
	return all
}

func (o *room) names(r *web.Request) (names, error) {
	agencies, err := o.agencies(r)
	if err != nil {
		return nil, err
	}
	known := names{}
	for _, a := range agencies {
		known[a.ID] = a.Name
	}
	if !access.Could(r.Who, "people.list-users") {
		return known, nil
	}
	colleagues, err := act.Ask(r.Context(), o.engine, r.Who, people.Colleagues{})
	maps.Copy(known, colleagues)
	return known, err
}

// agencies are this country's.
func (o *room) agencies(r *web.Request) ([]cooperation.Agency, error) {
	all, err := act.Ask(r.Context(), o.engine, r.Who, cooperation.Directory{})
	return slices.DeleteFunc(all, func(a cooperation.Agency) bool { return a.Node != r.Who.Node }), err
}

func (o *room) find(r *web.Request) (identification.View, error) {
	return act.Look(r.Context(), o.engine, r.Who, identification.Open{On: identification.On{ID: r.PathValue("id")}})
}

// begin asks from when the authority has known of a person.
func (o *room) begin(r *web.Request) (web.View, error) {
	lines, err := act.Ask(r.Context(), o.engine, r.Who, cases.People{Person: r.Query("person")})
	if err != nil {
		return web.View{}, err
	}
	if len(lines) != 1 || r.Query("person") == "" || !lines[0].Opens {
		return web.View{Redirect: "/people"}, nil
	}
	return web.View{Template: "identification/begin", Title: "identification.begin.title", Data: map[string]any{"Person": lines[0].Person, "Today": r.Now.In(r.Zone())},
		Layout: web.Person, Back: &web.Link{Text: lines[0].Ref, Href: "/people/" + lines[0].ID}}, nil
}

func toList(r *web.Request) *web.Link {
	return &web.Link{Text: r.Say("identification.list.title"), Href: Root}
}

func toProcedure(r *web.Request, v identification.View) *web.Link {
	return &web.Link{Text: v.Ref, Href: Page(v.Procedure.ID)}
}
