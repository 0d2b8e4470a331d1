package desk

import (
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/identification"
	"istmo/web"
)

// identifications are what waits of the formal identifications: a vote, a decision, a
// decision to tell the person, justice to answer. They come by clock.
func (d *desk) identifications(r *web.Request) ([]waiting, error) {
	if !access.Could(r.Who, "identification.desk") {
		return nil, nil
	}
	tasks, err := act.Ask(r.Context(), d.engine, r.Who, identification.Desk{})
	var all []waiting
	for _, t := range tasks {
		w := waiting{Title: r.Say("identification.desk." + t.Kind), About: t.Ref + " · " + r.Say("identification.state."+string(t.State)), Href: "/identification/" + t.ID}
		if t.Kind == "vote" {
			w.Href += "/vote"
		}
		switch {
		case t.Kind == "tell" || t.Kind == "contact":
		case t.Line.Clock.Unknown:
			w.About += " · " + r.Say("identification.no-term", "Days", t.Line.Clock.Days)
		case t.DueKey != "" && !t.DueAt.IsZero():
			w.Timed, w.Clock = true, web.Clock{What: r.Say("identification.clock." + t.DueKey), Due: t.DueAt, Soon: 48 * time.Hour, Rule: t.Line.Clock.Rule, Source: t.Line.Clock.Source}
		}
		all = append(all, w)
	}
	return all, err
}
