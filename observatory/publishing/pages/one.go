package pages

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"time"

	"istmo/act"
	"istmo/fault"
	"istmo/i18n"
	"istmo/observatory/hall"
	"istmo/observatory/publishing"
	"istmo/observatory/release/approval"
	"istmo/report"
	"istmo/web"
	"istmo/web/figure"
)

func when(r *web.Request, t time.Time) string { return i18n.DateTime(r.Lang, t, r.Zone()) }

// shown is the page of one release.
type shown struct {
	tabs
	publishing.View
	Tag    web.Tag
	Say    string // where it stands, in a sentence
	Rows   []web.Row
	Took   []string
	Charts []web.Chart
	Sent   []web.Event
	Read   string // the digest that is read here
	Next   next
}

// next is what somebody can do with it.
type next struct {
	Approve, Decline, Public, Named bool
	Partners                        []partner
}

// partner is a country that it can be shown to, or why not.
type partner struct{ Node, Country, Not string }

func (d *desk) one(r *web.Request) (web.View, error) {
	v, err := d.open(r)
	if err != nil {
		return web.View{}, err
	}
	p := shown{tabs: tabs{hall.Tabs(r)}, View: v, Tag: tag(r, v.Line), Took: attackWords(r, v), Read: v.Digest}
	p.Say = said(r, v)
	p.Rows = rows(r, v)
	for _, f := range tables(r, v) {
		c := f.Chart(r, Page(v.ID)+"/tables")
		if !v.Files {
			c.Download, c.Others = web.Link{}, nil
		}
		c.Under, c.Whole = true, true
		p.Charts = append(p.Charts, c)
	}
	for _, s := range slices.Backward(v.Sent) {
		p.Sent = append(p.Sent, event(r, s, v.Names))
	}
	if p.Next, err = d.next(r, v); err != nil {
		return web.View{}, err
	}
	return web.View{Template: "publishing/one", Title: "release.one.title", Args: []any{"Title", v.Title}, Data: p, Back: back(r)}, nil
}

// said is where a release stands and what comes next.
func said(r *web.Request, v publishing.View) string {
	key := "release.stands." + string(v.State)
	switch {
	case v.Overtaken:
		key = "release.stands.overtaken"
	case v.State == approval.Prepared && v.PreparedBy == r.Who.ID:
		key = "release.stands.prepared.own"
	}
	return r.Say(key, "Who", v.Names[v.PreparedBy], "Reason", v.Reason)
}

func rows(r *web.Request, v publishing.View) []web.Row {
	all := []web.Row{{Key: r.Say("release.row.prepared"), Value: v.Names[v.PreparedBy] + ", " + when(r, v.PreparedAt)}}
	if v.DecidedBy != "" {
		key := "release.row.approved"
		if v.State == approval.Declined {
			key = "release.row.declined"
		}
		all = append(all, web.Row{Key: r.Say(key), Value: v.Names[v.DecidedBy] + ", " + when(r, v.DecidedAt)})
	}
	return append(all, web.Row{Key: r.Say("release.row.counted"), Value: when(r, v.Publication.Counted)},
		web.Row{Key: r.Say("release.row.edition"), Value: v.Publication.Edition},
		web.Row{Key: r.Say("release.row.rule"), Value: ruleWords(r.Lang, v.Publication.Rule)},
		web.Row{Key: r.Say("release.row.digest"), Value: digest(v.Digest)})
}

func ruleWords(lang string, rule publishing.Rule) string {
	if lang == "en" {
		return rule.EN
	}
	return rule.ES
}

// event is a copy that went out.
func event(r *web.Request, s publishing.Sending, names map[string]string) web.Event {
	e := web.Event{At: s.At, Title: r.Say("release.sent-to", "Whom", receiver(r, s)), By: names[s.By]}
	if s.Kind != publishing.Partner {
		return e
	}
	switch {
	case s.Refused != "":
		e.Body, e.Tag = r.Say("release.letter.refused", "Why", r.Say(s.Refused)), web.Tag{Text: r.Say("release.letter.refused.tag"), Tone: web.Danger}
	case s.DeliveredAt.IsZero():
		e.Body, e.Tag = r.Say("release.letter.waits"), web.Tag{Text: r.Say("release.letter.waits.tag"), Tone: web.Warning}
	default:
		e.Body, e.Tag = r.Say("release.letter.arrived", "When", when(r, s.DeliveredAt)), web.Tag{Text: r.Say("release.letter.arrived.tag"), Tone: web.Success}
	}
	return e
}

func (d *desk) next(r *web.Request, v publishing.View) (n next, err error) {
	n.Approve = v.State == approval.Prepared && v.PreparedBy != r.Who.ID && !v.Overtaken
	n.Decline = v.State == approval.Prepared || v.State == approval.Approved
	if !sendable(v) {
		return n, nil
	}
	n.Public, n.Named = !gone(v, publishing.Public), true
	b, err := act.Ask(r.Context(), d.engine, r.Who, publishing.Beside{})
	if err != nil {
		return n, err
	}
	for _, node := range b.Partners {
		if gone(v, node) {
			continue
		}
		one := partner{Node: node, Country: country(r, node)}
		if with, err := act.Ask(r.Context(), d.engine, r.Who, publishing.Beside{Node: node}); err != nil {
			return n, err
		} else if with.Agreement == "" {
			one.Not = r.Say("release.send.no-agreement", "Country", one.Country)
		}
		n.Partners = append(n.Partners, one)
	}
	return n, nil
}

// sendable is whether it may go out, for the first time or to somebody else.
func sendable(v publishing.View) bool {
	return v.State == approval.Sent || v.State == approval.Approved && !v.Overtaken
}

// take opens a release as a file that somebody takes along.
func (d *desk) take(r *web.Request) (publishing.Taken, error) {
	return act.Look(r.Context(), d.engine, r.Who, publishing.Take{On: publishing.On{ID: r.PathValue("id")}})
}

// table is one of a release's tables as a file.
func (d *desk) table(r *web.Request, name string) (figure.Figure, error) {
	t, err := d.take(r)
	if err != nil {
		return figure.Figure{}, err
	}
	for _, f := range tables(r, t.View) {
		if f.Name == name {
			return f, nil
		}
	}
	return figure.Figure{}, fault.NotFound()
}

// file is all of a release's tables as one file, or the signed one.
func (d *desk) file(kind string) func(http.ResponseWriter, *web.Request) error {
	return func(w http.ResponseWriter, r *web.Request) error {
		t, err := d.take(r)
		if err != nil {
			return err
		}
		doc := document(r, t.View)
		write := map[string]func(*bytes.Buffer) error{
			"csv":  func(b *bytes.Buffer) error { return doc.CSV(b) },
			"xlsx": func(b *bytes.Buffer) error { return doc.XLSX(b) },
			"pdf":  func(b *bytes.Buffer) error { return doc.PDF(b) },
			"json": func(b *bytes.Buffer) error { return t.File.Write(b) },
		}[kind]
		var out bytes.Buffer
		if err := write(&out); err != nil {
			return err
		}
		w.Header().Set("Content-Type", map[string]string{"csv": "text/csv; charset=utf-8", "pdf": "application/pdf", "json": "application/json",
			"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}[kind])
		w.Header().Set("Content-Disposition", `attachment; filename="`+r.Say("release.file")+"-"+t.Digest[:8]+"."+kind+`"`)
		_, _ = out.WriteTo(w) // the reader has gone; there is nobody left to tell
		return nil
	}
}

func document(r *web.Request, v publishing.View) report.Document {
	doc := report.Document{Lang: r.Lang, Kicker: r.Say("release.kicker"), Title: v.Title, Notice: r.Notice(r.Lang), Made: r.Now, Foot: v.Digest[:16],
		Facts: [][2]string{{r.Say("release.row.counted"), when(r, v.Publication.Counted)}, {r.Say("release.row.edition"), v.Publication.Edition},
			{r.Say("release.row.rule"), ruleWords(r.Lang, v.Publication.Rule)}, {r.Say("release.row.digest"), digest(v.Digest)}}}
	for _, f := range tables(r, v) {
		doc.Sections = append(doc.Sections, report.Section{Heading: f.Table.Caption, Paragraphs: []string{f.Picture.Note}, Table: &f.Table})
	}
	return doc
}

// tables are a release's tables as figures: a row for each category, a column for
// each year.
func tables(r *web.Request, v publishing.View) (all []figure.Figure) {
	for _, t := range v.Publication.Tables {
		g := grid(v.Publication, t)
		over := beside(t.Over)
		f := figure.Figure{Name: strings.Join(over, "-"), File: r.Say("release.file") + "-" + v.Digest[:8] + "-" + strings.Join(over, "-"), Public: v.Files,
			Table: report.Table{Caption: overWords(r, over) + ", " + years(v.Publication), Source: r.Say("release.source", "Country", country(r, v.Publication.Node)), Dated: v.Publication.Counted}}
		for _, one := range over {
			f.Table.Columns = append(f.Table.Columns, figure.Column(r.Say("release.dimension."+one)))
		}
		for _, y := range g.years {
			title := y
			if y == "*" {
				title = r.Say("release.all-years")
			}
			f.Table.Columns = append(f.Table.Columns, figure.Numbers(title))
		}
		for _, row := range g.rows {
			var cells []report.Cell
			for i, one := range over {
				cells = append(cells, code(r, one, row[i]))
			}
			for _, y := range g.years {
				cells = append(cells, cell(g.counts[y+"|"+strings.Join(row, "|")]))
			}
			f.Table.Rows = append(f.Table.Rows, cells)
		}
		f.Picture = picture(r, over, g)
		f.Picture.About = web.About{Definition: r.Say("release.about.definition", "Edition", v.Publication.Edition),
			Certainty: r.Say("release.about.certainty"), Comparable: r.Say("release.about.comparable"), Note: ruleWords(r.Lang, v.Publication.Rule)}
		all = append(all, f)
	}
	return all
}

// cell is a number of a table; what is hidden is a dash.
func cell(n *int) report.Cell {
	if n == nil {
		return "–"
	}
	return *n
}

// laid is a table by category and year.
type laid struct {
	years  []string
	rows   [][]string
	counts map[string]*int
}

func grid(p publishing.Publication, t publishing.Table) (g laid) {
	at := slices.Index(t.Over, publishing.Year)
	seen := map[string]bool{}
	g.counts = map[string]*int{}
	for _, c := range t.Rows {
		year, row := c.At[at], slices.Delete(slices.Clone(c.At), at, at+1)
		if !slices.Contains(g.years, year) {
			g.years = append(g.years, year)
		}
		key := strings.Join(row, "|")
		if !seen[key] {
			seen[key], g.rows = true, append(g.rows, row)
		}
		g.counts[year+"|"+key] = c.Count
	}
	slices.Sort(g.years)
	if g.years = append(g.years[1:], "*"); len(g.years) == 2 { // "*" sorts first; of one year it says the same again
		g.years = g.years[:1]
	}
	over := beside(t.Over)
	slices.SortFunc(g.rows, func(a, b []string) int { return publishing.Compare(over, a, b) })
	return g
}

// picture shows the last year of a table of one dimension as bars. What is hidden has
// none, and says so.
func picture(r *web.Request, over []string, g laid) web.Chart {
	last := g.years[0]
	for _, y := range g.years {
		if y != "*" {
			last = y
		}
	}
	c := web.Chart{Note: r.Say("release.dash")}
	if len(over) != 1 {
		return c
	}
	c.Note = r.Say("release.picture", "Year", last) + " " + c.Note
	for _, row := range g.rows {
		if row[0] == "*" {
			continue
		}
		b := web.ChartBar{Label: code(r, over[0], row[0])}
		if n := g.counts[last+"|"+row[0]]; n == nil {
			b.Absent = r.Say("release.hidden")
		} else {
			b.Value = float64(*n)
		}
		c.Bars = append(c.Bars, b)
	}
	return c
}
