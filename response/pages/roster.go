package pages

import (
	"time"

	"istmo/act"
	"istmo/i18n"
	"istmo/response"
	"istmo/web"
)

// turn is a shift of a roster, in words.
type turn struct {
	response.Shift
	Name, Hours string
	Now         bool
}

// date is one day of a roster: its shifts, and what is missing in it.
type date struct {
	Title string
	Turns []turn
	Holes []string
}

// plan is what the page of the roster shows.
type plan struct {
	Days       []date
	Gaps       []string
	Colleagues []web.Option
	Plans      bool
	Names      bool
	Head       string
	HeadID     string
	Today      time.Time
}

// roster shows two weeks of shifts, with their holes where they are.
func (d *desk) roster(r *web.Request) (web.View, error) {
	p, err := act.Ask(r.Context(), d.engine, r.Who, response.Roster{})
	if err != nil {
		return web.View{}, err
	}
	names, err := d.names(r)
	if err != nil {
		return web.View{}, err
	}
	v := plan{Plans: may(r, "response.plan-shift"), Names: may(r, "response.name-head"), HeadID: p.Duty.Head, Today: r.Now.In(r.Zone())}
	if p.Duty.Head != "" {
		v.Head = named(r, names, p.Duty.Head)
	}
	if v.Colleagues, err = d.colleagues(r, names, true); err != nil {
		return web.View{}, err
	}
	for _, g := range p.Gaps {
		v.Gaps = append(v.Gaps, gapWords(r, g))
	}
	v.Days = days(r, names, p)
	return web.View{Template: "response/roster", Title: "response.roster.title", Data: v, Back: &web.Link{Text: r.Say("response.nav"), Href: Root}}, nil
}

// days lays the shifts out by the day on which they begin.
func days(r *web.Request, names map[string]string, p response.Planned) []date {
	var all []date
	at := map[string]int{}
	day := func(t time.Time) *date {
		if t.Before(p.From) {
			t = p.From
		}
		title := i18n.Weekday(r.Lang, t.In(r.Zone()))
		if _, is := at[title]; !is {
			at[title] = len(all)
			all = append(all, date{Title: title})
		}
		return &all[at[title]]
	}
	for t := p.From; t.Before(p.To); t = t.AddDate(0, 0, 1) {
		day(t)
	}
	for _, s := range p.Shifts {
		on := day(s.Starts)
		on.Turns = append(on.Turns, turn{s, named(r, names, s.User), hours(r, s.Starts, s.Ends), !s.Starts.After(r.Now) && s.Ends.After(r.Now)})
	}
	for _, g := range p.Gaps {
		on := day(g.From)
		on.Holes = append(on.Holes, hours(r, g.From, g.To))
	}
	return all
}

// hours tell a stretch of time by the clocks of the node, with the day where it
// ends on a later one.
func hours(r *web.Request, from, to time.Time) string {
	a, b := from.In(r.Zone()), to.In(r.Zone())
	key := "response.hours"
	if b.YearDay() != a.YearDay() || b.Year() != a.Year() {
		key = "response.hours.later"
	}
	return r.Say(key, "From", a.Format("15:04"), "To", b.Format("15:04"), "Day", i18n.Date(r.Lang, b))
}

// handOver is the form by which who leaves writes what is open.
func (d *desk) handOver(r *web.Request) (web.View, error) {
	b, err := act.Ask(r.Context(), d.engine, r.Who, response.ShowBoard{})
	if err != nil {
		return web.View{}, err
	}
	names, err := d.names(r)
	if err != nil {
		return web.View{}, err
	}
	others, err := d.colleagues(r, names, false)
	data := map[string]any{"Open": cards(r, names, b.Open), "Colleagues": others}
	return web.View{Template: "response/hand-over", Title: "verb.response.hand-over", Data: data, Back: &web.Link{Text: r.Say("response.nav"), Href: Root}}, err
}

// handover opens one for the two whom it concerns.
func (d *desk) handover(r *web.Request) (web.View, error) {
	o, err := act.Look(r.Context(), d.engine, r.Who, response.OpenHandover{Handover: r.PathValue("id")})
	if err != nil {
		return web.View{}, err
	}
	names, err := d.names(r)
	if err != nil {
		return web.View{}, err
	}
	h := o.Handover
	data := map[string]any{"ID": h.ID, "Words": o.Words, "Alerts": cards(r, names, o.Alerts), "At": h.At, "Confirmed": h.ConfirmedAt,
		"From": named(r, names, h.FromUser), "To": named(r, names, h.ToUser), "Takes": h.ToUser == r.Who.ID && h.State == response.Written}
	return web.View{Template: "response/handover", Title: "response.handover.title", Data: data, Back: &web.Link{Text: r.Say("response.nav"), Href: Root}}, nil
}

// Ranks are those of a shift.
func (plan) Ranks() []string { return []string{response.First, response.Second} }
