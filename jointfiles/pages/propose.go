package pages

import (
	"slices"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/i18n"
	"istmo/jointfiles"
	"istmo/web"
)

// propose is the form of a new joint file, under the agreement in the address;
// where one alone covers joint files, under that.
func (d *desk) propose(r *web.Request) (web.View, error) {
	if !access.Could(r.Who, "jointfiles.propose") {
		return web.View{}, fault.Denied()
	}
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Agreements{})
	if err != nil {
		return web.View{}, err
	}
	all = slices.DeleteFunc(all, func(a cooperation.Agreement) bool { return !covers(r, a) })
	v := web.View{Template: "jointfiles/new", Title: "jointfiles.new.title", Back: back(r)}
	data := map[string]any{"Subjects": jointfiles.Subjects, "Limits": jointfiles.Limits, "Today": r.Now.In(r.Zone())}
	v.Data = data
	chosen := slices.IndexFunc(all, func(a cooperation.Agreement) bool {
		return a.ID == r.Query("agreement") || a.ID == r.Typed().Get("agreement") || len(all) == 1
	})
	switch {
	case len(all) == 0:
		data["Empty"] = web.Empty{Title: r.Say("jointfiles.new.no-agreement"), Body: r.Say("jointfiles.new.no-agreement.body"),
			Action: web.Link{Text: r.Say("jointfiles.new.no-agreement.action"), Href: "/agreements"}}
		return v, nil
	case chosen < 0:
		data["Choose"] = papers(r, all)
		return v, nil
	}
	a := all[chosen]
	data["Agreement"], data["Title"], data["Several"], data["Purposes"] = a.ID, title(r, a), len(all) > 1, jointfiles.Purposed(a.Purposes)
	members, err := d.members(r, a)
	if data["Members"] = members; len(members) == 0 {
		data["Empty"] = web.Empty{Title: r.Say("jointfiles.new.nobody"), Body: r.Say("jointfiles.new.nobody.body"),
			Action: web.Link{Text: r.Say("jointfiles.new.nobody.action"), Href: "/directory"}}
	}
	return v, err
}

// covers reports whether a joint file can rest on an agreement now.
func covers(r *web.Request, a cooperation.Agreement) bool {
	return a.InForce(r.Now) && a.Covers(jointfiles.Covered) && slices.Contains(a.Parties, r.Who.Node) && len(jointfiles.Purposed(a.Purposes)) > 0
}

func title(r *web.Request, a cooperation.Agreement) string {
	if r.Lang == "en" {
		return a.TitleEN
	}
	return a.TitleES
}

// papers are the agreements to choose from.
func papers(r *web.Request, all []cooperation.Agreement) []web.Task {
	var tasks []web.Task
	for _, a := range all {
		tasks = append(tasks, web.Task{Title: title(r, a), Hint: countries(r, a.Parties), Href: root + "/new?agreement=" + a.ID})
	}
	return tasks
}

// members are the agencies of the other parties, by country and name.
func (d *desk) members(r *web.Request, a cooperation.Agreement) ([]web.Option, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Directory{})
	var list []web.Option
	for _, g := range all {
		if g.Node == r.Who.Node || !slices.Contains(a.Parties, g.Node) {
			continue
		}
		label := r.Say("referrals.agency", "Country", country(r, g.Node), "Name", g.Name, "Kind", r.Say("people.kind."+g.Kind))
		list = append(list, web.Option{Value: g.Node + "/" + g.ID, Label: label})
	}
	i18n.SortBy(r.Lang, list, func(o web.Option) string { return o.Label })
	return list, err
}
