package pages

import (
	"bytes"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"istmo/act"
	"istmo/fault"
	"istmo/i18n"
	"istmo/meetings"
	"istmo/report"
	"istmo/roadmap"
	"istmo/web"
)

// downloads hangs up what is no page: papers, slides and the calendar.
func (d *desk) downloads(s *web.Site) {
	s.Raw("GET "+feedPath, func(w http.ResponseWriter, r *web.Request) error {
		all, err := act.Ask(r.Context(), d.engine, r.Who, meetings.List{})
		if err != nil {
			return err
		}
		return writeFeed(w, r.Lang, d.site, r.Now, all)
	})
	for _, ext := range []string{"pdf", "xlsx", "csv"} {
		s.Raw("GET "+Root+"/{id}/pack."+ext, func(w http.ResponseWriter, r *web.Request) error {
			doc, err := d.packed(r)
			if err != nil {
				return err
			}
			return send(w, doc, ext, r.Say("meetings.pack.file"))
		})
	}
	s.Raw("GET "+Root+"/{id}/minutes.pdf", func(w http.ResponseWriter, r *web.Request) error {
		doc, err := d.minutes(r)
		if err != nil {
			return err
		}
		return send(w, doc, "pdf", r.Say("meetings.minutes.file"))
	})
	s.Raw("GET "+Root+"/{id}/pack/{slide}", d.slide)
}

// types are what a browser must know of a file.
var types = map[string]string{"pdf": "application/pdf", "csv": "text/csv; charset=utf-8", "png": "image/png", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

// send writes a document in one of its forms, once it is whole.
func send(w http.ResponseWriter, doc report.Document, ext, name string) error {
	var out bytes.Buffer
	var err error
	switch ext {
	case "pdf":
		err = doc.PDF(&out)
	case "xlsx":
		err = doc.XLSX(&out)
	default:
		err = doc.CSV(&out)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", types[ext])
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+"."+ext+`"`)
	_, _ = out.WriteTo(w) // the reader has gone; there is nobody left to tell
	return nil
}

// slide writes one picture of the pack, "3.png".
func (d *desk) slide(w http.ResponseWriter, r *web.Request) error {
	name := r.PathValue("slide")
	n, err := strconv.Atoi(strings.TrimSuffix(name, ".png"))
	if err != nil || path.Ext(name) != ".png" {
		return fault.NotFound()
	}
	doc, err := d.packed(r)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := doc.Slide(&out, n); err != nil {
		return err
	}
	w.Header().Set("Content-Type", types["png"])
	_, _ = out.WriteTo(w)
	return nil
}

// langOf is the language that is asked for, else the reader's.
func langOf(r *web.Request) string {
	if lang := r.Query("lang"); i18n.Speaks(lang) {
		return lang
	}
	return r.Lang
}

// packed is the pack of a meeting as a document.
func (d *desk) packed(r *web.Request) (report.Document, error) {
	who := r.Who
	who.Lang = langOf(r)
	pack, err := act.Ask(r.Context(), d.engine, who, meetings.Packed{On: meetings.On{ID: r.PathValue("id")}})
	if err != nil {
		return report.Document{}, err
	}
	names, err := d.names(r)
	if err != nil {
		return report.Document{}, err
	}
	doc := packDocument(who.Lang, pack, names, r.Now.In(r.Zone()))
	doc.Notice = r.Notice(who.Lang)
	return doc, nil
}

// downloads are the papers of a meeting, with their words.
func downloads(lang string, m meetings.Meeting) []web.Link {
	if m.State == meetings.Cancelled || m.State == meetings.Announced {
		return nil
	}
	return []web.Link{{Text: i18n.Say(lang, "meetings.minutes.download"), Href: Page(m.ID) + "/minutes.pdf"}}
}

// inLanguage is the pack in one language, as files and as slides.
type inLanguage struct {
	Lang          string
	Files, Slides []web.Link
}

// section is a part of the pack as a page shows it.
type section struct {
	Heading    string
	Paragraphs []string
	Bars       []report.Bar
	Sides      []report.Side
	Table      *grid
}

// grid is a table in words.
type grid struct {
	Caption string
	Columns []string
	Rows    [][]string
}

// pack shows what is in the pack, and leads to it in both languages. What the
// slides show stands here as text.
func (d *desk) pack(r *web.Request) (web.View, error) {
	doc, err := d.packed(r)
	if err != nil {
		return web.View{}, err
	}
	v, err := d.find(r)
	if err != nil {
		return web.View{}, err
	}
	slides, err := doc.Slides()
	if err != nil {
		return web.View{}, err
	}
	var languages []inLanguage
	for _, lang := range i18n.Langs {
		one := inLanguage{Lang: lang}
		for _, ext := range []string{"pdf", "xlsx", "csv"} {
			one.Files = append(one.Files, web.Link{Text: strings.ToUpper(ext), Href: Page(v.ID) + "/pack." + ext + "?lang=" + lang})
		}
		for n := range slides {
			one.Slides = append(one.Slides, web.Link{Text: strconv.Itoa(n + 1), Href: Page(v.ID) + "/pack/" + strconv.Itoa(n+1) + ".png?lang=" + lang})
		}
		languages = append(languages, one)
	}
	data := map[string]any{"Title": v.Title(r.Lang), "Languages": languages, "Sections": sectionsOf(r.Lang, doc)}
	return web.View{Template: "meetings/pack", Title: "meetings.pack.title", Data: data, Back: toMeeting(r, v.Meeting)}, nil
}

func sectionsOf(lang string, doc report.Document) []section {
	var all []section
	for _, s := range doc.Sections {
		one := section{Heading: s.Heading, Paragraphs: s.Paragraphs, Bars: s.Bars, Sides: s.Sides}
		if s.Table != nil {
			one.Table = &grid{Caption: s.Table.Caption}
			for _, c := range s.Table.Columns {
				one.Table.Columns = append(one.Table.Columns, c.Title)
			}
			for _, row := range s.Table.Rows {
				var words []string
				for _, cell := range row {
					words = append(words, cellWords(lang, cell))
				}
				one.Table.Rows = append(one.Table.Rows, words)
			}
		}
		all = append(all, one)
	}
	return all
}

func cellWords(lang string, c report.Cell) string {
	switch v := c.(type) {
	case string:
		return v
	case int64:
		return i18n.Number(lang, v)
	case time.Time:
		if !v.IsZero() {
			return i18n.Date(lang, v)
		}
	}
	return ""
}

// packDocument puts a pack into words: how the promises stand, what is late and
// who answers for it, what was done, what came of the last meeting, what waits, the
// agenda and the next deadline.
func packDocument(lang string, p meetings.Pack, names map[string]string, now time.Time) report.Document {
	m := p.Meeting
	w := writer{lang, names, now}
	doc := report.Document{Lang: lang, Kicker: named(lang, p.Standing.Under), Title: m.Title(lang), Subtitle: w.say("meetings.pack.title"), Made: now,
		Foot: w.say("meetings.pack.foot", "Day", i18n.Date(lang, now)),
		Facts: [][2]string{
			{w.say("meetings.when-where"), when(lang, m.Meeting) + ". " + where(lang, m.Meeting)},
			{w.say("meetings.parties"), countries(lang, m.Parties)},
			{w.say("meetings.pack.made"), i18n.Date(lang, now)}}}
	doc.Sections = append(doc.Sections, w.lines(p.Standing), w.commitments("meetings.pack.late", p.Late, true), w.done(p))
	if p.Last != nil {
		doc.Sections = append(doc.Sections, w.outcomes(w.say("meetings.pack.last", "Title", p.Last.Title(lang)), p.Decisions))
	}
	if len(p.Here) > 0 {
		doc.Sections = append(doc.Sections, w.outcomes(w.say("meetings.decisions"), p.Here))
	}
	doc.Sections = append(append(doc.Sections, w.waits(p)...), w.agenda(m.Meeting), w.deadline(p))
	return doc
}

// writer writes in one language, at one time.
type writer struct {
	lang  string
	names map[string]string
	now   time.Time
}

func (w writer) say(key string, values ...any) string { return i18n.Say(w.lang, key, values...) }

func (w writer) columns(keys ...string) []report.Column {
	all := make([]report.Column, len(keys))
	for i, key := range keys {
		all[i] = report.Column{Title: w.say(key), Weight: weights[key]}
	}
	return all
}

// weights give the columns that hold sentences more of the width.
var weights = map[string]float64{"meetings.pack.commitment": 5, "meetings.pack.decision": 5, "meetings.owners": 4, "meetings.pack.became": 2, "meetings.due": 2}

// lines is how the promises stand, by line of work.
func (w writer) lines(s roadmap.State) report.Section {
	all := report.Section{Heading: w.say("meetings.pack.standing")}
	if s.Total.All() == 0 {
		all.Paragraphs = []string{w.say("meetings.pack.no-plan")}
		return all
	}
	all.Table = &report.Table{Columns: w.columns("meetings.line", "meetings.pack.all", "meetings.pack.done.count", "meetings.pack.moving", "meetings.pack.waiting", "meetings.pack.planned", "meetings.pack.late"),
		Source: w.say("meetings.pack.source"), Dated: w.now}
	for i := range all.Table.Columns[1:] {
		all.Table.Columns[i+1].Number = true
	}
	for _, t := range s.Lines {
		name := topic(w.lang, t.Line)
		all.Table.Rows = append(all.Table.Rows, []report.Cell{name, t.All(), t.Done, t.Moving, t.Waiting, t.Planned, t.Late})
		if t.All() > 0 {
			all.Bars = append(all.Bars, report.Bar{Label: name, Value: t.Done, Of: t.All(), Words: w.say("meetings.pack.bar", "Done", i18n.Number(w.lang, t.Done), "All", i18n.Number(w.lang, t.All()), "Late", i18n.Number(w.lang, t.Late))})
		}
	}
	all.Table.Rows = append(all.Table.Rows, []report.Cell{w.say("meetings.pack.total"), s.Total.All(), s.Total.Done, s.Total.Moving, s.Total.Waiting, s.Total.Planned, s.Total.Late})
	return all
}

// commitments are commitments in a table; an empty one says so.
func (w writer) commitments(key string, list []roadmap.Commitment, late bool) report.Section {
	s := report.Section{Heading: w.say(key)}
	if len(list) == 0 {
		s.Paragraphs = []string{w.say(key + ".none")}
		return s
	}
	s.Table = &report.Table{Columns: w.columns("meetings.pack.commitment", "meetings.line", "meetings.owners", "meetings.due"), Source: w.say("meetings.pack.source"), Dated: w.now}
	s.Table.Columns[1].Weight = 2
	if late {
		s.Table.Columns = append(s.Table.Columns, report.Column{Title: w.say("meetings.pack.days-late"), Weight: 1.5, Number: true})
	}
	for _, c := range list {
		objective, _, _ := c.In(w.lang)
		row := []report.Cell{objective, topic(w.lang, c.Line), owners(w.lang, c.Owners, w.names), c.Due}
		if late {
			row = append(row, int64(w.now.Sub(c.Due)/(24*time.Hour)))
		}
		s.Table.Rows = append(s.Table.Rows, row)
	}
	return s
}

// waits are the commitments that wait for somebody before they are in the plan.
func (w writer) waits(p meetings.Pack) []report.Section {
	var all []report.Section
	for _, list := range []struct {
		key string
		of  []roadmap.Commitment
	}{{"meetings.pack.accept", p.Accept}, {"meetings.pack.clear", p.Clear}, {"meetings.pack.enter", p.Enter}} {
		if len(list.of) > 0 {
			all = append(all, w.commitments(list.key, list.of, false))
		}
	}
	if len(all) == 0 {
		all = append(all, report.Section{Heading: w.say("meetings.pack.waits"), Paragraphs: []string{w.say("meetings.pack.waits.none")}})
	}
	return all
}

// done is what was done since the meeting that this one follows.
func (w writer) done(p meetings.Pack) report.Section {
	s := w.commitments("meetings.pack.done", p.Done, false)
	if p.Since.IsZero() {
		s.Heading = w.say("meetings.pack.done.ever")
	}
	return s
}

// outcomes are decisions and what became of them.
func (w writer) outcomes(heading string, list []meetings.Outcome) report.Section {
	s := report.Section{Heading: heading}
	if len(list) == 0 {
		s.Paragraphs = []string{w.say("meetings.decisions.none")}
		return s
	}
	s.Table = &report.Table{Columns: w.columns("meetings.pack.decision", "meetings.owners", "meetings.due", "meetings.pack.became"), Source: w.say("meetings.pack.source"), Dated: w.now}
	for _, o := range list {
		words, _ := became(w.lang, o)
		if o.Commitment != nil && o.Commitment.Overdue(w.now) {
			words += " · " + w.say("meetings.late")
		}
		var due report.Cell
		if !o.Due.IsZero() {
			due = o.Due
		}
		s.Table.Rows = append(s.Table.Rows, []report.Cell{o.Text(w.lang), owners(w.lang, o.Owners, w.names), due, words})
	}
	return s
}

func (w writer) agenda(m meetings.Meeting) report.Section {
	s := report.Section{Heading: w.say("meetings.agenda")}
	for i, item := range m.Agenda {
		side := report.Side{Number: strconv.Itoa(i + 1), Left: item.Title(w.lang)}
		if !item.At.IsZero() {
			side.Facts = append(side.Facts, [2]string{w.say("meetings.hour"), m.Local(item.At).Format("15:04")})
		}
		if item.LeadsNamed != "" {
			side.Facts = append(side.Facts, [2]string{w.say("meetings.leads"), item.LeadsNamed})
		}
		s.Sides = append(s.Sides, side)
	}
	if len(m.Agenda) == 0 {
		s.Paragraphs = []string{w.say("meetings.agenda.none")}
	}
	return s
}

// deadline is the day before which the parties agreed to meet again: of the last
// meeting, which this one keeps or not, and of this one.
func (w writer) deadline(p meetings.Pack) report.Section {
	s := report.Section{Heading: w.say("meetings.next")}
	if p.Last != nil && !p.Last.NextBy.IsZero() {
		key := "meetings.pack.in-time"
		if p.Meeting.Starts.After(p.Last.Due()) {
			key = "meetings.pack.too-late"
		}
		s.Paragraphs = append(s.Paragraphs, w.say(key, "Day", i18n.Date(w.lang, p.Last.NextBy)))
	}
	if by := p.Meeting.NextBy; !by.IsZero() {
		key := "meetings.pack.next-by"
		if p.Meeting.Owed() && w.now.After(p.Meeting.Due()) {
			key = "meetings.pack.next-over"
		}
		s.Paragraphs = append(s.Paragraphs, w.say(key, "Day", i18n.Date(w.lang, by)))
	} else {
		s.Paragraphs = append(s.Paragraphs, w.say("meetings.pack.next-none"))
	}
	return s
}
