package identification

import (
	"istmo/access"
	"istmo/flow"
)

// Where a procedure stands.
const (
	Known             flow.State = "known"       // an authority has learnt of a presumed victim
	Preliminary       flow.State = "preliminary" // services are given while it is pending
	Accredited        flow.State = "accredited"
	NotAccredited     flow.State = "not_accredited"
	Recognised        flow.State = "full"
	NotRecognised     flow.State = "not_recognised"
	UnderReview       flow.State = "under_review"
	Immediate         flow.State = "immediate"
	ImmediateExtended flow.State = "immediate_extended"
	Medium            flow.State = "medium"
	MediumExtended    flow.State = "medium_extended"
	ClosedEarly       flow.State = "closed_early"
	Appealed          flow.State = "appealed"
	Resumed           flow.State = "resumed"
	Closed            flow.State = "closed"
	Redirected        flow.State = "redirected" // something else protects the person
	Ended             flow.State = "ended"      // the person was erased
)

// owner is who is responsible wherever a procedure stands.
const owner = "team"

const end access.Verb = "identification.end" // follows when the person is erased

// The clocks that are rows of data/deadlines.csv.
const (
	clockAccredit = "status.accredit"
	clockReview   = "identification.review"
)

// Resolution is the life of a procedure whose members vote: Costa Rica's.
// law: cr-9095:24.d
var Resolution = &flow.Machine{
	Name:  "identification-resolution",
	Start: Known,
	Places: []flow.Place{
		{State: Known, Owner: owner, Clock: clockAccredit},
		{State: Accredited, Owner: owner, End: true},
		{State: NotAccredited, Owner: owner},
		{State: UnderReview, Owner: owner, Clock: clockReview},
		{State: Ended, Owner: owner, End: true},
	},
	Moves: ending([]flow.Move{
		{From: Known, Verb: "identification.vote", To: Known},
		{From: Known, Verb: "identification.accredit", To: Accredited},
		{From: Known, Verb: "identification.not-accredit", To: NotAccredited},
		{From: NotAccredited, Verb: "identification.ask-review", To: UnderReview},
		{From: UnderReview, Verb: "identification.vote", To: UnderReview},
		{From: UnderReview, Verb: "identification.accredit", To: Accredited},
		{From: UnderReview, Verb: "identification.not-accredit", To: NotAccredited},
	}, Known, NotAccredited, UnderReview),
}

// Ruling is the life of a procedure with a preliminary finding and a full ruling:
// Panama's.
// law: pa-79-2011 pa-79-2011:pending pa-458-2024
var Ruling = &flow.Machine{
	Name:  "identification-ruling",
	Start: Known,
	Places: []flow.Place{
		{State: Known, Owner: owner, Clock: clockAccredit},
		{State: Preliminary, Owner: owner, Clock: clockAccredit},
		{State: Recognised, Owner: owner, End: true},
		{State: NotRecognised, Owner: owner},
		{State: UnderReview, Owner: owner, Clock: clockReview},
		{State: Ended, Owner: owner, End: true},
	},
	Moves: ending([]flow.Move{
		{From: Known, Verb: "identification.find-preliminary", To: Preliminary},
		{From: Known, Verb: "identification.not-recognise", To: NotRecognised},
		{From: Preliminary, Verb: "identification.recognise", To: Recognised},
		{From: Preliminary, Verb: "identification.not-recognise", To: NotRecognised},
		{From: NotRecognised, Verb: "identification.ask-review", To: UnderReview},
		{From: UnderReview, Verb: "identification.recognise", To: Recognised},
		{From: UnderReview, Verb: "identification.not-recognise", To: NotRecognised},
	}, Known, Preliminary, NotRecognised, UnderReview),
}

// Assistance is the life of a procedure without accreditation: Colombia's. A term
// that runs out closes nothing.
// law: co-1069-2014:37 co-t702-2017
var Assistance = &flow.Machine{
	Name:  "identification-assistance",
	Start: Known,
	Places: []flow.Place{
		{State: Known, Owner: owner, Clock: "assistance.open"},
		{State: Immediate, Owner: owner, Clock: "assistance.immediate"},
		{State: ImmediateExtended, Owner: owner, Clock: "assistance.immediate.extension"},
		{State: Medium, Owner: owner, Clock: "assistance.mediate"},
		{State: MediumExtended, Owner: owner, Clock: "assistance.mediate.extension"},
		{State: ClosedEarly, Owner: owner},
		{State: Appealed, Owner: owner, Clock: clockReview},
		{State: Resumed, Owner: owner},
		{State: Closed, Owner: owner, End: true},
		{State: Redirected, Owner: owner, End: true},
		{State: Ended, Owner: owner, End: true},
	},
	Moves: assistanceMoves(),
}

func assistanceMoves() []flow.Move {
	table := []flow.Move{
		{From: Known, Verb: "identification.open-immediate", To: Immediate},
		{From: Known, Verb: "identification.redirect", To: Redirected},
		{From: Immediate, Verb: "identification.extend-immediate", To: ImmediateExtended},
		{From: Medium, Verb: "identification.extend-medium", To: MediumExtended},
		{From: Resumed, Verb: "identification.extend-medium", To: MediumExtended},
		{From: ClosedEarly, Verb: "identification.appeal", To: Appealed},
		{From: Appealed, Verb: "identification.uphold-closing", To: Closed},
		{From: Appealed, Verb: "identification.reopen", To: Resumed},
	}
	for _, from := range []flow.State{Immediate, ImmediateExtended, Resumed} {
		table = append(table, flow.Move{From: from, Verb: "identification.open-medium", To: Medium})
	}
	for _, from := range []flow.State{Immediate, ImmediateExtended, Medium, MediumExtended, Resumed} {
		table = append(table,
			flow.Move{From: from, Verb: "identification.close", To: Closed},
			flow.Move{From: from, Verb: "identification.close-early", To: ClosedEarly})
	}
	return ending(table, Known, Immediate, ImmediateExtended, Medium, MediumExtended, ClosedEarly, Appealed, Resumed)
}

// ending lets a procedure end from wherever it can stand when the person is erased.
func ending(table []flow.Move, from ...flow.State) []flow.Move {
	for _, at := range from {
		table = append(table, flow.Move{From: at, Verb: end, To: Ended})
	}
	return table
}

// Machines are the lives of the kinds.
var Machines = []*flow.Machine{Resolution, Ruling, Assistance}

// machines finds a life by the kind that the data name.
var machines = map[string]*flow.Machine{"resolution": Resolution, "ruling": Ruling, "assistance": Assistance}
