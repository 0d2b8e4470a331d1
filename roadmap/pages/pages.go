// Package pages is where people see what their countries have promised each
// other: how the promises stand on one page, each of them from its first wording
// to its last report, the words of two revisions side by side, the plan over
// time, and the versions with their signatures.
package pages

import (
	"embed"
	"net/url"
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/flow"
	"istmo/i18n"
	"istmo/roadmap"
	"istmo/web"
)

//go:embed *.html
var templates embed.FS

// Root is where the roadmap begins.
const Root = "/roadmap"

const (
	commitmentsPath = Root + "/commitments"
	versionsPath    = Root + "/versions"
)

type desk struct{ engine *act.Engine }

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {
	d := &desk{e}
	s.Templates("roadmap", templates)
	s.Navigation(web.Nav{Key: "roadmap.nav", Path: Root, Order: 50, Verb: "roadmap.state"})
	s.Page("GET "+Root, d.overview)
	s.Page("GET "+commitmentsPath, d.commitments)
	s.Page("GET "+Root+"/timeline", d.timeline)
	s.Page("GET "+Root+"/board", d.board)
	s.Page("GET "+Root+"/proposals", d.proposals)
	s.Page("GET "+Root+"/programme", d.programme)
	s.Page("GET "+commitmentsPath+"/new", d.propose)
	s.Page("GET "+commitmentsPath+"/{id}", d.commitment)
	s.Page("GET "+commitmentsPath+"/{id}/counter", d.counter)
	s.Page("GET "+commitmentsPath+"/{id}/compare", d.compare)
	s.Page("GET "+commitmentsPath+"/{id}/{verb}", d.before)
	s.Page("GET "+versionsPath, d.versions)
	s.Page("GET "+versionsPath+"/{id}", d.version)
	s.Page("GET "+versionsPath+"/{id}/{verb}", d.beforeVersion)
	d.downloads(s)
}

// Page is the address of a commitment.
func Page(id string) string { return commitmentsPath + "/" + url.PathEscape(id) }

// VersionPage is the address of a version of the plan.
func VersionPage(id string) string { return versionsPath + "/" + url.PathEscape(id) }

func country(lang, node string) string { return i18n.Country(lang, cooperation.Country(node)) }

func countries(lang string, nodes []string) string {
	names := make([]string, len(nodes))
	for i, n := range nodes {
		names[i] = country(lang, n)
	}
	return i18n.List(lang, names...)
}

// lineName is what a line of work is called; one that an agreement added itself
// is called by its code.
func lineName(lang, line string) string {
	if key := "cooperation.line." + line; i18n.Has(lang, key) {
		return i18n.Say(lang, key)
	}
	return strings.ReplaceAll(line, "-", " ")
}

// under is the agreement that a page is about, with the way to the others and to
// the other views.
type under struct {
	Agreement cooperation.Agreement
	Title     string
	Between   string
	Others    []web.Link
	Tabs      []tab
	Empty     web.Empty // when there is none at all
}

type tab struct {
	web.Link
	Current bool
}

// tabs are the views of an agreement's promises, by their paths.
var tabs = []struct{ key, path string }{
	{"roadmap.tab.state", Root}, {"roadmap.tab.proposals", Root + "/proposals"}, {"roadmap.tab.commitments", commitmentsPath},
	{"roadmap.tab.timeline", Root + "/timeline"}, {"roadmap.tab.board", Root + "/board"}, {"roadmap.tab.versions", versionsPath}, {"roadmap.tab.programme", Root + "/programme"},
}

// under finds the agreement that the address names, else the newest in force.
func (d *desk) under(r *web.Request) (under, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Agreements{})
	if err != nil {
		return under{}, err
	}
	u := under{Empty: web.Empty{Title: r.Say("roadmap.none"), Body: r.Say("roadmap.none.body"), Action: web.Link{Text: r.Say("roadmap.none.action"), Href: "/agreements"}}}
	slices.SortStableFunc(all, func(a, b cooperation.Agreement) int { return rank(r, a) - rank(r, b) })
	for _, a := range all {
		if u.Agreement.ID == "" && (r.Query("agreement") == "" || r.Query("agreement") == a.ID) {
			u.Agreement = a
		}
	}
	if u.Agreement.ID == "" && r.Query("agreement") != "" {
		return under{}, fault.NotFound()
	}
	u.Title, u.Between = titleOf(r.Lang, u.Agreement), countries(r.Lang, u.Agreement.Parties)
	for _, a := range all {
		if a.ID != u.Agreement.ID && a.State != cooperation.Proposed {
			u.Others = append(u.Others, web.Link{Text: titleOf(r.Lang, a), Href: at(r.URL.Path, a.ID)})
		}
	}
	for _, t := range tabs {
		u.Tabs = append(u.Tabs, tab{web.Link{Text: r.Say(t.key), Href: at(t.path, u.Agreement.ID)}, r.URL.Path == t.path})
	}
	return u, nil
}

// rank puts what is in force first.
func rank(r *web.Request, a cooperation.Agreement) int {
	switch {
	case a.InForce(r.Now):
		return 0
	case a.State == cooperation.InForce:
		return 1
	case a.State == cooperation.Ended:
		return 2
	}
	return 3
}

func titleOf(lang string, a cooperation.Agreement) string {
	if lang == "en" {
		return a.TitleEN
	}
	return a.TitleES
}

// at is a path about an agreement.
func at(path, agreement string) string {
	return path + "?" + url.Values{"agreement": {agreement}}.Encode()
}

// card is a commitment as lists, the board and the desk show it.
type card struct {
	roadmap.Commitment
	Href      string
	Name      string // its objective, in the reader's language
	LineName  string
	OwnerRows []ownerRow
	Tag       web.Tag
	Late      bool
	Reached   int64
	Clock     web.Clock
}

// ownerRow is who answers in one country.
type ownerRow struct{ Country, Names string }

func cardOf(r *web.Request, c roadmap.Commitment) card {
	objective, _, _ := c.In(r.Lang)
	out := card{Commitment: c, Href: Page(c.ID), Name: objective, LineName: lineName(r.Lang, c.Line), OwnerRows: owners(r.Lang, c.Text),
		Tag: stateTag(r, c.State), Late: c.Overdue(r.Now), Reached: c.Reached(c.Value)}
	if c.Live() || c.State == roadmap.Done {
		out.Clock = clock(r, c)
	}
	return out
}

func cardsOf(r *web.Request, all []roadmap.Commitment) []card {
	cards := make([]card, len(all))
	for i, c := range all {
		cards[i] = cardOf(r, c)
	}
	return cards
}

// clock is the day by which a commitment is kept.
func clock(r *web.Request, c roadmap.Commitment) web.Clock {
	k := web.Clock{What: r.Say("roadmap.clock"), Due: endOf(c.Due, r.Zone()), Soon: 30 * 24 * time.Hour}
	if c.State == roadmap.Done {
		k.Done = c.MovedAt
	}
	return k
}

// endOf is the last second of a day, in the country's time.
func endOf(day time.Time, zone *time.Location) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 23, 59, 59, 0, zone)
}

// owners are who answers, country by country.
func owners(lang string, t roadmap.Text) []ownerRow {
	var rows []ownerRow
	for _, line := range strings.Split(t.OwnersNamed, "\n") {
		node, name, ok := strings.Cut(line, " ")
		if !ok {
			continue
		}
		land := country(lang, node)
		if n := len(rows); n > 0 && rows[n-1].Country == land {
			rows[n-1].Names += "; " + name
		} else {
			rows = append(rows, ownerRow{land, name})
		}
	}
	return rows
}

// tones are how each state of a commitment looks.
var tones = map[flow.State]web.Tone{
	roadmap.Proposed: web.Warning, roadmap.Agreed: web.Active, roadmap.Cleared: web.Active, roadmap.Planned: web.Neutral, roadmap.UnderWay: web.Active,
	roadmap.Reported: web.Warning, roadmap.Done: web.Success, roadmap.Signing: web.Warning, roadmap.InForce: web.Success,
}

func stateTag(r *web.Request, s flow.State) web.Tag {
	tone, ok := tones[s]
	if !ok {
		tone = web.Neutral
	}
	return web.Tag{Text: r.Say("roadmap.state." + string(s)), Tone: tone}
}

// may reports whether the reader's roles and country let them do a verb to a
// thing of these parties.
func may(r *web.Request, verb access.Verb, o access.Object) bool {
	return access.Decide(r.Who, verb, o.ObjectID(), o.Facts()).Allowed
}

// agencies knows every institution of the directory by its country and id.
type agencies map[string]cooperation.Agency

func (d *desk) agencies(r *web.Request) (agencies, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Directory{})
	known := agencies{}
	for _, a := range all {
		known[a.Node+"/"+a.ID] = a
	}
	return known, err
}

// name is who spoke: the country, and the institution if the directory knows it.
func (k agencies) name(lang, node, id string) string {
	if a, ok := k[node+"/"+id]; ok {
		return a.Name + ", " + country(lang, node)
	}
	return country(lang, node)
}
