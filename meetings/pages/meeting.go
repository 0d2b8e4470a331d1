package pages

import (
	"net/url"
	"slices"
	"strings"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/i18n"
	"istmo/meetings"
	"istmo/roadmap"
	"istmo/web"
)

// sheet is a meeting as its page shows it.
type sheet struct {
	meetings.View
	Href, Title, Kind, When, Where string
	Tags                           []web.Tag
	Hold                           string // what stops it, or waits
	Facts                          []web.Row
	Clock                          web.Clock
	Words                          string
	NextHref, BeforeHref           string
	Asked                          []asked
	Agenda                         []item
	Delegations                    []guest
	People                         string // how many came, as far as anybody said
	ApproveHref                    string
	Signed                         []signed
	Unsigned                       string
	Decisions                      []decided
	Materials                      []material
	Can                            map[string]bool // what the reader can do now
	Life                           web.Drawing
	Downloads                      []web.Link
}

type item struct {
	meetings.Item
	Title, Hour, Leads string
	Mine               bool
}

type guest struct {
	meetings.Delegation
	Name, Country, Role, Came string
	Mine                      bool
}

// Known is how many came, or nothing where nobody knows it.
func (g guest) Known() any { return known(g.Attended) }

type signed struct {
	meetings.Approval
	Country, Agency string
}

type decided struct {
	meetings.Decision
	Text, Line, Owners, Became string
	Tone                       web.Tone
	Href                       string
	Mine                       bool
}

type material struct {
	meetings.Material
	Title, Kind, Href string
	Mine              bool
}

// asked is what waits for home, or what home refused.
type asked struct {
	cooperation.Asked
	Title, Words, Href string
	Refused            bool
}

func (d *desk) find(r *web.Request) (meetings.View, error) {
	return act.Ask(r.Context(), d.engine, r.Who, meetings.Show{On: meetings.On{ID: r.PathValue("id")}})
}

// meeting shows one.
func (d *desk) meeting(r *web.Request) (web.View, error) {
	v, err := d.find(r)
	if err != nil {
		return web.View{}, err
	}
	s := sheet{View: v, Href: Page(v.ID), Title: v.Title(r.Lang), Kind: r.Say("meetings.kind." + v.Kind), When: when(r.Lang, v.Meeting), Where: where(r.Lang, v.Meeting),
		Tags: append([]web.Tag{standing(r, v.Line)}, cardOf(r, v.Line).Marks...), Can: steps(r, v), Life: life(r, v), Downloads: downloads(r.Lang, v.Meeting)}
	s.Clock, s.Words = again(r, v.Line)
	s.NextHref, s.BeforeHref = Page(v.Next), Page(v.Follows)
	agreement, err := d.agreement(r, v.Agreement)
	if err != nil {
		return web.View{}, err
	}
	names, err := d.names(r)
	if err != nil {
		return web.View{}, err
	}
	s.Hold, s.Facts = hold(r, v, agreement), facts(r, v, agreement, names)
	s.fill(r, names)
	if s.Decisions, err = d.decisions(r, v, names); err != nil {
		return web.View{}, err
	}
	return web.View{Template: "meetings/meeting", Title: "meetings.meeting.title", Args: []any{"Title", s.Title}, Data: s, Back: toList(r)}, nil
}

func (d *desk) agreement(r *web.Request, id string) (cooperation.Agreement, error) {
	all, err := d.agreements(r)
	for _, a := range all {
		if a.ID == id {
			return a, nil
		}
	}
	return cooperation.Agreement{}, err
}

// names are the institutions of the directory, by "PA/agy_…".
func (d *desk) names(r *web.Request) (map[string]string, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Directory{})
	names := map[string]string{}
	for _, a := range all {
		names[a.Node+"/"+a.ID] = a.Name
	}
	return names, err
}

// hold says what keeps the meeting from going on: its agreement, or the line.
func hold(r *web.Request, v meetings.View, a cooperation.Agreement) string {
	switch {
	case v.State == meetings.Cancelled:
		return r.Say("meetings.hold.cancelled", "Reason", v.Reason)
	case !a.InForce(r.Now):
		return r.Say("meetings.hold.agreement")
	case v.Version == 0 && v.Why != "":
		return r.Say("meetings.hold.refused", "Country", country(r.Lang, v.Home)) + " " + r.Say(v.Why, "Label", "")
	case v.Version == 0:
		return r.Say("meetings.hold.asked", "Country", country(r.Lang, v.Home))
	}
	return ""
}

func facts(r *web.Request, v meetings.View, a cooperation.Agreement, names map[string]string) []web.Row {
	var rows []web.Row
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, web.Row{Key: r.Say(key), Value: value})
		}
	}
	add("meetings.purpose", v.Purpose(r.Lang))
	add("meetings.hosts", v.Hosts)
	add("meetings.topics", topics(r.Lang, v.Topics))
	add("meetings.agreement", named(r.Lang, a))
	add("meetings.parties", countries(r.Lang, v.Parties))
	if v.Participants > 0 {
		add("meetings.participants", i18n.Number(r.Lang, v.Participants))
	} else if v.State != meetings.Announced && v.State != meetings.Cancelled {
		add("meetings.participants", r.Say("meetings.unknown"))
	}
	add("meetings.frames", frames(r.Lang, v.Frames))
	if v.Source != "" {
		source := web.Row{Key: r.Say("meetings.source"), Value: v.Source}
		if linked(v.Source) {
			source.Actions = []web.Link{{Text: r.Say("meetings.source.open"), Href: v.Source}}
		}
		rows = append(rows, source)
	}
	by := country(r.Lang, v.From)
	if name := names[v.From+"/"+v.Agency]; name != "" {
		by = name + ", " + by
	}
	add("meetings.by", by)
	return rows
}

// fill puts what belongs to the meeting into words.
func (s *sheet) fill(r *web.Request, names map[string]string) {
	for _, i := range s.View.Agenda {
		row := item{Item: i, Title: i.Title(r.Lang), Leads: i.LeadsNamed, Mine: mine(r, s.View, i.From)}
		if !i.At.IsZero() {
			if row.Hour = s.Local(i.At).Format("15:04"); s.Ends.Sub(s.Starts).Hours() > 24 {
				row.Hour = i18n.Date(r.Lang, s.Local(i.At)) + ", " + row.Hour
			}
		}
		s.Agenda = append(s.Agenda, row)
	}
	people, unsaid := int64(0), 0
	for _, d := range s.View.Delegations {
		g := guest{Delegation: d, Name: d.Name(r.Lang), Country: country(r.Lang, d.Node), Role: r.Say("meetings.role." + d.Role), Came: came(r.Lang, d), Mine: speaks(r, s.View, d)}
		s.Delegations = append(s.Delegations, g)
		people += d.Attended
		if d.Came == "" || d.Came == "yes" && d.Attended == 0 {
			unsaid++
		}
	}
	if people > 0 {
		if s.People = r.Say("meetings.people", "Count", int(people)); unsaid > 0 {
			s.People += " " + r.Say("meetings.people.unsaid", "Count", unsaid)
		}
	}
	for _, x := range s.View.Materials {
		m := material{Material: x, Title: x.Title(r.Lang), Kind: r.Say("meetings.material." + x.Kind), Mine: mine(r, s.View, x.From)}
		if linked(x.Kept) {
			m.Href = x.Kept
		}
		s.Materials = append(s.Materials, m)
	}
	for _, a := range s.Approvals {
		s.Signed = append(s.Signed, signed{a, country(r.Lang, a.Node), names[a.Node+"/"+a.Agency]})
	}
	if s.Written() && s.State == meetings.Held {
		s.Unsigned = countries(r.Lang, s.Unapproved())
	}
	s.ApproveHref = s.Href + "/approve?read=" + url.QueryEscape(s.Hash)
	for _, a := range s.Waiting {
		s.Asked = append(s.Asked, askedOf(r, s.Meeting, a))
	}
}

// linked reports whether something is an address that a browser may open.
func linked(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// came tells whether a delegation came, and how many they were, as far as anybody
// said.
func came(lang string, d meetings.Delegation) string {
	switch {
	case d.Came == "no":
		return i18n.Say(lang, "meetings.came.no")
	case d.Came == "yes" && d.Attended > 0:
		return i18n.Say(lang, "meetings.came.people", "Count", int(d.Attended))
	case d.Came == "yes":
		return i18n.Say(lang, "meetings.came.yes")
	case d.Expected > 0:
		return i18n.Say(lang, "meetings.expected.people", "Count", int(d.Expected))
	}
	return i18n.Say(lang, "meetings.came.unsaid")
}

// mine reports whether something is the reader's country's to take back.
func mine(r *web.Request, v meetings.View, from string) bool {
	return from == r.Who.Node || r.Who.Node == v.Home
}

// speaks reports whether the reader's country speaks for a delegation.
func speaks(r *web.Request, v meetings.View, d meetings.Delegation) bool {
	return d.Node == r.Who.Node || d.Node == "" && mine(r, v, d.From) || v.Recorded && r.Who.Node == v.Home
}

// forms are where what home refused can be said again.
var forms = map[access.Verb]string{"meetings.change": "change", "meetings.add-item": "item", "meetings.name-delegation": "delegation",
	"meetings.add-material": "material", "meetings.write-minutes": "minutes", "meetings.decide": "decide", "meetings.set-next": "next", "meetings.hold": "hold", "meetings.cancel": "cancel"}

// askedOf puts what was asked of home into words, with what was typed.
func askedOf(r *web.Request, m meetings.Meeting, a cooperation.Asked) asked {
	w := asked{Asked: a, Title: r.Say("verb." + string(a.Verb)), Refused: a.Why != ""}
	if w.Words = r.Say("meetings.asked.since", "Country", country(r.Lang, m.Home), "When", i18n.DateTime(r.Lang, a.At, r.Zone())); w.Refused {
		w.Words = r.Say(a.Why, "Label", "")
		if page := forms[a.Verb]; page != "" {
			w.Href = Page(m.ID) + "/" + page
		}
	}
	return w
}

// became is how far a decision has come, for people.
func became(lang string, o meetings.Outcome) (string, web.Tone) {
	switch {
	case o.Decision.Commitment == "":
		return i18n.Say(lang, "meetings.became.none"), web.Neutral
	case o.Commitment == nil:
		return i18n.Say(lang, "meetings.became.coming"), web.Warning
	}
	tone := web.Active
	switch o.Commitment.State {
	case roadmap.Done:
		tone = web.Success
	case roadmap.Declined, roadmap.Withdrawn, roadmap.Replaced:
		tone = web.Neutral
	}
	return i18n.Say(lang, "roadmap.state."+string(o.Commitment.State)), tone
}

// decisions tells what was decided, and what has become of each.
func (d *desk) decisions(r *web.Request, v meetings.View, names map[string]string) ([]decided, error) {
	pack, err := act.Ask(r.Context(), d.engine, r.Who, meetings.Packed{On: meetings.On{ID: v.ID}})
	if err != nil {
		return nil, err
	}
	all := make([]decided, len(pack.Here))
	for i, o := range pack.Here {
		all[i] = decided{Decision: o.Decision, Text: o.Text(r.Lang), Owners: owners(r.Lang, o.Owners, names), Mine: mine(r, v, o.Decision.From) && o.Decision.Commitment == ""}
		if o.Line != "" {
			all[i].Line = topic(r.Lang, o.Line)
		}
		all[i].Became, all[i].Tone = became(r.Lang, o)
		if o.Commitment != nil {
			all[i].Href = "/roadmap/commitments/" + url.PathEscape(o.Commitment.ID)
			if o.Commitment.Overdue(r.Now) {
				all[i].Became, all[i].Tone = all[i].Became+" · "+r.Say("meetings.late"), web.Danger
			}
		}
	}
	return all, nil
}

// owners names who answers in each country.
func owners(lang string, of []string, names map[string]string) string {
	words := make([]string, len(of))
	for i, o := range of {
		node, _, _ := strings.Cut(o, "/")
		if words[i] = country(lang, node); names[o] != "" {
			words[i] = names[o] + " (" + words[i] + ")"
		}
	}
	return i18n.List(lang, words...)
}

// pagesOf are the pages of a meeting on which something is done, by what is done.
var pagesOf = map[string]access.Verb{"change": "meetings.change", "item": "meetings.add-item", "delegation": "meetings.name-delegation", "attendance": "meetings.record-attendance",
	"material": "meetings.add-material", "minutes": "meetings.write-minutes", "approve": "meetings.approve-minutes", "decide": "meetings.decide", "next": "meetings.set-next",
	"hold": "meetings.hold", "cancel": "meetings.cancel"}

// steps are what the reader can do to a meeting now.
func steps(r *web.Request, v meetings.View) map[string]bool {
	can := map[string]bool{}
	for page, verb := range pagesOf {
		_, err := meetings.Flow.Next(v.State, verb)
		can[page] = err == nil && may(r, verb, v.Meeting)
	}
	begun := !r.Now.Before(v.Starts)
	for _, page := range []string{"attendance", "decide", "hold"} {
		can[page] = can[page] && begun
	}
	can["minutes"] = can["minutes"] && v.Writes(r.Who)
	can["approve"] = can["approve"] && v.Written() && !v.Approved(r.Who.Node) && !slices.ContainsFunc(v.Waiting, func(a cooperation.Asked) bool { return a.Verb == "meetings.approve-minutes" && a.Why == "" })
	can["again"] = v.Owed() && access.Could(r.Who, "meetings.announce")
	can["write"] = may(r, "meetings.add-material", v.Meeting) && v.State != meetings.Cancelled
	can["attendance"] = can["attendance"] && slices.ContainsFunc(v.Meeting.Delegations, func(d meetings.Delegation) bool { return speaks(r, v, d) })
	return can
}

func life(r *web.Request, v meetings.View) web.Drawing {
	d := web.Drawing{Title: r.Say("meetings.life"), Current: string(v.State)}
	for _, p := range meetings.Flow.Places {
		d.States = append(d.States, web.DrawnState{ID: string(p.State), Label: r.Say("meetings.state." + string(p.State))})
	}
	for _, m := range meetings.Flow.Moves {
		if m.From != m.To && m.Verb != "meetings.record" {
			d.Moves = append(d.Moves, web.DrawnMove{From: string(m.From), To: string(m.To), Label: r.Say("verb." + string(m.Verb))})
		}
	}
	return d
}
