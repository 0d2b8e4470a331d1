package response

import (
	"slices"

	"istmo/flow"
)

// Where an alert stands.
const (
	Raised        flow.State = "raised"
	Escalated     flow.State = "escalated"
	Acknowledged  flow.State = "acknowledged"
	Dispatched    flow.State = "dispatched"
	OnTheWay      flow.State = "on_the_way"
	WithThePerson flow.State = "with_the_person"
	MeasuresTaken flow.State = "measures_taken"
	Closed        flow.State = "closed"
	HandedOver    flow.State = "handed_over"
	StoodDown     flow.State = "stood_down"
)

// Flow is an alert's life at one team. Whoever is near enough may leave steps
// out on the way to the person, and nobody can leave out the measures: from the
// person on, an alert ends by closing it or by another team's having it. One that
// nobody has looked at cannot be stood down.
var Flow = &flow.Machine{
	Name:  "alert",
	Start: Raised,
	Places: []flow.Place{
		{State: Raised, Owner: "team", Clock: "response.acknowledge", Alert: true},
		{State: Escalated, Owner: "team", Clock: "response.acknowledge", Alert: true},
		{State: Acknowledged, Owner: "team", Clock: "response.dispatch"},
		{State: Dispatched, Owner: "team", Clock: "response.set-out"},
		{State: OnTheWay, Owner: "team", Clock: "response.reach"},
		{State: WithThePerson, Owner: "team", Clock: "response.measures"},
		{State: MeasuresTaken, Owner: "team", Clock: "response.close"},
		{State: Closed, Owner: "team", End: true},
		{State: HandedOver, Owner: "team", End: true},
		{State: StoodDown, Owner: "team", End: true},
	},
	Moves: moves(),
}

var (
	unanswered = []flow.State{Raised, Escalated}
	before     = []flow.State{Acknowledged, Dispatched, OnTheWay}
	there      = []flow.State{WithThePerson, MeasuresTaken}
)

// Open reports whether somebody still has to act.
func Open(s flow.State) bool { return !Flow.Place(s).End }

// moves is the table. What stands open from many states is written once, below.
func moves() []flow.Move {
	table := []flow.Move{
		{From: Raised, Verb: "response.acknowledge", To: Acknowledged},
		{From: Escalated, Verb: "response.acknowledge", To: Acknowledged},
		{From: Acknowledged, Verb: "response.dispatch", To: Dispatched},
		{From: Dispatched, Verb: "response.dispatch", To: Dispatched},
		{From: Acknowledged, Verb: "response.set-out", To: OnTheWay},
		{From: Dispatched, Verb: "response.set-out", To: OnTheWay},
		{From: Acknowledged, Verb: "response.reach", To: WithThePerson},
		{From: Dispatched, Verb: "response.reach", To: WithThePerson},
		{From: OnTheWay, Verb: "response.reach", To: WithThePerson},
		{From: WithThePerson, Verb: "response.record-measure", To: MeasuresTaken},
		{From: MeasuresTaken, Verb: "response.record-measure", To: MeasuresTaken},
		{From: MeasuresTaken, Verb: "response.close", To: Closed},
		{From: Raised, Verb: "response.escalate", To: Escalated},
		{From: Escalated, Verb: "response.escalate", To: Escalated},
	}
	for _, from := range before { // an interpreter on the telephone helps before anybody is there
		table = append(table, flow.Move{From: from, Verb: "response.record-measure", To: from},
			flow.Move{From: from, Verb: "response.stand-down", To: StoodDown})
	}
	for _, from := range slices.Concat(before, there) {
		table = append(table, flow.Move{From: from, Verb: "response.escalate", To: from})
	}
	for _, from := range slices.Concat(unanswered, before, there) {
		table = append(table, flow.Move{From: from, Verb: "response.hand-on", To: HandedOver},
			flow.Move{From: from, Verb: "response.forget", To: StoodDown})
	}
	return table
}
