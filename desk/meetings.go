package desk

import (
	"time"

	"istmo/act"
	"istmo/i18n"
	"istmo/meetings"
	"istmo/web"
)

// meetings are what waits of the meetings for those who answer for their country:
// the one that is owed, with its deadline, and minutes to approve.
func (d *desk) meetings(r *web.Request) ([]waiting, error) {
	tasks, err := act.Ask(r.Context(), d.engine, r.Who, meetings.Desk{})
	var all []waiting
	for _, t := range tasks {
		w := waiting{Title: r.Say("desk.meetings." + t.Kind), About: t.Title(r.Lang), Href: "/meetings/" + t.ID}
		switch t.Kind {
		case "next":
			w.Timed, w.Clock = true, web.Clock{What: r.Say("meetings.next.what"), Due: t.Due(), Soon: 30 * 24 * time.Hour,
				Rule: r.Say("meetings.next.rule", "Title", t.Title(r.Lang), "Day", i18n.Date(r.Lang, t.NextBy))}
		case "refused":
			w.Tag = web.Tag{Text: r.Say("desk.refused"), Tone: web.Warning}
			w.About += " · " + r.Say(t.Why, "Label", "")
		}
		all = append(all, w)
	}
	return all, err
}
