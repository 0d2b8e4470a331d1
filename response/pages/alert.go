package pages

import (
	"slices"
	"strings"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/i18n"
	"istmo/response"
	"istmo/web"
)

// sheet is an alert's own page.
type sheet struct {
	response.View
	Card       card
	r          *web.Request
	Next       string // what is next, in a sentence
	Facts      []web.Row
	Team       []web.Row
	Done       []web.Row
	Missing    string
	Others     []card
	Borders    []border
	Events     []web.Event
	Colleagues []web.Option
	Teams      []web.Option
	Countries  []web.Option
	Kinds      []web.Option
	Life       web.Drawing
	File       string
}

// border is what went to another country, with what to do while nobody answers.
type border struct {
	response.Crossing
	Words, Phone, Country string
	Tag                   web.Tag
	Late                  bool
}

// Can reports whether the reader may do a verb of response now.
func (s sheet) Can(verb string) bool { return slices.Contains(s.Verbs, access.Verb("response."+verb)) }

// Back reports whether the form of a verb came back with a fault.
func (s sheet) Back(verb string) bool { return s.r.Typed().Get("_form") == "response."+verb }

// There reports whether somebody is with the person, so that measures come next.
func (s sheet) There() bool {
	return s.View.Line.State == response.WithThePerson || s.View.Line.State == response.MeasuresTaken
}

func (d *desk) open(r *web.Request) (sheet, error) {
	v, err := act.Look(r.Context(), d.engine, r.Who, response.OpenAlert{On: response.On{ID: r.PathValue("id")}})
	if err != nil {
		return sheet{}, err
	}
	names, err := d.names(r)
	if err != nil {
		return sheet{}, err
	}
	s := sheet{View: v, Card: cardOf(r, names, v.Line), r: r, Others: cards(r, names, v.Beside), Next: r.Say("response.next-step." + string(v.Line.State)), Kinds: measureKinds(r, v)}
	s.Facts, s.Team, s.Done = facts(r, v), team(r, names, v), measures(r, names, v)
	s.Missing = needs(r, v.Missing)
	s.Events = events(r, names, v)
	s.Borders = borders(r, v)
	s.Life = life(r, v)
	if v.Line.Person != "" {
		s.File = "/people/" + v.Line.Person
	}
	return s, nil
}

// alert opens one on what to press next.
func (d *desk) alert(r *web.Request) (web.View, error) {
	s, err := d.open(r)
	if err != nil {
		return web.View{}, err
	}
	if s.Can("dispatch") {
		names, err := d.names(r)
		if err != nil {
			return web.View{}, err
		}
		if s.Colleagues, err = d.colleagues(r, names, true); err != nil {
			return web.View{}, err
		}
	}
	return web.View{Template: "response/alert", Title: "response.alert.title", Args: []any{"Kind", s.Card.Title, "Place", s.Line.Place}, Data: s,
		Back: &web.Link{Text: r.Say("response.nav"), Href: Root}}, nil
}

// form is a page of its own for what is grave: standing down, handing on, and what
// leaves the country.
func (d *desk) form(r *web.Request) (web.View, error) {
	what := r.PathValue("what")
	s, err := d.open(r)
	if err != nil {
		return web.View{}, err
	}
	if !slices.Contains([]string{"stand-down", "hand-on", "across", "telephone", "mark-child"}, what) || !s.Can(what) {
		return web.View{Redirect: Page(s.Line.ID)}, nil
	}
	if what == "mark-child" {
		return web.Interrupt("response.mark-child.title", web.Interruption{Heading: r.Say("response.mark-child.title"), Body: []string{r.Say("response.mark-child.body")},
			Verb: "response.mark-child", Hidden: map[string]string{"id": s.Line.ID}, Confirm: r.Say("response.mark-child.button"), Next: Page(s.Line.ID),
			Cancel: web.Link{Text: r.Say("response.back"), Href: Page(s.Line.ID)}}), nil
	}
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Directory{})
	if err != nil {
		return web.View{}, err
	}
	s.Teams, s.Countries = teams(r, all, s.Line.Team), countries(r, all)
	return web.View{Template: "response/" + what, Title: "verb.response." + what, Data: s, Back: &web.Link{Text: r.Say("response.back"), Href: Page(s.Line.ID)}}, nil
}

func teams(r *web.Request, all []cooperation.Agency, but string) []web.Option {
	var list []web.Option
	for _, a := range all {
		if a.Node == r.Who.Node && a.ID != but {
			list = append(list, web.Option{Value: a.ID, Label: a.Name})
		}
	}
	return list
}

func countries(r *web.Request, all []cooperation.Agency) []web.Option {
	var list []web.Option
	for _, a := range all {
		if a.Node != r.Who.Node && !slices.ContainsFunc(list, func(o web.Option) bool { return o.Value == a.Node }) {
			list = append(list, web.Option{Value: a.Node, Label: country(r, a.Node)})
		}
	}
	return list
}

func facts(r *web.Request, v response.View) []web.Row {
	l := v.Line
	rows := []web.Row{{Key: r.Say("response.place"), Value: where(l)}, {Key: r.Say("response.whom"), Value: who(r, l)}}
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, web.Row{Key: r.Say(key), Value: value})
		}
	}
	if l.Child {
		add("response.age", r.Say("response.child"))
	}
	add("response.needs", needs(r, l.Alert.Needs))
	if l.Contact != "" {
		add("response.contact", l.Contact)
	}
	add("response.raised-at", i18n.DateTime(r.Lang, l.RaisedAt, r.Zone())+" · "+i18n.Since(r.Lang, l.RaisedAt, r.Now))
	add("response.team", l.TeamName)
	return rows
}

func needs(r *web.Request, codes []string) string {
	words := make([]string, len(codes))
	for i, n := range codes {
		if words[i] = r.Say("cases.needs." + n); i > 0 {
			words[i] = strings.ToLower(words[i])
		}
	}
	return i18n.List(r.Lang, words...)
}

// team is who was told and who can be, which only the team itself reads by name.
func team(r *web.Request, names map[string]string, v response.View) []web.Row {
	var rows []web.Row
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, web.Row{Key: r.Say(key), Value: value})
		}
	}
	add("response.on", namedAll(r, names, v.Team.First))
	add("response.second", namedAll(r, names, v.Team.Second))
	var told []string
	for i, t := range v.Told { // each once, when they were told last
		if !slices.ContainsFunc(v.Told[i+1:], func(later response.Told) bool { return later.User == t.User }) {
			told = append(told, r.Say("response.told", "Name", named(r, names, t.User), "Time", t.At.In(r.Zone()).Format("15:04")))
		}
	}
	add("response.told-all", i18n.List(r.Lang, told...))
	return rows
}

// measures are what was done, or why it could not be.
func measures(r *web.Request, names map[string]string, v response.View) []web.Row {
	var rows []web.Row
	for _, m := range v.Measures {
		value := r.Say("response.done")
		if m.Lodging != "" {
			value = r.Say("response.lodging." + m.Lodging)
		}
		if m.Why != "" {
			value = r.Say("response.not-possible", "Why", strings.ToLower(r.Say("response.whynot."+m.Why)))
		}
		value += " · " + i18n.DateTime(r.Lang, m.At, r.Zone()) + " · " + named(r, names, m.By)
		rows = append(rows, web.Row{Key: r.Say("cases.needs." + m.Kind), Value: value})
	}
	return rows
}

// measureKinds are the kinds of measures, those first that are still missing.
func measureKinds(r *web.Request, v response.View) []web.Option {
	codes := slices.Clone(v.Missing)
	for _, k := range response.MeasureKinds {
		if !slices.Contains(codes, k) {
			codes = append(codes, k)
		}
	}
	return web.Choices(r.Lang, "cases.needs.", codes...)
}

func borders(r *web.Request, v response.View) []border {
	var all []border
	for _, x := range v.Crossings {
		b := border{Crossing: x, Words: acrossWords(r, x), Country: country(r, x.Node), Tag: web.Tag{Text: r.Say("response.across.tag.waits"), Tone: web.Warning}}
		switch {
		case x.Refused != "":
			b.Tag = web.Tag{Text: r.Say("response.across.tag.refused"), Tone: web.Danger}
		case x.State != "":
			b.Tag = stateTag(r, x.State)
		}
		b.Late = (!x.LateAt.IsZero() || x.Refused != "") && x.CalledAt.IsZero() && (x.State == "" || response.Flow.Place(x.State).Alert)
		if x.Phone != "" {
			b.Phone = r.Say("response.phone", "Name", x.PhoneOf, "Phone", x.Phone)
		}
		all = append(all, b)
	}
	return all
}

// events is the timeline, newest first.
func events(r *web.Request, names map[string]string, v response.View) []web.Event {
	var all []web.Event
	again := 0
	for i, e := range v.Events {
		if i+1 < len(v.Events) && e.Verb == "response.escalate" && v.Events[i+1].Verb == e.Verb && e.State == v.Events[i+1].State {
			again++
			continue // one line for a clock that ran out again and again
		}
		out := web.Event{At: e.At, Title: r.Say("response.event." + strings.TrimPrefix(string(e.Verb), "response.")), By: actor(r, names, e.Actor), Body: e.Word, Tag: stateTag(r, e.State)}
		if said := eventCode(r, names, e); said != "" {
			out.Title += ": " + said
		}
		if again > 0 {
			out.Title, again = r.Say("response.event.escalate.times", "Count", again+1), 0
		}
		all = append(all, out)
	}
	slices.Reverse(all)
	return all
}

func actor(r *web.Request, names map[string]string, who string) string {
	if strings.HasPrefix(who, "usr_") {
		return named(r, names, who)
	}
	if who == r.Who.Node {
		return r.Say("response.by-itself")
	}
	return country(r, who)
}

func eventCode(r *web.Request, names map[string]string, e response.Event) string {
	switch e.Verb {
	case "response.dispatch", "response.pass":
		return named(r, names, e.Code)
	case "response.record-measure":
		return strings.ToLower(r.Say("cases.needs." + e.Code))
	case "response.stand-down":
		return strings.ToLower(r.Say("response.reason." + e.Code))
	case "response.close":
		return strings.ToLower(r.Say("response.outcome." + e.Code))
	case "response.telephone":
		return strings.ToLower(r.Say("response.call." + e.Code))
	case "response.across", "response.across-unanswered":
		return i18n.Country(r.Lang, e.Code)
	case "response.show-across":
		return strings.ToLower(r.Say("response.state." + e.Code))
	}
	return ""
}

// life is the diagram of where an alert can go.
func life(r *web.Request, v response.View) web.Drawing {
	d := web.Drawing{Title: r.Say("response.life"), Current: string(v.Line.State)}
	for _, p := range response.Flow.Places {
		d.States = append(d.States, web.DrawnState{ID: string(p.State), Label: r.Say("response.state." + string(p.State))})
	}
	for _, m := range response.Flow.Moves {
		if m.From != m.To && m.Verb != "response.forget" {
			d.Moves = append(d.Moves, web.DrawnMove{From: string(m.From), To: string(m.To), Label: r.Say("verb." + string(m.Verb))})
		}
	}
	for _, e := range v.Events {
		if e.State != v.Line.State && !slices.Contains(d.Passed, string(e.State)) {
			d.Passed = append(d.Passed, string(e.State))
		}
	}
	return d
}

// raise is the form by which somebody calls a team.
func (d *desk) raise(r *web.Request) (web.View, error) {
	data := map[string]any{"Person": r.Query("person"), "Place": r.Query("place"), "Kinds": response.RaisedKinds(), "Needs": cases.Needs}
	return web.View{Template: "response/raise", Title: "verb.response.raise", Data: data, Back: &web.Link{Text: r.Say("response.nav"), Href: Root}}, nil
}

// Lodgings are where somebody can be lodged; a cell is not among them.
func (sheet) Lodgings() []string { return response.Lodgings }

// Whynots, Outcomes, StandDowns, HandOns, Whys and Needs are the codes of the
// forms.
func (sheet) Whynots() []string    { return response.Whynots }
func (sheet) Outcomes() []string   { return response.Ends }
func (sheet) StandDowns() []string { return response.StandDowns }
func (sheet) HandOns() []string    { return response.HandOns }
func (sheet) Whys() []string       { return response.Whys }
func (sheet) Needs() []string      { return cases.Needs }
