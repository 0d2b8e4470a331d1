package web

import (
	"time"

	"istmo/fault"
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
	Grave   Interruption
}

// openStyle hangs up the living style page: /style in the frame of somebody who
// has signed in or not, and a form whose every field is refused, to see how that
// looks. Only a demo node has it.
func (s *Site) openStyle() {
	s.Open("GET /style", func(r *Request) (View, error) {
		return View{Template: "web/style", Title: "web.style", Data: sample(r), Back: &Link{r.say("web.fail.home"), "/"}}, nil
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

func sample(r *Request) samples {
	say, now := r.say, r.Now
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	const day = 24 * time.Hour
	return samples{
		Clocks: []Clock{
			{What: say("web.style.acknowledge"), Due: now.Add(4 * day), Rule: say("web.style.rule"), Source: "Decreto de ejemplo 1/2026"},
			{What: say("web.style.decide"), Due: now.Add(5 * time.Hour)},
			{What: say("web.style.arrive"), Due: ago(26 * time.Hour), Rule: say("web.style.rule"), Source: "Decreto de ejemplo 1/2026"},
			{What: say("web.style.follow"), Due: ago(day), Done: ago(3 * day)},
			{What: say("web.style.follow"), Due: ago(3 * day), Done: ago(day)},
		},
		Tags: []Tag{{say("web.style.draft"), Neutral}, {say("web.style.sent"), Active}, {say("web.style.arrived"), Success},
			{say("web.clock.soon"), Warning}, {say("web.clock.overdue"), Danger}},
		Events: []Event{
			{At: ago(2 * time.Hour), Title: say("web.style.sent"), By: "Punto focal (CO)", Body: say("web.style.event"), Tag: Tag{say("web.style.sent"), Active}},
			{At: ago(3 * day), Title: say("web.style.risk"), By: "UIA", Tag: Tag{say("web.clock.done"), Success}},
			{At: ago(9 * day), Title: say("web.style.met"), By: "SENAFRONT"},
		},
		Rows: []Row{
			{Key: say("web.style.ref"), Value: "per_7Q2M", Actions: []Link{{say("web.style.change"), "#"}}},
			{Key: say("web.style.name"), Sealed: true},
			{Key: say("web.style.risk"), Value: ago(3 * day)},
			{Key: say("web.style.words")},
		},
		Tasks: []Task{
			{Title: say("web.style.consent"), Hint: say("web.style.consent.hint"), Href: "#", Tag: Tag{say("web.clock.done"), Success}},
			{Title: say("web.style.risk"), Href: "#", Tag: Tag{say("web.clock.soon"), Warning}},
			{Title: say("web.style.meet"), Hint: say("web.style.meet.hint"), Tag: Tag{say("web.style.later"), Neutral}},
		},
		Pages: Pagination{Prev: "#", Next: "#", Label: "51–100 / 230"},
		Filters: Filters{Count: 230, Fields: []Filter{
			{Name: "state", Label: say("web.style.state"), Kind: "select", Choices: []Option{{Value: "sent", Label: say("web.style.sent")}, {Value: "arrived", Label: say("web.style.arrived")}}},
			{Name: "country", Label: say("web.style.country"), Kind: "select", Choices: sampleCountries(r)},
			{Name: "ref", Label: say("web.style.ref"), Kind: "text"},
		}},
		Empty: Empty{say("web.style.empty"), say("web.style.empty.body"), Link{say("web.style.start"), "#"}},
		Sides: Sides{To: "Colombia",
			Leaves: []Item{{Label: say("web.style.ref"), Value: "per_7Q2M"}, {Label: say("web.style.needs"), Value: say("web.style.needs.value")}, {Label: say("web.style.name"), Sealed: true}},
			Stays:  []Item{{Label: say("web.style.family"), Sealed: true, Why: say("web.style.why")}, {Label: say("web.style.statement"), Sealed: true, Why: say("web.style.why")}}},
		Ladder: Ladder{To: "Colombia", Rungs: []Rung{
			{Title: say("web.style.delivered"), At: ago(2 * day), By: "CO"},
			{Title: say("web.style.opened"), At: ago(day), By: "CO"},
			{Title: say("web.style.decided")},
			{Title: say("web.style.served")}}},
		Life:  sampleLife(r),
		Grave: sampleInterruption(r),
	}
}

func sampleCountries(r *Request) []Option {
	return Choices(r.Lang, "web.style.country.", "pa", "co", "cr")
}

func sampleInterruption(r *Request) Interruption {
	return Interruption{Heading: r.say("web.style.grave.heading"), Body: []string{r.say("web.style.grave.body"), r.say("web.style.grave.after")},
		Verb: "style.send", Hidden: map[string]string{"id": "ref_1"}, Confirm: r.say("web.style.grave.button"), Next: "/style",
		Cancel: Link{r.say("web.style.grave.cancel"), "/style"}}
}

func sampleLife(r *Request) Drawing {
	d := Drawing{Title: r.say("web.style.life"), Current: "sent", Passed: []string{"draft", "agreed"}}
	for _, id := range []string{"draft", "agreed", "sent", "asked", "accepted", "declined", "moving", "arrived", "missing", "closed", "withdrawn"} {
		d.States = append(d.States, DrawnState{id, r.say("web.style.state." + id)})
	}
	for _, m := range [][2]string{{"draft", "agreed"}, {"agreed", "sent"}, {"sent", "asked"}, {"asked", "sent"}, {"sent", "accepted"}, {"sent", "declined"},
		{"accepted", "moving"}, {"moving", "arrived"}, {"moving", "missing"}, {"missing", "arrived"}, {"arrived", "closed"}, {"declined", "closed"},
		{"draft", "withdrawn"}, {"agreed", "withdrawn"}, {"sent", "withdrawn"}, {"asked", "withdrawn"}, {"accepted", "withdrawn"}} {
		d.Moves = append(d.Moves, DrawnMove{m[0], m[1], r.say("web.style.move." + m[1])})
	}
	return d
}
