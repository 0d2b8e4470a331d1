// Package hall is what all pages of the observatory have in common: the place in
// the navigation, the doors from one room to the next, and nothing of what is in
// the rooms. A room's page puts [Tabs] into its data and {{template "hall/tabs"
// .Data.Tabs}} under its heading.
package hall

import (
	"embed"

	"istmo/web"
)

//go:embed *.html
var templates embed.FS

// Root is where the observatory is.
const Root = "/observatory"

// groups are the rooms, by what somebody comes for. A room is shown to those who
// may do its verb.
var groups = []struct {
	key   string
	rooms []room
}{
	{"hall.what", []room{
		{"hall.overview", Root, "observatory.read"},
		{"hall.flow", Root + "/flow", "observatory.read"},
		{"hall.detection", Root + "/detection", "observatory.read"},
		{"hall.justice", Root + "/justice", "observatory.read"},
		{"hall.times", Root + "/times", "observatory.read"},
		{"hall.map", Root + "/map", "places.read"},
		{"hall.risks", Root + "/places", "places.read"},
		{"hall.points", Root + "/places/points", "places.read"},
	}},
	{"hall.changes", []room{
		{"hall.watch", Root + "/watch", "signals.list"},
		{"hall.estimate", Root + "/estimate", "estimates.list"},
	}},
	{"hall.together", []room{
		{"hall.releases", Root + "/releases", "release.register"},
		{"hall.beside", Root + "/beside", "release.beside"},
	}},
	{"hall.from", []room{
		{"sources.tab", Root + "/sources", "sources.files"},
		{"sources.findings.tab", Root + "/sources/findings", "sources.findings"},
		{"sources.spellings.tab", Root + "/sources/spellings", "sources.spellings"},
		{"hall.returns", Root + "/returns", "returns.build"},
	}},
}

type room struct{ key, path, verb string }

// Group is some rooms under their heading.
type Group struct {
	Title string
	Tabs  []Tab
}

// Tab is a door.
type Tab struct {
	web.Link
	Current bool
}

// Tabs are the doors that the reader may go through. The room they are in is the
// last of those whose address leads on to the page.
func Tabs(r *web.Request) (all []Group) {
	here := ""
	for _, g := range groups {
		for _, one := range g.rooms {
			if (r.URL.Path == one.path || len(r.URL.Path) > len(one.path) && r.URL.Path[:len(one.path)+1] == one.path+"/") && len(one.path) > len(here) {
				here = one.path
			}
		}
	}
	for _, g := range groups {
		shown := Group{Title: r.Say(g.key)}
		for _, one := range g.rooms {
			if r.May(one.verb) {
				shown.Tabs = append(shown.Tabs, Tab{web.Link{Text: r.Say(one.key), Href: one.path}, one.path == here})
			}
		}
		if len(shown.Tabs) > 0 {
			all = append(all, shown)
		}
	}
	return all
}

// Routes hangs the observatory into the site's navigation.
func Routes(s *web.Site) {
	s.Templates("hall", templates)
	s.Navigation(web.Nav{Key: "hall.nav", Path: Root, Order: 60, Verb: "observatory.read"})
}
