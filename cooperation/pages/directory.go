package pages

import (
	"istmo/act"
	"istmo/cooperation"
	"istmo/i18n"
	"istmo/web"
)

// land is a country's agencies in the directory.
type land struct {
	Name     string
	Own      bool
	Child    bool // there is a child authority to send a child to
	Agencies []cooperation.Agency
}

// directory lists whom one can write to, by country.
func (d *desk) directory(r *web.Request) (web.View, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Directory{})
	if err != nil {
		return web.View{}, err
	}
	var lands []*land
	var nodes, kinds []web.Option
	at, seen, count := map[string]*land{}, map[string]bool{}, 0
	for _, a := range all {
		if !seen["node "+a.Node] {
			seen["node "+a.Node] = true
			nodes = append(nodes, web.Option{Value: a.Node, Label: country(r, a.Node)})
		}
		if !seen[a.Kind] {
			seen[a.Kind] = true
			kinds = append(kinds, web.Option{Value: a.Kind, Label: say(r, "people.kind."+a.Kind)})
		}
		if n, k := r.Query("node"), r.Query("kind"); n != "" && n != a.Node || k != "" && k != a.Kind {
			continue
		}
		if at[a.Node] == nil {
			at[a.Node] = &land{Name: country(r, a.Node), Own: a.Node == r.Who.Node}
			lands = append(lands, at[a.Node])
		}
		at[a.Node].Agencies = append(at[a.Node].Agencies, a)
		count++
	}
	i18n.SortBy(r.Lang, kinds, func(o web.Option) string { return o.Label })
	data := map[string]any{"Lands": lands, "Empty": web.Empty{Title: say(r, "cooperation.directory.empty"), Body: say(r, "cooperation.directory.empty.body")},
		"Filters": web.Filters{Count: count, Fields: []web.Filter{
			{Name: "node", Label: say(r, "cooperation.country"), Kind: "select", Choices: nodes},
			{Name: "kind", Label: say(r, "cooperation.kind"), Kind: "select", Choices: kinds}}}}
	return web.View{Template: "cooperation/directory", Title: "cooperation.directory.title", Data: data}, nil
}
