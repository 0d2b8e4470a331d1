package pages

import (
	"net/url"
	"slices"
	"strings"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/i18n"
	"istmo/web"
)

// row is a line of work, with what each country has presented for it.
type row struct {
	Line, Name string
	Cells      []cell
}

// cell is a line of work in one country.
type cell struct {
	Node, Country string
	Levels        []level
}

// level is what is done in the whole country, or in its places. With nothing in
// it, it is a gap: nobody has said who does it.
type level struct {
	Name, Gap, Href string // Href leads this country's own to the form
	Responses       []response
}

// response is one of them in words.
type response struct {
	cooperation.Response
	What, Href string
	Names      []web.Link
}

// responses shows who does what and where: lines of work down, countries across.
func (d *desk) responses(r *web.Request) (web.View, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Responses{})
	if err != nil {
		return web.View{}, err
	}
	keys, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Keys{})
	if err != nil {
		return web.View{}, err
	}
	names, err := d.names(r)
	if err != nil {
		return web.View{}, err
	}
	lines, err := d.lines(r, all)
	if err != nil {
		return web.View{}, err
	}
	t := tally{levels: []string{cooperation.National, cooperation.Local}, place: r.Query("place"), names: names, may: mayPresent(r)}
	if l := r.Query("level"); l == cooperation.National || l == cooperation.Local {
		t.levels = []string{l}
	}
	var rows []row
	for _, line := range lines {
		if q := r.Query("line"); q != "" && q != line {
			continue
		}
		one := row{Line: line, Name: word(r, "cooperation.line.", line)}
		for _, k := range keys {
			one.Cells = append(one.Cells, t.cell(r, all, line, k.Node))
		}
		rows = append(rows, one)
	}
	data := map[string]any{"Rows": rows, "Gaps": t.gaps, "May": t.may, "Filters": web.Filters{Count: t.found, Fields: choosing(r, all, lines)}}
	return web.View{Template: "cooperation/responses", Title: "cooperation.responses.title", Data: data}, nil
}

// tally fills the cells and counts what it finds and what is missing.
type tally struct {
	levels      []string
	place       string
	names       map[string]string
	may         bool
	found, gaps int
}

func (t *tally) cell(r *web.Request, all []cooperation.Response, line, node string) cell {
	c := cell{Node: node, Country: country(r, node)}
	for _, name := range t.levels {
		l := level{Name: r.Say("cooperation.level." + name), Gap: r.Say("cooperation.responses.gap."+name, "Place", t.place)}
		if name == cooperation.Local && t.place != "" {
			l.Gap = r.Say("cooperation.responses.gap.there", "Place", t.place)
		}
		for _, one := range all {
			if one.Line == line && one.Node == node && one.Level == name && (name == cooperation.National || t.place == "" || one.Place == t.place) {
				l.Responses = append(l.Responses, t.told(r, one))
			}
		}
		if t.found += len(l.Responses); len(l.Responses) == 0 {
			t.gaps++
		}
		if t.may && node == r.Who.Node {
			l.Href = responsesPath + "/new?" + url.Values{"line": {line}, "level": {name}, "place": {t.place}}.Encode()
		}
		c.Levels = append(c.Levels, l)
	}
	return c
}

func (t *tally) told(r *web.Request, one cooperation.Response) response {
	told := response{Response: one, What: cooperation.Said(r.Lang, one.WhatES, one.WhatEN)}
	for _, id := range one.Agencies {
		if name := t.names[one.Node+"/"+id]; name != "" {
			told.Names = append(told.Names, web.Link{Text: name, Href: entryPage(one.Node, id)})
		}
	}
	if len(told.Names) == 1 && told.Names[0].Text == one.Who {
		told.Who = "" // the link says it
	}
	if t.may && one.Node == r.Who.Node {
		told.Href = responsesPath + "/" + url.PathEscape(one.ID)
	}
	return told
}

// names are those of the agencies in the directory, by node and id.
func (d *desk) names(r *web.Request) (map[string]string, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Directory{})
	names := map[string]string{}
	for _, a := range all {
		names[a.Node+"/"+a.ID] = a.Name
	}
	return names, err
}

// lines are the lines of work there are: the common ones, those that agreements
// add, and any other that somebody has presented a response for.
func (d *desk) lines(r *web.Request, all []cooperation.Response) ([]string, error) {
	lines := slices.Clone(cooperation.Lines)
	add := func(line string) {
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	papers, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Agreements{})
	for _, a := range papers {
		for _, line := range a.Lines {
			add(line)
		}
	}
	for _, one := range all {
		add(one.Line)
	}
	return lines, err
}

func choosing(r *web.Request, all []cooperation.Response, lines []string) []web.Filter {
	var named, places []web.Option
	for _, line := range lines {
		named = append(named, web.Option{Value: line, Label: word(r, "cooperation.line.", line)})
	}
	for _, one := range all {
		if one.Place != "" && !slices.ContainsFunc(places, func(o web.Option) bool { return o.Value == one.Place }) {
			places = append(places, web.Option{Value: one.Place, Label: one.Place})
		}
	}
	i18n.SortBy(r.Lang, places, func(o web.Option) string { return o.Label })
	return []web.Filter{
		{Name: "line", Label: r.Say("cooperation.line"), Kind: "select", Choices: named},
		{Name: "level", Label: r.Say("cooperation.level"), Kind: "select", Choices: web.Choices(r.Lang, "cooperation.level.", cooperation.National, cooperation.Local)},
		{Name: "place", Label: r.Say("cooperation.place"), Kind: "select", Choices: places}}
}

func mayPresent(r *web.Request) bool { return access.Could(r.Who, "cooperation.present-response") }

// one is a response of this country's that the reader may change.
func (d *desk) one(r *web.Request) (cooperation.Response, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Responses{})
	if err != nil {
		return cooperation.Response{}, err
	}
	i := slices.IndexFunc(all, func(one cooperation.Response) bool { return one.ID == r.PathValue("id") })
	if i < 0 || !may(r, "cooperation.present-response", all[i]) {
		return cooperation.Response{}, fault.NotFound()
	}
	return all[i], nil
}

// present is the form of a response, new or told anew.
func (d *desk) present(r *web.Request) (web.View, error) {
	one := cooperation.Response{Line: r.Query("line"), Level: r.Query("level"), Place: r.Query("place"), PresentedOn: r.Now.In(r.Zone())}
	title := "cooperation.present.title"
	var err error
	if !mayPresent(r) {
		return web.View{}, fault.NotFound()
	}
	if r.PathValue("id") != "" {
		title = "cooperation.present.anew"
		if one, err = d.one(r); err != nil {
			return web.View{}, err
		}
	}
	data := map[string]any{"Response": one, "Title": title, "Levels": []string{cooperation.National, cooperation.Local}}
	if data["Agencies"], err = d.institutions(r, []string{r.Who.Node}); err != nil {
		return web.View{}, err
	}
	lines, err := d.lines(r, nil)
	var choices []web.Option
	for _, line := range lines {
		choices = append(choices, web.Option{Value: line, Label: word(r, "cooperation.line.", line)})
	}
	data["Lines"] = choices
	return web.View{Template: "cooperation/present", Title: title, Data: data,
		Back: &web.Link{Text: r.Say("cooperation.responses.title"), Href: responsesPath}}, err
}

// beforeWithdrawal asks once before a response is taken back.
func (d *desk) beforeWithdrawal(r *web.Request) (web.View, error) {
	one, err := d.one(r)
	if err != nil {
		return web.View{}, err
	}
	what := strings.TrimSpace(cooperation.Said(r.Lang, one.WhatES, one.WhatEN))
	return web.Interrupt("cooperation.withdraw.title", web.Interruption{Heading: r.Say("cooperation.withdraw.title"),
		Body: []string{what, r.Say("cooperation.withdraw.gap")}, Verb: "cooperation.withdraw-response", Hidden: map[string]string{"id": one.ID},
		Confirm: r.Say("cooperation.withdraw.button"), Next: responsesPath,
		Cancel: web.Link{Text: r.Say("cooperation.withdraw.cancel"), Href: responsesPath}}), nil
}
