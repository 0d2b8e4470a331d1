package pages

import (
	"time"

	"istmo/act"
	"istmo/i18n"
	"istmo/identification"
	"istmo/web"
)

// row is a procedure in the list, in words.
type row struct {
	Href, Ref, Kind, Next, NoTerm string
	Mine                          bool
	Tags                          []web.Tag
	Clock                         web.Clock
}

// list shows what the reader takes part in, what is overdue first.
func (o *room) list(r *web.Request) (web.View, error) {
	lines, err := act.Ask(r.Context(), o.engine, r.Who, identification.List{Which: r.Query("which")})
	if err != nil {
		return web.View{}, err
	}
	rows := make([]row, len(lines))
	for i, l := range lines {
		rows[i] = rowOf(r, l)
	}
	data := map[string]any{"Rows": rows, "Team": teamPath, "Filters": web.Filters{Count: len(rows), Fields: []web.Filter{
		{Name: "which", Label: r.Say("identification.which"), Kind: "select", Choices: web.Choices(r.Lang, "identification.which.", "open", "decided")}}},
		"Empty": web.Empty{Title: r.Say("identification.empty"), Body: r.Say("identification.empty.body"), Action: web.Link{Text: r.Say("identification.empty.action"), Href: "/people"}}}
	return web.View{Template: "identification/list", Title: "identification.list.title", Data: data}, nil
}

func rowOf(r *web.Request, l identification.Line) row {
	w := row{Href: Page(l.ID), Ref: l.Ref, Kind: r.Say("identification.kind." + l.Kind), Tags: []web.Tag{stateTag(r, l.Procedure)}}
	if l.Child {
		w.Tags = append(w.Tags, web.Tag{Text: r.Say("identification.child"), Tone: web.Warning})
	}
	if !l.Reflecting.IsZero() {
		w.Tags = append(w.Tags, web.Tag{Text: r.Say("identification.reflecting"), Tone: web.Active})
	}
	w.Clock, w.NoTerm = clockOf(r, l.Procedure, l.Clock)
	switch {
	case l.MyVote:
		w.Mine, w.Next = true, r.Say("identification.turn.vote")
	case l.Asked > 0:
		w.Mine, w.Next = true, r.Say("identification.turn.contact")
	case l.Untold:
		w.Next = r.Say("identification.turn.tell")
	case l.Over():
		w.Next = r.Say("identification.turn.nobody")
	case l.Kind == "resolution" && l.SeatCount > 0:
		w.Next = r.Say("identification.turn.votes", "Voted", l.Voted, "Seats", l.SeatCount)
	default:
		w.Next = r.Say("identification.next." + string(l.State))
	}
	return w
}

// stateTag is where a procedure stands, in a word.
func stateTag(r *web.Request, p identification.Procedure) web.Tag {
	tone := web.Active
	switch p.State {
	case identification.Accredited, identification.Recognised, identification.Immediate, identification.ImmediateExtended, identification.Medium, identification.MediumExtended,
		identification.Resumed:
		tone = web.Success
	case identification.Closed, identification.Ended, identification.Redirected:
		tone = web.Neutral
	case identification.NotAccredited, identification.NotRecognised, identification.ClosedEarly, identification.Appealed:
		tone = web.Warning
	}
	return web.Tag{Text: r.Say("identification.state." + string(p.State)), Tone: tone}
}

// clockOf is the term that runs, or a sentence where no term is known.
func clockOf(r *web.Request, p identification.Procedure, c identification.Clock) (web.Clock, string) {
	if c.Unknown {
		return web.Clock{}, r.Say("identification.no-term", "Days", c.Days)
	}
	if p.DueKey == "" || p.DueAt.IsZero() {
		return web.Clock{}, ""
	}
	return web.Clock{What: r.Say("identification.clock." + p.DueKey), Due: p.DueAt, Soon: 48 * time.Hour, Rule: c.Rule, Source: sourced(r, c.Source, c.Verified)}, ""
}

// sourced is a source, and whether anybody has seen the rule there.
func sourced(r *web.Request, source string, verified bool) string {
	if verified || source == "" {
		return source
	}
	return source + " " + r.Say("identification.unverified")
}

// life is the life of the kind, with where this one stands and has passed.
func life(r *web.Request, v identification.View) web.Drawing {
	m := v.Procedure.Flow()
	d := web.Drawing{Title: r.Say("identification.life"), Current: string(v.Procedure.State)}
	for _, p := range m.Places {
		if p.State != identification.Ended {
			d.States = append(d.States, web.DrawnState{ID: string(p.State), Label: r.Say("identification.state." + string(p.State))})
		}
	}
	for _, mv := range m.Moves {
		if mv.To != identification.Ended && mv.From != mv.To {
			d.Moves = append(d.Moves, web.DrawnMove{From: string(mv.From), To: string(mv.To), Label: r.Say("verb." + string(mv.Verb))})
		}
	}
	seen := map[string]bool{string(v.Procedure.State): true}
	for i := len(v.Decisions) - 1; i >= 0; i-- {
		if at := string(v.Decisions[i].State); !seen[at] {
			seen[at] = true
			d.Passed = append(d.Passed, at)
		}
	}
	if !seen[string(identification.Known)] {
		d.Passed = append([]string{string(identification.Known)}, d.Passed...)
	}
	return d
}

func day(r *web.Request, t time.Time) string { return i18n.Date(r.Lang, t.In(r.Zone())) }
