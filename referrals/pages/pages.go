// Package pages is where people meet referrals: the list of them, choosing a
// receiver, seeing exactly what leaves before it does, and a referral's own page
// on both sides, which opens on what is next, whose turn it is and by when.
package pages

import (
	"embed"
	"net/url"
	"strings"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/flow"
	"istmo/i18n"
	"istmo/referrals"
	"istmo/web"
)

//go:embed *.html
var templates embed.FS

const root = "/referrals"

// desk is what every page here works with.
type desk struct{ engine *act.Engine }

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {
	d := &desk{e}
	s.Templates("referrals", templates)
	s.Navigation(web.Nav{Key: "referrals.nav", Path: root, Order: 40, Verb: "referrals.list"})
	s.Page("GET "+root, d.list)
	s.Page("GET "+root+"/new", d.start)
	s.Page("GET "+root+"/{id}", d.referral)
	s.Page("GET "+root+"/{id}/review", d.review)
	s.Page("GET "+root+"/{id}/send", d.send)
	s.Page("GET "+root+"/{id}/suspend", d.suspend)
	s.Page("GET "+root+"/{id}/withdraw", d.withdraw)
	s.Page("GET "+root+"/{id}/discard", d.discard)
	s.Page("GET "+root+"/{id}/destroy", d.destroy)
}

// pageOf is the address of a referral's own page.
func pageOf(id string) string { return root + "/" + url.PathEscape(id) }

// open opens the referral that the address names; that is a deed.
func (d *desk) open(r *web.Request) (referrals.View, error) {
	return act.Look(r.Context(), d.engine, r.Who, referrals.Open{On: referrals.On{ID: r.PathValue("id")}})
}

// place is how an agency is called to a reader: with its country, if it is
// another.
func place(r *web.Request, a cooperation.Agency) string {
	if a.Node == r.Who.Node {
		return a.Name
	}
	return a.Name + ", " + country(r, a.Node)
}

func country(r *web.Request, node string) string {
	return i18n.Country(r.Lang, cooperation.Country(node))
}

// towards is where something goes, in the words of a button: the country, or
// within one country the agency.
func towards(r *web.Request, a cooperation.Agency) string {
	if a.Node == r.Who.Node {
		return a.Name
	}
	return country(r, a.Node)
}

// stateTag is a state in a word and a shape.
func stateTag(r *web.Request, s flow.State) web.Tag {
	tag := web.Tag{Text: r.Say("referrals.state." + string(s)), Tone: web.Active}
	switch at := referrals.Flow.Place(s); {
	case at.Alert:
		tag.Tone = web.Danger
	case s == referrals.Closed:
		tag.Tone = web.Success
	case at.End, s == referrals.Draft, s == referrals.ConsentConfirmed:
		tag.Tone = web.Neutral
	}
	return tag
}

// clockOf is the clock that runs for a referral; without one, nothing.
func clockOf(r *web.Request, ref referrals.Referral) web.Clock {
	if ref.DueAt.IsZero() || ref.Asked != "" { // what was asked has been done on this side
		return web.Clock{}
	}
	key := strings.TrimSuffix(strings.TrimPrefix(ref.DueKey, "referral."), ".urgent")
	return web.Clock{What: r.Say("referrals.clock." + key), Due: ref.DueAt}
}

// purpose in words.
func purpose(r *web.Request, code string) string { return r.Say("cases.purpose." + code) }

// options are the agencies of a directory as one choice, by country: the value
// is "CO/agy_…".
func options(r *web.Request, all []cooperation.Agency) []web.Option {
	var list []web.Option
	for _, a := range all {
		label := r.Say("referrals.agency", "Country", country(r, a.Node), "Name", a.Name, "Kind", r.Say("people.kind."+a.Kind))
		list = append(list, web.Option{Value: a.Node + "/" + a.ID, Label: label})
	}
	i18n.SortBy(r.Lang, list, func(o web.Option) string { return o.Label })
	return list
}

// short is a verb without its feature, as keys have it.
func short(v access.Verb) string {
	_, name, _ := strings.Cut(string(v), ".")
	return name
}
