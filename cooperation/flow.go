package cooperation

import "istmo/flow"

// Where an agreement stands.
const (
	Proposed flow.State = "proposed"
	InForce  flow.State = "in_force"
	Ended    flow.State = "ended"
)

// writeText stands for every verb that changes what is agreed.
const writeText = "cooperation.write-text"

// Flow is an agreement's life. Suspension is not a state: each party's halt is
// its own, and takes effect on both sides from the moment it is heard of.
var Flow = &flow.Machine{
	Name:  "agreement",
	Start: Proposed,
	Places: []flow.Place{
		{State: Proposed, Owner: "depositary"},
		{State: InForce, Owner: "parties"},
		{State: Ended, Owner: "depositary", End: true},
	},
	Moves: []flow.Move{
		{From: Proposed, Verb: writeText, To: Proposed},
		{From: Proposed, Verb: "cooperation.sign-agreement", To: Proposed},
		{From: Proposed, Verb: "cooperation.bring-into-force", To: InForce},
		{From: Proposed, Verb: "cooperation.end-agreement", To: Ended},
		{From: InForce, Verb: "cooperation.suspend-agreement", To: InForce},
		{From: InForce, Verb: "cooperation.resume-agreement", To: InForce},
		{From: InForce, Verb: "cooperation.end-agreement", To: Ended},
	},
}
