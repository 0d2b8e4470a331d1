package roadmap

import "istmo/flow"

// Where a commitment stands.
const (
	Proposed  flow.State = "proposed"
	Agreed    flow.State = "agreed"
	Cleared   flow.State = "cleared"
	Planned   flow.State = "planned"
	UnderWay  flow.State = "under_way"
	Reported  flow.State = "reported_done"
	Done      flow.State = "done"
	Declined  flow.State = "declined"
	Withdrawn flow.State = "withdrawn"
	Replaced  flow.State = "replaced"
)

// Moves that follow by themselves from the last of a kind.
const (
	agree   = "roadmap.agree"   // the last focal point has accepted
	release = "roadmap.release" // the last ministry has cleared
	enter   = "roadmap.enter"   // a version with it is in force
	give    = "roadmap.replace" // a version with its amendment is in force
)

// Flow is a commitment's life. Who owns a state is who must move next.
var Flow = &flow.Machine{
	Name:  "commitment",
	Start: Proposed,
	Places: []flow.Place{
		{State: Proposed, Owner: "committees"},
		{State: Agreed, Owner: "ministries"},
		{State: Cleared, Owner: "committees"},
		{State: Planned, Owner: "owners"},
		{State: UnderWay, Owner: "owners"},
		{State: Reported, Owner: "others"},
		{State: Done, Owner: "parties", End: true},
		{State: Declined, Owner: "parties", End: true},
		{State: Withdrawn, Owner: "parties", End: true},
		{State: Replaced, Owner: "parties", End: true},
	},
	Moves: []flow.Move{
		{From: Proposed, Verb: "roadmap.counter", To: Proposed},
		{From: Proposed, Verb: "roadmap.accept", To: Proposed},
		{From: Proposed, Verb: agree, To: Agreed},
		{From: Proposed, Verb: "roadmap.decline", To: Declined},
		{From: Proposed, Verb: "roadmap.withdraw", To: Withdrawn},
		{From: Agreed, Verb: "roadmap.counter", To: Proposed},
		{From: Agreed, Verb: "roadmap.clear", To: Agreed},
		{From: Agreed, Verb: release, To: Cleared},
		{From: Agreed, Verb: "roadmap.decline", To: Declined},
		{From: Agreed, Verb: "roadmap.withdraw", To: Withdrawn},
		{From: Cleared, Verb: "roadmap.counter", To: Proposed},
		{From: Cleared, Verb: "roadmap.withdraw", To: Withdrawn},
		{From: Cleared, Verb: enter, To: Planned},
		{From: Planned, Verb: "roadmap.report", To: UnderWay},
		{From: Planned, Verb: "roadmap.report-completion", To: Reported},
		{From: Planned, Verb: give, To: Replaced},
		{From: UnderWay, Verb: "roadmap.report", To: UnderWay},
		{From: UnderWay, Verb: "roadmap.confirm", To: UnderWay},
		{From: UnderWay, Verb: "roadmap.dispute", To: UnderWay},
		{From: UnderWay, Verb: "roadmap.report-completion", To: Reported},
		{From: UnderWay, Verb: give, To: Replaced},
		{From: Reported, Verb: "roadmap.confirm", To: Done},
		{From: Reported, Verb: "roadmap.dispute", To: UnderWay},
		{From: Reported, Verb: give, To: Replaced},
	},
}

// Where a version of the plan stands.
const (
	Signing    flow.State = "signing"
	InForce    flow.State = "in_force"
	Superseded flow.State = "superseded"
	Refused    flow.State = "refused"
)

const (
	bringIntoForce = "roadmap.bring-into-force" // the last party has signed
	supersede      = "roadmap.supersede"        // the next version is in force
)

// PlanFlow is the life of one version of the joint plan.
var PlanFlow = &flow.Machine{
	Name:  "plan",
	Start: Signing,
	Places: []flow.Place{
		{State: Signing, Owner: "ministries"},
		{State: InForce, Owner: "parties"},
		{State: Superseded, Owner: "parties", End: true},
		{State: Refused, Owner: "parties", End: true},
	},
	Moves: []flow.Move{
		{From: Signing, Verb: "roadmap.sign-plan", To: Signing},
		{From: Signing, Verb: bringIntoForce, To: InForce},
		{From: Signing, Verb: "roadmap.refuse-plan", To: Refused},
		{From: InForce, Verb: supersede, To: Superseded},
	},
}
