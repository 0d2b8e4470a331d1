package desk

import (
	"net/url"
	"time"

	"istmo/act"
	"istmo/roadmap"
	"istmo/web"
)

// section is what waits of one part of the work between the countries.
type section struct {
	Title string
	Lines []waiting
}

// between gathers what waits of identifications, of the roadmap, of meetings and of joint files.
func (d *desk) between(r *web.Request) ([]section, error) {
	var all []section
	for _, part := range []struct {
		key  string
		list func(*web.Request) ([]waiting, error)
	}{{"identification.desk", d.identifications}, {"desk.roadmap", d.roadmap}, {"desk.meetings", d.meetings}, {"jointfiles.desk", d.files}} {
		lines, err := part.list(r)
		if err != nil {
			return nil, err
		}
		if len(lines) > 0 {
			all = append(all, section{r.Say(part.key), lines})
		}
	}
	return all, nil
}

// roadmap is what waits of the promises: words to accept and to clear, a plan to
// sign, a report to confirm, and what is late.
func (d *desk) roadmap(r *web.Request) ([]waiting, error) {
	tasks, err := act.Ask(r.Context(), d.engine, r.Who, roadmap.Desk{})
	var all []waiting
	for _, t := range tasks {
		w := waiting{Title: r.Say("desk.roadmap." + t.Kind)}
		if t.Commitment.ID == "" && t.Plan.ID == "" {
			w.Href, w.About = "/roadmap/versions?agreement="+url.QueryEscape(t.Agreement), r.Say("verb.roadmap.consolidate")
		} else if t.Commitment.ID == "" {
			w.Href, w.About = "/roadmap/versions/"+t.Plan.ID, r.Say("roadmap.version.of", "N", t.Plan.N)
		} else {
			w.Href = "/roadmap/commitments/" + t.Commitment.ID
			w.About, _, _ = t.Commitment.In(r.Lang)
		}
		switch t.Kind {
		case "refused":
			w.Tag = web.Tag{Text: r.Say("desk.refused"), Tone: web.Warning}
			w.About += " · " + r.Say(t.Why, "Label", "")
		case "late", "late-ministry":
			w.Timed, w.Clock = true, web.Clock{What: r.Say("roadmap.clock"), Due: t.Commitment.Due.AddDate(0, 0, 1).Add(-time.Second)}
		}
		all = append(all, w)
	}
	return all, err
}
