// Package pages shows what screening reaches and what it misses: the flow and the
// screenings, the work at the posts, what was decided about whom, and whether
// groups were treated differently. Every picture stands over its table, with its
// source and day, and every table can be taken along.
package pages

import (
	"bytes"
	"embed"
	"net/http"
	"strings"
	"time"

	"istmo/act"
	"istmo/i18n"
	"istmo/report"
	"istmo/screening/coverage"
	"istmo/web"
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
	for name, table := range tables {
		for _, ext := range []string{"csv", "xlsx"} {
			s.Raw("GET "+Root+"/"+name+"."+ext, d.download(name, ext, table))
		}
	}
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
		return v.Say("coverage.left.few", "Counted", number(v.Lang, v.Figures.Counted))
	}
	return v.Say("coverage.left", "Counted", number(v.Lang, v.Figures.Counted), "Left", number(v.Lang, v.Figures.LeftOut))
}

func (d *desk) download(name, ext string, table func(*reading) report.Table) func(http.ResponseWriter, *web.Request) error {
	return func(w http.ResponseWriter, r *web.Request) error {
		v, err := d.read(r)
		if err != nil {
			return err
		}
		t := table(v)
		doc := report.Document{Lang: r.Lang, Title: t.Caption, Notice: r.Notice(r.Lang), Made: r.Now, Sections: []report.Section{{Heading: t.Caption, Table: &t}}}
		write, kind := doc.CSV, "text/csv; charset=utf-8"
		if ext == "xlsx" {
			write, kind = doc.XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		}
		var out bytes.Buffer
		if err := write(&out); err != nil {
			return err
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Disposition", `attachment; filename="`+r.Say("coverage.file."+name)+"."+ext+`"`)
		_, _ = out.WriteTo(w) // the reader has gone; there is nobody left to tell
		return nil
	}
}

// figure is a table as a part of a page; a picture is put on it afterwards.
func (v *reading) figure(name string, t report.Table, note string) web.Chart {
	c := web.Chart{Title: t.Caption, Note: note, Source: t.Source, Dated: i18n.Date(v.Lang, v.Figures.Made.In(v.Zone())), Table: written(v.Lang, t)}
	if name != "" {
		c.Download = web.Link{Text: v.Say("coverage.download"), Href: Root + "/" + name + ".csv"}
	}
	return c
}

// written is a table in words. What is not shown is a dash.
func written(lang string, t report.Table) (out web.ChartTable) {
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, web.ChartColumn{Title: c.Title, Number: c.Number})
	}
	for _, row := range t.Rows {
		words := make([]string, len(row))
		for i, cell := range row {
			words[i] = word(lang, cell)
		}
		out.Rows = append(out.Rows, words)
	}
	return out
}

func word(lang string, c report.Cell) string {
	switch v := c.(type) {
	case nil:
		return "–"
	case int:
		return number(lang, v)
	case float64:
		return i18n.Decimal(lang, v, places(v))
	case time.Time:
		return i18n.Date(lang, v)
	case string:
		return v
	}
	return ""
}

// places are enough to tell small figures apart: 0.43, 2.7, 38.
func places(f float64) int {
	switch {
	case f == 0:
		return 0
	case f < 0.995:
		return 2
	case f < 99.5:
		return 1
	}
	return 0
}

func number(lang string, n int) string { return i18n.Number(lang, int64(n)) }

// count is a number of a table, or nothing where it is not shown.
func count(n int) report.Cell {
	if n < 0 {
		return nil
	}
	return n
}

// share is a figure of a table, or nothing where it is not known.
func share(f float64, known bool) report.Cell {
	if !known {
		return nil
	}
	return f
}

func column(title string) report.Column  { return report.Column{Title: title} }
func numbers(title string) report.Column { return report.Column{Title: title, Number: true} }

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

// month is a month in few letters: "nov 2026".
func month(lang, m string) string {
	t, err := time.Parse("2006-01", m)
	if err != nil {
		return m
	}
	_, rest, _ := strings.Cut(i18n.Date(lang, t), " ")
	return rest
}

func (v *reading) source() string { return v.Say("coverage.source") }
