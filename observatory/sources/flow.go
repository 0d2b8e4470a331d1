package sources

import "istmo/flow"

// Where a file stands.
const (
	InUse     flow.State = "in_use"
	Withdrawn flow.State = "withdrawn"
)

// FileFlow is a file's life. One that was withdrawn can be brought again.
var FileFlow = &flow.Machine{
	Name:   "source",
	Start:  InUse,
	Places: []flow.Place{{State: InUse, Owner: "analyst"}, {State: Withdrawn, Owner: "analyst", End: true}},
	Moves:  []flow.Move{{From: InUse, Verb: "sources.withdraw", To: Withdrawn}},
}

// Where a proposal stands.
const (
	Proposed flow.State = "proposed" // waits for a second person
	Accepted flow.State = "accepted"
	Declined flow.State = "declined"
	Replaced flow.State = "replaced" // another was accepted for the same spelling
)

// ProposalFlow is the life of a proposal. An accepted one is undone by accepting
// another.
var ProposalFlow = &flow.Machine{
	Name:  "spelling",
	Start: Proposed,
	Places: []flow.Place{{State: Proposed, Owner: "second"}, {State: Accepted, Owner: "analyst"},
		{State: Declined, Owner: "analyst", End: true}, {State: Replaced, Owner: "analyst", End: true}},
	Moves: []flow.Move{
		{From: Proposed, Verb: "sources.accept", To: Accepted},
		{From: Proposed, Verb: "sources.decline", To: Declined},
		{From: Accepted, Verb: "sources.replace", To: Replaced},
	},
}
