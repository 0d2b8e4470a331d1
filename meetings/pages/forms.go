package pages

import (
	"maps"
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/i18n"
	"istmo/meetings"
	"istmo/roadmap"
	"istmo/web"
)

// written is a form with what stands in it on a first visit: what the meeting says
// now or, where home refused what was written, that again.
type written struct {
	meetings.View
	Href, Title string
	Values      map[string]any
	Refused     string // why home refused it
	Choices     map[string][]web.Option
	Guests      []guest
	Propose     bool // the reader may make it an action of the joint plan
	Now         [2]string
	Stale       bool // the form came back, and what it is about may have changed
}

// V is what stands in a field.
func (w written) V(name string) any { return w.Values[name] }

// retold takes what was written before and refused into the form.
func (w *written) retold(r *web.Request, asks []cooperation.Asked, verb access.Verb) error {
	for _, a := range asks {
		if a.Verb != verb || a.Why == "" {
			continue
		}
		typed := map[string]any{}
		if err := a.Read(&typed); err != nil {
			return err
		}
		for name, v := range typed {
			if text, is := v.(string); is {
				if day, err := time.Parse(time.RFC3339, text); err == nil {
					v = day
				}
			}
			if number, is := v.(float64); is {
				v = int64(number)
			}
			typed[name] = v
		}
		delete(typed, "read") // it was written on what has changed since
		maps.Copy(w.Values, typed)
		w.Refused = r.Say(a.Why, "Label", "")
	}
	return nil
}

// americas are the countries in which a meeting is most likely to be, and the two
// where the organisations have their seats.
var americas = []string{"PA", "CO", "CR", "AR", "BO", "BR", "CL", "CU", "DO", "EC", "GT", "HN", "MX", "NI", "PE", "PY", "SV", "US", "UY", "VE", "AT", "CH", "ES"}

// choices are what the forms about what, where and when offer.
func (d *desk) choices(r *web.Request, agreement string) (map[string][]web.Option, error) {
	agreements, err := d.agreements(r)
	if err != nil {
		return nil, err
	}
	all, err := act.Ask(r.Context(), d.engine, r.Who, meetings.List{})
	if err != nil {
		return nil, err
	}
	c := map[string][]web.Option{"kind": web.Choices(r.Lang, "meetings.kind.", meetings.Kinds...), "topics": web.Choices(r.Lang, "meetings.topic.", meetings.Topics...)}
	for _, a := range agreements {
		if a.InForce(r.Now) && slices.Contains(a.Parties, r.Who.Node) {
			c["agreement"] = append(c["agreement"], web.Option{Value: a.ID, Label: named(r.Lang, a), Hint: countries(r.Lang, a.Parties)})
		}
	}
	for _, code := range americas {
		c["country"] = append(c["country"], web.Option{Value: code, Label: i18n.Country(r.Lang, code)})
	}
	i18n.SortBy(r.Lang, c["country"][3:], func(o web.Option) string { return o.Label })
	c["follows"] = []web.Option{{Value: "", Label: r.Say("meetings.follows.none")}}
	for _, l := range all {
		if l.State != meetings.Cancelled && l.Version > 0 && (agreement == "" || l.Agreement == agreement) {
			c["follows"] = append(c["follows"], web.Option{Value: l.ID, Label: l.Title(r.Lang) + ", " + when(r.Lang, l.Meeting)})
		}
	}
	for _, frame := range []struct {
		code string
		most int
	}{{"sdg", roadmap.Goals}, {"gcm", roadmap.Objectives}} {
		for n := range frame.most {
			code := frame.code + ":" + i18n.Number("en", int64(n+1))
			c["frames"] = append(c["frames"], web.Option{Value: code, Label: frames(r.Lang, []string{code})})
		}
	}
	return c, nil
}

// announce is the form of a new meeting, or of one that home refused.
func (d *desk) announce(r *web.Request) (web.View, error) {
	if !access.Could(r.Who, "meetings.announce") {
		return web.View{}, fault.Denied()
	}
	c, err := d.choices(r, "")
	if err != nil {
		return web.View{}, err
	}
	w := written{Values: map[string]any{"country": cooperation.Country(r.Who.Node), "follows": r.Query("follows"), "kind": "bilateral"}, Choices: c}
	if len(c["agreement"]) == 1 {
		w.Values["agreement"] = c["agreement"][0].Value
	}
	if id := r.Query("follows"); id != "" {
		if before, err := act.Ask(r.Context(), d.engine, r.Who, meetings.Show{On: meetings.On{ID: id}}); err == nil {
			w.Values["agreement"], w.Values["topics"], w.Values["frames"] = before.Agreement, before.Topics, before.Frames
		}
	}
	if id := r.Query("again"); id != "" {
		before, err := act.Ask(r.Context(), d.engine, r.Who, meetings.Show{On: meetings.On{ID: id}})
		if err != nil {
			return web.View{}, err
		}
		w.View = before
		if err := w.retold(r, before.Waiting, "meetings.announce"); err != nil {
			return web.View{}, err
		}
	}
	return web.View{Template: "meetings/announce", Title: "meetings.announce", Data: w, Back: toList(r)}, nil
}

// record is the form of a meeting that was before there were nodes.
func (d *desk) record(r *web.Request) (web.View, error) {
	if !access.Could(r.Who, "meetings.record") {
		return web.View{}, fault.Denied()
	}
	c, err := d.choices(r, "")
	if err != nil {
		return web.View{}, err
	}
	w := written{Values: map[string]any{"country": cooperation.Country(r.Who.Node), "kind": "bilateral"}, Choices: c}
	return web.View{Template: "meetings/record", Title: "meetings.record", Data: w, Back: toList(r)}, nil
}

// form is the page of one step of a meeting.
func (d *desk) form(r *web.Request) (web.View, error) {
	v, err := d.find(r)
	if err != nil {
		return web.View{}, err
	}
	what := r.PathValue("what")
	verb, known := pagesOf[what]
	if !known || !may(r, verb, v.Meeting) {
		return web.View{}, fault.NotFound()
	}
	if !steps(r, v)[what] && r.Typed() == nil {
		return web.View{Redirect: Page(v.ID)}, nil
	}
	switch what {
	case "approve":
		return approve(r, v), nil
	case "cancel":
		return d.cancel(r, v)
	}
	w := written{View: v, Href: Page(v.ID), Title: v.Title(r.Lang), Values: map[string]any{}, Choices: map[string][]web.Option{}, Stale: r.Typed() != nil}
	if err := d.fill(r, &w, what); err != nil {
		return web.View{}, err
	}
	if err := w.retold(r, v.Waiting, verb); err != nil {
		return web.View{}, err
	}
	return web.View{Template: "meetings/" + what, Title: "meetings." + what + ".title", Data: w, Back: toMeeting(r, v.Meeting)}, nil
}

// fill puts into a form what it offers and what stands in it.
func (d *desk) fill(r *web.Request, w *written, what string) (err error) {
	m := w.View.Meeting
	switch what {
	case "change":
		if w.Choices, err = d.choices(r, m.Agreement); err != nil {
			return err
		}
		w.Choices["follows"] = slices.DeleteFunc(w.Choices["follows"], func(o web.Option) bool { return o.Value == m.ID })
		w.frame(m)
	case "item":
		w.Choices["leads"], err = d.agencies(r, m.Parties)
		w.Choices["leads"] = append([]web.Option{{Value: "", Label: r.Say("meetings.leads.nobody")}}, w.Choices["leads"]...)
	case "delegation":
		err = d.invite(r, w)
	case "attendance":
		for _, g := range m.Delegations {
			if speaks(r, w.View, g) {
				w.Guests = append(w.Guests, guest{Delegation: g, Name: g.Name(r.Lang), Country: country(r.Lang, g.Node), Role: r.Say("meetings.role." + g.Role), Came: came(r.Lang, g)})
			}
		}
		w.Choices["came"] = web.Choices(r.Lang, "meetings.came.", "yes", "no")
	case "material":
		w.Choices["kind"] = web.Choices(r.Lang, "meetings.material.", meetings.MaterialKinds...)
	case "minutes":
		w.Values["minutes_es"], w.Values["minutes_en"], w.Now = m.MinutesES, m.MinutesEN, [2]string{m.MinutesES, m.MinutesEN}
	case "decide":
		err = d.deciding(r, w)
	case "next":
		w.Values["next_by"] = m.NextBy
	}
	return err
}

// frame puts what, where and when into a form.
func (w *written) frame(m meetings.Meeting) {
	var first, last any
	if !m.Undated() {
		first, last = m.Days()
	}
	w.Values = map[string]any{"kind": m.Kind, "title_es": m.TitleES, "title_en": m.TitleEN, "purpose_es": m.PurposeES, "purpose_en": m.PurposeEN, "place": m.Place,
		"country": m.Country, "day": first, "last_day": last, "hosts": m.Hosts, "topics": m.Topics, "follows": m.Follows, "frames": m.Frames, "source": m.Source}
	if !m.Whole {
		w.Values["hour"], w.Values["until"] = m.Local(m.Starts).Format("15:04"), m.Local(m.Ends).Format("15:04")
	}
}

// agencies are the institutions of some countries, as "PA/agy_…".
func (d *desk) agencies(r *web.Request, nodes []string) ([]web.Option, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Directory{})
	var options []web.Option
	for _, a := range all {
		if slices.Contains(nodes, a.Node) {
			options = append(options, web.Option{Value: a.Node + "/" + a.ID, Label: country(r.Lang, a.Node) + ": " + a.Name})
		}
	}
	return options, err
}

// invite fills the form by which a country names who comes.
func (d *desk) invite(r *web.Request, w *written) (err error) {
	nodes := []string{r.Who.Node}
	if w.Recorded && r.Who.Node == w.View.Home {
		nodes = w.View.Parties
	}
	if w.Choices["agency"], err = d.agencies(r, nodes); err != nil {
		return err
	}
	w.Choices["agency"] = append([]web.Option{{Value: "", Label: r.Say("meetings.agency.other")}}, w.Choices["agency"]...)
	for _, n := range nodes {
		w.Choices["node"] = append(w.Choices["node"], web.Option{Value: n, Label: country(r.Lang, n)})
	}
	w.Choices["node"] = append(w.Choices["node"], web.Option{Value: "", Label: country(r.Lang, "")})
	w.Choices["role"] = web.Choices(r.Lang, "meetings.role.", meetings.Roles...)
	w.Values = map[string]any{"node": r.Who.Node, "role": meetings.Delegate}
	for _, g := range w.Meeting.Delegations {
		if g.ID == r.Query("delegation") {
			agency := ""
			if g.Agency != "" {
				agency = g.Node + "/" + g.Agency
			}
			w.Values = map[string]any{"delegation": g.ID, "node": g.Node, "agency": agency, "name_es": g.NameES, "name_en": g.NameEN, "role": g.Role, "post": g.Post, "expected": known(g.Expected)}
		}
	}
	return nil
}

// known is a number, or nothing where nobody knows it.
func known(n int64) any {
	if n == 0 {
		return ""
	}
	return n
}

// deciding fills the form of a decision.
func (d *desk) deciding(r *web.Request, w *written) (err error) {
	a, err := d.agreement(r, w.Agreement)
	if err != nil {
		return err
	}
	for _, line := range roadmap.LinesOf(a) {
		w.Choices["line"] = append(w.Choices["line"], web.Option{Value: line, Label: topic(r.Lang, line)})
	}
	w.Choices["owners"], err = d.agencies(r, w.View.Parties)
	w.Propose = access.Could(r.Who, "roadmap.propose")
	for _, x := range w.Meeting.Decisions {
		if x.ID == r.Query("decision") && x.Commitment == "" {
			w.Values = map[string]any{"decision": x.ID, "text_es": x.TextES, "text_en": x.TextEN, "line": x.Line}
		}
	}
	return err
}

// approve asks once before a country approves the minutes that its reader has read.
func approve(r *web.Request, v meetings.View) web.View {
	i := web.Interruption{Heading: r.Say("meetings.approve.title", "Title", v.Title(r.Lang)), Verb: "meetings.approve-minutes",
		Body:    []string{r.Say("meetings.approve.words"), r.Say("meetings.approve.signed", "Country", country(r.Lang, r.Who.Node))},
		Hidden:  map[string]string{"id": v.ID, "hash": r.Query("read")},
		Confirm: r.Say("meetings.approve.button"), Next: Page(v.ID), Cancel: web.Link{Text: r.Say("meetings.approve.cancel"), Href: Page(v.ID) + "#minutes"}}
	if r.Query("read") != v.Hash && r.Typed() == nil {
		i.Body = append(i.Body, r.Say("meetings.minutes-changed"))
	}
	if waiting := slices.DeleteFunc(v.Unapproved(), func(n string) bool { return n == r.Who.Node }); len(waiting) > 0 {
		i.Body = append(i.Body, r.Say("meetings.approve.others", "Countries", countries(r.Lang, waiting)))
	} else {
		i.Body = append(i.Body, r.Say("meetings.approve.last"))
	}
	view := web.Interrupt("meetings.approve.title", i)
	view.Args = []any{"Title", v.Title(r.Lang)}
	return view
}

// cancel asks for the reason once before a meeting is called off.
func (d *desk) cancel(r *web.Request, v meetings.View) (web.View, error) {
	w := written{View: v, Href: Page(v.ID), Title: v.Title(r.Lang), Values: map[string]any{}}
	err := w.retold(r, v.Waiting, "meetings.cancel")
	return web.View{Template: "meetings/cancel", Title: "meetings.cancel.title", Args: []any{"Title", strings.TrimSpace(w.Title)}, Data: w, Back: toMeeting(r, v.Meeting)}, err
}
