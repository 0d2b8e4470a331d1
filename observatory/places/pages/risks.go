package pages

import (
	"slices"
	"time"

	"istmo/act"
	"istmo/i18n"
	"istmo/observatory/hall"
	"istmo/observatory/places"
	"istmo/report"
	"istmo/web"
	"istmo/web/figure"
)

// told is a risk in words.
type told struct {
	places.Factor
	Title     string
	Tag       web.Tag
	Since     string
	By        string
	Ombudsman bool
	Confirmed string
	Href      string
}

type place struct {
	Name, Where string
	Risks       []told
}

type risked struct {
	Tabs    []hall.Group
	Filters web.Filters
	Places  []place
	Empty   web.Empty
	File    string
	Report  bool
	Clock   string
}

// risks are those by place, narrowed by the address.
func (d *desk) risks(r *web.Request) (web.View, error) {
	v, err := d.read(r)
	if err != nil {
		return web.View{}, err
	}
	data := risked{Tabs: hall.Tabs(r), File: Root + "/risks.csv", Report: r.May("places.report-factor")}
	at := map[string]int{}
	count := 0
	for _, f := range v.Factors {
		if !v.wanted(f) {
			continue
		}
		count++
		name, where := v.placeOf(f)
		i, there := at[name+where]
		if !there {
			i = len(data.Places)
			at[name+where] = i
			data.Places = append(data.Places, place{Name: name, Where: where})
		}
		data.Places[i].Risks = append(data.Places[i].Risks, v.risk(f))
	}
	data.Filters = web.Filters{Count: count, Fields: []web.Filter{
		{Name: "country", Label: r.Say("places.country"), Kind: "select", Choices: countries(r.Lang)},
		{Name: "place", Label: r.Say("places.place"), Kind: "select", Choices: v.options()},
		{Name: "kind", Label: r.Say("places.risk"), Kind: "select", Choices: v.words("places.risk.", places.Risks)},
		{Name: "state", Label: r.Say("places.state"), Kind: "select", Choices: v.words("places.state.", []string{places.Holds, places.Unconfirmed, places.Over})},
	}}
	data.Empty = web.Empty{Title: r.Say("places.none"), Body: r.Say("places.none.body")}
	if len(v.Factors) > 0 {
		data.Empty = web.Empty{Title: r.Say("places.none-such"), Body: r.Say("places.none-such.body"), Action: web.Link{Text: r.Say("places.none-such.all"), Href: Root}}
	}
	return web.View{Template: "places/risks", Title: "places.title", Data: data}, nil
}

func (v *reading) wanted(f places.Factor) bool {
	is := func(name string, holds func(string) bool) bool { q := v.Query(name); return q == "" || holds(q) }
	return is("country", func(q string) bool { return q == f.Country }) && is("kind", func(q string) bool { return q == f.Kind }) &&
		is("state", func(q string) bool { return q == f.State }) && is("place", func(q string) bool {
		s, there := v.spot(f)
		return there && (s.ID == q || s.Code == q)
	})
}

// placeOf is where a risk is, by name.
func (v *reading) placeOf(f places.Factor) (name, where string) {
	if f.Municipality != "" {
		return f.Municipality, i18n.Country(v.Lang, f.Country)
	}
	if s, there := v.spot(f); there {
		return s.Name, v.where(s)
	}
	return v.Say("places.closed-place"), i18n.Country(v.Lang, f.Country)
}

var tones = map[string]web.Tone{places.Holds: web.Danger, places.Unconfirmed: web.Neutral, places.Over: web.Success}

func (v *reading) risk(f places.Factor) told {
	t := told{Factor: f, Title: v.Say("places.risk." + f.Kind), Tag: web.Tag{Text: v.Say("places.state." + f.State), Tone: tones[f.State]},
		By: f.By.Name, Ombudsman: f.By.Ombudsman(), Href: Root + "/risk/" + f.Word.Factor, Since: v.period(f.Word)}
	if f.State == places.Unconfirmed {
		t.Tag.Text = v.Say("places.not-confirmed-since", "Date", i18n.Date(v.Lang, f.LastSeen))
	}
	var others []string
	for _, i := range f.ConfirmedBy {
		others = append(others, i.Name)
	}
	if len(others) > 0 {
		t.Confirmed = v.Say("places.confirmed-by", "Names", i18n.List(v.Lang, others...))
	}
	return t
}

// period is since when, and until when if it is known.
func (v *reading) period(w places.Word) string {
	if w.Until.IsZero() {
		return v.Say("places.since", "Date", i18n.Date(v.Lang, w.Since))
	}
	return v.Say("places.from-to", "From", i18n.Date(v.Lang, w.Since), "To", i18n.Date(v.Lang, w.Until))
}

func (v *reading) risksFigure(all []places.Factor) figure.Figure {
	say := v.Say
	t := report.Table{Caption: say("places.title"), Source: say("places.risks.source"), Dated: v.Now, Columns: []report.Column{
		figure.Column(say("places.place")), figure.Column(say("places.where")), figure.Column(say("places.risk")), figure.Column(say("places.state")),
		figure.Column(say("places.since.label")), figure.Column(say("places.until.label")), figure.Column(say("places.words")), figure.Column(say("places.by")),
		figure.Column(say("places.source")), figure.Column(say("places.dated")), figure.Column(say("places.last-seen")), figure.Column(say("places.confirmed"))}}
	for _, f := range all {
		name, where := v.placeOf(f)
		told := v.risk(f)
		t.Rows = append(t.Rows, []report.Cell{name, where, told.Title, say("places.state." + f.State), f.Since, day(f.Until), f.Words, told.By, f.Source, f.Dated, f.LastSeen, told.Confirmed})
	}
	return figure.Figure{Name: "risks", File: say("places.file.risks"), Table: t}
}

// day is a day of a table, or nothing.
func day(t time.Time) report.Cell {
	if t.IsZero() {
		return nil
	}
	return t
}

type reported struct {
	Tabs      []hall.Group
	Places    []web.Option
	Countries []web.Option
	Kinds     []web.Option
}

// report is the form that says a risk.
func (d *desk) report(r *web.Request) (web.View, error) {
	v, err := d.read(r)
	if err != nil {
		return web.View{}, err
	}
	return web.View{Template: "places/new", Title: "places.new.title", Data: v.reported(),
		Back: &web.Link{Text: r.Say("places.title"), Href: Root}}, nil
}

func (v *reading) reported() reported {
	return reported{hall.Tabs(v.Request), v.options(), countries(v.Lang), v.words("places.risk.", places.Risks)}
}

type oneRisk struct {
	reported
	Risk      told
	Place     string
	Where     string
	Rows      []web.Row
	Events    []web.Event
	Over      bool
	Mine      bool
	PlaceCode string // in the list of places
}

// risk is one, with every word that was said of it.
func (d *desk) risk(r *web.Request) (web.View, error) {
	v, err := d.read(r)
	if err != nil {
		return web.View{}, err
	}
	h, err := act.Ask(r.Context(), d.engine, r.Who, places.History{ID: r.PathValue("id")})
	if err != nil {
		return web.View{}, err
	}
	one := oneRisk{reported: v.reported(), Risk: v.risk(h.Factor), Over: h.Factor.State == places.Over, Mine: h.Mine, PlaceCode: h.Factor.Place}
	one.Place, one.Where = v.placeOf(h.Factor)
	if s, there := v.spot(h.Factor); there {
		one.PlaceCode = s.ID
	}
	one.Rows = []web.Row{{Key: r.Say("places.risk"), Value: one.Risk.Title}, {Key: r.Say("places.where"), Value: one.Place + ", " + one.Where}, {Key: r.Say("places.when"), Value: one.Risk.Since},
		{Key: r.Say("places.words"), Value: h.Factor.Words}, {Key: r.Say("places.by"), Value: one.Risk.By},
		{Key: r.Say("places.source"), Value: r.Say("places.source-dated", "Source", h.Factor.Source, "Date", i18n.Date(r.Lang, h.Factor.Dated))},
		{Key: r.Say("places.last-seen"), Value: i18n.Date(r.Lang, h.Factor.LastSeen)}}
	one.Events = v.events(h)
	return web.View{Template: "places/risk", Title: "places.risk.title", Data: one, Back: &web.Link{Text: r.Say("places.title"), Href: Root}}, nil
}

// events are the words and confirmations, the newest first.
func (v *reading) events(h places.Said) (all []web.Event) {
	name := func(id string) string {
		for _, i := range h.Institutions {
			if i.ID == id {
				return i.Name
			}
		}
		return ""
	}
	for _, w := range h.Words {
		stands := web.Tag{Text: v.Say("places.word.stands"), Tone: web.Active}
		if !w.ReplacedAt.IsZero() {
			stands = web.Tag{Text: v.Say("places.word.replaced"), Tone: web.Neutral}
		}
		all = append(all, web.Event{At: w.SaidAt, Title: v.Say("places.word." + w.Deed), By: name(w.Agency), Tag: stands,
			Body: join(v.Say("places.risk."+w.Kind), v.period(w), w.Words, v.Say("places.source-dated", "Source", w.Source, "Date", i18n.Date(v.Lang, w.Dated)))})
	}
	for _, c := range h.Confirmations {
		all = append(all, web.Event{At: c.SaidAt, Title: v.Say("places.word.confirmed"), By: name(c.Agency), Tag: web.Tag{Text: v.Say("places.word.seen"), Tone: web.Success},
			Body: v.Say("places.source-dated", "Source", c.Source, "Date", i18n.Date(v.Lang, c.Dated))})
	}
	slices.SortStableFunc(all, func(a, b web.Event) int { return b.At.Compare(a.At) })
	return all
}
