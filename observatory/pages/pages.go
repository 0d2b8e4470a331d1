// Package pages shows the observatory: what moves through the isthmus, what is
// detected of it and what is missed. A page is some figures, each of which stands
// over its table, with where it is from, of when it is, how it is defined, how
// certain it is and what it compares with, and can be taken along.
package pages

import (
	"embed"
	"slices"
	"strconv"
	"time"

	"istmo/act"
	"istmo/fault"
	"istmo/observatory"
	"istmo/observatory/figures"
	"istmo/observatory/hall"
	"istmo/report"
	"istmo/web"
	"istmo/web/figure"
)

//go:embed *.html
var templates embed.FS

// The pages.
const (
	flowPath      = hall.Root + "/flow"
	detectionPath = hall.Root + "/detection"
	justicePath   = hall.Root + "/justice"
)

type desk struct{ engine *act.Engine }

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {
	d := &desk{e}
	s.Templates("observatory", templates)
	s.Page("GET "+hall.Root, d.overview)
	hang(s, flowPath, "flow", d.flow)
	hang(s, detectionPath, "detection", d.detection)
	hang(s, justicePath, "justice", d.justice)
}

// sheet is a page of figures.
type sheet struct {
	*web.Request
	root    string
	Figures []figure.Figure
	Said    []said          // what was said once, as a number in words
	Beside  []beside        // two figures of the same, and why both can be right
	Warn    []string        // what must be known before anything is read
	Filters *web.Filters    // by what the page is narrowed
	Query   string          // the same as it stands in the address
	names   map[string]bool // of Figures
}

// said is a stated figure as a card.
type said struct {
	Number, Words string
	Source        string
	About         web.About
}

// hang hangs a page and the files of its figures.
func hang(s *web.Site, root, name string, read func(*sheet) error) {
	of := func(r *web.Request) (*sheet, error) {
		p := &sheet{Request: r, root: root}
		return p, read(p)
	}
	s.Page("GET "+root, func(r *web.Request) (web.View, error) {
		p, err := of(r)
		return web.View{Template: "observatory/sheet", Title: "observatory." + name + ".title", Data: p.shown(name)}, err
	})
	figure.Files(s, root, func(r *web.Request, file string) (figure.Figure, error) {
		p, err := of(r)
		if err != nil {
			return figure.Figure{}, err
		}
		i := slices.IndexFunc(p.Figures, func(f figure.Figure) bool { return f.Name == file })
		if i < 0 {
			return figure.Figure{}, fault.NotFound()
		}
		return p.Figures[i], nil
	})
}

// shown is a sheet as its template has it.
type shown struct {
	Name   string
	Tabs   []hall.Group
	Sheet  *sheet
	Charts []web.Chart
}

func (p *sheet) shown(name string) (s shown) {
	s.Name, s.Tabs, s.Sheet = name, hall.Tabs(p.Request), p
	for _, f := range p.Figures {
		s.Charts = append(s.Charts, p.chart(f))
	}
	return s
}

// chart is a figure on the page; its files are of what the page is narrowed to.
func (p *sheet) chart(f figure.Figure) web.Chart {
	c := f.Chart(p.Request, p.root)
	if q := p.URL.RawQuery; q != "" && p.Filters != nil {
		c.Download.Href += "?" + p.narrowed()
		for i := range c.Others {
			c.Others[i].Href += "?" + p.narrowed()
		}
	}
	return c
}

// narrowed are the filters that are chosen, and nothing else of the address.
func (p *sheet) narrowed() string {
	kept := p.URL.Query()
	for name := range kept {
		if !slices.ContainsFunc(p.Filters.Fields, func(f web.Filter) bool { return f.Name == name }) {
			kept.Del(name)
		}
	}
	return kept.Encode()
}

// add puts a figure of public figures on the page, with what must be known of it.
func (p *sheet) add(name string, of figures.Public, t report.Table, picture web.Chart) {
	t.Source, t.Dated = of.Source(p.Lang), edition(of)
	picture.About = p.about(of)
	if picture.Note == "" {
		picture.Note = p.Say("observatory." + name + ".note")
	}
	t.Caption = p.Say("observatory." + name)
	p.Figures = append(p.Figures, figure.Figure{Name: name, File: p.Say("observatory." + name + ".file"), Table: t, Picture: picture, Public: true})
}

// about is what must be known of a public figure.
func (p *sheet) about(of figures.Public) web.About {
	return web.About{Definition: of.Definition(p.Lang), Certainty: p.Say("observatory.certainty." + string(of.Certainty)), Comparable: of.Comparable(p.Lang), Note: of.Note(p.Lang)}
}

// edition is the day of a figure's source; of a month, its last day.
func edition(of figures.Public) time.Time {
	if t, err := time.Parse(time.DateOnly, of.Edition); err == nil {
		return t
	}
	if t, err := time.Parse("2006-01", of.Edition); err == nil {
		return t.AddDate(0, 1, -1)
	}
	return time.Time{}
}

// state puts a stated figure on a card.
func (p *sheet) state(of figures.Public, unit string) {
	if of.Key == "" {
		return
	}
	n := figure.Number(p.Lang, of.Low)
	if unit != "" {
		n += "\u00a0" + unit
	}
	p.Said = append(p.Said, said{n, of.Definition(p.Lang), p.Say("web.chart.source-alone", "Source", of.Source(p.Lang)), p.about(of)})
}

// lines draws series by year, one line each, over a table of them.
func (p *sheet) lines(name string, all []observatory.Series) {
	if len(all) == 0 {
		return
	}
	years := observatory.Years(all)
	t := report.Table{Columns: []report.Column{figure.Column(p.Say("observatory.year"))}}
	var c web.Chart
	for _, y := range years {
		c.Steps = append(c.Steps, strconv.Itoa(y))
		t.Rows = append(t.Rows, []report.Cell{strconv.Itoa(y)})
	}
	of := all[0].Points[0].Note
	for _, s := range all {
		line := web.ChartLine{Label: figures.Name(s.Country, p.Lang)}
		t.Columns = append(t.Columns, figure.Numbers(line.Label))
		for i, y := range years {
			point, there := s.At(y)
			line.Points = append(line.Points, web.ChartPoint{Known: there, Value: float64(point.Low+point.High) / 2})
			t.Rows[i] = append(t.Rows[i], counted(point, there))
			if note := point.Note.Note(p.Lang); note != "" && point.Exact() {
				p.Warn = append(p.Warn, p.Say("observatory.doubt", "Country", line.Label, "Year", strconv.Itoa(y), "Note", note))
			}
		}
		c.Lines = append(c.Lines, line)
	}
	p.add(name, of, t, c)
}

// counted is a count as its source prints it.
func counted(point observatory.Point, there bool) report.Cell {
	switch {
	case !there:
		return nil
	case !point.Exact():
		return "<" + strconv.Itoa(point.High+1)
	}
	return point.Low
}
