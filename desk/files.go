package desk

import (
	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/i18n"
	"istmo/jointfiles"
	"istmo/web"
)

// files are the joint files that wait for the reader's agency: to agree, to be
// reviewed by a day, or to be read.
func (d *desk) files(r *web.Request) ([]waiting, error) {
	if !access.Could(r.Who, "jointfiles.list") {
		return nil, nil
	}
	lines, err := act.Ask(r.Context(), d.engine, r.Who, jointfiles.List{Waits: true})
	var all []waiting
	for _, l := range lines {
		w := waiting{Title: r.Say("jointfiles.desk.new"), Href: "/jointfiles/" + l.ID}
		if l.Waits != "" {
			w.Title = r.Say("jointfiles.desk." + l.Waits)
		}
		var with []string
		for _, s := range l.Others {
			with = append(with, r.Say("jointfiles.agency", "Name", s.Name, "Country", i18n.Country(r.Lang, cooperation.Country(s.Node))))
		}
		if w.About = i18n.List(r.Lang, with...); l.Ref != "" {
			w.About += " · " + l.Ref
		}
		if l.New > 0 {
			w.Tag = web.Tag{Text: r.Say("jointfiles.fresh", "Count", l.New), Tone: web.Active}
		}
		if w.Timed = l.State == jointfiles.UnderReview; w.Timed {
			w.Clock = web.Clock{What: r.Say("jointfiles.clock.review"), Due: l.ReviewOn}
		}
		all = append(all, w)
	}
	return all, err
}
