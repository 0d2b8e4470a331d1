package signals

import "istmo/flow"

// Where a signal stands.
const (
	Standing  flow.State = "standing"  // the last months still stand out
	Over      flow.State = "over"      // two months in a row stood out no more
	Withdrawn flow.State = "withdrawn" // figures were corrected, and without that it would not have been
	Dismissed flow.State = "dismissed" // somebody has looked, and it was nothing
)

// Moves that follow from a look at the series, without a deed of their own.
const (
	end      = "signals.end"
	resume   = "signals.resume"
	withdraw = "signals.withdraw"
)

// Flow is a signal's life.
var Flow = &flow.Machine{
	Name:  "signals",
	Start: Standing,
	Places: []flow.Place{
		{State: Standing, Owner: "country"},
		{State: Over, Owner: "country"},
		{State: Withdrawn, Owner: "country"},
		{State: Dismissed, Owner: "country", End: true},
	},
	Moves: []flow.Move{
		{From: Standing, Verb: "signals.note", To: Standing},
		{From: Standing, Verb: end, To: Over},
		{From: Standing, Verb: withdraw, To: Withdrawn},
		{From: Standing, Verb: "signals.dismiss", To: Dismissed},
		{From: Over, Verb: "signals.note", To: Over},
		{From: Over, Verb: resume, To: Standing},
		{From: Over, Verb: withdraw, To: Withdrawn},
		{From: Over, Verb: "signals.dismiss", To: Dismissed},
		{From: Withdrawn, Verb: "signals.note", To: Withdrawn},
		{From: Withdrawn, Verb: resume, To: Standing},
	},
}
