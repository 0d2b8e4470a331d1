package pages

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/i18n"
	"istmo/store"
	"istmo/web"
)

// land is a country's agencies in the directory.
type land struct {
	Node, Name string
	Own        bool
	Key        string // the fingerprint of its node's signing key, in groups
	Agencies   []entry
}

// entry is an agency as the pages show it.
type entry struct {
	cooperation.Agency
	Href   string
	Offers string
	Rows   []web.Row
}

// directory lists whom one can write to, by country.
func (d *desk) directory(r *web.Request) (web.View, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Directory{})
	if err != nil {
		return web.View{}, err
	}
	keys, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Keys{})
	if err != nil {
		return web.View{}, err
	}
	var lands []*land
	count := 0
	for _, a := range all {
		if !wanted(r, a) {
			continue
		}
		if n := len(lands); n == 0 || lands[n-1].Node != a.Node {
			lands = append(lands, &land{Node: a.Node, Name: country(r, a.Node), Own: a.Node == r.Who.Node, Key: keyOf(keys, a.Node)})
		}
		last := lands[len(lands)-1]
		last.Agencies = append(last.Agencies, entry{Agency: a, Href: entryPage(a.Node, a.ID), Offers: offers(r, a)})
		count++
	}
	data := map[string]any{"Lands": lands, "Empty": web.Empty{Title: r.Say("cooperation.directory.empty"), Body: r.Say("cooperation.directory.empty.body")},
		"Filters": web.Filters{Count: count, Fields: narrowing(r, all)}}
	return web.View{Template: "cooperation/directory", Title: "cooperation.directory.title", Data: data}, nil
}

// wanted reports whether an agency passes the filters in the URL.
func wanted(r *web.Request, a cooperation.Agency) bool {
	is := func(name string, has func(string) bool) bool { q := r.Query(name); return q == "" || has(q) }
	return is("node", func(q string) bool { return q == a.Node }) && is("kind", func(q string) bool { return q == a.Kind }) &&
		is("service", func(q string) bool { return slices.Contains(a.Services, q) }) &&
		is("language", func(q string) bool { return slices.Contains(a.Languages, q) }) &&
		is("open", func(q string) bool { return a.Reach24 })
}

// narrowing are the filters, each with what the directory holds of it.
func narrowing(r *web.Request, all []cooperation.Agency) []web.Filter {
	gather := func(say func(code string) string, of func(a cooperation.Agency) []string) (options []web.Option) {
		seen := map[string]bool{}
		for _, a := range all {
			for _, code := range of(a) {
				if !seen[code] {
					seen[code] = true
					options = append(options, web.Option{Value: code, Label: say(code)})
				}
			}
		}
		i18n.SortBy(r.Lang, options, func(o web.Option) string { return o.Label })
		return options
	}
	return []web.Filter{
		{Name: "node", Label: r.Say("cooperation.country"), Kind: "select",
			Choices: gather(func(c string) string { return country(r, c) }, func(a cooperation.Agency) []string { return []string{a.Node} })},
		{Name: "kind", Label: r.Say("cooperation.kind"), Kind: "select",
			Choices: gather(func(c string) string { return r.Say("people.kind." + c) }, func(a cooperation.Agency) []string { return []string{a.Kind} })},
		{Name: "service", Label: r.Say("cooperation.service"), Kind: "select",
			Choices: gather(func(c string) string { return service(r, c) }, func(a cooperation.Agency) []string { return a.Services })},
		{Name: "language", Label: r.Say("cooperation.language"), Kind: "select",
			Choices: gather(func(c string) string { return i18n.Language(r.Lang, c) }, func(a cooperation.Agency) []string { return a.Languages })},
		{Name: "open", Label: r.Say("cooperation.open"), Kind: "select", Choices: []web.Option{{Value: "24", Label: r.Say("cooperation.reach24")}}},
	}
}

// service is what an agency offers, called as the need that it meets where there
// is such a need.
func service(r *web.Request, code string) string {
	if key := "cases.needs." + code; i18n.Has(r.Lang, key) {
		return r.Say(key)
	}
	return word(r, "cooperation.service.", code)
}

func keyOf(keys []cooperation.Key, node string) string {
	for _, k := range keys {
		if k.Node == node {
			return k.Fingerprint
		}
	}
	return ""
}

// agency is one entry; every reader of the directory may read each.
func (d *desk) agency(r *web.Request) (cooperation.Agency, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Directory{})
	if err != nil {
		return cooperation.Agency{}, err
	}
	i := slices.IndexFunc(all, func(a cooperation.Agency) bool { return a.Node == r.PathValue("node") && a.ID == r.PathValue("id") })
	if i < 0 {
		return cooperation.Agency{}, fault.NotFound()
	}
	return all[i], nil
}

// entry shows one institution: what it offers and how it is reached.
func (d *desk) entry(r *web.Request) (web.View, error) {
	a, err := d.agency(r)
	if err != nil {
		return web.View{}, err
	}
	e := entry{Agency: a, Href: entryPage(a.Node, a.ID), Rows: reached(r, a)}
	clock := web.Clock{}
	err = d.engine.DB.Read(r.Context(), func(tx *store.Tx) error {
		rule, err := a.Checked(tx)
		clock = web.Clock{What: r.Say("cooperation.check-by"), Due: rule.Due, Rule: rule.Rule.In(r.Lang), Source: rule.Source}
		return err
	})
	data := map[string]any{"Entry": e, "Country": country(r, a.Node), "Clock": clock, "May": may(r, "cooperation.describe-agency", a)}
	return web.View{Template: "cooperation/entry", Title: "cooperation.entry.title", Args: []any{"Name", a.Name}, Data: data,
		Back: &web.Link{Text: r.Say("cooperation.directory.title"), Href: directoryPath}}, err
}

// reached tells what an institution offers and how it is reached.
func reached(r *web.Request, a cooperation.Agency) []web.Row {
	around := r.Say("cooperation.reach24.no")
	if a.Reach24 {
		around = r.Say("cooperation.reach24.yes", "Phone", a.Phone24)
	}
	return []web.Row{
		{Key: r.Say("cooperation.place"), Value: a.Place},
		{Key: r.Say("cooperation.contact"), Value: a.Contact},
		{Key: r.Say("cooperation.hours"), Value: a.Hours},
		{Key: r.Say("cooperation.reach24"), Value: around},
		{Key: r.Say("cooperation.focal"), Value: a.Focal},
		{Key: r.Say("cooperation.spoken"), Value: languages(r, a.Languages)},
		{Key: r.Say("cooperation.services"), Value: offers(r, a)},
		{Key: r.Say("cooperation.beds"), Value: counted(r, a.Beds)},
		{Key: r.Say("cooperation.interpreters"), Value: counted(r, a.Interpreters)},
		{Key: r.Say("cooperation.last-verified"), Value: a.Verified},
	}
}

// offers names an agency's services.
func offers(r *web.Request, a cooperation.Agency) string {
	words := make([]string, len(a.Services))
	for i, s := range a.Services {
		if words[i] = service(r, s); i > 0 {
			words[i] = strings.ToLower(words[i])
		}
	}
	return i18n.List(r.Lang, words...)
}

// counted is a number, or nothing where none was said.
func counted(r *web.Request, n int64) string {
	if n < 0 {
		return ""
	}
	return i18n.Number(r.Lang, n)
}

// describe is the form in which an institution says what it offers.
func (d *desk) describe(r *web.Request) (web.View, error) {
	a, err := d.agency(r)
	if err != nil {
		return web.View{}, err
	}
	if !may(r, "cooperation.describe-agency", a) {
		return web.View{}, fault.NotFound()
	}
	var services []web.Option
	for _, s := range cooperation.Services {
		services = append(services, web.Option{Value: s, Label: service(r, s)})
	}
	said := func(n int64) string {
		if n < 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	data := map[string]any{"Agency": a, "Href": entryPage(a.Node, a.ID), "Languages": strings.Join(a.Languages, " "), "Services": services, "Beds": said(a.Beds), "Interpreters": said(a.Interpreters)}
	return web.View{Template: "cooperation/describe", Title: "cooperation.describe.title", Args: []any{"Name", a.Name}, Data: data,
		Back: &web.Link{Text: a.Name, Href: entryPage(a.Node, a.ID)}}, nil
}

func entryPage(node, id string) string {
	return directoryPath + "/" + url.PathEscape(node) + "/" + url.PathEscape(id)
}
