package desk

import (
	"istmo/access"
	"istmo/act"
	"istmo/screening"
	screeningpages "istmo/screening/pages"
	"istmo/web"
)

// screening is what waits of the posts: what is held, what has two values, and what
// is not yet done of a talk, for those who may open it.
func (d *desk) screening(r *web.Request) ([]waiting, error) {
	if !access.Could(r.Who, "screening.list") {
		return nil, nil
	}
	lines, err := act.Ask(r.Context(), d.engine, r.Who, screening.List{Only: "open", Limit: listed})
	var all []waiting
	for _, l := range lines {
		if !access.Decide(r.Who, "screening.open", l.ID, l.Facts()).Allowed {
			continue
		}
		w := waiting{Title: l.Receipt, Href: screeningpages.Path + "/" + l.ID, About: l.PostName}
		switch {
		case l.Held > 0:
			w.Tag = web.Tag{Text: r.Say("screening.tag.held"), Tone: web.Danger}
		case l.Conflicts > 0:
			w.Tag = web.Tag{Text: r.Say("screening.tag.conflict"), Tone: web.Warning}
		case len(l.Due) > 0:
			w.Tag = web.Tag{Text: r.Say("screening.duty." + l.Due[0]), Tone: web.Warning}
		default:
			continue
		}
		all = append(all, w)
	}
	return all, err
}
