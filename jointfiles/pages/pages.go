// Package pages is where people meet joint files: the list of their agency's, a
// file with what each side has written told apart by word and shape, and the
// steps that all sides take together.
package pages

import (
	"embed"
	"net/url"
	"slices"
	"strings"

	"istmo/act"
	"istmo/cooperation"
	"istmo/flow"
	"istmo/i18n"
	"istmo/jointfiles"
	"istmo/web"
)

//go:embed *.html
var templates embed.FS

const root = "/jointfiles"

// desk is what every page here works with.
type desk struct{ engine *act.Engine }

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {
	d := &desk{e}
	s.Templates("jointfiles", templates)
	s.Navigation(web.Nav{Key: "jointfiles.nav", Path: root, Order: 45, Verb: "jointfiles.list"})
	s.Page("GET "+root, d.list)
	s.Page("GET "+root+"/new", d.propose)
	s.Page("GET "+root+"/{id}", d.file)
	s.Page("GET "+root+"/{id}/decline", d.decline)
	s.Page("GET "+root+"/{id}/review", d.review)
	s.Page("GET "+root+"/{id}/close", d.close)
}

func pageOf(id string) string { return root + "/" + url.PathEscape(id) }

// open opens the file that the address names; that is a deed.
func (d *desk) open(r *web.Request) (jointfiles.View, error) {
	return act.Look(r.Context(), d.engine, r.Who, jointfiles.Open{On: jointfiles.On{ID: r.PathValue("id")}})
}

func country(r *web.Request, node string) string {
	return i18n.Country(r.Lang, cooperation.Country(node))
}

func countries(r *web.Request, nodes []string) string {
	words := make([]string, len(nodes))
	for i, n := range nodes {
		words[i] = country(r, n)
	}
	i18n.Sort(r.Lang, words)
	return i18n.List(r.Lang, words...)
}

// agency is how a member is called, with its country.
func agency(r *web.Request, s jointfiles.Side) string {
	return r.Say("jointfiles.agency", "Name", s.Name, "Country", country(r, s.Node))
}

func agencies(r *web.Request, sides []jointfiles.Side, but string) string {
	var words []string
	for _, s := range sides {
		if s.Node != but {
			words = append(words, agency(r, s))
		}
	}
	return i18n.List(r.Lang, words...)
}

// stateTag is a state in a word and a shape.
func stateTag(r *web.Request, s flow.State) web.Tag {
	tag := web.Tag{Text: r.Say("jointfiles.state." + string(s)), Tone: web.Active}
	switch s {
	case jointfiles.Proposed, jointfiles.UnderReview:
		tag.Tone = web.Warning
	case jointfiles.Closed:
		tag.Tone = web.Success
	case jointfiles.Declined:
		tag.Tone = web.Neutral
	}
	return tag
}

// clockOf is what runs: the period while it is open, then the term of the review.
func clockOf(r *web.Request, f jointfiles.File) web.Clock {
	switch f.State {
	case jointfiles.Opened:
		return web.Clock{What: r.Say("jointfiles.clock.period"), Due: f.EndsAt, Soon: soon}
	case jointfiles.UnderReview:
		return web.Clock{What: r.Say("jointfiles.clock.review"), Due: f.ReviewOn, Soon: soon}
	}
	return web.Clock{}
}

const soon = 7 * 24 * 60 * 60 * 1e9 // a week: a review is not made in a day

// said names codes, by the keys prefix+code.
func said(r *web.Request, prefix string, codes []string) []string {
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = r.Say(prefix + c)
	}
	return words
}

// back leads to the list.
func back(r *web.Request) *web.Link {
	return &web.Link{Text: r.Say("jointfiles.nav"), Href: root}
}

// backTo leads to a file.
func backTo(r *web.Request, id string) *web.Link {
	return &web.Link{Text: r.Say("jointfiles.back"), Href: pageOf(id)}
}

func lowerFirst(words string) string {
	runes := []rune(words)
	if len(runes) > 0 {
		runes[0] = []rune(strings.ToLower(string(runes[:1])))[0]
	}
	return string(runes)
}

func without(nodes []string, but string) []string {
	return slices.DeleteFunc(slices.Clone(nodes), func(n string) bool { return n == but })
}
