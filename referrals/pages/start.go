package pages

import (
	"strings"

	"istmo/act"
	"istmo/cases"
	"istmo/i18n"
	"istmo/referrals"
	"istmo/web"
)

// start is the form of a new draft, about the person in the address.
func (d *desk) start(r *web.Request) (web.View, error) {
	v := web.View{Template: "referrals/new", Title: "referrals.new.title"}
	person := r.Query("person")
	if person == "" {
		v.Data = map[string]any{"Nobody": web.Empty{Title: r.Say("referrals.new.nobody"), Body: r.Say("referrals.new.nobody.body"),
			Action: web.Link{Text: r.Say("referrals.new.nobody.action"), Href: "/people"}}}
		return v, nil
	}
	o, err := act.Look(r.Context(), d.engine, r.Who, referrals.Consider{Person: person})
	if err != nil {
		return web.View{}, err
	}
	v.Back = &web.Link{Text: r.Say("referrals.back.person", "Ref", o.Ref), Href: "/people/" + o.Person}
	v.Data = map[string]any{"Outlook": o, "Receivers": options(r, o.Receivers), "Agreements": covered(r, o),
		"Purposes": cases.Purposes, "To": r.Query("to"), "Purpose": r.Query("purpose")}
	return v, nil
}

// covered says, country by country, what an agreement lets people be referred
// for.
func covered(r *web.Request, o referrals.Outlook) []string {
	var lines []string
	for node, purposes := range o.Covered {
		words := make([]string, len(purposes))
		for i, p := range purposes {
			words[i] = strings.ToLower(purpose(r, p))
		}
		if len(words) == 0 {
			lines = append(lines, r.Say("referrals.new.no-agreement", "Country", country(r, node)))
			continue
		}
		lines = append(lines, r.Say("referrals.new.agreement", "Country", country(r, node), "Purposes", i18n.List(r.Lang, words...)))
	}
	i18n.Sort(r.Lang, lines)
	return lines
}
