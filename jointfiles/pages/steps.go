package pages

import (
	"istmo/web"
)

// decline asks why a proposal is not accepted, or is taken back.
func (d *desk) decline(r *web.Request) (web.View, error) { return d.grave(r, "decline") }

// close asks what came of the file before it is closed for all.
func (d *desk) close(r *web.Request) (web.View, error) { return d.grave(r, "close") }

// grave is a page of its own before a step that ends the file.
func (d *desk) grave(r *web.Request, verb string) (web.View, error) {
	v, err := d.open(r)
	if err != nil {
		return web.View{}, err
	}
	s, err := d.sheet(r, v)
	if err != nil {
		return web.View{}, err
	}
	if !s.Can(verb) {
		return web.View{Redirect: pageOf(s.ID)}, nil
	}
	return web.View{Template: "jointfiles/" + verb, Title: "jointfiles." + verb + ".title", Data: s, Layout: web.Person, Back: backTo(r, s.ID)}, nil
}

// review asks once before the writing ends in all countries.
func (d *desk) review(r *web.Request) (web.View, error) {
	v, err := d.open(r)
	if err != nil {
		return web.View{}, err
	}
	s, err := d.sheet(r, v)
	if err != nil {
		return web.View{}, err
	}
	if !s.Can("review") {
		return web.View{Redirect: pageOf(s.ID)}, nil
	}
	return web.Interrupt("jointfiles.review.title", web.Interruption{Heading: r.Say("jointfiles.review.title"),
		Body: []string{r.Say("jointfiles.review.stops"), r.Say("jointfiles.review.after")},
		Verb: "jointfiles.review", Hidden: map[string]string{"id": s.ID}, Confirm: r.Say("jointfiles.review.button"),
		Next: pageOf(s.ID), Cancel: web.Link{Text: r.Say("jointfiles.cancel"), Href: pageOf(s.ID)}}), nil
}
