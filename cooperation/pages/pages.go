// Package pages is where people meet what states have agreed: the agreements
// under which anything crosses a border, the directory of whom one can write to,
// the responses that each country has presented, and the partners, whose health it tells in words a focal point understands.
package pages

import (
	"embed"
	"net/url"
	"strings"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/i18n"
	"istmo/web"
)

//go:embed *.html
var templates embed.FS

const (
	agreementsPath = "/agreements"
	directoryPath  = "/directory"
	partnersPath   = "/partners"
	responsesPath  = "/responses"
)

// Pairing is what two people need before two nodes trust each other: this
// node's own card to hand over, and the number by which both cards are compared.
type Pairing interface {
	Card() string
	Fingerprint(card string) (string, error)
}

// desk is what every page here works with.
type desk struct {
	engine  *act.Engine
	pairing Pairing
}

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine, p Pairing) {
	d := &desk{e, p}
	s.Templates("cooperation", templates)
	s.Navigation(
		web.Nav{Key: "cooperation.nav.directory", Path: directoryPath, Order: 60, Verb: "cooperation.directory"},
		web.Nav{Key: "cooperation.nav.responses", Path: responsesPath, Order: 62, Verb: "cooperation.responses"},
		web.Nav{Key: "cooperation.nav.agreements", Path: agreementsPath, Order: 65, Verb: "cooperation.agreements"},
		web.Nav{Key: "cooperation.nav.partners", Path: partnersPath, Order: 70, Verb: "cooperation.partners"})
	s.Page("GET "+directoryPath, d.directory)
	s.Page("GET "+directoryPath+"/{node}/{id}", d.entry)
	s.Page("GET "+directoryPath+"/{node}/{id}/describe", d.describe)
	s.Page("GET "+responsesPath, d.responses)
	s.Page("GET "+responsesPath+"/new", d.present)
	s.Page("GET "+responsesPath+"/{id}", d.present)
	s.Page("GET "+responsesPath+"/{id}/withdraw", d.beforeWithdrawal)
	s.Page("GET "+agreementsPath, d.agreements)
	s.Page("GET "+agreementsPath+"/new", d.propose)
	s.Page("GET "+agreementsPath+"/{id}", d.agreement)
	s.Page("GET "+agreementsPath+"/{id}/write", d.write)
	s.Page("GET "+agreementsPath+"/{id}/{verb}", d.beforeAgreement)
	s.Page("GET "+partnersPath, d.partners)
	s.Page("GET "+partnersPath+"/new", d.pair)
	s.Page("GET "+partnersPath+"/{node}/{verb}", d.beforePartner)
}

func country(r *web.Request, node string) string {
	return i18n.Country(r.Lang, cooperation.Country(node))
}

// countries names the countries of nodes.
func countries(r *web.Request, nodes []string) string {
	words := make([]string, len(nodes))
	for i, n := range nodes {
		words[i] = country(r, n)
	}
	return i18n.List(r.Lang, words...)
}

// said names codes, by the keys prefix+code. A code without words stands as it is.
func said(r *web.Request, prefix string, codes []string) string {
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = c
		if i18n.Has(r.Lang, prefix+c) {
			words[i] = r.Say(prefix + c)
		}
		if i > 0 {
			words[i] = strings.ToLower(words[i])
		}
	}
	return i18n.List(r.Lang, words...)
}

func title(r *web.Request, a cooperation.Agreement) string {
	if r.Lang == "en" {
		return a.TitleEN
	}
	return a.TitleES
}

// may reports whether the reader may do a verb to an object.
func may(r *web.Request, verb access.Verb, o access.Object) bool {
	return access.Decide(r.Who, verb, o.ObjectID(), o.Facts()).Allowed
}

// languages names languages by their codes.
func languages(r *web.Request, codes []string) string {
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = i18n.Language(r.Lang, c)
	}
	return i18n.List(r.Lang, words...)
}

// word is what a code is called under a prefix, or the code.
func word(r *web.Request, prefix, code string) string { return said(r, prefix, []string{code}) }

func agreementPage(id string) string { return agreementsPath + "/" + url.PathEscape(id) }
