// Package pages shows what screening reaches and what it misses: the flow and the
// screenings, the work at the posts, what was decided about whom, and whether
// groups were treated differently. Every picture stands over its table, with its
// source and day, and every table can be taken along.
package pages

import (
	"embed"
	"time"

	"istmo/act"
	"istmo/fault"
	"istmo/report"
	"istmo/screening/coverage"
	"istmo/web"
	"istmo/web/figure"
)

//go:embed *.html
var templates embed.FS

// Root is where coverage is.
const Root = "/screening/coverage"

// The pages, in the order in which they lead on.
const (
	reachPath    = Root
	workPath     = Root + "/work"
	outcomesPath = Root + "/outcomes"
	fairnessPath = Root + "/fairness"
	flowPath     = Root + "/flow"
)

type desk struct{ engine *act.Engine }

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {
	d := &desk{e}
	s.Templates("coverage", templates)
	s.Navigation(web.Nav{Key: "coverage.nav", Path: Root, Order: 16, Verb: "coverage.read"})
	s.Page("GET "+reachPath, d.page("reach", reach))
	s.Page("GET "+workPath, d.page("work", work))
	s.Page("GET "+outcomesPath, d.page("outcomes", outcomes))
	s.Page("GET "+fairnessPath, d.page("fairness", fair))
	s.Page("GET "+flowPath, d.flow)
	figure.Files(s, Root, func(r *web.Request, name string) (figure.Figure, error) {
		table, there := tables[name]
		if !there {
			return figure.Figure{}, fault.NotFound()
		}
		v, err := d.read(r)
		if err != nil {
			return figure.Figure{}, err
		}
		return v.taken(name, table(v)), nil
	})
}

// tables are what can be taken along, by the names of their files.
var tables = map[string]func(*reading) report.Table{
	"reach": reachTable, "months": monthsTable, "work": workTable, "indicators": usesTable, "outcomes": outcomesTable, "fairness": comparedTable,
}

// reading is somebody reading the figures.
type reading struct {
	*web.Request
	coverage.View
}

func (d *desk) read(r *web.Request) (*reading, error) {
	v, err := act.Ask(r.Context(), d.engine, r.Who, coverage.Read{})
	return &reading{r, v}, err
}

// shown is what every page has.
type shown struct {
	Tabs    []tab
	Lead    []string
	Made    time.Time
	Empty   *web.Empty
	Left    string
	Content any
}

type tab struct {
	web.Link
	Current bool
}

func (d *desk) page(name string, content func(*reading) any) func(*web.Request) (web.View, error) {
	return func(r *web.Request) (web.View, error) {
		v, err := d.read(r)
		if err != nil {
			return web.View{}, err
		}
		s := shown{Tabs: tabs(r), Made: v.Figures.Made}
		if v.There {
			s.Content, s.Left = content(v), v.leftOut()
		} else {
			s.Empty = &web.Empty{Title: r.Say("coverage.empty"), Body: r.Say("coverage.empty.body")}
		}
		return web.View{Template: "coverage/" + name, Title: "coverage." + name + ".title", Data: s}, nil
	}
}

func tabs(r *web.Request) (all []tab) {
	for _, t := range []struct{ key, path string }{
		{"coverage.reach.tab", reachPath}, {"coverage.work.tab", workPath}, {"coverage.outcomes.tab", outcomesPath},
		{"coverage.fairness.tab", fairnessPath}, {"coverage.flow.tab", flowPath},
	} {
		all = append(all, tab{web.Link{Text: r.Say(t.key), Href: t.path}, r.URL.Path == t.path})
	}
	return all
}

// leftOut says what does not count, without saying why of any one.
func (v *reading) leftOut() string {
	if v.Figures.LeftOut < 0 {
		return v.Say("coverage.left.few", "Counted", figure.Number(v.Lang, v.Figures.Counted))
	}
	return v.Say("coverage.left", "Counted", figure.Number(v.Lang, v.Figures.Counted), "Left", figure.Number(v.Lang, v.Figures.LeftOut))
}

// figure is a table as a part of a page; a picture is put on it afterwards.
func (v *reading) figure(name string, t report.Table, note string) web.Chart {
	c := v.taken(name, t).Chart(v.Request, Root)
	c.Note, c.About = note, figure.About(v.Request, "coverage.about")
	return c
}

// taken is a table that can be taken along, if it has a name.
func (v *reading) taken(name string, t report.Table) figure.Figure {
	t.Dated = v.Figures.Made
	f := figure.Figure{Name: name, Table: t}
	if name != "" {
		f.File = v.Say("coverage.file." + name)
	}
	return f
}

// post is a post's name.
func (v *reading) post(id string) string {
	for _, p := range v.Posts {
		if p.ID == id {
			return p.Name
		}
	}
	if id == "" {
		return v.Say("coverage.all-posts")
	}
	return v.Say("coverage.unknown-post")
}

func (v *reading) source() string { return v.Say("coverage.source") }
