package meetings

import (
	"istmo/access"
	"istmo/flow"
)

// Where a meeting stands.
const (
	Announced flow.State = "announced"
	Held      flow.State = "held"
	Minuted   flow.State = "minuted"
	Cancelled flow.State = "cancelled"
)

// Moves that follow by themselves or that only home makes.
const (
	record access.Verb = "meetings.record" // a past meeting comes in as held
	minute access.Verb = "meetings.minute" // the last party has approved
)

// Flow is a meeting's life. Most of what is done about a meeting leaves it where
// it stands; the table says until when it can be done.
var Flow = &flow.Machine{
	Name:  "meeting",
	Start: Announced,
	Places: []flow.Place{
		{State: Announced, Owner: "parties"},
		{State: Held, Owner: "parties"},
		{State: Minuted, Owner: "parties"},
		{State: Cancelled, Owner: "parties", End: true},
	},
	Moves: moves(),
}

func moves() []flow.Move {
	table := []flow.Move{
		{From: Announced, Verb: "meetings.change", To: Announced},
		{From: Announced, Verb: "meetings.hold", To: Held},
		{From: Announced, Verb: record, To: Held},
		{From: Announced, Verb: "meetings.cancel", To: Cancelled},
		{From: Announced, Verb: "meetings.add-item", To: Announced},
		{From: Announced, Verb: "meetings.drop-item", To: Announced},
		{From: Held, Verb: "meetings.write-minutes", To: Held},
		{From: Held, Verb: "meetings.approve-minutes", To: Held},
		{From: Held, Verb: minute, To: Minuted},
	}
	for _, at := range []flow.State{Announced, Held} {
		for _, verb := range []access.Verb{"meetings.name-delegation", "meetings.withdraw-delegation", "meetings.record-attendance", "meetings.decide", "meetings.drop-decision"} {
			table = append(table, flow.Move{From: at, Verb: verb, To: at})
		}
	}
	for _, at := range []flow.State{Announced, Held, Minuted} {
		for _, verb := range []access.Verb{"meetings.set-next", "meetings.add-material", "meetings.drop-material"} {
			table = append(table, flow.Move{From: at, Verb: verb, To: at})
		}
	}
	return table
}
