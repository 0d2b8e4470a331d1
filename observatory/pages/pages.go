// Package pages shows the observatory: what moves through the isthmus, what is
// detected of it and what is missed.
package pages

import (
	"embed"

	"istmo/act"
	"istmo/observatory"
	"istmo/observatory/hall"
	"istmo/web"
)

//go:embed *.html
var templates embed.FS

type desk struct{ engine *act.Engine }

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {
	d := &desk{e}
	s.Templates("observatory", templates)
	s.Page("GET "+hall.Root, d.overview)
}

type shown struct {
	Tabs []hall.Group
	observatory.View
}

func (d *desk) overview(r *web.Request) (web.View, error) {
	v, err := act.Ask(r.Context(), d.engine, r.Who, observatory.Read{})
	return web.View{Template: "observatory/overview", Title: "observatory.title", Data: shown{hall.Tabs(r), v}}, err
}
