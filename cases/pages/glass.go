package pages

import (
	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/fault"
	"istmo/i18n"
	"istmo/web"
)

// broken is one breaking of the glass, with who did it.
type broken struct {
	cases.Glass
	Name string
}

// glass opens a file in an emergency and, for a focal point, lists what waits
// for review.
func (o *room) glass(r *web.Request) (web.View, error) {
	reviews := access.Could(r.Who, "cases.open-glass")
	breaks := access.Could(r.Who, "cases.break-glass")
	if !breaks && !reviews {
		return web.View{}, fault.NotFound()
	}
	data := map[string]any{"Reviews": reviews, "Breaks": breaks}
	if reviews {
		waiting, err := o.toReview(r)
		if err != nil {
			return web.View{}, err
		}
		data["Waiting"] = waiting
		data["Empty"] = web.Empty{Title: r.Say("cases.glass.none"), Body: r.Say("cases.glass.none.body")}
	}
	return web.View{Template: "cases/glass", Title: "cases.glass.title", Data: data, Layout: web.Person}, nil
}

func (o *room) toReview(r *web.Request) ([]broken, error) {
	all, err := act.Ask(r.Context(), o.engine, r.Who, cases.BrokenGlass{})
	if err != nil {
		return nil, err
	}
	_, names, err := o.colleagues(r)
	w := words{Request: r, names: names}
	waiting := make([]broken, len(all))
	for i, g := range all {
		waiting[i] = broken{g, nameOf(w, g.User)}
	}
	return waiting, err
}

// review opens the reason that was given, which is a deed, and asks whether it
// was right.
func (o *room) review(r *web.Request) (web.View, error) {
	g, err := act.Look(r.Context(), o.engine, r.Who, cases.GlassReview{Glass: r.PathValue("id")})
	if err != nil {
		return web.View{}, err
	}
	_, names, err := o.colleagues(r)
	w := words{Request: r, names: names}
	data := map[string]any{"Glass": g, "Verdicts": cases.Verdicts, "Rows": []web.Row{
		{Key: w.say("cases.glass.ref"), Value: g.Ref},
		{Key: w.say("cases.glass.who"), Value: nameOf(w, g.User)},
		{Key: w.say("cases.glass.when"), Value: i18n.Date(r.Lang, g.At) + ", " + i18n.Since(r.Lang, g.At, r.Now)},
		{Key: w.say("cases.glass.why"), Value: orNil(g.Reason)}}}
	if g.Verdict != "" {
		data["Done"] = w.say("cases.glass.review.done", "Date", i18n.Date(r.Lang, g.ReviewedAt), "Verdict", lower(w.say("cases.verdict."+g.Verdict)))
	}
	return web.View{Template: "cases/review", Title: "cases.glass.review.title", Data: data, Layout: web.Person,
		Back: &web.Link{Text: r.Say("cases.glass.title"), Href: GlassPath}}, err
}
