package pages

import (
	"slices"
	"strconv"

	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/web"
)

// writes reports whether the reader may write an agreement's text now: at its
// depositary, and while nobody else has signed.
func writes(r *web.Request, a cooperation.Agreement) bool {
	signed := slices.ContainsFunc(a.Signed, func(n string) bool { return n != a.Home })
	return a.State == cooperation.Proposed && !signed && may(r, "cooperation.write-article", a)
}

// draft is an agreement whose text is being written.
type draft struct {
	paper
	Chapters []drafted
	Named    []named
	Lands    []web.Option
	Agencies []web.Option
	Roles    []string
}

// named is a body with its country in words.
type named struct {
	cooperation.Body
	Land string
}

// drafted is an article on the page where it is written, each duty with what its
// forms need.
type drafted struct {
	chapter
	Lines []line
}

type line struct {
	web.Row
	cooperation.Duty
}

// Key tells the forms of a duty from those of the others.
func (d drafted) Key(l line) string { return d.Number + "/" + strconv.FormatInt(l.Position, 10) }

// write is where the depositary writes the text.
func (d *desk) write(r *web.Request) (web.View, error) {
	a, err := d.find(r)
	if err != nil {
		return web.View{}, err
	}
	if !may(r, "cooperation.write-article", a) {
		return web.View{}, fault.NotFound()
	}
	if !writes(r, a) {
		return web.View{Redirect: agreementPage(a.ID)}, nil
	}
	w := draft{paper: paperOf(r, a), Roles: []string{cooperation.Committee, cooperation.Contact, cooperation.Observer}}
	for _, n := range a.Parties {
		w.Lands = append(w.Lands, web.Option{Value: n, Label: country(r, n)})
	}
	for _, c := range says(r, a) {
		one := drafted{chapter: c}
		for i, duty := range c.Article.Duties {
			one.Lines = append(one.Lines, line{c.Duties[i], duty})
		}
		w.Chapters = append(w.Chapters, one)
	}
	for _, b := range a.Bodies {
		one := named{Body: b}
		if b.Node != "" {
			one.Land = country(r, b.Node)
		}
		w.Named = append(w.Named, one)
	}
	if w.Agencies, err = d.institutions(r, a.Parties); err != nil {
		return web.View{}, err
	}
	return web.View{Template: "cooperation/write", Title: "cooperation.write.title", Args: []any{"Title", w.Title}, Data: w,
		Back: &web.Link{Text: w.Title, Href: agreementPage(a.ID)}}, nil
}

// institutions are the agencies of some countries, by country and name.
func (d *desk) institutions(r *web.Request, nodes []string) ([]web.Option, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Directory{})
	var options []web.Option
	for _, a := range all {
		if slices.Contains(nodes, a.Node) {
			options = append(options, web.Option{Value: a.ID, Label: country(r, a.Node) + " · " + a.Name})
		}
	}
	return options, err
}
