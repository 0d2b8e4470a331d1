// Package pages shows the early warning: what changed, first what still stands, with
// what was expected beside what there was; then each series, how often the watch is
// expected to be wrong and how often it was, and what it cannot see.
package pages

import (
	"cmp"
	"embed"
	"math"
	"slices"
	"strconv"
	"strings"

	"istmo/act"
	"istmo/fault"
	"istmo/i18n"
	"istmo/indicators"
	"istmo/observatory/figures"
	"istmo/observatory/hall"
	"istmo/observatory/signals"
	"istmo/observatory/watch"
	"istmo/report"
	"istmo/web"
	"istmo/web/figure"
)

//go:embed *.html
var templates embed.FS

// Root is where the watch is.
const (
	Root  = hall.Root + "/watch"
	files = Root + "/figures"
)

type desk struct{ engine *act.Engine }

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {
	d := &desk{e}
	s.Templates("signals", templates)
	s.Page("GET "+Root, d.list)
	s.Page("GET "+Root+"/{id}", d.one)
	figure.Files(s, files, d.file)
}

// reading is somebody reading signals.
type reading struct {
	*web.Request
	signals.View
	words indicators.List
}

func (d *desk) read(r *web.Request) (*reading, error) {
	v, err := act.Ask(r.Context(), d.engine, r.Who, signals.List{})
	if err != nil {
		return nil, err
	}
	p := &reading{Request: r, View: v}
	p.words, err = act.Ask(r.Context(), d.engine, r.Who, indicators.Current{})
	if fault.Is(err, fault.KindNotFound) {
		err = nil
	}
	return p, err
}

// card is a signal as a page has it.
type card struct {
	Href     string
	Sentence string
	Detail   string
	Known    string
	Tags     []web.Tag
	Chart    *web.Chart
	cells    []string
}

// column is a part of the table of what was.
type shown struct {
	Tabs      []hall.Group
	Standing  []card
	Also      cards // that stands too
	Before    cards
	Filters   *web.Filters
	None      web.Empty
	NoBefore  string
	Series    []seriesShown
	Promised  string
	Breaks    []string
	Cannot    []string
	Narrowed  bool
	Dismissed string
	Earlier   web.Link
}

type seriesShown struct {
	Title string
	Say   string
	Chart *web.Chart
}

// mostBefore of what is over are shown at once, the newest.
const mostBefore = 12

// mostCharts are drawn of what stands; the others are a click away.
const mostCharts = 3

// weight is what a reader should see first: all of a series together, and then where
// the most people are more or fewer than was expected. What is over stays in its order.
func weight(s signals.Signal) float64 {
	switch {
	case s.State != signals.Standing:
		return 0
	case s.Group == "":
		return math.MaxFloat64
	}
	return 1 + math.Abs(s.Observed-s.Expected)
}

func (d *desk) list(r *web.Request) (web.View, error) {
	v, err := d.read(r)
	if err != nil {
		return web.View{}, err
	}
	s := shown{Tabs: hall.Tabs(r), Cannot: v.cannot()}
	narrowed := v.narrowed()
	slices.SortStableFunc(narrowed, func(a, b signals.Signal) int { return cmp.Compare(weight(b), weight(a)) })
	for _, one := range narrowed {
		switch c := v.card(one); {
		case one.State != signals.Standing:
			s.Before = append(s.Before, c)
		case len(s.Standing) < mostCharts:
			c.Chart = v.picture(one)
			s.Standing = append(s.Standing, c)
		default:
			s.Also = append(s.Also, c)
		}
	}
	if q := r.URL.Query(); len(s.Before) > mostBefore && q.Get("earlier") == "" {
		q.Set("earlier", "all")
		s.Earlier = web.Link{Text: r.Say("signals.earlier", "Count", len(s.Before)-mostBefore), Href: Root + "?" + q.Encode()}
		s.Before = s.Before[:mostBefore]
	}
	s.Filters = v.filters(len(narrowed))
	s.Narrowed = len(narrowed) < len(v.Signals)
	s.None = v.none(s.Narrowed)
	for _, one := range v.Series {
		s.Series = append(s.Series, v.series(one))
	}
	s.Promised = r.Say("signals.promised", "PerYear", i18n.Decimal(r.Lang, watch.UsualPerYear, 1), "Share", strconv.Itoa(int(100*watch.UsualShare)))
	s.Dismissed = r.Say("signals.dismissed", "Told", figure.Number(r.Lang, v.Told), "Count", v.Dismissed)
	for _, b := range v.Breaks {
		s.Breaks = append(s.Breaks, r.Say("signals."+b.What, "Series", r.Say("signals.series."+string(b.Series)), "Month", v.month(b.Month), "Reason", b.Reason(r.Lang), "Source", b.Source(r.Lang)))
	}
	return web.View{Template: "signals/list", Title: "signals.title", Data: s}, nil
}

func (v *reading) cannot() (all []string) {
	for _, key := range []string{"why", "closed", "south", "first", "small", "two"} {
		all = append(all, v.Say("signals.cannot."+key))
	}
	return all
}

// none is what is said where nothing stands.
func (v *reading) none(narrowed bool) web.Empty {
	if narrowed {
		return web.Empty{Title: v.Say("signals.none.narrowed"), Body: v.Say("signals.none.narrowed.body"), Action: web.Link{Text: v.Say("signals.none.all"), Href: Root}}
	}
	if !slices.ContainsFunc(v.Series, func(l signals.Looked) bool { return l.To != 0 }) {
		return web.Empty{Title: v.Say("signals.none.yet"), Body: v.Say("signals.none.yet.body")}
	}
	return web.Empty{Title: v.Say("signals.none"), Body: v.Say("signals.none.body")}
}

// filters of the page, as they stand in its address.
func (v *reading) filters(count int) *web.Filters {
	var series, whose []web.Option
	for _, s := range signals.All {
		series = append(series, web.Option{Value: string(s), Label: v.Say("signals.series." + string(s))})
	}
	for _, s := range v.Signals {
		if !slices.ContainsFunc(whose, func(o web.Option) bool { return o.Value == s.Node }) {
			whose = append(whose, web.Option{Value: s.Node, Label: i18n.Country(v.Lang, s.Node[:min(2, len(s.Node))])})
		}
	}
	f := &web.Filters{Count: count, Fields: []web.Filter{
		{Name: "series", Label: v.Say("signals.filter.series"), Kind: "select", Choices: series},
		{Name: "direction", Label: v.Say("signals.filter.direction"), Kind: "select", Choices: []web.Option{{Value: "up", Label: v.Say("signals.up")}, {Value: "down", Label: v.Say("signals.down")}}},
	}}
	if len(whose) > 1 {
		f.Fields = append(f.Fields, web.Filter{Name: "whose", Label: v.Say("signals.filter.whose"), Kind: "select", Choices: whose})
	}
	return f
}

// narrowed are the signals that the filters leave. A value that is none finds nothing.
func (v *reading) narrowed() (all []signals.Signal) {
	q := v.URL.Query()
	is := func(name, value string) bool { return q.Get(name) == "" || q.Get(name) == value }
	for _, s := range v.Signals {
		if is("series", string(s.Series)) && is("direction", string(s.Direction)) && is("whose", s.Node) {
			all = append(all, s)
		}
	}
	return all
}

// what is the name of a group of a series.
func (v *reading) what(s signals.Series, group, label string) string {
	switch {
	case s == signals.Passing && group == "":
		return v.Say("signals.what.flow")
	case s == signals.Passing && group == figures.Others:
		return v.Say("signals.what.flow.others")
	case s == signals.Passing:
		return v.Say("signals.what.flow.of", "Country", figures.Name(group, v.Lang))
	case s == signals.Screened && group == "":
		return v.Say("signals.what.screenings")
	case s == signals.Screened:
		return v.Say("signals.what.screenings.of", "Post", v.post(label))
	case s == signals.Detected && i18n.Has(v.Lang, "signals.what.detection."+group):
		return v.Say("signals.what.detection." + group)
	}
	_, code, _ := strings.Cut(group, " ")
	return v.Say("signals.what.profiles", "Indicator", v.indicator(code), "Post", v.post(label))
}

func (v *reading) post(label string) string {
	if label == "" {
		return v.Say("coverage.unknown-post")
	}
	return label
}

// indicator is one in its words, or its code where the list in force has no such.
func (v *reading) indicator(code string) string {
	if i, known := v.words.Indicator(code); known {
		return i.Words(v.Lang)
	}
	return code
}

func (v *reading) month(m watch.Month) string { return figure.Month(v.Lang, m.String()) }

// amount is a figure a month; of Profiles, a share.
func (v *reading) amount(s signals.Series, n float64) string {
	switch {
	case n < 0:
		return v.Say("signals.few", "Least", watch.Least)
	case s == signals.Profiles:
		return i18n.Percent(v.Lang, 100*n, 0)
	case n < 9.5:
		return i18n.Decimal(v.Lang, n, 1)
	}
	return figure.Number(v.Lang, int(math.Round(n)))
}

// way is what happened, in a verb.
func way(s signals.Signal) string {
	if s.Kind == watch.Changed {
		return "signals.way." + string(s.Direction)
	}
	return "signals.way." + string(s.Kind)
}

func (v *reading) card(s signals.Signal) (c card) {
	c.Href = Root + "/" + s.ID
	c.Sentence = v.Say("signals.sentence", "What", v.what(s.Series, s.Group, s.Label), "Way", v.Say(way(s)), "Since", v.month(s.Since))
	key := "signals.detail"
	if s.Ratio.Value == 0 {
		key = "signals.detail.bare"
	}
	c.Detail = v.Say(key, "Observed", v.amount(s.Series, s.Observed), "Expected", v.amount(s.Series, s.Expected), "Ratio", v.ratio(s.Ratio.Value), "Low", v.ratio(s.Ratio.Low), "High", v.ratio(s.Ratio.High))
	c.Known = v.Say("signals.known", "Month", v.month(s.Month), "Latest", v.month(s.Latest))
	c.Tags = v.tags(s)
	until := v.Say("signals.goes-on")
	if s.Ended != "" {
		until = figure.Month(v.Lang, s.Ended)
	}
	c.cells = []string{v.month(s.Month), until}
	return c
}

// cards are signals as a table.
type cards []card

type table struct {
	Title string
	Rows  cards
}

// Table is them under a title.
func (c cards) Table(title string) table { return table{title, c} }

// Seen and Until are when a signal was first seen, and when it was over.
func (c card) Seen() string  { return c.cells[0] }
func (c card) Until() string { return c.cells[1] }

func (v *reading) ratio(r float64) string { return i18n.Decimal(v.Lang, r, 2) }

func (v *reading) tags(s signals.Signal) []web.Tag {
	tones := map[string]web.Tone{"very": "active", "quite": "active", "perhaps": "neutral"}
	all := []web.Tag{{Tone: tones[s.Sureness()], Text: v.Say("signals.sure." + s.Sureness())}}
	if s.Node != v.Here {
		all = append(all, web.Tag{Tone: "neutral", Text: v.Say("signals.of", "Country", i18n.Country(v.Lang, s.Node[:min(2, len(s.Node))]))})
	}
	switch {
	case s.State == signals.Over && s.Lost:
		all = append(all, web.Tag{Tone: "neutral", Text: v.Say("signals.state.lost")})
	case s.State == signals.Over && s.Back:
		all = append(all, web.Tag{Tone: "done", Text: v.Say("signals.state.back")})
	case s.State != signals.Standing:
		all = append(all, web.Tag{Tone: map[bool]web.Tone{true: "done", false: "neutral"}[s.State == signals.Over], Text: v.Say("signals.state." + string(s.State))})
	}
	return all
}

// line is the line that is kept of a signal's group, if there is one.
func (v *reading) line(series signals.Series, group string) (signals.Looked, signals.Line, bool) {
	for _, l := range v.Series {
		for _, line := range l.Lines {
			if l.Series == series && line.Group == group {
				return l, line, true
			}
		}
	}
	return signals.Looked{}, signals.Line{}, false
}

// picture draws a signal: what there was, over what was expected. What a partner
// counts at its own posts is not ours to draw.
func (v *reading) picture(s signals.Signal) *web.Chart {
	l, line, is := v.line(s.Series, s.Group)
	if !is || s.Node != v.Here && s.Series != signals.Passing {
		return nil
	}
	if s.Group != "" {
		line.Points = line.Points[max(0, len(line.Points)-monthsOfPart):]
	}
	f := v.figure(l, line)
	for i, p := range line.Points {
		if p.Month == s.Since {
			f.Picture.Flag, f.Picture.FlagName = i+1, v.Say("signals.since", "Month", v.month(s.Since))
		}
	}
	c := f.Chart(v.Request, files)
	c.Under = true
	return &c
}

// monthsOfPart are drawn of a part of a series; all that is known of it is in its file.
const monthsOfPart = 24

// figure is a series by month, with what was expected.
func (v *reading) figure(l signals.Looked, line signals.Line) figure.Figure {
	what := v.what(l.Series, line.Group, line.Label)
	t := report.Table{Caption: v.Say("signals.figure", "What", what), Source: v.Say("signals.source."+string(l.Series), "Edition", l.Edition), Dated: l.Made,
		Columns: []report.Column{figure.Column(v.Say("signals.month")), figure.Numbers(v.Say("signals.counted")), figure.Numbers(v.Say("signals.expected")),
			figure.Numbers(v.Say("signals.low")), figure.Numbers(v.Say("signals.high"))}}
	c := web.Chart{Note: v.Say("signals.figure.note"), About: figure.About(v.Request, "signals.about"), BandName: v.Say("signals.band"), Lines: []web.ChartLine{{Label: v.Say("signals.counted")}}}
	for _, p := range line.Points {
		c.Steps = append(c.Steps, v.month(p.Month))
		c.Lines[0].Points = append(c.Lines[0].Points, web.ChartPoint{Known: p.Count >= 0, Value: p.Count})
		c.Band = append(c.Band, web.ChartSpan{Known: p.Known, Low: p.Low, High: p.High})
		row := []report.Cell{v.month(p.Month), figure.Count(int(p.Count)), nil, nil, nil}
		if p.Known {
			row[2], row[3], row[4] = int(math.Round(p.Expected)), int(math.Round(p.Low)), int(math.Round(p.High))
		}
		t.Rows = append(t.Rows, row)
	}
	return figure.Figure{Name: string(l.Series) + "." + line.Group, File: v.Say("signals.file"), Table: t, Picture: c, Public: l.Series == signals.Passing}
}

func (d *desk) file(r *web.Request, name string) (figure.Figure, error) {
	v, err := d.read(r)
	if err != nil {
		return figure.Figure{}, err
	}
	series, group, _ := strings.Cut(name, ".")
	l, line, is := v.line(signals.Series(series), group)
	if !is {
		return figure.Figure{}, fault.NotFound()
	}
	return v.figure(l, line), nil
}

// series is how one of them stands, whether or not anything changed.
func (v *reading) series(l signals.Looked) (s seriesShown) {
	s.Title = v.Say("signals.series." + string(l.Series))
	switch {
	case l.To == 0:
		s.Say = v.Say("signals.series.empty." + string(l.Series))
		return s
	case l.Judged <= 0 && l.Series != signals.Passing:
		s.Say = v.Say("signals.series.short", "To", v.month(l.To))
	default:
		s.Say = v.Say("signals.series.looked", "To", v.month(l.To), "Made", i18n.Date(v.Lang, l.Made.In(v.Zone())), "Groups", figure.Number(v.Lang, l.Groups), "Judged", figure.Number(v.Lang, max(l.Judged, 0)))
	}
	if old := v.Now.In(v.Zone()); int(l.To) < old.Year()*12+int(old.Month())-1-monthsLate {
		s.Say += " " + v.Say("signals.series.old", "To", v.month(l.To))
	}
	for _, line := range l.Lines {
		if line.Group == "" && !v.drawn(l.Series) {
			c := v.figure(l, line).Chart(v.Request, files)
			c.Under = true
			s.Chart = &c
			break
		}
	}
	return s
}

// monthsLate is after how many months without figures a reader is told so.
const monthsLate = 3

// drawn reports whether what stands shows the whole of a series already.
func (v *reading) drawn(s signals.Series) bool {
	return slices.ContainsFunc(v.narrowed(), func(one signals.Signal) bool {
		return one.Series == s && one.Group == "" && one.State == signals.Standing && one.Node == v.Here
	})
}

type opened struct {
	Tabs    []hall.Group
	Card    card
	Signal  signals.Signal
	Rows    []web.Row
	Chart   *web.Chart
	Said    []web.Event
	Dismiss bool
	Lead    string
}

func (d *desk) one(r *web.Request) (web.View, error) {
	o, err := act.Look(r.Context(), d.engine, r.Who, signals.Open{On: signals.On{ID: r.PathValue("id")}})
	if err != nil {
		return web.View{}, err
	}
	v, err := d.read(r)
	if err != nil {
		return web.View{}, err
	}
	s := o.Signal
	p := opened{Tabs: hall.Tabs(r), Card: v.card(s), Signal: s, Chart: v.picture(s), Dismiss: s.Node == o.Here && (s.State == signals.Standing || s.State == signals.Over)}
	if p.Chart != nil {
		p.Chart.Under = false
	}
	p.Lead = r.Say("signals.lead." + string(s.State))
	switch {
	case s.State == signals.Over && s.Lost:
		p.Lead = r.Say("signals.lead.lost")
	case s.State == signals.Over && s.Back:
		p.Lead = r.Say("signals.lead.back")
	}
	row := func(key string, value any) {
		p.Rows = append(p.Rows, web.Row{Key: r.Say("signals.row." + key), Value: value})
	}
	row("observed", v.amount(s.Series, s.Observed))
	row("expected", v.amount(s.Series, s.Expected))
	if s.Ratio.Value > 0 {
		row("ratio", r.Say("signals.interval", "Ratio", v.ratio(s.Ratio.Value), "Low", v.ratio(s.Ratio.Low), "High", v.ratio(s.Ratio.High)))
	}
	row("sure", v.sure(s))
	row("since", v.month(s.Since))
	row("seen", v.month(s.Month))
	row("latest", v.month(s.Latest))
	if s.Ended != "" {
		row("ended", figure.Month(r.Lang, s.Ended))
	}
	row("method", r.Say("signals.method."+string(s.Method)))
	if s.Months > 0 {
		row("months", figure.Number(r.Lang, s.Months))
	}
	row("edition", s.Edition)
	row("whose", i18n.Country(r.Lang, s.Node[:min(2, len(s.Node))]))
	if s.Quietly {
		row("told", r.Say("signals.quietly"))
	} else {
		row("told", r.Say("signals.told", "At", i18n.Date(r.Lang, s.At.In(r.Zone()))))
	}
	for _, said := range o.Said {
		body := said.Words
		if said.Source != "" {
			body += "\n" + r.Say("signals.said.source", "Source", said.Source)
		}
		p.Said = append(p.Said, web.Event{At: said.At, Title: r.Say("signals.said." + said.Verb), Body: body})
	}
	return web.View{Template: "signals/one", Title: "signals.one.title", Args: []any{"What", v.what(s.Series, s.Group, s.Label)}, Data: p}, nil
}

// sure is how sure a change is: in words, and in what they rest on.
func (v *reading) sure(s signals.Signal) string {
	words := v.Say("signals.sure." + s.Sureness())
	p := "0,001"
	if s.P >= 0.001 {
		p = i18n.Decimal(v.Lang, s.P, 3)
	} else if v.Lang == "en" {
		p = "0.001"
	}
	key := "signals.sure.because"
	if s.P < 0.001 {
		key = "signals.sure.because.less"
	}
	words += ". " + v.Say(key, "P", p)
	if s.Posterior > 0 {
		words += " " + v.Say("signals.sure.posterior", "Percent", i18n.Percent(v.Lang, 100*min(s.Posterior, 0.99), 0))
	}
	return words
}
