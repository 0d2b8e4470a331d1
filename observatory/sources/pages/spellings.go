package pages

import (
	"istmo/act"
	"istmo/i18n"
	"istmo/observatory/figures"
	"istmo/observatory/hall"
	"istmo/observatory/sources"
	"istmo/web"
)

// spellings shows how countries are written otherwise than by code or name.
func (d *desk) spellings(r *web.Request) (web.View, error) {
	w, err := act.Ask(r.Context(), d.engine, r.Who, sources.Spellings{})
	if err != nil {
		return web.View{}, err
	}
	groups := byWay(r, w.Spellings, func(s sources.Spelling) figures.Way { return s.Way }, func(s sources.Spelling) spelling { return spelt(r, s) })
	plain := w.Ways[string(figures.ByCode)] + w.Ways[string(figures.ByName)]
	data := map[string]any{"Tabs": hall.Tabs(r), "Groups": groups, "Any": len(w.Spellings) > 0, "Count": r.Say("sources.spellings.count", "All", number(r, w.All), "Plain", number(r, plain)),
		"Empty": web.Empty{Title: r.Say("sources.spellings.empty"), Body: r.Say("sources.spellings.empty.body")}}
	return web.View{Template: "sources/spellings", Title: "sources.spellings.title", Data: data}, nil
}

func spelt(r *web.Request, s sources.Spelling) spelling {
	row := spelling{Written: quoted(r, s.Written), Now: taken(r, s.Spelled), Figures: number(r, s.Figures), Href: spellingPath(s.ID), Waits: s.Waiting, Read: s.By != ""}
	if s.By != "" {
		row.Now = country(r, s.Reading)
	}
	return row
}

// proposal is one in words.
type proposal struct {
	ID, Title, Where, Proposed, Decided string
	State                               web.Tag
	Open, Own                           bool
}

var states = map[string]web.Tone{"proposed": web.Warning, "accepted": web.Success, "declined": web.Neutral, "replaced": web.Neutral}

// spelling shows one, with what is proposed.
func (d *desk) spelling(r *web.Request) (web.View, error) {
	s, err := act.Ask(r.Context(), d.engine, r.Who, sources.ShowSpelling{Spelling: r.PathValue("id")})
	if err != nil {
		return web.View{}, err
	}
	name, err := d.who(r)
	if err != nil {
		return web.View{}, err
	}
	row := spelt(r, s)
	now := row.Now
	if row.Read {
		now += " – " + r.Say("sources.spellings.by")
	}
	rows := []web.Row{{Key: r.Say("sources.spellings.written"), Value: row.Written}, {Key: r.Say("sources.spellings.taken"), Value: taken(r, s.Spelled)}, {Key: r.Say("sources.spellings.how"), Value: r.Say("figures.way." + string(s.Way))}}
	if s.Matched != "" && s.Code != "" {
		rows = append(rows, web.Row{Key: r.Say("sources.spelling.matched"), Value: s.Matched})
	}
	if s.Distance > 0 {
		rows = append(rows, web.Row{Key: r.Say("sources.spelling.distance"), Value: number(r, s.Distance)})
	}
	rows = append(rows, web.Row{Key: r.Say("sources.spellings.now"), Value: now}, web.Row{Key: r.Say("sources.spellings.figures"), Value: row.Figures})
	if len(s.Reporters) > 0 {
		names := make([]string, len(s.Reporters))
		for i, c := range s.Reporters {
			names[i] = figures.Name(c, r.Lang)
		}
		rows = append(rows, web.Row{Key: r.Say("sources.spelling.reporters"), Value: i18n.List(r.Lang, names...)})
	}
	var list []proposal
	for _, p := range s.Proposals {
		list = append(list, d.proposed(r, p, name))
	}
	data := map[string]any{"Tabs": hall.Tabs(r), "ID": s.ID, "Path": spellingPath(s.ID), "About": rows, "Proposals": list, "Codes": codes(r, s), "Reporters": reporters(r, s)}
	return web.View{Template: "sources/spelling", Title: "sources.spelling.title", Args: []any{"Written", row.Written}, Data: data,
		Back: &web.Link{Text: r.Say("sources.spellings.title"), Href: spellingsPath}}, nil
}

func (d *desk) proposed(r *web.Request, p sources.Proposal, name func(string) string) proposal {
	out := proposal{ID: p.ID, Title: r.Say("sources.spelling.proposed", "Country", figures.Name(p.Code, r.Lang), "Code", p.Code), Where: r.Say("sources.spelling.everywhere"),
		Proposed: r.Say("sources.spelling.proposed-by", "By", name(p.ProposedBy), "Date", day(r, p.ProposedAt), "Reason", p.Reason),
		State:    web.Tag{Text: r.Say("sources.spelling.state." + string(p.State)), Tone: states[string(p.State)]}, Open: p.State == sources.Proposed, Own: p.ProposedBy == r.Who.ID}
	if p.Reporter != "" {
		out.Where = r.Say("sources.spelling.only-in", "Country", figures.Name(p.Reporter, r.Lang))
	}
	if p.DecidedBy != "" {
		out.Decided = r.Say("sources.spelling.decided-by", "By", name(p.DecidedBy), "Date", day(r, p.DecidedAt), "Answer", p.Answer)
	}
	return out
}

// codes are the countries that a spelling may be, and another.
func codes(r *web.Request, s sources.Spelling) (all []web.Option) {
	offered := s.Candidates
	if s.Code != "" {
		offered = []string{s.Code}
	}
	for _, c := range offered {
		all = append(all, web.Option{Value: c, Label: country(r, c)})
	}
	return append(all, web.Option{Value: "other", Label: r.Say("sources.propose.another")})
}

func reporters(r *web.Request, s sources.Spelling) []web.Option {
	all := []web.Option{{Value: "", Label: r.Say("sources.propose.reporter.all")}}
	for _, c := range s.Reporters {
		all = append(all, web.Option{Value: c, Label: country(r, c)})
	}
	return all
}
