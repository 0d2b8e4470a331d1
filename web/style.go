package web

import (
	"fmt"
	"time"

	"istmo/fault"
	"istmo/i18n"
	"istmo/web/atlas"
)

// samples is every part of the house at once, for the style page.
type samples struct {
	Clocks  []Clock
	Tags    []Tag
	Events  []Event
	Rows    []Row
	Tasks   []Task
	Pages   Pagination
	Filters Filters
	Empty   Empty
	Sides   Sides
	Ladder  Ladder
	Life    Drawing
	Charts  []Chart
	Grave   Interruption
}

// openStyle hangs up the living style page: /style in the frame of somebody who
// has signed in or not, and a form whose every field is refused, to see how that
// looks. Only a demo node has it.
func (s *Site) openStyle() {
	s.Open("GET /style", func(r *Request) (View, error) {
		return View{Template: "web/style", Title: "web.style", Data: sample(r), Back: &Link{r.Say("web.fail.home"), "/"}}, nil
	})
	s.Open("GET /style/grave", func(r *Request) (View, error) { return Interrupt("web.style.grave", sample(r).Grave), nil })
	s.Open("GET /style/person", func(r *Request) (View, error) {
		return View{Template: "web/style-person", Title: "web.style.person", Data: sample(r), Layout: Person}, nil
	})
	s.Post("POST /style", func(*Request) (string, error) {
		var c fault.Check
		for _, field := range []string{"ref", "words", "country", "purpose", "groups", "agreed", "file", "secret"} {
			c.That(false, field, "fault.required")
		}
		return "/style", c.Err()
	})
}

// before is the moment so many days and hours before the visit.
func before(r *Request, days, hours int) time.Time {
	return r.Now.Add(-time.Duration(24*days+hours) * time.Hour)
}

func sample(r *Request) samples {
	say := r.Say
	return samples{
		Clocks: sampleClocks(r),
		Tags: []Tag{{say("web.style.draft"), Neutral}, {say("web.style.sent"), Active}, {say("web.style.arrived"), Success},
			{say("web.clock.soon"), Warning}, {say("web.clock.overdue"), Danger}},
		Events:  sampleEvents(r),
		Rows:    sampleRows(r),
		Tasks:   sampleTasks(r),
		Pages:   Pagination{Prev: "#", Next: "#", Label: "51–100 / 230"},
		Filters: sampleFilters(r),
		Empty:   Empty{say("web.style.empty"), say("web.style.empty.body"), Link{say("web.style.start"), "#"}},
		Sides:   sampleSides(r),
		Ladder: Ladder{To: "Colombia", Rungs: []Rung{
			{Title: say("web.style.delivered"), At: before(r, 2, 0), By: "CO"},
			{Title: say("web.style.opened"), At: before(r, 1, 0), By: "CO"},
			{Title: say("web.style.decided")},
			{Title: say("web.style.served")}}},
		Life:   sampleLife(r),
		Charts: sampleCharts(r),
		Grave:  sampleInterruption(r),
	}
}

func sampleClocks(r *Request) []Clock {
	const source = "Decreto de ejemplo 1/2026"
	return []Clock{
		{What: r.Say("web.style.acknowledge"), Due: before(r, -4, 0), Rule: r.Say("web.style.rule"), Source: source},
		{What: r.Say("web.style.decide"), Due: before(r, 0, -5)},
		{What: r.Say("web.style.arrive"), Due: before(r, 1, 2), Rule: r.Say("web.style.rule"), Source: source},
		{What: r.Say("web.style.follow"), Due: before(r, 1, 0), Done: before(r, 3, 0)},
		{What: r.Say("web.style.follow"), Due: before(r, 3, 0), Done: before(r, 1, 0)},
	}
}

func sampleEvents(r *Request) []Event {
	return []Event{
		{At: before(r, 0, 2), Title: r.Say("web.style.sent"), By: "Punto focal (CO)", Body: r.Say("web.style.event"), Tag: Tag{r.Say("web.style.sent"), Active}},
		{At: before(r, 3, 0), Title: r.Say("web.style.risk"), By: "UIA", Tag: Tag{r.Say("web.clock.done"), Success}},
		{At: before(r, 9, 0), Title: r.Say("web.style.met"), By: "SENAFRONT"},
	}
}

func sampleRows(r *Request) []Row {
	return []Row{
		{Key: r.Say("web.style.ref"), Value: "per_7Q2M", Actions: []Link{{r.Say("web.style.change"), "#"}}},
		{Key: r.Say("web.style.name"), Sealed: true},
		{Key: r.Say("web.style.risk"), Value: before(r, 3, 0)},
		{Key: r.Say("web.style.words")},
	}
}

func sampleTasks(r *Request) []Task {
	return []Task{
		{Title: r.Say("web.style.consent"), Hint: r.Say("web.style.consent.hint"), Href: "#", Tag: Tag{r.Say("web.clock.done"), Success}},
		{Title: r.Say("web.style.risk"), Href: "#", Tag: Tag{r.Say("web.clock.soon"), Warning}},
		{Title: r.Say("web.style.meet"), Hint: r.Say("web.style.meet.hint"), Tag: Tag{r.Say("web.style.later"), Neutral}},
	}
}

func sampleFilters(r *Request) Filters {
	states := []Option{{Value: "sent", Label: r.Say("web.style.sent")}, {Value: "arrived", Label: r.Say("web.style.arrived")}}
	return Filters{Count: 230, Fields: []Filter{
		{Name: "state", Label: r.Say("web.style.state"), Kind: "select", Choices: states},
		{Name: "country", Label: r.Say("web.style.country"), Kind: "select", Choices: sampleCountries(r)},
		{Name: "ref", Label: r.Say("web.style.ref"), Kind: "text"},
	}}
}

func sampleSides(r *Request) Sides {
	return Sides{To: "Colombia",
		Leaves: []Item{{Label: r.Say("web.style.ref"), Value: "per_7Q2M"}, {Label: r.Say("web.style.needs"), Value: r.Say("web.style.needs.value")},
			{Label: r.Say("web.style.name"), Sealed: true}},
		Stays: []Item{{Label: r.Say("web.style.family"), Sealed: true, Why: r.Say("web.style.why")},
			{Label: r.Say("web.style.statement"), Sealed: true, Why: r.Say("web.style.why")}}}
}

func sampleCountries(r *Request) []Option {
	return Choices(r.Lang, "web.style.country.", "pa", "co", "cr")
}

func sampleInterruption(r *Request) Interruption {
	return Interruption{Heading: r.Say("web.style.grave.heading"), Body: []string{r.Say("web.style.grave.body"), r.Say("web.style.grave.after")},
		Verb: "style.send", Hidden: map[string]string{"id": "ref_1"}, Confirm: r.Say("web.style.grave.button"), Next: "/style",
		Cancel: Link{r.Say("web.style.grave.cancel"), "/style"}}
}

func sampleLife(r *Request) Drawing {
	d := Drawing{Title: r.Say("web.style.life"), Current: "sent", Passed: []string{"draft", "agreed"}}
	for _, id := range []string{"draft", "agreed", "sent", "asked", "accepted", "declined", "moving", "arrived", "missing", "closed", "withdrawn"} {
		d.States = append(d.States, DrawnState{id, r.Say("web.style.state." + id)})
	}
	for _, m := range [][2]string{{"draft", "agreed"}, {"agreed", "sent"}, {"sent", "asked"}, {"asked", "sent"}, {"sent", "accepted"}, {"sent", "declined"},
		{"accepted", "moving"}, {"moving", "arrived"}, {"moving", "missing"}, {"missing", "arrived"}, {"arrived", "closed"}, {"declined", "closed"},
		{"draft", "withdrawn"}, {"agreed", "withdrawn"}, {"sent", "withdrawn"}, {"asked", "withdrawn"}, {"accepted", "withdrawn"}} {
		d.Moves = append(d.Moves, DrawnMove{m[0], m[1], r.Say("web.style.move." + m[1])})
	}
	return d
}

// sampleCharts are invented figures.
func sampleCharts(r *Request) []Chart {
	say, source := r.Say, r.Say("web.style.chart.source")
	columns := []ChartColumn{{say("web.style.country"), false}, {say("web.style.chart.share"), true}}
	bars := Chart{Under: true, Title: say("web.style.chart.bars"), Note: say("web.style.chart.note"), Unit: "%", Places: 1, Mark: 9, MarkName: say("web.style.chart.mark"),
		Bars: []ChartBar{{Label: "Bajo Chiquito", Value: 12.4, Low: 10.1, High: 15.2}, {Label: "Lajas Blancas", Value: 3.1, Low: 2.6, High: 3.7, Tone: 1},
			{Label: "Paso Canoas", Absent: say("web.style.chart.few")}},
		Table:  ChartTable{columns, [][]string{{"Bajo Chiquito", "12"}, {"Lajas Blancas", "3"}, {"Paso Canoas", "–"}}},
		Source: source, Dated: i18n.Date(r.Lang, r.Now), Download: Link{"CSV", "#"}}
	lines := Chart{Under: true, Title: say("web.style.chart.lines"), Unit: "%", Table: ChartTable{Columns: []ChartColumn{{say("web.style.chart.month"), false}}}, Source: source, Dated: i18n.Date(r.Lang, r.Now)}
	for m := range 12 {
		lines.Steps = append(lines.Steps, fmt.Sprintf("%02d/2026", m+1))
		lines.Table.Rows = append(lines.Table.Rows, []string{lines.Steps[m]})
	}
	for i, post := range []string{"Bajo Chiquito", "Lajas Blancas", "San Vicente", "Los Planes", "Paso Canoas", say("web.style.country")} {
		l := ChartLine{Label: post}
		for m := range 12 {
			known, value := (m+i)%7 != 6, float64((i*17+m*m*(i%3+1))%40+2*i)
			l.Points = append(l.Points, ChartPoint{known, value})
			text := "–"
			if known {
				text = i18n.Percent(r.Lang, value, 0)
			}
			lines.Table.Rows[m] = append(lines.Table.Rows[m], text)
		}
		lines.Lines = append(lines.Lines, l)
		lines.Table.Columns = append(lines.Table.Columns, ChartColumn{post, true})
	}
	return []Chart{bars, lines, samplePlaces(r)}
}

// samplePlaces is a map with invented figures, with what is large, too small, and
// too near to another.
func samplePlaces(r *Request) Chart {
	say := r.Say
	m := &Map{ID: "sample", Box: atlas.Box{West: -86, South: 4, East: -73, North: 12}, Sized: say("web.style.map.count"), Few: say("web.style.chart.few"),
		Signs: []MapSign{{MapPost, say("web.style.map.post")}, {MapTown, say("web.style.map.town")}, {MapWarn, say("web.style.map.warn")}}}
	c := Chart{Under: true, Title: say("web.style.map"), Map: m, Table: ChartTable{Columns: []ChartColumn{{say("web.style.map.post"), false}, {say("web.style.map.count"), true}}},
		Source: say("web.style.chart.source"), Dated: i18n.Date(r.Lang, r.Now)}
	for i, name := range []string{"Lajas Blancas", "San Vicente", "Paso Canoas", "Turbo"} {
		p := MapPoint{Name: name, Sign: MapPost, At: []atlas.Point{{Lon: -77.8, Lat: 8.4}, {Lon: -77.95, Lat: 8.5}, {Lon: -82.84, Lat: 8.53}, {Lon: -76.73, Lat: 8.09}}[i], Count: []int{400, 60, 0, 0}[i]}
		switch i {
		case 2:
			p.Few, p.Detail = true, say("web.style.chart.few")
		case 3:
			p.Sign, p.Mark = MapTown, MapWarn
		default:
			p.Detail = i18n.Number(r.Lang, int64(p.Count))
		}
		m.Points = append(m.Points, p)
		c.Table.Rows = append(c.Table.Rows, []string{name, p.Detail})
	}
	return c
}
