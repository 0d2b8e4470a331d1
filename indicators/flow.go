package indicators

import "istmo/flow"

// Where a version stands. Which of the published ones is in force is a matter of
// the day: see List.Within.
const (
	Drafted   flow.State = "drafted"
	Published flow.State = "published"
	Replaced  flow.State = "replaced"
	Discarded flow.State = "discarded"
)

// Flow is a version's life.
var Flow = &flow.Machine{
	Name:  "indicators",
	Start: Drafted,
	Places: []flow.Place{
		{State: Drafted, Owner: "country"},
		{State: Published, Owner: "country"},
		{State: Replaced, Owner: "country", End: true},
		{State: Discarded, Owner: "country", End: true},
	},
	Moves: []flow.Move{
		{From: Drafted, Verb: "indicators.write", To: Drafted},
		{From: Drafted, Verb: "indicators.retire", To: Drafted},
		{From: Drafted, Verb: "indicators.write-clause", To: Drafted},
		{From: Drafted, Verb: "indicators.remove-clause", To: Drafted},
		{From: Drafted, Verb: "indicators.join", To: Drafted},
		{From: Drafted, Verb: "indicators.adopt", To: Drafted},
		{From: Drafted, Verb: "indicators.discard", To: Discarded},
		{From: Drafted, Verb: "indicators.publish", To: Published},
		{From: Published, Verb: replace, To: Replaced},
	},
}

// replace follows by itself when another version is published.
const replace = "indicators.replace"
