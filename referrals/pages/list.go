package pages

import (
	"net/url"

	"istmo/act"
	"istmo/flow"
	"istmo/referrals"
	"istmo/web"
)

// perPage is how many referrals one page of the list shows.
const perPage = 25

// row is one referral in the list.
type row struct {
	Href, Name, What, Turn string
	Mine                   bool
	State                  web.Tag
	Marks                  []web.Tag
	Steps                  []step
	Clock                  web.Clock
}

// step is one rung of the ladder, climbed or not, in a word.
type step struct {
	Word    string
	Climbed bool
	Refused bool
}

// list shows the agency's referrals, sent and received.
func (d *desk) list(r *web.Request) (web.View, error) {
	filter := referrals.List{Side: r.Query("side"), State: r.Query("state"), Person: r.Query("person"), Before: r.Query("before"), Limit: perPage + 1}
	lines, err := act.Ask(r.Context(), d.engine, r.Who, filter)
	if err != nil {
		return web.View{}, err
	}
	count, err := act.Ask(r.Context(), d.engine, r.Who, referrals.Count{Side: filter.Side, State: filter.State, Person: filter.Person})
	if err != nil {
		return web.View{}, err
	}
	pages := web.Pagination{}
	if filter.Before != "" {
		pages.Prev = turn(r, "")
	}
	if len(lines) > perPage {
		lines = lines[:perPage]
		pages.Next = turn(r, lines[perPage-1].ID)
	}
	rows := make([]row, len(lines))
	for i, l := range lines {
		rows[i] = rowOf(r, l)
	}
	data := map[string]any{"Rows": rows, "Filters": d.filters(r, int(count.Count)), "Pages": pages, "Empty": empty(r)}
	return web.View{Template: "referrals/list", Title: "referrals.list.title", Data: data}, nil
}

// turn is the address of another page of the same list.
func turn(r *web.Request, before string) string {
	query := r.URL.Query()
	query.Del("before")
	if before != "" {
		query.Set("before", before)
	}
	return (&url.URL{Path: root, RawQuery: query.Encode()}).String()
}

func (d *desk) filters(r *web.Request, count int) web.Filters {
	var states []string
	for _, p := range referrals.Flow.Places {
		states = append(states, string(p.State))
	}
	return web.Filters{Count: count, Fields: []web.Filter{
		{Name: "side", Label: r.Say("referrals.side"), Kind: "select", Choices: web.Choices(r.Lang, "referrals.side.", referrals.Sender, referrals.Receiver)},
		{Name: "state", Label: r.Say("referrals.state"), Kind: "select", Choices: web.Choices(r.Lang, "referrals.state.", states...)},
	}}
}

func empty(r *web.Request) web.Empty {
	if r.Query("side") != "" || r.Query("state") != "" || r.Query("person") != "" {
		return web.Empty{Title: r.Say("referrals.empty.filtered"), Body: r.Say("referrals.empty.filtered.body"),
			Action: web.Link{Text: r.Say("referrals.empty.filtered.action"), Href: root}}
	}
	return web.Empty{Title: r.Say("referrals.empty"), Body: r.Say("referrals.empty.body"),
		Action: web.Link{Text: r.Say("referrals.empty.action"), Href: "/people"}}
}

func rowOf(r *web.Request, l referrals.Line) row {
	other := place(r, l.Other)
	out := row{Href: pageOf(l.ID), State: stateTag(r, l.State), Clock: clockOf(r, l.Referral), Mine: l.Waits, Marks: marks(r, l.Referral),
		Name: r.Say("referrals.line."+l.Side, "Ref", refOr(r, l.Ref), "Other", other),
		What: purpose(r, l.Purpose)}
	out.Turn = whose(r, l.Referral, l.Side, other)
	if l.State != referrals.Draft && l.State != referrals.ConsentConfirmed && l.State != referrals.Discarded {
		out.Steps = climbed(r, l.Steps)
	}
	return out
}

func refOr(r *web.Request, ref string) string {
	if ref == "" {
		return r.Say("referrals.no-file")
	}
	return ref
}

// whose says whom a referral waits for.
func whose(r *web.Request, ref referrals.Referral, side, other string) string {
	switch turn := ref.Turn(); {
	case ref.Asked != "":
		return r.Say("referrals.turn.asked", "Country", country(r, ref.Home))
	case turn == "":
		return r.Say("referrals.turn.nobody")
	case turn == side:
		return r.Say("referrals.turn.mine")
	}
	return r.Say("referrals.turn.theirs", "Other", other)
}

// marks are what stands out about a referral beside its state.
func marks(r *web.Request, ref referrals.Referral) []web.Tag {
	var all []web.Tag
	if ref.Urgent {
		all = append(all, web.Tag{Text: r.Say("referrals.urgent"), Tone: web.Warning})
	}
	if ref.Child {
		all = append(all, web.Tag{Text: r.Say("referrals.child"), Tone: web.Warning})
	}
	if ref.Recall == "asked" {
		all = append(all, web.Tag{Text: r.Say("referrals.recall.asked"), Tone: web.Danger})
	}
	if ref.Refused != "" {
		all = append(all, web.Tag{Text: r.Say("referrals.refused"), Tone: web.Danger})
	}
	return all
}

var ladder = []act.Rung{act.Delivered, act.Opened, act.Decided, act.Served}

func climbed(r *web.Request, steps []referrals.Step) []step {
	var all []step
	for i, rung := range ladder {
		_, ok := reached(steps, ladder[i:])
		all = append(all, step{Word: r.Say("referrals.rung." + string(rung)), Climbed: ok})
	}
	if _, ok := reached(steps, []act.Rung{act.Refused}); ok {
		all = append(all, step{Word: r.Say("referrals.rung.refused"), Refused: true})
	}
	return all
}

// drawing is the life of a referral, with where this one stands.
func drawing(r *web.Request, v referrals.View) web.Drawing {
	d := web.Drawing{Title: r.Say("referrals.life"), Current: string(v.Referral.State)}
	for _, p := range referrals.Flow.Places {
		d.States = append(d.States, web.DrawnState{ID: string(p.State), Label: r.Say("referrals.state." + string(p.State))})
	}
	for _, m := range referrals.Flow.Moves {
		d.Moves = append(d.Moves, web.DrawnMove{From: string(m.From), To: string(m.To), Label: r.Say("verb." + string(m.Verb))})
	}
	seen := map[flow.State]bool{v.Referral.State: true}
	for _, e := range v.Events {
		if !seen[e.To] {
			seen[e.To] = true
			d.Passed = append(d.Passed, string(e.To))
		}
	}
	return d
}
