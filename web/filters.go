package web

import (
	"html/template"
	"net/url"
	"slices"
)

// chip is one chosen filter, with the address of the list without it.
type chip struct{ Label, Text, Href string }

type shownFilter struct {
	Filter
	ID      string
	Value   string
	Choices []Choice
}

// filters shows the filters of a list as they stand in the page's URL.
func (s *Site) filters(p *Page, f Filters) (template.HTML, error) {
	query := p.URL.Query()
	var fields []shownFilter
	var chips []chip
	for _, one := range f.Fields {
		fields = append(fields, shown(one, query))
		chips = append(chips, chosen(one, p.URL, query)...)
	}
	return s.part(p.Lang, "filters", map[string]any{
		"Path": p.URL.Path, "Fields": fields, "Chips": chips, "Count": f.Count,
	})
}

func shown(f Filter, query url.Values) shownFilter {
	d := Field{ID: "filter-" + anchor(f.Name), Values: query[f.Name]}
	return shownFilter{Filter: f, ID: d.ID, Value: query.Get(f.Name), Choices: d.choices(opts{"choices": f.Choices})}
}

func chosen(f Filter, at *url.URL, query url.Values) []chip {
	var chips []chip
	for _, value := range query[f.Name] {
		if value != "" {
			chips = append(chips, chip{f.Label, f.words(value), without(at, query, f.Name, value)})
		}
	}
	return chips
}

// words are what a chosen value is called.
func (f Filter) words(value string) string {
	for _, c := range f.Choices {
		if c.Value == value {
			return c.Label
		}
	}
	return value
}

// without is the address of the list with one filter fewer, from its beginning.
func without(at *url.URL, query url.Values, name, value string) string {
	rest := url.Values{}
	for k, v := range query {
		if k != "after" && k != "before" {
			rest[k] = slices.Clone(v)
		}
	}
	rest[name] = slices.DeleteFunc(rest[name], func(v string) bool { return v == value })
	if len(rest.Encode()) == 0 {
		return at.Path
	}
	return at.Path + "?" + rest.Encode()
}
