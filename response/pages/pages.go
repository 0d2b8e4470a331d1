// Package pages is where a team is on duty: the board, which a wall shows and a
// telephone at night, an alert with what to press next, the roster with its holes,
// and the hand-over from one shift to the next.
package pages

import (
	"embed"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/cooperation"
	"istmo/flow"
	"istmo/i18n"
	"istmo/response"
	"istmo/web"
)

//go:embed *.html
var templates embed.FS

// Root is the duty board.
const Root = "/duty"

const (
	alertsPath   = Root + "/alerts"
	rosterPath   = Root + "/roster"
	handOverPath = Root + "/hand-over"
)

type desk struct{ engine *act.Engine }

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {
	d := &desk{e}
	s.Templates("response", templates)
	s.Navigation(web.Nav{Key: "response.nav", Path: Root, Order: 15, Verb: "response.board"})
	s.Page("GET "+Root, d.board)
	s.Page("GET "+Root+"/raise", d.raise)
	s.Page("GET "+rosterPath, d.roster)
	s.Page("GET "+handOverPath, d.handOver)
	s.Page("GET "+handOverPath+"/{id}", d.handover)
	s.Page("GET "+alertsPath+"/{id}", d.alert)
	s.Page("GET "+alertsPath+"/{id}/{what}", d.form)
}

// Page is the address of an alert.
func Page(id string) string { return alertsPath + "/" + url.PathEscape(id) }

// names are the reader's colleagues by user id. Somebody of another agency is
// called by their agency alone.
func (d *desk) names(r *web.Request) (map[string]string, error) {
	return act.Ask(r.Context(), d.engine, r.Who, people.Colleagues{})
}

// named is what somebody is called to the reader.
func named(r *web.Request, names map[string]string, user string) string {
	if n := names[user]; n != "" {
		return n
	}
	return r.Say("response.somebody")
}

func namedAll(r *web.Request, names map[string]string, shifts []response.Shift) string {
	words := make([]string, len(shifts))
	for i, s := range shifts {
		words[i] = r.Say("response.until", "Name", named(r, names, s.User), "Time", s.Ends.In(r.Zone()).Format("15:04"))
	}
	return i18n.List(r.Lang, words...)
}

// stateTag is a state in a word and a shape.
func stateTag(r *web.Request, s flow.State) web.Tag {
	tag := web.Tag{Text: r.Say("response.state." + string(s)), Tone: web.Active}
	switch at := response.Flow.Place(s); {
	case at.Alert:
		tag.Tone = web.Danger
	case s == response.Closed:
		tag.Tone = web.Success
	case at.End:
		tag.Tone = web.Neutral
	}
	return tag
}

// clockOf is the clock that runs, soon due in its last third.
func clockOf(r *web.Request, l response.Line) web.Clock {
	if l.DueAt.IsZero() {
		return web.Clock{}
	}
	key := strings.TrimSuffix(strings.TrimPrefix(l.DueKey, "response."), ".emergency")
	key = strings.TrimSuffix(key, ".taken")
	source := l.Source
	if source != "" && !l.Verified {
		source = r.Say("response.unverified", "Source", source)
	}
	return web.Clock{What: r.Say("response.clock." + key), Due: l.DueAt, Soon: min(max(l.DueAt.Sub(l.Since)/3, time.Minute), 2*time.Hour), Rule: l.Rule.In(r.Lang), Source: source}
}

// card is an alert on a board, in words.
type card struct {
	response.Line
	Href, Title, Where, Who string
	Tags                    []web.Tag
	Needs                   []string
	Clock                   web.Clock
	Hand                    string // who has it
	Age                     string // how old it was when it came, if it came late
	Across                  []string
}

func cardOf(r *web.Request, names map[string]string, l response.Line) card {
	c := card{Line: l, Href: Page(l.ID), Title: r.Say("response.kind." + l.Kind), Where: where(l), Who: who(r, l), Tags: []web.Tag{stateTag(r, l.State)}, Clock: clockOf(r, l)}
	if l.Child {
		c.Tags = append(c.Tags, web.Tag{Text: r.Say("response.child"), Tone: web.Warning})
	}
	if l.Kind == response.FromAbroad {
		c.Title = r.Say("response.from-abroad", "Country", country(r, l.Home))
	}
	if l.Urgent && l.Kind != "emergency" {
		c.Tags = append(c.Tags, web.Tag{Text: r.Say("response.urgent.tag"), Tone: web.Danger})
	}
	for _, n := range l.Alert.Needs {
		c.Needs = append(c.Needs, strings.ToLower(r.Say("cases.needs."+n)))
	}
	if l.Officer != "" {
		c.Hand = r.Say("response.in-hand", "Name", named(r, names, l.Officer))
	}
	if l.Stale {
		c.Age = r.Say("response.stale", "Span", i18n.Span(r.Lang, l.RaisedAt.Sub(l.SentAt)), "Date", i18n.DateTime(r.Lang, l.SentAt, r.Zone()))
	}
	for _, x := range l.Crossings {
		c.Across = append(c.Across, acrossWords(r, x))
	}
	return c
}

func where(l response.Line) string {
	if l.Post != "" && !strings.EqualFold(strings.ReplaceAll(l.Post, "-", " "), l.Place) {
		return l.Place + " (" + l.Post + ")"
	}
	return l.Place
}

// who says in codes whom it is about.
func who(r *web.Request, l response.Line) string {
	words := []string{r.Say("response.count", "Count", l.Count)}
	if l.Alone {
		words = append(words, r.Say("response.alone"))
	}
	if l.Why != "" {
		words = append(words, r.Say("response.why."+l.Why))
	}
	if l.Ref != "" {
		words = append(words, l.Ref)
	}
	return strings.Join(words, " · ")
}

// acrossWords say where an alert stands that went to another country.
func acrossWords(r *web.Request, x response.Crossing) string {
	args := []any{"Country", country(r, x.Node)}
	switch {
	case x.Refused != "":
		return r.Say("response.across.refused", args...)
	case x.State != "":
		return r.Say("response.across.stands", append(args, "State", strings.ToLower(r.Say("response.state."+string(x.State))), "Ago", i18n.Since(r.Lang, x.StateAt, r.Now))...)
	case !x.Reached.IsZero():
		return r.Say("response.across.delivered", append(args, "Ago", i18n.Since(r.Lang, x.Reached, r.Now))...)
	}
	return r.Say("response.across.waits", append(args, "Ago", i18n.Since(r.Lang, x.SentAt, r.Now))...)
}

func country(r *web.Request, node string) string {
	return i18n.Country(r.Lang, cooperation.Country(node))
}

func cards(r *web.Request, names map[string]string, lines []response.Line) []card {
	all := make([]card, len(lines))
	for i, l := range lines {
		all[i] = cardOf(r, names, l)
	}
	return all
}

// gapWords tell a hole of a roster.
func gapWords(r *web.Request, g response.Gap) string {
	key := "response.gap"
	if g.Second {
		key = "response.gap.second"
	}
	return r.Say(key, "From", i18n.DateTime(r.Lang, g.From, r.Zone()), "To", i18n.DateTime(r.Lang, g.To, r.Zone()))
}

// view is the duty board.
type view struct {
	response.Board
	Name                    string
	On, Second, Named, Head string
	Next                    []string
	Holes                   []string
	Waiting, Going, Over    []card
	Sent                    []card
	Hands                   []web.Task
	Wall, Answers           bool   // on a wall; the reader's agency answers alerts, or only raises them
	Digest                  string // changes when anything on it does that a listener should hear
}

// board shows what is open and for how long.
func (d *desk) board(r *web.Request) (web.View, error) {
	b, err := act.Ask(r.Context(), d.engine, r.Who, response.ShowBoard{})
	if err != nil {
		return web.View{}, err
	}
	names, err := d.names(r)
	if err != nil {
		return web.View{}, err
	}
	v := view{Board: b, Name: b.Agency.Name, Wall: r.Query("wall") != ""}
	v.On, v.Second = namedAll(r, names, b.Duty.First), namedAll(r, names, b.Duty.Second)
	if b.Duty.Escalation != "" {
		v.Named = named(r, names, b.Duty.Escalation)
	}
	if b.Duty.Head != "" {
		v.Head = named(r, names, b.Duty.Head)
	}
	for _, s := range b.Next {
		v.Next = append(v.Next, r.Say("response.next", "Name", named(r, names, s.User), "Rank", strings.ToLower(r.Say("response.rank."+s.Rank)), "Date", i18n.DateTime(r.Lang, s.Starts, r.Zone())))
	}
	for _, g := range b.Gaps {
		v.Holes = append(v.Holes, gapWords(r, g))
	}
	for _, l := range b.Open {
		if c := cardOf(r, names, l); l.Waits {
			v.Waiting = append(v.Waiting, c)
		} else {
			v.Going = append(v.Going, c)
		}
	}
	v.Over, v.Sent = cards(r, names, b.Ended), cards(r, names, b.Raised)
	for _, h := range b.Handovers {
		v.Hands = append(v.Hands, handTask(r, names, h))
	}
	v.Digest = fmt.Sprintf("%d %d", len(v.Waiting), len(v.Going))
	v.Answers = b.Rostered || len(b.Open)+len(b.Ended) > 0 || b.Agency.Kind == "response-team" || b.Agency.Kind == "child-authority"
	view := web.View{Template: "response/board", Title: "response.board.title", Args: []any{"Waiting", len(v.Waiting)}, Data: v, Script: "duty"}
	if v.Wall {
		view.Layout = web.Plain
	}
	return view, nil
}

func handTask(r *web.Request, names map[string]string, h response.Handover) web.Task {
	t := web.Task{Title: r.Say("response.handover.of", "From", named(r, names, h.FromUser), "To", named(r, names, h.ToUser)),
		Hint: i18n.DateTime(r.Lang, h.At, r.Zone()), Tag: web.Tag{Text: r.Say("response.handover.waits"), Tone: web.Warning}}
	if h.ToUser == r.Who.ID || h.FromUser == r.Who.ID {
		t.Href = handOverPath + "/" + h.ID
	}
	return t
}

// may reports whether the reader may do a verb at all.
func may(r *web.Request, verb access.Verb) bool { return access.Could(r.Who, verb) }

// colleagues are those who can be on duty, as a choice; the reader first, if they
// are asked for.
func (d *desk) colleagues(r *web.Request, names map[string]string, self bool) ([]web.Option, error) {
	p, err := act.Ask(r.Context(), d.engine, r.Who, response.Roster{Days: 1})
	var list []web.Option
	for _, u := range p.Members {
		if self || u != r.Who.ID {
			list = append(list, web.Option{Value: u, Label: named(r, names, u)})
		}
	}
	i18n.SortBy(r.Lang, list, func(o web.Option) string { return o.Label })
	if i := slices.IndexFunc(list, func(o web.Option) bool { return o.Value == r.Who.ID }); i > 0 {
		me := list[i]
		list = slices.Insert(slices.Delete(list, i, i+1), 0, me)
	}
	return list, err
}
