package pages

import (
	"net/url"
	"slices"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/jointfiles"
	"istmo/web"
)

// perPage is how many files one page of the list shows.
const perPage = 25

// row is one file in the list.
type row struct {
	Href, Name, What, Waits string
	State                   web.Tag
	New                     int64
	Count                   int64
	Clock                   web.Clock
}

// list shows the agency's joint files.
func (d *desk) list(r *web.Request) (web.View, error) {
	filter := jointfiles.List{State: r.Query("state"), Purpose: r.Query("purpose"), With: r.Query("with"), Waits: r.Query("waits") == "true",
		Before: r.Query("before"), Limit: perPage + 1}
	lines, err := act.Ask(r.Context(), d.engine, r.Who, filter)
	if err != nil {
		return web.View{}, err
	}
	count, err := act.Ask(r.Context(), d.engine, r.Who, jointfiles.Count{List: filter})
	if err != nil {
		return web.View{}, err
	}
	filters, err := d.filters(r, int(count.Count))
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
	data := map[string]any{"Rows": rows, "Filters": filters, "Pages": pages, "Empty": empty(r), "May": access.Could(r.Who, "jointfiles.propose")}
	return web.View{Template: "jointfiles/list", Title: "jointfiles.list.title", Data: data}, nil
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

func (d *desk) filters(r *web.Request, count int) (web.Filters, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Directory{})
	if err != nil {
		return web.Filters{}, err
	}
	var nodes []string
	for _, a := range all {
		if a.Node != r.Who.Node && !slices.Contains(nodes, a.Node) {
			nodes = append(nodes, a.Node)
		}
	}
	var with []web.Option
	for _, n := range nodes {
		with = append(with, web.Option{Value: n, Label: country(r, n)})
	}
	var states []string
	for _, s := range jointfiles.Drawn() {
		states = append(states, string(s))
	}
	return web.Filters{Count: count, Fields: []web.Filter{
		{Name: "state", Label: r.Say("jointfiles.state"), Kind: "select", Choices: web.Choices(r.Lang, "jointfiles.state.", states...)},
		{Name: "purpose", Label: r.Say("jointfiles.purpose"), Kind: "select", Choices: web.Choices(r.Lang, "jointfiles.purpose.", jointfiles.Purposes...)},
		{Name: "with", Label: r.Say("jointfiles.with"), Kind: "select", Choices: with},
		{Name: "waits", Label: r.Say("jointfiles.waits"), Kind: "checkboxes", Choices: web.Choices(r.Lang, "jointfiles.waits.", "true")},
	}}, nil
}

func empty(r *web.Request) web.Empty {
	if r.Query("state")+r.Query("purpose")+r.Query("with")+r.Query("waits") != "" {
		return web.Empty{Title: r.Say("jointfiles.empty.filtered"), Body: r.Say("jointfiles.empty.filtered.body"),
			Action: web.Link{Text: r.Say("jointfiles.empty.filtered.action"), Href: root}}
	}
	return web.Empty{Title: r.Say("jointfiles.empty"), Body: r.Say("jointfiles.empty.body"),
		Action: web.Link{Text: r.Say("jointfiles.new"), Href: root + "/new"}}
}

func rowOf(r *web.Request, l jointfiles.Line) row {
	out := row{Href: pageOf(l.ID), State: stateTag(r, l.State), New: l.New, Count: l.Count, Clock: clockOf(r, l.File),
		Name: r.Say("jointfiles.line", "Ref", refOr(r, l.Ref), "Others", agencies(r, l.Others, "")),
		What: r.Say("jointfiles.subject."+l.Subject) + " · " + r.Say("jointfiles.purpose."+l.Purpose)}
	if l.Waits != "" {
		out.Waits = r.Say("jointfiles.waits." + l.Waits)
	}
	return out
}

func refOr(r *web.Request, ref string) string {
	if ref == "" {
		return r.Say("jointfiles.no-ref")
	}
	return ref
}
