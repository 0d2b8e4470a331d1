// Package pages is where people are accompanied: the list of those one
// accompanies, a person's file, and the forms by which it grows.
//
// A file opens on what is next for the person, and then says who they are. Every
// opening is a deed, so a page opens a file only to show it or to ask about the
// very person; the lists and the page that says who accompanies somebody hold
// pseudonyms and codes.
package pages

import (
	"embed"
	"net/url"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/store"
	"istmo/web"
)

//go:embed *.html
var templates embed.FS

// The pages that others lead to.
const (
	PeoplePath   = "/people"
	RegisterPath = "/people/new"
	GlassPath    = "/glass"
)

// room is what every page here works with.
type room struct{ engine *act.Engine }

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {
	o := &room{e}
	s.Templates("cases", templates)
	s.Navigation(
		web.Nav{Key: "cases.nav.people", Path: PeoplePath, Order: 20, Verb: "cases.list"},
		web.Nav{Key: "cases.nav.glass", Path: GlassPath, Order: 25,
			Roles: []access.Role{access.FieldOfficer, access.ResponseTeam, access.CaseWorker, access.FocalPoint}},
		web.Nav{Key: "cases.nav.known", Path: KnownPath, Order: 26, Verb: "cases.introductions"})
	s.Page("GET "+PeoplePath, o.people)
	s.Page("GET "+RegisterPath, o.register)
	s.Page("GET "+PeoplePath+"/erased", o.erased)
	s.Page("GET "+PeoplePath+"/{id}", o.file)
	s.Page("GET "+PeoplePath+"/{id}/identity", o.identity)
	s.Page("GET "+PeoplePath+"/{id}/profile", o.profile)
	s.Page("GET "+PeoplePath+"/{id}/status", o.decide)
	s.Page("GET "+PeoplePath+"/{id}/risk", o.risk)
	s.Page("GET "+PeoplePath+"/{id}/best-interests", o.best)
	s.Page("GET "+PeoplePath+"/{id}/consent", o.consent)
	s.Page("GET "+PeoplePath+"/{id}/consents/{consent}/withdraw", o.withdraw)
	s.Page("GET "+PeoplePath+"/{id}/assigned", o.assigned)
	s.Page("GET "+PeoplePath+"/{id}/erase", o.erasePage)
	s.Post("POST "+PeoplePath+"/{id}/erase", o.erase)
	s.Page("GET "+PeoplePath+"/{id}/seen/{other}", o.compare)
	s.Page("GET "+KnownPath, o.known)
	s.Page("GET "+GlassPath, o.glass)
	s.Page("GET "+GlassPath+"/{id}", o.review)
}

// FilePath is the page of a person's file.
func FilePath(id string) string { return PeoplePath + "/" + url.PathEscape(id) }

// open opens the file that the address names. It is a deed.
func (o *room) open(r *web.Request) (cases.File, error) {
	return act.Look(r.Context(), o.engine, r.Who, cases.Open{On: cases.On{Person: r.PathValue("id")}})
}

// read answers from one snapshot.
func (o *room) read(r *web.Request, ask func(*store.Tx) error) error {
	return o.engine.DB.Read(r.Context(), ask)
}

// back leads from a form to the person's file.
func back(r *web.Request, p cases.Person) *web.Link {
	return &web.Link{Text: r.Say("cases.back", "Ref", p.Ref), Href: FilePath(p.ID)}
}
