// Package pages shows the observatory: what moves through the isthmus, what is
// detected of it and what is missed. A page is some figures, each of which stands
// over its table, with where it is from, of when it is, how it is defined, how
// certain it is and what it compares with, and can be taken along.
package pages

import (
	"embed"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"istmo/act"
	"istmo/fault"
	"istmo/i18n"
	"istmo/observatory"
	"istmo/observatory/figures"
	"istmo/observatory/hall"
	"istmo/observatory/sources"
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
	timesPath     = hall.Root + "/times"
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
	hang(s, timesPath, "times", d.times)
}

// sheet is a page of figures, in parts.
type sheet struct {
	*web.Request
	root     string
	parts    []part
	narrowed url.Values // what is chosen of each choice
	Said     []said     // what was said once, as a number in words
	Beside   []beside   // two figures of the same, and why both can be right
	Warn     []string   // what must be known before anything is read
	Missing  []string   // what this node knows nothing of
	Empty    *web.Empty // why there is nothing
}

// part is some figures under a heading, by what they are narrowed to.
type part struct {
	Title   string
	Choices []choice
	figures []figure.Figure
}

// choice is one thing to narrow by: a link for each value.
type choice struct {
	Name, Label string
	Links       []hall.Tab
}

func newSheet(r *web.Request, root string) *sheet {
	return &sheet{Request: r, root: root, narrowed: url.Values{}}
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
		p := newSheet(r, root)
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
		for _, part := range p.parts {
			for _, f := range part.figures {
				if f.Name == file {
					return f, nil
				}
			}
		}
		return figure.Figure{}, fault.NotFound()
	})
}

// shown is a sheet as its template has it.
type shown struct {
	Name  string
	Tabs  []hall.Group
	Sheet *sheet
	Parts []drawn
}

type drawn struct {
	part
	Charts []web.Chart
}

func (p *sheet) shown(name string) (s shown) {
	s.Name, s.Tabs, s.Sheet = name, hall.Tabs(p.Request), p
	for _, one := range p.parts {
		d := drawn{part: one}
		for _, f := range one.figures {
			c := p.chart(f)
			c.Under = one.Title != ""
			d.Charts = append(d.Charts, c)
		}
		s.Parts = append(s.Parts, d)
	}
	return s
}

// chart is a figure on the page; its files are of what the page is narrowed to.
func (p *sheet) chart(f figure.Figure) web.Chart {
	c := f.Chart(p.Request, p.root)
	if q := p.narrowed.Encode(); q != "" {
		c.Download.Href += "?" + q
		for i := range c.Others {
			c.Others[i].Href += "?" + q
		}
	}
	return c
}

// By what pages are narrowed, in their addresses; the country before the year.
const (
	byCountry = "country"
	byYear    = "year"
)

// choose offers the values of a choice, and says which one is chosen: the first, if
// what the address names is none of them.
func (p *sheet) choose(name, label string, values []string, words func(string) string) string {
	chosen := values[0]
	if v := p.Query(name); slices.Contains(values, v) {
		chosen = v
	}
	c := choice{Name: name, Label: label}
	for _, v := range values {
		to := url.Values{name: {v}}
		for before := range p.narrowed {
			to.Set(before, p.narrowed.Get(before))
		}
		c.Links = append(c.Links, hall.Tab{Link: web.Link{Text: words(v), Href: p.root + "?" + to.Encode() + "#" + name}, Current: v == chosen})
	}
	p.narrowed.Set(name, chosen)
	last := p.last()
	last.Choices = append(last.Choices, c)
	return chosen
}

// begin begins a part.
func (p *sheet) begin(name string) {
	p.parts = append(p.parts, part{Title: p.Say("observatory.part." + name)})
}

// last is the part that is being filled; the first has no heading.
func (p *sheet) last() *part {
	if len(p.parts) == 0 {
		p.parts = []part{{}}
	}
	return &p.parts[len(p.parts)-1]
}

// put puts a figure on the page.
func (p *sheet) put(f figure.Figure) {
	f.File = p.Say("observatory." + f.Name + ".file")
	last := p.last()
	last.figures = append(last.figures, f)
}

// add puts a figure of public figures on the page, with what must be known of it;
// from files that were brought, their sources and editions.
func (p *sheet) add(name string, of figures.Public, files []sources.File, t report.Table, picture web.Chart) {
	t.Source, t.Dated = of.Source(p.Lang), edition(of.Edition)
	if len(files) > 0 {
		t.Source, t.Dated = cited(files), edition(files[0].Edition)
	}
	if of.Key != "" {
		picture.About = p.about(of)
	} else if !picture.About.Any() {
		picture.About = web.About{Definition: p.Say("observatory." + name + ".definition"), Certainty: p.Say("observatory.certainty.published"), Comparable: p.Say("observatory.returned.comparable")}
	}
	if picture.Note == "" {
		picture.Note = p.Say("observatory." + name + ".note")
	}
	if t.Caption == "" {
		t.Caption = p.Say("observatory." + name)
	}
	p.put(figure.Figure{Name: name, Table: t, Picture: picture, Public: true})
}

// about is what must be known of a public figure.
func (p *sheet) about(of figures.Public) web.About {
	return web.About{Definition: of.Definition(p.Lang), Certainty: p.Say("observatory.certainty." + string(of.Certainty)), Comparable: of.Comparable(p.Lang), Note: of.Note(p.Lang)}
}

// edition is the day of a source; of a month or a year, its last day.
func edition(written string) time.Time {
	if t, err := time.Parse(time.DateOnly, written); err == nil {
		return t
	}
	if t, err := time.Parse("2006-01", written); err == nil {
		return t.AddDate(0, 1, -1)
	}
	if t, err := time.Parse("2006", written); err == nil {
		return t.AddDate(1, 0, -1)
	}
	return time.Time{}
}

// cited are who published some files, each once.
func cited(files []sources.File) string {
	var all []string
	for _, f := range files {
		if !slices.Contains(all, f.Source) {
			all = append(all, f.Source)
		}
	}
	return strings.Join(all, "; ")
}

// state puts a stated figure on a card.
func (p *sheet) state(of figures.Public) {
	if of.Key == "" {
		return
	}
	n := figure.Number(p.Lang, of.Low)
	if of.Unit == "percent" {
		n = i18n.Percent(p.Lang, float64(of.Low), 0)
	}
	p.Said = append(p.Said, said{n, of.Definition(p.Lang), p.Say("web.chart.source-alone", "Source", of.Source(p.Lang)), p.about(of)})
}

// lines draws series by year, one line each, over a table of them.
func (p *sheet) lines(name string, all []observatory.Series, files []sources.File) {
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
	var of figures.Public
	for _, s := range all {
		for _, point := range s.Points {
			if of.Key == "" {
				of = point.Note
			}
		}
	}
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
	p.add(name, of, files, t, c)
}

// counted is a count as its source prints it.
func counted(point observatory.Point, there bool) report.Cell {
	switch {
	case !there:
		return nil
	case !point.Exact():
		return told(point)
	}
	return point.Low
}

// told is a count that its source prints as <5; of several of them together, the
// numbers between which it is.
func told(point observatory.Point) string {
	if point.Low == 0 && point.High == figures.Small-1 {
		return "<" + strconv.Itoa(figures.Small)
	}
	return strconv.Itoa(point.Low) + "–" + strconv.Itoa(point.High)
}
