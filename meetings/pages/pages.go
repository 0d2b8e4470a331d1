// Package pages is where people meet the meetings of their countries: what is to
// come and what has been, one meeting with all that belongs to it, the forms by
// which each country says its part, who has been trained in what, the calendar to
// subscribe to, and what a meeting has before it, on paper and on slides.
package pages

import (
	"embed"
	"net/url"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/i18n"
	"istmo/meetings"
	"istmo/web"
)

//go:embed *.html
var templates embed.FS

// Root is where the meetings are.
const Root = "/meetings"

const (
	trainedPath   = Root + "/trained"
	subscribePath = Root + "/calendar"
	feedPath      = Root + "/calendar.ics"
)

type desk struct {
	engine *act.Engine
	site   string // its address, to which a calendar's entries lead
}

// Routes hangs the pages on the site, which is reached at an address.
func Routes(s *web.Site, e *act.Engine, address string) {
	d := &desk{e, address}
	s.Templates("meetings", templates)
	s.Navigation(web.Nav{Key: "meetings.nav", Path: Root, Order: 52, Verb: "meetings.list"})
	s.Page("GET "+Root, d.list)
	s.Page("GET "+Root+"/new", d.announce)
	s.Page("GET "+Root+"/record", d.record)
	s.Page("GET "+trainedPath, d.trained)
	s.Page("GET "+subscribePath, d.subscribe)
	s.Page("GET "+Root+"/{id}", d.meeting)
	s.Page("GET "+Root+"/{id}/pack", d.pack)
	s.Page("GET "+Root+"/{id}/{what}", d.form)
	d.downloads(s)
}

// Page is the address of a meeting.
func Page(id string) string { return Root + "/" + url.PathEscape(id) }

// country is the name of a node's country; of none, it is an organisation's.
func country(lang, node string) string {
	if node == "" {
		return i18n.Say(lang, "meetings.organisation")
	}
	return i18n.Country(lang, cooperation.Country(node))
}

func countries(lang string, nodes []string) string {
	names := make([]string, len(nodes))
	for i, n := range nodes {
		names[i] = country(lang, n)
	}
	return i18n.List(lang, names...)
}

// topics names topics and lines of work, as a list in a sentence.
func topics(lang string, codes []string) string {
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = topic(lang, c)
		if i > 0 {
			words[i] = strings.ToLower(words[i])
		}
	}
	return i18n.List(lang, words...)
}

// topic is what a topic or a line of work is called; a line that an agreement named
// itself is called by its code.
func topic(lang, code string) string {
	if key := "meetings.topic." + code; i18n.Has(lang, key) {
		return i18n.Say(lang, key)
	}
	return strings.ReplaceAll(code, "-", " ")
}

// frames names what a meeting serves: "ODS 5, Pacto Mundial 7".
func frames(lang string, codes []string) string {
	words := make([]string, len(codes))
	for i, c := range codes {
		frame, number, _ := strings.Cut(c, ":")
		words[i] = i18n.Say(lang, "meetings.frame."+frame, "Number", number)
	}
	return i18n.List(lang, words...)
}

// when tells a meeting's days, or its hours where it has some, by the clocks of
// its place.
func when(lang string, m meetings.Meeting) string {
	if m.Undated() {
		return i18n.Say(lang, "meetings.undated")
	}
	first, last := m.Days()
	days := i18n.Date(lang, first)
	if y, mon, d := last.Date(); first.Year() != y || first.Month() != mon || first.Day() != d {
		days = i18n.Say(lang, "meetings.days", "First", days, "Last", i18n.Date(lang, last))
	}
	if m.Whole {
		return days
	}
	return i18n.Say(lang, "meetings.hours", "Days", days, "From", first.Format("15:04"), "To", m.Local(m.Ends).Format("15:04"), "Zone", first.Format("-07"))
}

// where tells the place and its country.
func where(lang string, m meetings.Meeting) string {
	land := i18n.Country(lang, m.Country)
	if m.Place == "" {
		return land
	}
	return m.Place + ", " + land
}

// standing is where a meeting stands, in a word.
func standing(r *web.Request, l meetings.Line) web.Tag {
	switch {
	case l.Version == 0 && l.Why != "":
		return web.Tag{Text: r.Say("meetings.refused"), Tone: web.Danger}
	case l.Version == 0:
		return web.Tag{Text: r.Say("meetings.asked"), Tone: web.Warning}
	}
	tone := map[string]web.Tone{"announced": web.Active, "held": web.Active, "minuted": web.Success, "cancelled": web.Neutral}[string(l.State)]
	return web.Tag{Text: r.Say("meetings.state." + string(l.State)), Tone: tone}
}

// again is the clock of the next meeting, if the parties set themselves one. What
// stands in place of it while the next one is announced and has not been is said in
// words, as nothing is done yet.
func again(r *web.Request, l meetings.Line) (c web.Clock, words string) {
	if l.NextBy.IsZero() || l.State == meetings.Cancelled {
		return web.Clock{}, ""
	}
	c = web.Clock{What: r.Say("meetings.next.what"), Due: l.Due(), Soon: 30 * 24 * time.Hour,
		Rule: r.Say("meetings.next.rule", "Title", l.Title(r.Lang), "Day", i18n.Date(r.Lang, l.NextBy))}
	switch {
	case l.Next == "":
		return c, ""
	case l.At.After(r.Now) && l.Late:
		return web.Clock{}, r.Say("meetings.next.announced-late", "Day", i18n.Date(r.Lang, l.At.In(r.Zone())), "By", i18n.Date(r.Lang, l.NextBy))
	case l.At.After(r.Now):
		return web.Clock{}, r.Say("meetings.next.announced", "Day", i18n.Date(r.Lang, l.At.In(r.Zone())), "By", i18n.Date(r.Lang, l.NextBy))
	}
	c.Done = l.At
	return c, ""
}

// may reports whether the reader may do a verb to an object.
func may(r *web.Request, verb access.Verb, o access.Object) bool {
	return access.Decide(r.Who, verb, o.ObjectID(), o.Facts()).Allowed
}

// agreements are those under which the reader's country can meet.
func (d *desk) agreements(r *web.Request) ([]cooperation.Agreement, error) {
	return act.Ask(r.Context(), d.engine, r.Who, cooperation.Agreements{})
}

func named(lang string, a cooperation.Agreement) string {
	if lang == "en" {
		return a.TitleEN
	}
	return a.TitleES
}
