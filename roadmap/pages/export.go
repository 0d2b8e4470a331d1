package pages

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"

	"istmo/act"
	"istmo/i18n"
	"istmo/report"
	"istmo/roadmap"
	"istmo/web"
)

// formats are how a document leaves, by the ending of its address.
var formats = []struct {
	ending, kind string
	write        func(report.Document, io.Writer) error
}{
	{"pdf", "application/pdf", report.Document.PDF},
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", report.Document.XLSX},
	{"csv", "text/csv; charset=utf-8", report.Document.CSV},
}

// downloads hangs up every document in every format.
func (d *desk) downloads(s *web.Site) {
	for path, make := range map[string]func(*web.Request) (report.Document, error){
		versionsPath + "/{id}/plan": d.planDocument, Root + "/state": d.stateDocument, Root + "/programme": d.programmeDocument,
	} {
		for _, f := range formats {
			s.Raw("GET "+path+"."+f.ending, func(w http.ResponseWriter, r *web.Request) error {
				if lang := r.Query("lang"); i18n.Speaks(lang) {
					r.Lang = lang
				}
				doc, err := make(r)
				if err != nil {
					return err
				}
				var file bytes.Buffer // whole before anything is said: what fails midway is no document
				if err := f.write(doc, &file); err != nil {
					return err
				}
				w.Header().Set("Content-Type", f.kind)
				w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "istmo-"+path[strings.LastIndexByte(path, '/')+1:]+"."+f.ending))
				_, err = file.WriteTo(w)
				return err
			})
		}
	}
	s.Raw("GET "+versionsPath+"/{id}/plan.json", func(w http.ResponseWriter, r *web.Request) error {
		v, err := d.open(r)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", fmt.Sprintf("istmo-plan-%d.json", v.N)))
		return v.File().Write(w)
	})
}

// downloadLinks are the ways to a document.
func downloadLinks(r *web.Request, path, query string) []web.Link {
	var links []web.Link
	for _, f := range formats {
		links = append(links, web.Link{Text: r.Say("roadmap.download." + f.ending), Href: path + "." + f.ending + query})
	}
	return links
}

// begin is a document with what all of them say.
func begin(r *web.Request, title string) report.Document {
	return report.Document{Lang: r.Lang, Title: title, Made: r.Now, Notice: r.Notice(r.Lang), Facts: [][2]string{{r.Say("roadmap.document.made"), i18n.DateTime(r.Lang, r.Now, r.Zone())}}}
}

// planDocument is a version as it is signed by hand and by machine: both
// languages side by side, whoever reads it.
func (d *desk) planDocument(r *web.Request) (report.Document, error) {
	v, err := d.open(r)
	if err != nil {
		return report.Document{}, err
	}
	known, err := d.agencies(r)
	if err != nil {
		return report.Document{}, err
	}
	both := func(key string, values ...any) string {
		return i18n.Say("es", key, values...) + " · " + i18n.Say("en", key, values...)
	}
	doc := begin(r, both("roadmap.document.plan"))
	doc.Lang, doc.Beside, doc.Kicker = "es", "en", v.Under.TitleES
	doc.Subtitle = v.Under.TitleEN
	doc.Facts = [][2]string{
		{both("roadmap.version.n"), fmt.Sprint(v.N)}, {both("roadmap.version.parties"), countries("es", v.Parties)},
		{both("roadmap.version.count"), fmt.Sprint(len(v.Items))}, {both("roadmap.state"), both("roadmap.state." + string(v.State))},
		{both("roadmap.version.made"), i18n.Date("es", v.Made) + " · " + i18n.Date("en", v.Made)}, {both("roadmap.version.root"), v.Root},
	}
	doc.Foot = both("roadmap.document.foot", "N", v.N) + " · " + v.Root[:min(12, len(v.Root))]
	doc.Sections = append(doc.Sections, report.Section{Paragraphs: []string{i18n.Say("es", "roadmap.document.preamble"), i18n.Say("en", "roadmap.document.preamble")}})
	es, en := *r, *r
	es.Lang, en.Lang = "es", "en"
	for _, l := range linesOf(&es, v) {
		s := report.Section{Heading: l.Name + " · " + lineName("en", l.Items[0].Line)}
		for _, it := range l.Items {
			s.Sides = append(s.Sides, clause(it, both))
		}
		doc.Sections = append(doc.Sections, s)
	}
	doc.Sections = append(doc.Sections, planTable(r, v))
	for _, row := range v.Parties {
		sig := report.Signature{Country: country("es", row)}
		for _, s := range v.Signatures {
			if s.Node == row {
				sig.Institution, sig.Signed, sig.Mark = known.name("es", s.Node, s.Agency), s.At, act.Signature(s.Note)
			}
		}
		doc.Signatures = append(doc.Signatures, sig)
	}
	return doc, nil
}

// clause is a commitment as an article of the document.
func clause(it item, both func(string, ...any) string) report.Side {
	side := report.Side{Number: fmt.Sprint(it.Number), Left: it.ObjectiveES + "\n\n" + it.ActionsES, Right: it.ObjectiveEN + "\n\n" + it.ActionsEN}
	for _, o := range it.OwnerRows {
		side.Facts = append(side.Facts, [2]string{both("roadmap.field.owner") + " · " + o.Country, o.Names})
	}
	side.Facts = append(side.Facts, [2]string{both("roadmap.field.due"), i18n.Date("es", it.Due) + " · " + i18n.Date("en", it.Due)},
		[2]string{both("roadmap.field.indicator"), fmt.Sprintf("%s · %s: %d → %d", it.IndicatorES, it.IndicatorEN, it.Baseline, it.Target)})
	for _, f := range [][2]string{{"budget", it.Budget}, {"place", it.Place}, {"sdg", strings.Join(it.SDG, ", ")}, {"gcm", strings.Join(it.GCM, ", ")}} {
		if f[1] != "" {
			side.Facts = append(side.Facts, [2]string{both("roadmap.field." + f[0]), f[1]})
		}
	}
	return side
}

// planTable is the plan in one table, for a sheet.
func planTable(r *web.Request, v roadmap.PlanView) report.Section {
	t := &report.Table{Columns: []report.Column{{Title: "N.º", Number: true}, {Title: r.Say("roadmap.field.line"), Weight: 2}, {Title: r.Say("roadmap.field.objective"), Weight: 5},
		{Title: r.Say("roadmap.field.owners"), Weight: 4}, {Title: r.Say("roadmap.field.due"), Weight: 2}, {Title: r.Say("roadmap.field.indicator"), Weight: 3},
		{Title: r.Say("roadmap.field.target"), Number: true}}}
	for i, it := range v.Items {
		x := v.Texts[i]
		objective, _, indicator := x.In(r.Lang)
		t.Rows = append(t.Rows, []report.Cell{it.Number, lineName(r.Lang, x.Line), objective, ownersLine(r.Lang, x), x.Due, indicator, x.Target})
	}
	return report.Section{Heading: r.Say("roadmap.document.table"), Table: t}
}

// stateDocument is how the promises stand, on one page for a minister.
func (d *desk) stateDocument(r *web.Request) (report.Document, error) {
	u, err := d.under(r)
	if err != nil {
		return report.Document{}, err
	}
	s := state{under: u}
	if s.State, err = act.Ask(r.Context(), d.engine, r.Who, roadmap.Standing{Agreement: u.Agreement.ID}); err != nil {
		return report.Document{}, err
	}
	s.fill(r)
	doc := begin(r, r.Say("roadmap.title"))
	doc.Kicker, doc.Subtitle = u.Title, s.Kept
	lines := StateSection(r.Lang, s.State)
	lines.Bars = nil // so that all of it stands on one page
	doc.Sections = []report.Section{lines, lateSection(r, r.Say("roadmap.late.title"), s.State.Late[:min(len(s.State.Late), 6)]),
		lateSection(r, r.Say("roadmap.next.title"), s.State.Next[:min(len(s.State.Next), 5)])}
	return doc, nil
}

// ownersLine is who answers, country by country, on one line.
func ownersLine(lang string, t roadmap.Text) string {
	var all []string
	for _, o := range owners(lang, t) {
		all = append(all, o.Country+": "+o.Names)
	}
	return strings.Join(all, ". ")
}

// StateSection is how the promises stand by line of work, as bars and as a table:
// of the page for a minister, and of the pack for a meeting.
func StateSection(lang string, s roadmap.State) report.Section {
	tell := func(key string, values ...any) string { return i18n.Say(lang, key, values...) }
	t := &report.Table{Columns: []report.Column{{Title: tell("roadmap.field.line"), Weight: 3}, {Title: tell("roadmap.state.done"), Number: true}, {Title: tell("roadmap.state.reported_done"), Number: true},
		{Title: tell("roadmap.state.under_way"), Number: true}, {Title: tell("roadmap.state.planned"), Number: true}, {Title: tell("roadmap.late"), Number: true}, {Title: tell("roadmap.all"), Number: true}}}
	section := report.Section{Heading: tell("roadmap.by-line"), Table: t}
	for _, l := range s.Lines {
		name := lineName(lang, l.Line)
		words := ""
		if l.Late > 0 {
			words = tell("roadmap.late.count", "Count", l.Late)
		}
		section.Bars = append(section.Bars, report.Bar{Label: name, Value: l.Done, Of: l.All(), Words: words})
		t.Rows = append(t.Rows, []report.Cell{name, l.Done, l.Waiting, l.Moving, l.Planned, l.Late, l.All()})
	}
	return section
}

// lateSection lists commitments with who answers for them.
func lateSection(r *web.Request, heading string, all []roadmap.Commitment) report.Section {
	s := report.Section{Heading: heading}
	if len(all) == 0 {
		s.Paragraphs = []string{r.Say("roadmap.nothing")}
		return s
	}
	s.Table = Listed(r.Lang, all)
	return s
}

// Listed is commitments as a table: number, what, who answers, until when, and
// where it stands.
func Listed(lang string, all []roadmap.Commitment) *report.Table {
	tell := func(key string) string { return i18n.Say(lang, key) }
	t := &report.Table{Columns: []report.Column{{Title: "N.º", Number: true}, {Title: tell("roadmap.field.objective"), Weight: 5}, {Title: tell("roadmap.field.owners"), Weight: 4},
		{Title: tell("roadmap.field.due"), Weight: 2}, {Title: tell("roadmap.state"), Weight: 2}}}
	for _, c := range all {
		objective, _, _ := c.In(lang)
		t.Rows = append(t.Rows, []report.Cell{c.Number, objective, ownersLine(lang, c.Text), c.Due, tell("roadmap.state." + string(c.State))})
	}
	return t
}

// programmeDocument is the report by the goals that the commitments serve.
func (d *desk) programmeDocument(r *web.Request) (report.Document, error) {
	u, err := d.under(r)
	if err != nil {
		return report.Document{}, err
	}
	all, err := act.Ask(r.Context(), d.engine, r.Who, roadmap.List{Agreement: u.Agreement.ID, Stage: "plan", Limit: 5000})
	doc := begin(r, r.Say("roadmap.programme.title"))
	doc.Kicker = u.Title
	for _, kind := range []string{"sdg", "gcm", "mark"} {
		t := &report.Table{Columns: []report.Column{{Title: r.Say("roadmap.goal"), Weight: 5}, {Title: r.Say("roadmap.all"), Number: true}, {Title: r.Say("roadmap.state.done"), Number: true}, {Title: r.Say("roadmap.late"), Number: true}}}
		s := report.Section{Heading: r.Say("roadmap.programme." + kind), Table: t}
		for _, g := range goals(r, u.Agreement.ID, all, kind) {
			t.Rows = append(t.Rows, []report.Cell{g.Name, g.All(), g.Done, g.Late})
			s.Bars = append(s.Bars, report.Bar{Label: g.Name, Value: g.Done, Of: g.All()})
		}
		doc.Sections = append(doc.Sections, s)
	}
	return doc, err
}

// codesOf are the codes of one kind that a text carries; a target counts for its
// goal, once.
func codesOf(t roadmap.Text, kind string) []string {
	list := map[string][]string{"sdg": t.SDG, "gcm": t.GCM, "mark": t.Marks}[kind]
	var codes []string
	for _, c := range list {
		c, _, _ = strings.Cut(c, ".")
		if len(codes) == 0 || codes[len(codes)-1] != c {
			codes = append(codes, c)
		}
	}
	return codes
}
