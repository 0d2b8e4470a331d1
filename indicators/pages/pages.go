// Package pages is where people meet the indicators of their country: what is in
// force and what was, one version by dimension, where two versions differ, the forms
// of a draft, what a partner has shown, and the sheets that are read to a person in
// their own language. Explain puts the result of an evaluation into words, for
// whichever page shows one.
package pages

import (
	"embed"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/i18n"
	"istmo/indicators"
	"istmo/web"
)

//go:embed *.html
var templates embed.FS

// Root is where the lists are, and Rights where the sheets for a person are.
const (
	Root   = "/indicators"
	Rights = "/rights"
)

type desk struct{ engine *act.Engine }

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {
	d := &desk{e}
	s.Templates("indicators", templates)
	s.Navigation(web.Nav{Key: "indicators.nav", Path: Root, Order: 34, Verb: "indicators.list"})
	s.Page("GET "+Root, d.versions)
	s.Page("GET "+Root+"/compare", d.compare)
	s.Page("GET "+Root+"/{id}", d.version)
	s.Page("GET "+Root+"/{id}/try", d.try)
	s.Page("GET "+Root+"/{id}/adopt", d.adopt)
	s.Page("GET "+Root+"/{id}/rule/{code}", d.clause)
	s.Page("GET "+Root+"/{id}/joined/{code}", d.joined)
	s.Page("GET "+Root+"/{id}/{what}", d.form)
	s.Raw("GET "+Root+"/{id}/indicators.json", d.file)
	s.Page("GET "+Rights, d.languages)
	s.Page("GET "+Rights+"/{lang}", d.rights)
	s.Page("GET "+Rights+"/{lang}/consent", d.consent)
}

// Page is the address of a version.
func Page(id string) string { return Root + "/" + url.PathEscape(id) }

// may reports whether the reader may do a verb to a version.
func may(r *web.Request, verb access.Verb, l indicators.List) bool {
	return access.Decide(r.Who, verb, l.ID, l.Facts()).Allowed
}

// country is what the country of a node is called.
func country(lang, node string) string { return i18n.Country(lang, cooperation.Country(node)) }

// called names a version: "Panamá, versión 2".
func called(r *web.Request, l indicators.List) string {
	if l.ID == indicators.ShippedID {
		return r.Say("indicators.shipped")
	}
	return r.Say("indicators.version.of", "Country", country(r.Lang, l.Node), "Version", l.Version)
}

// standing is where a version stands, in a word.
func standing(r *web.Request, l indicators.List, mine bool) web.Tag {
	switch {
	case l.State == indicators.Drafted:
		return web.Tag{Text: r.Say("indicators.state.drafted"), Tone: web.Active}
	case !mine:
		return web.Tag{Text: r.Say("indicators.state.theirs"), Tone: web.Neutral}
	case l.Within(r.Now):
		return web.Tag{Text: r.Say("indicators.state.in-force"), Tone: web.Success}
	case l.From.After(r.Now):
		return web.Tag{Text: r.Say("indicators.state.coming"), Tone: web.Warning}
	}
	return web.Tag{Text: r.Say("indicators.state." + string(l.State)), Tone: web.Neutral}
}

// reach tells from when and until when a version is in force.
func reach(r *web.Request, l indicators.List) string {
	from := i18n.DateTime(r.Lang, l.From, r.Zone())
	switch {
	case l.From.IsZero():
		return r.Say("indicators.reach.draft")
	case l.Until.IsZero():
		return r.Say("indicators.reach.from", "From", from)
	}
	return r.Say("indicators.reach.until", "From", from, "Until", i18n.DateTime(r.Lang, l.Until, r.Zone()))
}

// line is a version in a list, in words.
type line struct {
	indicators.Line
	Href, Title, Reach, Differs string
	Tag                         web.Tag
}

func (d *desk) lines(r *web.Request) ([]indicators.Line, error) {
	return act.Ask(r.Context(), d.engine, r.Who, indicators.Versions{})
}

// versions shows this country's versions and those of partners.
func (d *desk) versions(r *web.Request) (web.View, error) {
	all, err := d.lines(r)
	if err != nil {
		return web.View{}, err
	}
	var mine, theirs []line
	draft, now := "", ""
	for _, l := range all {
		own := l.Node == r.Who.Node
		if l.Now {
			now = l.ID
		}
		one := line{Line: l, Href: Page(l.ID), Title: called(r, l.List), Reach: reach(r, l.List), Tag: standing(r, l.List, own)}
		if own {
			mine = append(mine, one)
		} else {
			theirs = append(theirs, one)
		}
		if l.State == indicators.Drafted {
			draft = Page(l.ID)
		}
	}
	for i := range theirs {
		theirs[i].Differs = differs(now, theirs[i].ID)
	}
	data := map[string]any{"Mine": mine, "Theirs": theirs, "Draft": draft, "Now": now, "May": access.Could(r.Who, "indicators.begin")}
	return web.View{Template: "indicators/list", Title: "indicators.title", Data: data}, nil
}

// differs is the address where two versions stand side by side.
func differs(from, to string) string {
	return Root + "/compare?" + url.Values{"from": {from}, "to": {to}}.Encode()
}

func (d *desk) show(r *web.Request, id string) (indicators.View, error) {
	return act.Ask(r.Context(), d.engine, r.Who, indicators.Show{ID: id})
}

// shown is an indicator in a version, in words.
type shown struct {
	indicators.Indicator
	Href, Words, Question string
	Tags                  []web.Tag
	Awaited               string // the languages in which its question awaits a native reader
}

// group is a dimension with its indicators.
type group struct {
	Name, What, ID string
	Shown          []shown
}

// paper is one version as a page shows it.
type paper struct {
	indicators.View
	Title, Reach string
	Tag          web.Tag
	Groups       []group
	Filters      web.Filters
	Rule         ruleShown
	Steps        []string
	Differs      string // from the one in force
	Unvalidated  int
	SharedWith   []string
	Adopts       bool
	File         string
}

// version shows one version by dimension.
func (d *desk) version(r *web.Request) (web.View, error) {
	v, err := d.show(r, r.PathValue("id"))
	if err != nil {
		return web.View{}, err
	}
	all, err := d.lines(r)
	if err != nil {
		return web.View{}, err
	}
	p := paper{View: v, Title: called(r, v.List), Reach: reach(r, v.List), Tag: standing(r, v.List, v.Mine), Rule: ruleOf(r, v.List)}
	p.Groups, p.Filters = groupsOf(r, v.List)
	for _, i := range v.Indicators {
		if !i.Validated {
			p.Unvalidated++
		}
	}
	for _, s := range v.Shared {
		p.SharedWith = append(p.SharedWith, country(r.Lang, s.Node))
	}
	for _, l := range all {
		if l.Now && l.ID != v.ID {
			p.Differs = differs(l.ID, v.ID)
		}
	}
	p.Steps = steps(r, v)
	if v.State != indicators.Drafted {
		p.File = Page(v.ID) + "/indicators.json"
	}
	return web.View{Template: "indicators/version", Title: "indicators.version.title", Args: []any{"Title", p.Title}, Data: p,
		Back: &web.Link{Text: r.Say("indicators.title"), Href: Root}}, nil
}

// steps are what the reader can do to a version now, each a page of its own.
func steps(r *web.Request, v indicators.View) []string {
	var list []string
	for _, step := range []string{"publish", "new", "adopt", "discard"} {
		verb := map[string]access.Verb{"new": "indicators.write"}[step]
		if verb == "" {
			verb = access.Verb("indicators." + step)
		}
		if v.State == indicators.Drafted && may(r, verb, v.List) {
			list = append(list, step)
		}
	}
	if v.Mine && v.State != indicators.Drafted && v.State != indicators.Discarded && may(r, "indicators.share", v.List) {
		list = append(list, "share")
	}
	return list
}

// groupsOf puts a version's indicators under their dimensions, as the filters of the
// page ask for them.
func groupsOf(r *web.Request, l indicators.List) (groups []group, f web.Filters) {
	wanted := func(i indicators.Indicator) bool {
		return (r.Query("strength") == "" || i.Strength == r.Query("strength")) && (r.Query("applies") == "" || i.Applies == r.Query("applies")) &&
			(r.Query("mark") == "" || r.Query("mark") == "unvalidated" && !i.Validated || r.Query("mark") == "observe" && i.Way == indicators.Observed ||
				r.Query("mark") == "missing" && len(unasked(i)) > 0)
	}
	for n, name := range indicators.Dimensions {
		g := group{Name: dimension(r.Lang, name), What: r.Say("indicators.group." + indicators.GroupOf(name)), ID: fmt.Sprintf("dimension-%d", n)}
		for _, i := range l.Indicators {
			if i.Dimension == name && wanted(i) {
				g.Shown = append(g.Shown, shownOf(r, l, i))
			}
		}
		f.Count += len(g.Shown)
		if len(g.Shown) > 0 {
			groups = append(groups, g)
		}
	}
	f.Fields = []web.Filter{
		{Name: "strength", Label: r.Say("indicators.strength"), Kind: "select", Choices: web.Choices(r.Lang, "indicators.of-strength.", indicators.Strengths...)},
		{Name: "applies", Label: r.Say("indicators.applies_to"), Kind: "select", Choices: web.Choices(r.Lang, "indicators.applies.", indicators.Applying...)},
		{Name: "mark", Label: r.Say("indicators.mark"), Kind: "select", Choices: web.Choices(r.Lang, "indicators.mark.", "unvalidated", "observe", "missing")}}
	return groups, f
}

func dimension(lang, name string) string { return i18n.Say(lang, "indicators.dimension."+name) }

// tone of a strength: it is no alarm, so that all are alike and the word tells.
func strengthTag(r *web.Request, strength string) web.Tag {
	return web.Tag{Text: r.Say("indicators.of-strength." + strength), Tone: map[string]web.Tone{indicators.Strong: web.Active}[strength]}
}

func shownOf(r *web.Request, l indicators.List, i indicators.Indicator) shown {
	s := shown{Indicator: i, Href: Page(l.ID) + "/" + i.Code, Words: i.Words(r.Lang), Question: i.Ask[officer(r.Lang)]}
	s.Tags = append(s.Tags, strengthTag(r, i.Strength))
	if i.Applies != indicators.ForAll {
		s.Tags = append(s.Tags, web.Tag{Text: r.Say("indicators.applies." + i.Applies), Tone: web.Neutral})
	}
	if i.Way == indicators.Observed {
		s.Tags = append(s.Tags, web.Tag{Text: r.Say("indicators.way.observe"), Tone: web.Neutral})
	}
	if !i.Validated {
		s.Tags = append(s.Tags, web.Tag{Text: r.Say("indicators.unvalidated"), Tone: web.Warning})
	}
	if i.Adopted != "" {
		s.Tags = append(s.Tags, web.Tag{Text: adopted(r, i), Tone: web.Neutral})
	}
	if gone := unasked(i); len(gone) > 0 {
		s.Tags = append(s.Tags, web.Tag{Text: r.Say("indicators.untranslated", "Languages", tongues(r.Lang, gone)), Tone: web.Warning})
	}
	return s
}

// officer is the language in which an officer reads what is asked.
func officer(lang string) string {
	if lang == "en" {
		return "en"
	}
	return "es"
}

// unasked are the languages into which nobody has put what a person is asked.
func unasked(i indicators.Indicator) (gone []string) {
	for _, lang := range indicators.Langs {
		if i.Way == indicators.Asked && i.Ask[lang] == "" {
			gone = append(gone, lang)
		}
	}
	return gone
}

func tongues(lang string, codes []string) string {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = i18n.Language(lang, c)
	}
	return i18n.List(lang, names...)
}

func adopted(r *web.Request, i indicators.Indicator) string {
	node, version, _ := strings.Cut(i.Adopted, "/")
	return r.Say("indicators.adopted", "Country", country(r.Lang, node), "Version", version)
}

// ruleShown is the rule of a version, in words.
type ruleShown struct {
	Verified bool
	Rows     []ruleRow
}

type ruleRow struct {
	Code, Words, Counts, Source, Href string
	Verified                          bool
}

func ruleOf(r *web.Request, l indicators.List) ruleShown {
	rule := ruleShown{Verified: l.Rule.Verified()}
	edit := l.State == indicators.Drafted && may(r, "indicators.write-clause", l)
	for _, c := range l.Rule.Clauses {
		row := ruleRow{Code: c.Code, Words: c.Words(r.Lang), Counts: lacking(r.Lang, indicators.Lacking{Strong: c.Strong, Medium: c.Medium, Weak: c.Weak}), Source: c.Source, Verified: c.Verified}
		if edit {
			row.Href = Page(l.ID) + "/rule/" + c.Code
		}
		rule.Rows = append(rule.Rows, row)
	}
	for _, name := range indicators.Elements {
		i := slices.IndexFunc(l.Rule.Together, func(j indicators.Joined) bool { return j.Element == name })
		if i < 0 && !edit {
			continue
		}
		row := ruleRow{Code: name, Words: r.Say("indicators.apart", "Element", r.Say("indicators.element."+name)), Verified: true}
		if i >= 0 {
			j := l.Rule.Together[i]
			row = ruleRow{Code: name, Words: j.ES, Source: j.Source, Verified: j.Verified}
			if r.Lang == "en" {
				row.Words = j.EN
			}
		}
		if edit {
			row.Href = Page(l.ID) + "/joined/" + name
		}
		rule.Rows = append(rule.Rows, row)
	}
	return rule
}

// file is a version as a signed package.
func (d *desk) file(w http.ResponseWriter, r *web.Request) error {
	f, err := act.Ask(r.Context(), d.engine, r.Who, indicators.Packed{ID: r.PathValue("id")})
	if err != nil {
		return err
	}
	v, err := d.show(r, r.PathValue("id"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", fmt.Sprintf("istmo-indicators-%s-%d.json", v.Node, v.Version)))
	return f.Write(w)
}

// draftOf is a draft that the reader may write in.
func (d *desk) draftOf(r *web.Request, verb access.Verb) (indicators.View, error) {
	v, err := d.show(r, r.PathValue("id"))
	if err == nil && (v.State != indicators.Drafted || !may(r, verb, v.List)) {
		err = fault.NotFound()
	}
	return v, err
}
